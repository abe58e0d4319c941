import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from './refusal.ts';

const SAFE: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Refuses changes that a page of another site has made a browser ask for. Browsers say where a request comes from
 * (https://www.w3.org/TR/fetch-metadata/, older ones by Origin), so no token has to be kept or shared by instances;
 * clients that are no browsers say nothing, and carry no one's login either.
 */
export function refuseOtherSites(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (!SAFE.includes(request.method) && isFromElsewhere(request))
      throw new Refusal(
        403,
        'This form was sent by another site',
        'Open the directory itself and try again.',
      );
  });
}

function isFromElsewhere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
