import { invalidParameterValue } from './errors.ts';

/** A block of IPv4 addresses: the first one and how many. */
export interface Block {
  readonly first: number;
  readonly size: number;
}

/** @throws AwsError InvalidParameterValue for what is no IPv4 block; host bits are cleared as AWS does */
export function parseCidr(cidr: string): Block {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
  const parts = (match ?? []).slice(1).map(Number);
  const [a = 256, b = 256, c = 256, d = 256, bits = 33] = parts;
  if (Math.max(a, b, c, d) > 255 || bits > 32)
    throw invalidParameterValue(
      `Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { first: address - (address % size), size };
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

export function formatCidr(block: Block): string {
  return `${formatAddress(block.first)}/${32 - Math.log2(block.size)}`;
}

export function contains(outer: Block, inner: Block): boolean {
  return inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;
}

export function overlaps(a: Block, b: Block): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/** AWS keeps the first four addresses and the last of every subnet for itself. */
const RESERVED_AT_START = 4;
const RESERVED_AT_END = 1;

/** Hands out a subnet's addresses, each one as late as possible after it was given back. */
export class AddressPool {
  readonly #block: Block;
  readonly #used = new Set<number>();
  #next: number;

  constructor(cidr: string) {
    this.#block = parseCidr(cidr);
    this.#next = RESERVED_AT_START;
  }

  get free(): number {
    return Math.max(0, this.#block.size - RESERVED_AT_START - RESERVED_AT_END - this.#used.size);
  }

  get isInUse(): boolean {
    return this.#used.size > 0;
  }

  /** An address that nobody has, or undefined when the subnet is full. */
  take(): string | undefined {
    if (this.free === 0) return undefined;
    while (this.#used.has(this.#next)) this.#advance();
    const taken = this.#next;
    this.#used.add(taken);
    this.#advance();
    return formatAddress(this.#block.first + taken);
  }

  give(address: string): void {
    this.#used.delete(parseCidr(`${address}/32`).first - this.#block.first);
  }

  #advance(): void {
    this.#next++;
    if (this.#next >= this.#block.size - RESERVED_AT_END) this.#next = RESERVED_AT_START;
  }
}
