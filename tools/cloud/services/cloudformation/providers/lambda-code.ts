import type { FunctionCode } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';

/** `AWS::Lambda::Function.Code`: like the API's, but that ZipFile is a source text. */
export interface TemplateCode {
  readonly S3Bucket?: string;
  readonly S3Key?: string;
  readonly S3ObjectVersion?: string;
  readonly ZipFile?: string;
}

/** The code as the API wants it. An inline source becomes `index.js` (or `index.py`) in an archive. */
export function functionCode(code: TemplateCode, runtime: string | undefined): FunctionCode {
  const { ZipFile: source, ...location } = code;
  if (source === undefined) return location;
  const file = runtime?.startsWith('python') === true ? 'index.py' : 'index.js';
  return { ZipFile: zipSync({ [file]: Buffer.from(source) }, { mtime: new Date(1980, 0, 1) }) };
}
