/** What a photo may be, and how its first bytes tell. */
const KINDS = [
  { type: 'image/jpeg', extension: 'jpg', begins: (bytes: Buffer) => bytes.subarray(0, 3).equals(JPEG) },
  { type: 'image/png', extension: 'png', begins: (bytes: Buffer) => bytes.subarray(0, 8).equals(PNG) },
  {
    type: 'image/webp',
    extension: 'webp',
    begins: (bytes: Buffer) =>
      bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
  },
] as const;

const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export type Kind = (typeof KINDS)[number];

export const LARGEST_PHOTO = 5 * 1024 * 1024;

/** Whatever name and type an upload claims: its bytes say what it is. @returns undefined for what is no photo */
export function kindOf(bytes: Buffer): Kind | undefined {
  return KINDS.find(({ begins }) => begins(bytes));
}

/** The type of a photo by the key that it is kept under. */
export function typeOfKey(key: string): string {
  return KINDS.find(({ extension }) => key.endsWith(`.${extension}`))?.type ?? 'application/octet-stream';
}
