/** How far the utilisation that a policy goes by is turned in a sweep, in percent. */
export const TARGETS: readonly number[] = [
  10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95,
];
