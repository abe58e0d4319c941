import type {
  CreateInstanceProfileCommandInput,
  IAM,
  InstanceProfile as ProfileView,
} from '@aws-sdk/client-iam';
import type { Operations } from '../../kernel/index.ts';
import { AwsError } from '../../kernel/index.ts';
import { deleteConflict, listing, noSuchEntity, removeTags, setTags, tagList, tagMap } from './entities.ts';
import { roleView } from './roles.ts';
import type { IamStore, InstanceProfile } from './store.ts';

export function instanceProfileOperations(store: IamStore) {
  return { ...profileOperations(store), ...profileRoleOperations(store), ...profileTagOperations(store) };
}

function profileOperations(store: IamStore) {
  const { profiles } = store;
  const list = (some: InstanceProfile[], paging: Parameters<typeof listing>[1]) => {
    const { items, ...rest } = listing(some, paging);
    return { InstanceProfiles: items.map((profile) => profileView(store, profile)), ...rest };
  };
  return {
    CreateInstanceProfile: (input) => ({ InstanceProfile: profileView(store, createProfile(store, input)) }),
    GetInstanceProfile: ({ InstanceProfileName }) => ({
      InstanceProfile: profileView(store, profiles.get(InstanceProfileName)),
    }),
    ListInstanceProfiles: ({ PathPrefix = '/', ...paging }) =>
      list(
        profiles.all().filter(({ path }) => path.startsWith(PathPrefix)),
        paging,
      ),
    ListInstanceProfilesForRole: ({ RoleName, ...paging }) => {
      const { name } = store.roles.get(RoleName);
      return list(
        profiles.all().filter(({ roleName }) => roleName === name),
        paging,
      );
    },
    DeleteInstanceProfile: ({ InstanceProfileName }) => {
      const profile = profiles.get(InstanceProfileName);
      if (profile.roleName !== undefined) {
        throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
      }
      profiles.delete(profile.name);
      return {};
    },
  } satisfies Operations<IAM>;
}

function profileRoleOperations(store: IamStore) {
  const { profiles } = store;
  return {
    AddRoleToInstanceProfile: ({ InstanceProfileName, RoleName }) => {
      const profile = profiles.get(InstanceProfileName);
      const role = store.roles.get(RoleName);
      if (profile.roleName !== undefined) {
        throw new AwsError(
          'LimitExceededException',
          'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
        );
      }
      profile.roleName = role.name;
      return {};
    },
    RemoveRoleFromInstanceProfile: ({ InstanceProfileName, RoleName }) => {
      const profile = profiles.get(InstanceProfileName);
      if (profile.roleName !== RoleName) {
        throw noSuchEntity(`Role ${RoleName} is not in instance profile ${InstanceProfileName}.`);
      }
      profile.roleName = undefined;
      return {};
    },
  } satisfies Operations<IAM>;
}

function profileTagOperations({ profiles }: IamStore) {
  return {
    TagInstanceProfile: ({ InstanceProfileName, Tags }) => {
      setTags(profiles.get(InstanceProfileName).tags, Tags);
      return {};
    },
    UntagInstanceProfile: ({ InstanceProfileName, TagKeys }) => {
      removeTags(profiles.get(InstanceProfileName).tags, TagKeys);
      return {};
    },
    ListInstanceProfileTags: ({ InstanceProfileName, ...paging }) => {
      const { items, ...rest } = listing(tagList(profiles.get(InstanceProfileName).tags), paging);
      return { Tags: items, ...rest };
    },
  } satisfies Operations<IAM>;
}

function createProfile(store: IamStore, input: CreateInstanceProfileCommandInput): InstanceProfile {
  const { InstanceProfileName: name = '', Path: path = '/' } = input;
  const profile: InstanceProfile = {
    name,
    path,
    id: store.uniqueId('AIPA'),
    arn: store.arn('instance-profile', path, name),
    createdAt: store.kernel.clock.date(),
    tags: tagMap(input.Tags),
    roleName: undefined,
  };
  store.profiles.add(name, profile);
  return profile;
}

function profileView(store: IamStore, profile: InstanceProfile): ProfileView {
  const role = store.roles.find(profile.roleName);
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: profile.createdAt,
    Roles: role === undefined ? [] : [roleView(role)],
    Tags: tagList(profile.tags),
  };
}
