import { TemplateError } from './errors.ts';

const ADDRESS_BITS = 32;

/**
 * `Fn::Cidr`: the first blocks of a size within a block, IPv4.
 * `cidrBlocks('10.0.0.0/16', 2, 8)` → `['10.0.0.0/24', '10.0.1.0/24']`.
 *
 * @param bits  how many bits of an address vary within one of the blocks
 * @throws TemplateError when the block is no IPv4 block, or too small
 */
export function cidrBlocks(block: string, count: number, bits: number): string[] {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block);
  if (match === null) throw new TemplateError(`Template error: Fn::Cidr: ${block} is not a valid CIDR block`);
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  const size = 2 ** bits;
  if (count * size > 2 ** (ADDRESS_BITS - prefix)) {
    throw new TemplateError(
      `Template error: Fn::Cidr: ${block} does not hold ${count} blocks of ${bits} bits`,
    );
  }
  const start = ((a * 256 + b) * 256 + c) * 256 + d;
  return Array.from({ length: count }, (_, index) => {
    const address = start + index * size;
    const octets = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
    return `${octets.join('.')}/${ADDRESS_BITS - bits}`;
  });
}
