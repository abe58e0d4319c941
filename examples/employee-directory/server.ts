import { readFileSync } from 'node:fs';
import formBody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { fastify } from 'fastify';
import type { Listing } from './employees/listing.ts';
import type { Employees } from './employees/store.ts';
import type { Readiness } from './health.ts';
import type { Identity } from './identity.ts';
import { page, type Layout } from './pages/layout.ts';
import { problemPage } from './pages/problem.ts';
import { LARGEST_PHOTO } from './photos/kind.ts';
import type { Photos } from './photos/store.ts';
import { Refusal } from './refusal.ts';
import { employeeRoutes } from './routes/employees.ts';
import { healthRoutes } from './routes/health.ts';
import { photoRoutes } from './routes/photos.ts';
import { refuseOtherSites } from './same-origin.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** Sends a whole page. */
    page(layout: Layout): FastifyReply;
  }
}

/** What the directory stands on. */
export interface Parts {
  readonly employees: Employees;
  readonly listing: Listing;
  readonly photos: Photos;
  readonly readiness: Readiness;
  readonly identity: Identity;
  readonly newId: () => string;
}

/**
 * Longer than any load balancer keeps an idle connection (60 s unless told otherwise): it would lose a request that it
 * sends while this side hangs up.
 */
const KEEP_ALIVE_MS = 75_000;
const LONGEST_REQUEST_MS = 60_000;

/** The directory as a server that does not listen yet. @param logger false for none */
export async function createServer(
  parts: Parts,
  logger: boolean | FastifyBaseLogger,
): Promise<FastifyInstance> {
  const app = fastify({
    ...(typeof logger === 'boolean' ? { logger } : { loggerInstance: logger }),
    // One hop, the load balancer's: what it says of the client is believed, what the client says is not.
    trustProxy: (_, hop) => hop === 0,
    requestIdHeader: 'x-amzn-trace-id',
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: LONGEST_REQUEST_MS,
    // While it closes: what comes on a connection that is still open is served, idle ones are closed.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  });
  const { identity } = parts;
  app.decorateReply('page', function (this: FastifyReply, layout: Layout) {
    return this.type('text/html; charset=utf-8').send(page(layout, identity));
  });
  await protect(app);
  await app.register(formBody, { bodyLimit: 64 * 1024 });
  await app.register(multipart, { limits: { fileSize: LARGEST_PHOTO, files: 1, fields: 10, parts: 11 } });
  app.addHook('onSend', async (_, reply) => {
    void reply.headers({ 'x-instance-id': identity.instance, 'x-zone': identity.zone });
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  });
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((_, reply) =>
    reply.code(404).page(problemPage('There is no such page', 'Begin with the list of everyone.')),
  );
  const style = readFileSync(new URL('pages/style.css', import.meta.url));
  app.get('/style.css', async (_, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'max-age=3600').send(style),
  );
  healthRoutes(app, parts.readiness);
  employeeRoutes(app, parts);
  photoRoutes(app, parts);
  return app;
}

/** Nothing runs in the pages, nothing comes from elsewhere, nobody frames them, and no other site's form is taken. */
async function protect(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' },
  });
  refuseOtherSites(app);
}

const TOO_LARGE: readonly (string | undefined)[] = ['FST_REQ_FILE_TOO_LARGE', 'FST_ERR_CTP_BODY_TOO_LARGE'];

function answerError(
  error: FastifyError | Refusal,
  request: { log: FastifyBaseLogger },
  reply: FastifyReply,
): FastifyReply {
  const { message, advice, statusCode } = refusalFor(error);
  if (statusCode >= 500) request.log.error({ err: error }, 'could not answer');
  return reply.code(statusCode).page(problemPage(message, advice));
}

function refusalFor(error: FastifyError | Refusal): Refusal {
  if (error instanceof Refusal) return error;
  const { code, statusCode = 500 } = error;
  if (TOO_LARGE.includes(code))
    return new Refusal(
      413,
      'This is too large',
      `Upload a photo of at most ${LARGEST_PHOTO / 1024 / 1024} MB: most programs can save a smaller one.`,
    );
  if (statusCode < 500)
    return new Refusal(statusCode, 'This request cannot be understood', 'Go back and send the form again.');
  return new Refusal(500, 'Something went wrong here', 'Nothing was saved. Try again in a moment.');
}
