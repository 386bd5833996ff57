import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from './problems';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Refuses requests without one of the bearer tokens. Their digests are compared, in a time that does not depend on where they differ. */
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
      'expected the header Authorization: Bearer TOKEN, with a token that this service was started with',
    );
  };
}
