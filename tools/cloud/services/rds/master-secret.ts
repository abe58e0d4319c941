import type { Kernel } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { randomPassword } from '../secrets-manager/password.ts';
import type { SecretsManagerService } from '../secrets-manager/index.ts';
import type { Database } from './instance.ts';

export type SecretKeeper = Pick<SecretsManagerService, 'createManaged' | 'rotateManaged' | 'removeManaged'>;

/** RDS rotates the secrets it manages every seven days. */
const ROTATION_DAYS = 7;

/** Characters that no engine's master password may have. */
const EXCLUDED = '/@" \\\'`$';

export function newPassword({ ids }: Kernel): string {
  return randomPassword(ids, { PasswordLength: 28, ExcludeCharacters: EXCLUDED });
}

/** Master passwords that RDS keeps in Secrets Manager and rotates by itself. */
export class MasterSecrets {
  readonly #kernel: Kernel;
  readonly #secrets: SecretKeeper;

  constructor(kernel: Kernel, secrets: SecretKeeper) {
    this.#kernel = kernel;
    this.#secrets = secrets;
  }

  manage(database: Database, keyId: string | undefined): void {
    const { ids } = this.#kernel;
    const arn = this.#secrets.createManaged({
      name: `rds!db-${ids.uuid()}`,
      description: `Secret associated with primary RDS DB instance: ${database.arn}`,
      value: JSON.stringify({ username: database.masterUser, password: database.password }),
      keyId,
      tags: [
        { Key: 'aws:secretsmanager:owningService', Value: 'rds' },
        { Key: 'aws:rds:primaryDBInstanceArn', Value: database.arn },
      ],
      owner: {
        service: 'rds',
        rotate: () => {
          database.password = newPassword(this.#kernel);
          return JSON.stringify({ username: database.masterUser, password: database.password });
        },
      },
      rules: { AutomaticallyAfterDays: ROTATION_DAYS },
    });
    database.secret = { arn, keyId };
  }

  /** @throws AwsError InvalidParameterCombination where there is none */
  rotate({ secret }: Database): void {
    if (secret === undefined) {
      const message = 'You can rotate the master user password only if it is managed in Secrets Manager.';
      throw new AwsError('InvalidParameterCombination', message);
    }
    this.#secrets.rotateManaged(secret.arn);
  }

  release(database: Database): void {
    if (database.secret !== undefined) this.#secrets.removeManaged(database.secret.arn);
    database.secret = undefined;
  }
}
