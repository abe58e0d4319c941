import type { FastifyInstance } from 'fastify';
import type { Readiness } from '../health.ts';

/**
 * `/live`: the process answers, whatever else is broken: for whoever would restart it. `/ready`: it may take traffic:
 * for load balancers and whoever admits the instance.
 */
export function healthRoutes(app: FastifyInstance, readiness: Readiness): void {
  app.get('/live', { logLevel: 'warn' }, async (_, reply) => reply.type('text/plain').send('live\n'));
  app.get('/ready', { logLevel: 'warn' }, async (request, reply) => {
    const problem = await readiness.problem();
    void reply.type('text/plain').header('cache-control', 'no-store');
    if (problem === undefined) return reply.send('ready\n');
    if (!readiness.isDraining) request.log.warn({ problem }, 'not ready');
    // The reason is for the log: whoever asks need not know what stands behind.
    return reply.code(503).send(readiness.isDraining ? 'draining\n' : 'not ready\n');
  });
}
