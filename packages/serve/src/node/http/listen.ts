import { AttuneError } from '@attune/internal';
import type { FastifyInstance } from 'fastify';

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Messages for addresses that cannot be opened, by the system's error code. */
const reasons: Readonly<Record<string, (address: Address) => string>> = {
  EADDRINUSE: ({ host, port }) =>
    `port: expected a free port at ${host}, got ${port}, which another program uses; choose another, or 0 for any free port`,
  EACCES: ({ port }) => `port: expected a port that this user may open, got ${port}; choose one from 1024 to 65535`,
  ERR_SOCKET_BAD_PORT: ({ port }) => `port: expected an integer from 0 to 65535, got ${port}`,
  EADDRNOTAVAIL: ({ host }) =>
    `host: expected an address of this machine, got ${host}; use 127.0.0.1, or 0.0.0.0 for all addresses`,
  ENOTFOUND: ({ host }) =>
    `host: expected a name or an address of this machine, got ${host}; use 127.0.0.1, or 0.0.0.0 for all addresses`,
};

/**
 * Listens at an address and returns its URL.
 *
 * @throws AttuneError ARGUMENT_INVALID for a port or host that cannot be opened
 */
export async function listen(server: FastifyInstance, address: Address): Promise<string> {
  try {
    return await server.listen(address);
  } catch (cause) {
    const reason = reasons[(cause as NodeJS.ErrnoException).code ?? ''];
    throw reason ? new AttuneError('ARGUMENT_INVALID', reason(address), { cause }) : cause;
  }
}
