/** An SDK shape of which some members are known to be there. */
export type Known<Shape, Members extends keyof Shape> = Omit<Shape, Members> & {
  [Member in Members]-?: NonNullable<Shape[Member]>;
};

/** Leaves out what is undefined, so that an update overwrites only what was given. */
export function given<Shape extends object>(shape: Shape): Partial<Shape> {
  return Object.fromEntries(
    Object.entries(shape).filter(([, value]) => value !== undefined),
  ) as Partial<Shape>;
}

/** A shape without some of its members. */
export function without<Shape extends object, Members extends keyof Shape>(
  shape: Shape,
  ...members: Members[]
): Omit<Shape, Members> {
  const rest = { ...shape };
  for (const member of members) Reflect.deleteProperty(rest, member);
  return rest;
}
