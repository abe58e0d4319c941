import type { CreateUserCommandInput, IAM, User as UserView } from '@aws-sdk/client-iam';
import type { Call, Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { deleteConflict, listing, removeTags, setTags, tagList, tagMap } from './entities.ts';
import { HolderPolicies } from './holder-policies.ts';
import { boundaryView, checkNoPolicies } from './roles.ts';
import type { IamStore, User } from './store.ts';

export function userOperations(store: IamStore) {
  return { ...ownOperations(store), ...policyOperations(store), ...boundaryAndTagOperations(store) };
}

function ownOperations(store: IamStore) {
  const { users } = store;
  return {
    CreateUser: (input) => ({ User: userView(createUser(store, input)) }),
    GetUser: ({ UserName }, call) => ({ User: userView(userOf(store, UserName, call)) }),
    ListUsers: ({ PathPrefix = '/', ...paging }) => {
      const { items, ...rest } = listing(
        users.all().filter(({ path }) => path.startsWith(PathPrefix)),
        paging,
      );
      return { Users: items.map(userView), ...rest };
    },
    DeleteUser: ({ UserName }) => {
      const user = users.get(UserName);
      if (user.accessKeys.size > 0) {
        throw deleteConflict('Cannot delete entity, must delete access keys first.');
      }
      checkNoPolicies(user);
      users.delete(user.name);
      return {};
    },
  } satisfies Operations<IAM>;
}

function policyOperations(store: IamStore) {
  const policies = new HolderPolicies(store, 'user');
  const { users } = store;
  return {
    PutUserPolicy: ({ UserName, PolicyName, PolicyDocument }) => {
      policies.put(users.get(UserName), PolicyName, PolicyDocument);
      return {};
    },
    GetUserPolicy: ({ UserName, PolicyName }) => ({
      UserName,
      PolicyName,
      PolicyDocument: policies.inline(users.get(UserName), PolicyName),
    }),
    DeleteUserPolicy: ({ UserName, PolicyName }) => {
      policies.delete(users.get(UserName), PolicyName);
      return {};
    },
    ListUserPolicies: ({ UserName, ...paging }) => policies.names(users.get(UserName), paging),
    AttachUserPolicy: ({ UserName, PolicyArn }) => {
      policies.attach(users.get(UserName), PolicyArn);
      return {};
    },
    DetachUserPolicy: ({ UserName, PolicyArn }) => {
      policies.detach(users.get(UserName), PolicyArn);
      return {};
    },
    ListAttachedUserPolicies: ({ UserName, PathPrefix = '/', ...paging }) =>
      policies.attached(users.get(UserName), PathPrefix, paging),
  } satisfies Operations<IAM>;
}

function boundaryAndTagOperations(store: IamStore) {
  const { users } = store;
  return {
    PutUserPermissionsBoundary: ({ UserName, PermissionsBoundary }) => {
      users.get(UserName).boundaryArn = store.policy(PermissionsBoundary).arn;
      return {};
    },
    DeleteUserPermissionsBoundary: ({ UserName }) => {
      users.get(UserName).boundaryArn = undefined;
      return {};
    },
    TagUser: ({ UserName, Tags }) => {
      setTags(users.get(UserName).tags, Tags);
      return {};
    },
    UntagUser: ({ UserName, TagKeys }) => {
      removeTags(users.get(UserName).tags, TagKeys);
      return {};
    },
    ListUserTags: ({ UserName, ...paging }) => {
      const { items, ...rest } = listing(tagList(users.get(UserName).tags), paging);
      return { Tags: items, ...rest };
    },
  } satisfies Operations<IAM>;
}

/**
 * The user that a call is about: whoever calls, unless it names another.
 *
 * @throws AwsError NoSuchEntity; ValidationError where nobody is named, and the caller is no user
 */
export function userOf({ users }: IamStore, name: string | undefined, { principal }: Call): User {
  if (name !== undefined) return users.get(name);
  if (principal.kind === 'user') return users.get(principal.userName);
  throw new AwsError('ValidationError', 'Must specify userName when calling with non-User credentials');
}

function createUser(store: IamStore, input: CreateUserCommandInput): User {
  const { UserName: name = '', Path: path = '/' } = input;
  const user: User = {
    name,
    path,
    id: store.uniqueId('AIDA'),
    arn: store.arn('user', path, name),
    createdAt: store.kernel.clock.date(),
    boundaryArn: input.PermissionsBoundary && store.policy(input.PermissionsBoundary).arn,
    tags: tagMap(input.Tags),
    inlinePolicies: new Map(),
    attachedArns: new Set(),
    accessKeys: new Map(),
  };
  store.users.add(name, user);
  return user;
}

function userView(user: User): UserView {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: user.arn,
    CreateDate: user.createdAt,
    Tags: tagList(user.tags),
    ...boundaryView(user.boundaryArn),
  };
}
