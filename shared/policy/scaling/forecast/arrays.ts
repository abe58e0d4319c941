/** Typed arrays: cells that are there, and text that fits into JSON. */

/** A cell that the caller knows to exist. */
export function cell(array: Float64Array | Float32Array, index: number): number {
  return array[index] ?? 0;
}

/** The index within a ring, also of what lies before its beginning. */
export function around(index: number, length: number): number {
  return ((index % length) + length) % length;
}

export function textOf(array: Float64Array | Float32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
}

/** Fills an array from its text. @returns whether the text was one of an array of this kind and length */
export function fillFrom(array: Float64Array | Float32Array, text: unknown): boolean {
  if (typeof text !== 'string') return false;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.byteLength !== array.byteLength) return false;
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(bytes);
  return true;
}
