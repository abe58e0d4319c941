import { copyOf, validationError } from '../../kernel/index.ts';
import type { Group, GroupInstance } from './model.ts';

/** All groups, and which group each managed instance belongs to. */
export class Groups {
  readonly #byName = new Map<string, Group>();
  readonly #ofInstance = new Map<string, Group>();

  /** The groups as they are now, which nothing changes any more. */
  copy(): Groups {
    const copy = new Groups();
    for (const group of this.#byName.values()) {
      const copied = copyOf(group);
      copy.add(copied);
      for (const instance of copied.instances.values()) copy.addInstance(copied, instance);
    }
    return copy;
  }

  all(): Iterable<Group> {
    return this.#byName.values();
  }

  find(name: string): Group | undefined {
    return this.#byName.get(name);
  }

  /** @throws AwsError ValidationError where there is no group of the name */
  get(name: string | undefined): Group {
    const group = this.#byName.get(name ?? '');
    if (group === undefined) {
      throw validationError(`AutoScalingGroup name not found - AutoScalingGroup '${name ?? ''}' not found`);
    }
    return group;
  }

  add(group: Group): void {
    this.#byName.set(group.name, group);
  }

  remove(group: Group): void {
    this.#byName.delete(group.name);
  }

  addInstance(group: Group, instance: GroupInstance): void {
    group.warmed.delete(instance.id);
    group.instances.set(instance.id, instance);
    this.#ofInstance.set(instance.id, group);
  }

  /** Into the warm pool; out of the group's own instances, if it was one. */
  addToPool(group: Group, instance: GroupInstance): void {
    group.instances.delete(instance.id);
    group.warmed.set(instance.id, instance);
    this.#ofInstance.set(instance.id, group);
  }

  removeInstance(group: Group, instance: GroupInstance): void {
    group.instances.delete(instance.id);
    group.warmed.delete(instance.id);
    this.#ofInstance.delete(instance.id);
  }

  /** A managed instance, of the group or its warm pool, and its group. */
  findInstance(id: string): { group: Group; instance: GroupInstance } | undefined {
    const group = this.#ofInstance.get(id);
    const instance = group?.instances.get(id) ?? group?.warmed.get(id);
    return group === undefined || instance === undefined ? undefined : { group, instance };
  }

  /** @throws AwsError ValidationError where no group manages the instance */
  getInstance(id: string | undefined): { group: Group; instance: GroupInstance } {
    const found = this.findInstance(id ?? '');
    if (found === undefined) {
      throw validationError(
        `Instance Id not found - No managed instance found for instance ID: ${id ?? 'null'}`,
      );
    }
    return found;
  }
}
