import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';

/** Files of the page, next to this one; the build copies them. They load nothing from other servers. */
const directory = new URL('./page/', import.meta.url);

const types = {
  'index.html': 'text/html; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'ask.js': 'text/javascript; charset=utf-8',
  'answers.js': 'text/javascript; charset=utf-8',
  'card.js': 'text/javascript; charset=utf-8',
  'inputs.js': 'text/javascript; charset=utf-8',
  'why.js': 'text/javascript; charset=utf-8',
} as const;

/** The page at `/`. It calls the routes of the service by relative addresses. */
export async function servePage(server: FastifyInstance): Promise<void> {
  for (const [name, type] of Object.entries(types)) {
    const file = await readFile(new URL(name, directory));
    const path = name === 'index.html' ? '/' : `/page/${name}`;
    server.get(path, openRoute, async (_, reply) => reply.type(type).header('cache-control', 'no-cache').send(file));
  }
}

/** Options of a route that does not need a token. */
export const openRoute = { config: { isOpen: true } } as const;
