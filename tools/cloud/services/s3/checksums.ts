import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../../kernel/index.ts';

/** The checksums that a request may carry, as the API names them. */
export const CHECKSUMS = [
  'ChecksumCRC32',
  'ChecksumCRC32C',
  'ChecksumCRC64NVME',
  'ChecksumSHA1',
  'ChecksumSHA256',
] as const;

export type Checksums = { readonly [Name in (typeof CHECKSUMS)[number]]?: string | undefined };

/** Those that Node can compute; the others are kept as they come. */
const COMPUTED: Readonly<Partial<Record<keyof Checksums, (body: Uint8Array) => string>>> = {
  ChecksumCRC32: (body) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(crc32(body));
    return bytes.toString('base64');
  },
  ChecksumSHA1: (body) => createHash('sha1').update(body).digest('base64'),
  ChecksumSHA256: (body) => createHash('sha256').update(body).digest('base64'),
};

/**
 * The checksums an upload came with, once they have been found right.
 *
 * @throws AwsError BadDigest when the content is another
 */
export function checkedSums(
  body: Uint8Array,
  input: Checksums & { readonly ContentMD5?: string | undefined },
): Record<string, string> {
  if (input.ContentMD5 !== undefined && input.ContentMD5 !== md5(body).toString('base64')) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const given = CHECKSUMS.flatMap((name) =>
    input[name] === undefined ? [] : [[name, input[name]] as const],
  );
  for (const [name, sum] of given) {
    const actual = COMPUTED[name]?.(body);
    if (actual === undefined || actual === sum) continue;
    const algorithm = name.replace('Checksum', '');
    throw new AwsError('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  return Object.fromEntries(given);
}

export function md5(body: Uint8Array): Buffer {
  return createHash('md5').update(body).digest();
}
