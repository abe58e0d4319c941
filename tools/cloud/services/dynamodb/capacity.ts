import type { ConsumedCapacity, ReturnConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { Table } from './table.ts';

const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

/** Read units for some bytes: half a unit for each 4 KB, twice that when strongly consistent. */
export function readUnits(bytes: number, isConsistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * (isConsistent ? 1 : 0.5);
}

/** Write units for an item that is (or was) so many bytes: one for each KB. */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/** `{ConsumedCapacity}` in the detail the caller asked for; nothing when it asked for none. */
export function consumed(
  wanted: ReturnConsumedCapacity | undefined,
  table: Table,
  units: number,
): { ConsumedCapacity?: ConsumedCapacity } {
  if (wanted === undefined || wanted === 'NONE') return {};
  return {
    ConsumedCapacity: {
      TableName: table.name,
      CapacityUnits: units,
      ...(wanted === 'INDEXES' ? { Table: { CapacityUnits: units } } : {}),
    },
  };
}

/** Units by table: what a batch or a transaction consumed. */
export class ConsumedByTable {
  readonly #units = new Map<Table, number>();

  add(table: Table, units: number): void {
    this.#units.set(table, (this.#units.get(table) ?? 0) + units);
  }

  list(wanted: ReturnConsumedCapacity | undefined): { ConsumedCapacity?: ConsumedCapacity[] } {
    const all = [...this.#units].flatMap(([table, units]) => {
      const { ConsumedCapacity: one } = consumed(wanted, table, units);
      return one === undefined ? [] : [one];
    });
    return all.length === 0 ? {} : { ConsumedCapacity: all };
  }
}
