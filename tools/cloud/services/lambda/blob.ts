/** A blob as the API's types have it: the wire gives bytes, callers in the same process may give text. */
export function textOf(blob: unknown): string {
  if (typeof blob === 'string') return blob;
  return blob instanceof Uint8Array ? Buffer.from(blob).toString() : '';
}
