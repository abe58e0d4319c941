import { AwsError } from './errors.ts';

/**
 * One page of a listing.
 *
 * @param token  the caller's token: the position, as this function gave it out
 * @param size   items a page
 * @returns the page, and the token of the next one where there is one
 * @throws AwsError `invalidCode` when the token is not one of ours
 */
export function page<Item>(
  items: readonly Item[],
  token: string | undefined,
  size: number,
  invalidCode = 'InvalidNextToken',
): { items: Item[]; nextToken?: string } {
  const start = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(start) || start < 0)
    throw new AwsError(invalidCode, `The token '${token}' is invalid.`);
  const end = start + size;
  return {
    items: items.slice(start, end),
    ...(end < items.length ? { nextToken: String(end) } : {}),
  };
}
