import type { Clock } from '../kernel/index.ts';
import type { Received } from '../wire/server.ts';
import type { Entry } from './entries.ts';
import { bodyOf } from './entries.ts';
import type { InputLog } from './input-log.ts';
import type { Recorder } from './recorder.ts';

export interface Replayed {
  readonly inputs: number;
  /** Events that the clock has fired. */
  readonly fired: number;
}

export interface ReplayParts {
  readonly log: InputLog;
  readonly recorder: Recorder;
  readonly clock: Clock;
  /** Answers a request for nobody. */
  readonly answer: (request: Received) => Promise<void>;
}

/**
 * Brings a new cloud to where the one stood that wrote the log: lets the clock fire as many events as it had fired
 * before each input, and then gives it that input.
 *
 * @throws LogError when the cloud does not do the same again
 */
export async function replay({ log, recorder, clock, answer }: ReplayParts): Promise<Replayed> {
  const player = new Player(clock);
  let inputs = 0;
  for (const { entry, offset } of log.entries()) {
    const reason = (await player.reach(entry)) ?? differenceOf(entry, recorder) ?? apply(entry);
    if (reason !== undefined) throw log.misfit(offset, reason);
    await settled();
    inputs++;
  }
  return { inputs, fired: clock.fired };

  function apply(entry: Entry): string | undefined {
    if (entry.kind === 'request') {
      void answer({ ...entry, body: bodyOf(entry) });
    } else if (entry.kind === 'answer' && !recorder.answer(entry.key, entry.answer)) {
      return `nothing waits for ${entry.key}`;
    }
    return undefined;
  }
}

function differenceOf(entry: Entry, recorder: Recorder): string | undefined {
  const { at, chance } = recorder.standing();
  if (at !== entry.at) return `it is ${new Date(at).toISOString()}, not ${new Date(entry.at).toISOString()}`;
  return chance === entry.chance ? undefined : `${chance} draws of chance, not ${entry.chance}`;
}

/** Turns of the event loop in which an event ends once nothing keeps it. */
const MOST_TURNS = 5;

/** Steps a clock by count, whatever holds it: what held it then has been played again as well. */
class Player {
  readonly #clock: Clock;
  #isStepping = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns why it cannot be reached, if so */
  async reach({ fired, at }: Entry): Promise<string | undefined> {
    const clock = this.#clock;
    while (clock.fired < fired) {
      for (let turn = 0; this.#isStepping && turn < MOST_TURNS; turn++) await settled();
      if (this.#isStepping) return 'an event still waits for something';
      if (clock.next() === undefined) return 'no event is left';
      this.#step();
      await settled();
    }
    if (at > clock.now()) clock.advanceTo(at);
    return undefined;
  }

  #step(): void {
    this.#isStepping = true;
    void this.#clock.step().finally(() => {
      this.#isStepping = false;
    });
  }
}

/** Resolves when all that the last input has set off is done: nothing in the cloud waits by real time. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
