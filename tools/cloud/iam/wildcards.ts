type Matcher = (text: string) => boolean;

const exact = new Map<string, Matcher>();
const anyCase = new Map<string, Matcher>();

/** Whether text fits a pattern of IAM: `*` any characters, `?` any one. */
export function fits(pattern: string, text: string, ignoreCase = false): boolean {
  const compiled = ignoreCase ? anyCase : exact;
  let matches = compiled.get(pattern);
  if (matches === undefined) {
    matches = compile(pattern, ignoreCase);
    compiled.set(pattern, matches);
  }
  return matches(text);
}

/** Most patterns are plain, or end in the only wildcard they have: those need no regular expression. */
function compile(pattern: string, ignoreCase: boolean): Matcher {
  if (pattern === '*') return () => true;
  const [start = ''] = pattern.split(/[*?]/);
  if (!ignoreCase && pattern === start) return (text) => text === pattern;
  if (!ignoreCase && pattern === `${start}*`) return (text) => text.startsWith(start);
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  const whole = `^${escaped.replaceAll('*', '[^]*').replaceAll('?', '[^]')}$`;
  const expression = new RegExp(whole, ignoreCase ? 'i' : '');
  return (text) => expression.test(text);
}
