export type { Condition } from './conditions.ts';
export { attributesOf, beginsWith, holds, parseCondition } from './conditions.ts';
export { project } from './paths.ts';
export type { PlaceholderInput } from './placeholders.ts';
export { Placeholders } from './placeholders.ts';
export { parseProjection } from './projections.ts';
export type { Path } from './reader.ts';
export type { Update } from './updates.ts';
export { applyUpdate, parseUpdate } from './updates.ts';
