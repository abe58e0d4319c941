import type { Operation, OperationType } from '@aws-sdk/client-servicediscovery';
import type { Instant, Kernel } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { notFound } from './errors.ts';

type Targets = Readonly<Partial<Record<'NAMESPACE' | 'SERVICE' | 'INSTANCE', string>>>;

/** Work that Cloud Map does after it has answered. */
interface Work {
  readonly id: string;
  readonly type: OperationType;
  readonly targets: Targets;
  readonly createdAt: Instant;
  updatedAt: Instant;
  status: 'SUBMITTED' | 'PENDING' | 'SUCCESS';
}

/** From the answer until the work begins. */
const BEGIN = 500;

/** What Cloud Map is asked for, each thing by one piece of work at a time. */
export class Works {
  readonly #kernel: Kernel;
  readonly #byId = new Map<string, Work>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * @param takes milliseconds until the work is done
   * @throws AwsError DuplicateRequest while other work on the same thing goes on
   */
  begin(type: OperationType, targets: Targets, takes: number, end: () => void): string {
    const { clock, ids } = this.#kernel;
    const twin = this.#underWay(targets);
    if (twin !== undefined) {
      throw new AwsError('DuplicateRequest', 'Another operation of the same resource is in progress.', {
        fields: { DuplicateOperationId: twin.id },
      });
    }
    const work: Work = {
      id: `${ids.hex(32)}-${ids.hex(8)}`,
      type,
      targets,
      createdAt: clock.now(),
      updatedAt: clock.now(),
      status: 'SUBMITTED',
    };
    this.#byId.set(work.id, work);
    clock.after(BEGIN, () => this.#move(work, 'PENDING'));
    clock.after(BEGIN + takes, () => {
      this.#move(work, 'SUCCESS');
      end();
    });
    return work.id;
  }

  #underWay(targets: Targets): Work | undefined {
    const thing = JSON.stringify(targets);
    return this.all().find((one) => one.status !== 'SUCCESS' && JSON.stringify(one.targets) === thing);
  }

  #move(work: Work, status: Work['status']): void {
    work.status = status;
    work.updatedAt = this.#kernel.clock.now();
  }

  /** What an operation is about. */
  targetsOf(id: string): Targets {
    return this.#byId.get(id)?.targets ?? {};
  }

  all(): Work[] {
    return [...this.#byId.values()];
  }

  /** @throws AwsError OperationNotFound */
  shown(id = ''): Operation {
    const work = this.#byId.get(id);
    if (work === undefined) throw notFound('Operation', id);
    return {
      Id: work.id,
      Type: work.type,
      Status: work.status,
      CreateDate: new Date(work.createdAt),
      UpdateDate: new Date(work.updatedAt),
      Targets: work.targets,
    };
  }
}
