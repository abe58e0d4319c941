import type { Engine } from '../engine.ts';
import type { Group } from '../model.ts';
import { activeRefresh } from './model.ts';

/** Takes the group's refresh one step on. */
export function advanceRefresh(_engine: Engine, group: Group): void {
  if (activeRefresh(group) === undefined) return;
}
