import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';

/** What a listener does with a request. */
export type Verdict =
  | { readonly kind: 'forward'; readonly targetGroupArn: string }
  | { readonly kind: 'answer'; readonly status: number; readonly headers: string[]; readonly body: string };

/** What the URL of a request is made of, as redirects name it. */
export interface Asked {
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  /** `/a/b?c=d` */
  readonly target: string;
}

/**
 * Reads the last of a listener's default actions: those before it authenticate, which is not done here.
 *
 * @param share uniform in [0, 1), for groups with weights
 * @returns undefined where nobody is meant to get the request
 */
export function verdictOf(actions: readonly Action[], asked: Asked, share: number): Verdict | undefined {
  const action = actions.at(-1);
  if (action?.RedirectConfig !== undefined) return redirect(action.RedirectConfig, asked);
  if (action?.FixedResponseConfig !== undefined) return fixed(action.FixedResponseConfig);
  const targetGroupArn = action === undefined ? undefined : groupOf(action, share);
  return targetGroupArn === undefined ? undefined : { kind: 'forward', targetGroupArn };
}

function groupOf({ TargetGroupArn, ForwardConfig }: Action, share: number): string | undefined {
  const groups = ForwardConfig?.TargetGroups ?? [];
  if (groups.length === 0) return TargetGroupArn;
  const total = groups.reduce((sum, { Weight = 1 }) => sum + Weight, 0);
  let left = share * total;
  return groups.find(({ Weight = 1 }) => (left -= Weight) < 0)?.TargetGroupArn;
}

function redirect(config: NonNullable<Action['RedirectConfig']>, asked: Asked): Verdict {
  const [path, query] = splitAt(asked.target, '?');
  const known: Readonly<Record<string, string>> = {
    protocol: asked.protocol,
    host: asked.host.split(':')[0] ?? '',
    port: String(asked.port),
    path: path.replace(/^\//, ''),
    query,
  };
  const filled = (text: string) => text.replace(/#\{(\w+)\}/g, (_, name: string) => known[name] ?? '');
  const protocol = filled(config.Protocol ?? '#{protocol}').toLowerCase();
  const port = filled(config.Port ?? '#{port}');
  const host = filled(config.Host ?? '#{host}');
  const wholeQuery = filled(config.Query ?? '#{query}');
  const location = `${protocol}://${host}:${port}${filled(config.Path ?? '/#{path}')}${wholeQuery && `?${wholeQuery}`}`;
  const status = config.StatusCode === 'HTTP_302' ? 302 : 301;
  return { kind: 'answer', status, headers: ['Location', location], body: '' };
}

function fixed({
  StatusCode = '200',
  ContentType = 'text/plain',
  MessageBody = '',
}: NonNullable<Action['FixedResponseConfig']>): Verdict {
  return {
    kind: 'answer',
    status: Number(StatusCode),
    headers: ['Content-Type', ContentType],
    body: MessageBody,
  };
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
