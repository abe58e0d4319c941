/** Whether an IPv4 block holds an address; false for what is neither. */
export function holds(cidr: string, address: string): boolean {
  const [network = '', bits = ''] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  const [base, one] = [numberOf(network), numberOf(address)];
  return Math.floor(base / size) === Math.floor(one / size);
}

/** NaN for what is no address: equal to nothing, so that it is in no block. */
function numberOf(address: string): number {
  const parts = address.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return NaN;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}
