import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from './problems';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Refuses requests without a valid bearer token. Digests are compared in constant time. */
export function bearerCheck(tokens: readonly string[]): (request: FastifyRequest) => void {
  const known = tokens.map(digest);
  return ({ headers }) => {
    const [scheme, token = ''] = (headers.authorization ?? '').split(' ');
    const own = digest(token);
    let isKnown = false;
    for (const other of known) if (timingSafeEqual(own, other)) isKnown = true;
    if (scheme.toLowerCase() === 'bearer' && isKnown) return;
    throw new ProblemError(
      'NOT_AUTHORIZED',
      'expected the header Authorization: Bearer TOKEN, with one of the tokens of this service',
    );
  };
}
