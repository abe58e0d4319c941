import { page } from '../../kernel/index.ts';

/** A page of a listing, by EFS's names. @throws AwsError BadRequest for a marker that is none of ours */
export function listed<Item>(
  items: readonly Item[],
  { Marker, MaxItems = 100 }: { Marker?: string | undefined; MaxItems?: number | undefined },
): { items: Item[]; marker: { NextMarker?: string } } {
  const found = page(items, Marker, MaxItems, 'BadRequest');
  return { items: found.items, marker: found.nextToken === undefined ? {} : { NextMarker: found.nextToken } };
}
