import type { IAM } from '@aws-sdk/client-iam';
import type { Credentials, Holder, Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { listing, noSuchEntity } from './entities.ts';
import type { AccessKey, IamStore, User } from './store.ts';
import { userOf } from './users.ts';

/** IAM's quota of access keys a user. */
const MOST_KEYS = 2;

/** Access keys of users, which the wire then knows. */
export function accessKeyOperations(store: IamStore, credentials: Credentials) {
  /** What inactive keys prove once they are active again. */
  const inactive = new Map<string, Holder>();
  return {
    CreateAccessKey: ({ UserName }, call) => {
      const user = userOf(store, UserName, call);
      if (user.accessKeys.size >= MOST_KEYS) {
        throw new AwsError(
          'LimitExceededException',
          `Cannot exceed quota for AccessKeysPerUser: ${MOST_KEYS}`,
        );
      }
      const keys = credentials.issueLongTerm({ kind: 'user', userName: user.name });
      const key: AccessKey = {
        id: keys.accessKeyId,
        createdAt: store.kernel.clock.date(),
        isActive: true,
      };
      user.accessKeys.set(key.id, key);
      return { AccessKey: { ...keyView(user, key), SecretAccessKey: keys.secretAccessKey } };
    },
    ListAccessKeys: ({ UserName, ...paging }, call) => {
      const user = userOf(store, UserName, call);
      const { items, ...rest } = listing([...user.accessKeys.values()], paging);
      return { AccessKeyMetadata: items.map((key) => keyView(user, key)), ...rest };
    },
    UpdateAccessKey: ({ UserName, AccessKeyId, Status }, call) => {
      const key = keyOf(userOf(store, UserName, call), AccessKeyId);
      setActive(key, Status === 'Active', credentials, inactive);
      return {};
    },
    DeleteAccessKey: ({ UserName, AccessKeyId }, call) => {
      const user = userOf(store, UserName, call);
      const { id } = keyOf(user, AccessKeyId);
      credentials.revoke(id);
      inactive.delete(id);
      user.accessKeys.delete(id);
      return {};
    },
  } satisfies Operations<IAM>;
}

function setActive(
  key: AccessKey,
  isActive: boolean,
  credentials: Credentials,
  inactive: Map<string, Holder>,
): void {
  const holder = isActive ? inactive.get(key.id) : credentials.holder(key.id);
  key.isActive = isActive;
  if (holder === undefined) return;
  if (isActive) credentials.restore(key.id, holder);
  else {
    inactive.set(key.id, holder);
    credentials.revoke(key.id);
  }
}

function keyOf(user: User, id = ''): AccessKey {
  const key = user.accessKeys.get(id);
  if (key === undefined) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return key;
}

function keyView(user: User, { id, createdAt, isActive }: AccessKey) {
  return {
    UserName: user.name,
    AccessKeyId: id,
    Status: isActive ? ('Active' as const) : ('Inactive' as const),
    CreateDate: createdAt,
  };
}
