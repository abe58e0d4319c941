import { BakeError } from '../../cli/bake/bake-error.ts';
import { siteStaysUp } from '../observe/invariants/index.ts';
import { STAGE, type Stage } from '../stage.ts';
import { GROUP, setUpShop, type Shop } from './own-shop.ts';
import type { Day, Deed, Scenario, Wait } from './scenario.ts';

const FLEETS = 'examples/byo/fleets.yml';
const RECIPE = 'examples/byo/recipe.yml';

/**
 * A shop that has been there for long: its group is adopted, an image of its one server is baked and rolled out. In the
 * end its owner gives the group back and removes Evenkeel, and the shop is still there.
 */
export const byo: Scenario = {
  name: 'byo',
  description: 'your own group is adopted, and an image of your own server rolled out',
  setting: { profile: 'byo', fleet: 'shop', fleets: FLEETS, params: { fleets: FLEETS } },
  hours: 6,
  peak: 300,
  entries: () => [],
  found: async (stage) => {
    shops.set(stage, await setUpShop(stage));
  },
  deeds,
  invariants: () => [siteStaysUp()],
  isRemoved: true,
};

const shops = new WeakMap<Stage, Shop>();

function deeds({ start, end }: Day): Deed[] {
  const hours = (end - start) / 3_600_000;
  return [
    {
      at: -300,
      says: `npx evenkeel adopt ${GROUP} --fleet shop`,
      does: adopt(),
    },
    {
      at: 600,
      says: 'the server was set up by hand: ServerPilot manages it, and its database is its own',
      does: async (stage, wait) => {
        await onServer(stage, wait, 'apt-get install -y nginx sp-serverpilot-agent mysql-server');
        await onServer(stage, wait, 'echo localhost > /srv/shop/database-host');
      },
    },
    { at: 1200, says: `npx evenkeel bake ${RECIPE}, which refuses`, does: bakeInVain },
    {
      at: 3600,
      says: 'the data moves to RDS, and the server loses its own database',
      does: async (stage, wait) => {
        await onServer(stage, wait, 'apt-get remove -y mysql-server');
        await onServer(
          stage,
          wait,
          'echo shop.cluster.eu-central-1.rds.amazonaws.com > /srv/shop/database-host',
        );
      },
    },
    {
      at: 4200,
      says: `npx evenkeel bake ${RECIPE}`,
      does: baking,
    },
    {
      at: hours * 3600 + 3300,
      says: `npx evenkeel adopt ${GROUP} --undo: the owner goes on alone`,
      does: adopt('--undo'),
    },
  ];
}

const ADOPTION = [GROUP, '--fleet', 'shop', '--fleets', FLEETS, '--stage', STAGE] as const;

function adopt(...options: readonly string[]): Deed['does'] {
  return async (stage) => {
    await stage.evenkeel(['adopt', ...ADOPTION, ...options]);
  };
}

async function onServer(stage: Stage, wait: Wait, command: string): Promise<void> {
  await stage.run(shops.get(stage)?.server ?? '', command, wait);
}

/** An image with a database of its own must not come about. */
async function bakeInVain(stage: Stage, wait: Wait): Promise<void> {
  const error: unknown = await baking(stage, wait).catch((reason: unknown) => reason);
  if (!(error instanceof BakeError) || error.step !== 'database')
    throw new Error('the bake did not see the local database', { cause: error });
}

async function baking(stage: Stage, wait: Wait): Promise<void> {
  await stage.bake(RECIPE, shops.get(stage)?.server ?? '', wait);
}
