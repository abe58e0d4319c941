import { AwsError } from '../../kernel/index.ts';

/**
 * A filter pattern of unstructured terms: every plain or quoted term must be in the line, none with `-` before
 * it, and at least one of those with `?` before them ("Filter pattern syntax", CloudWatch Logs User Guide).
 *
 * @throws AwsError InvalidParameterException for the structured forms (`{ $.x = 1 }`, `[a, b]`, `%regex%`)
 */
export function filterPattern(pattern: string): (line: string) => boolean {
  if (/^\s*[{[%]/.test(pattern)) {
    throw new AwsError(
      'InvalidParameterException',
      `The local cloud filters by terms only, not by '${pattern}'.`,
    );
  }
  const terms = [...pattern.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(
    ([, sign = '', quoted, plain]) => ({
      sign,
      text: quoted?.replaceAll('\\"', '"') ?? plain ?? '',
    }),
  );
  const withSign = (sign: string) => terms.filter((term) => term.sign === sign).map(({ text }) => text);
  const [all, none, some] = [withSign(''), withSign('-'), withSign('?')];
  return (line) =>
    all.every((term) => line.includes(term)) &&
    !none.some((term) => line.includes(term)) &&
    (some.length === 0 || some.some((term) => line.includes(term)));
}
