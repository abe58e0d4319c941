import { page } from '../../kernel/index.ts';

/** A page of a listing, by RDS's names. @throws AwsError InvalidParameterValue for a marker that is none of ours */
export function listed<Item>(
  items: readonly Item[],
  { Marker, MaxRecords = 100 }: { Marker?: string | undefined; MaxRecords?: number | undefined },
): { items: Item[]; marker: { Marker?: string } } {
  const found = page(items, Marker, MaxRecords, 'InvalidParameterValue');
  return { items: found.items, marker: found.nextToken === undefined ? {} : { Marker: found.nextToken } };
}
