import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';

/** Answers in the load balancer's own name. @param body its error page, unless an action says another */
export function answerItself(
  response: ServerResponse,
  status: number,
  headers: string[] = [],
  body?: string,
): void {
  if (response.headersSent || response.destroyed) return;
  const isOwn = body === undefined;
  response.writeHead(status, [
    ...headers,
    'Server',
    'awselb/2.0',
    ...(isOwn ? ['Content-Type', 'text/html'] : []),
  ]);
  response.end(isOwn ? errorPage(status) : body);
}

/** The page of an ALB that has an error to tell. */
function errorPage(status: number): string {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}
