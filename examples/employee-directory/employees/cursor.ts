/** Where a page ends, as a word for a URL: the last row's sort key. Partitions are never told, so none can be chosen. */
export function cursorFor(sortKey: string): string {
  return Buffer.from(sortKey).toString('base64url');
}

/** @returns undefined for what no cursor looks like: the list then begins anew */
export function sortKeyIn(cursor: string | undefined): string | undefined {
  if (cursor === undefined || !/^[\w-]{1,1400}$/.test(cursor)) return undefined;
  const sortKey = Buffer.from(cursor, 'base64url').toString();
  // A replacement character means that it was no UTF-8; DynamoDB takes no key above 1,024 bytes.
  return sortKey.includes('\uFFFD') || Buffer.byteLength(sortKey) > 1024 ? undefined : sortKey;
}
