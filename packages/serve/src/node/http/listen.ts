import { AttuneError } from '@attune/internal';
import type { FastifyInstance } from 'fastify';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** What is wrong with an address, by the system's code. */
const reasons: Readonly<Record<string, (address: Address) => string>> = {
  EADDRINUSE: ({ host, port }) =>
    `port: expected one that is free at ${host}, got ${port}, where another program listens; give another, or 0 for any`,
  EACCES: ({ port }) => `port: expected one that this user may open, got ${port}; give one from 1024`,
  ERR_SOCKET_BAD_PORT: ({ port }) => `port: expected an integer from 0 to 65535, got ${port}; correct it`,
  EADDRNOTAVAIL: ({ host }) =>
    `host: expected an address of this machine, got ${host}; give 127.0.0.1, or 0.0.0.0 for all`,
  ENOTFOUND: ({ host }) =>
    `host: expected a name or an address of this machine, got ${host}; give 127.0.0.1, or 0.0.0.0 for all`,
};

/**
 * Listens at an address, and says where.
 *
 * @throws AttuneError ARGUMENT_INVALID for a port or host that cannot be had
 */
export async function listen(server: FastifyInstance, address: Address): Promise<string> {
  try {
    return await server.listen(address);
  } catch (cause) {
    const reason = reasons[(cause as NodeJS.ErrnoException).code ?? ''];
    throw reason ? new AttuneError('ARGUMENT_INVALID', reason(address), { cause }) : cause;
  }
}
