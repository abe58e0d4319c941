/** What every page says, a kilobyte of it. */
export const PAGE = `<!doctype html><title>A page</title><p>${'All is well. '.repeat(76)}</p>\n`;

/** What every upload brings: 64 KiB, none like the other. */
export const UPLOAD = Buffer.from(Uint8Array.from({ length: 65_536 }, (_, at) => (at * at) >> 3));
