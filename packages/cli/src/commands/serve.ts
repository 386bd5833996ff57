import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { typedCommand } from '@attune/internal';
import type { PoolSource, ServiceOptions } from '@attune/serve/node';
import { z } from 'zod';
import {
  choiceFlag,
  defineCommand,
  expected,
  type Flags,
  listFlag,
  numberFlag,
  switchFlag,
  type TypedOptions,
  textFlag,
} from '../program/command';
import { UsageError } from '../program/failure';
import type { Io } from '../program/process';
import { printNote } from '../program/terminal';

const number = (help: string, group: string) => ({ schema: numberFlag().optional(), value: 'n', help, group });

const precision = choiceFlag(['fp32', 'int8']);

const options = {
  config: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'read options and models from a config file (.json, .yaml or .ts); a model is a path, or an object of source, precision and threads; options on the command line take precedence',
  },
  host: {
    schema: textFlag().default('127.0.0.1'),
    value: 'address',
    help: 'address to listen on, or 0.0.0.0 for all; default 127.0.0.1',
    group: 'Address:',
  },
  port: {
    schema: numberFlag()
      .refine((port) => Number.isInteger(port) && port >= 0 && port <= 65535, {
        error: expected('an integer from 0 to 65535'),
      })
      .default(8000),
    value: 'n',
    help: 'port to listen on, or 0 for a free one; default 8000',
    group: 'Address:',
  },
  corsOrigins: {
    schema: listFlag().optional(),
    value: 'origins',
    help: 'origins whose pages may send requests, such as https://jobs.example, or "*" for all; default: none',
    group: 'Address:',
  },
  tokenFile: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'file of access tokens, one per line; a request needs one of them; default: no token is needed',
    group: 'Address:',
  },
  withoutPage: { schema: switchFlag(), help: 'do not serve the page at /', group: 'Address:' },
  processes: number('number of server processes; one that crashes is replaced; default 1', 'Computation:'),
  workers: number('worker threads per process, each with a copy of every model; default 1', 'Computation:'),
  threads: number('threads per worker; default: all cores but one, divided among the workers', 'Computation:'),
  precision: {
    schema: precision.default('fp32'),
    value: 'name',
    help: 'weight precision: fp32 (default), or int8 (8-bit weights, faster and nearly as exact)',
    group: 'Computation:',
  },
  cacheSize: number('number of predictions to cache for repeated texts; default 0', 'Computation:'),
  memory: number('maximum gigabytes for the weights in all workers; default: half of the memory', 'Limits:'),
  maxQueue: number('maximum waiting texts per process; more are answered with 429; default 1000', 'Limits:'),
  maxWait: number(
    'maximum seconds that a text waits, estimated from the current speed; a text that would wait longer is answered with 429; default 10',
    'Limits:',
  ),
  maxRequests: number('maximum concurrent requests per process; more are answered with 503; default 2000', 'Limits:'),
  maxTexts: number('maximum texts per request; default 256', 'Limits:'),
  maxCharacters: number('maximum characters per text; default 100000', 'Limits:'),
  maxNewTokens: number('maximum new tokens per request; default 1024', 'Limits:'),
  timeout: number('maximum seconds per answer; default 30', 'Limits:'),
  logLevel: {
    schema: choiceFlag(['info', 'warn', 'error', 'silent']).default('info'),
    value: 'level',
    help: 'log level: info (default), warn, error, silent; the log goes to standard output as JSON lines, without texts',
    group: 'Limits:',
  },
} as const;

/** The `models` of a config file. */
const models = z.record(
  z.string().regex(/^[\w.-]+$/, 'expected a name of letters, digits, ".", "_" and "-"'),
  z.preprocess(
    (own) => (typeof own === 'string' ? { source: own } : own),
    z.strictObject(
      { source: textFlag(), precision: precision.optional(), threads: numberFlag().optional() },
      {
        error: ({ input }) =>
          typeof input === 'object' ? undefined : expected('a path, or an object with source')({ input }),
      },
    ),
  ),
  { error: expected('models by name') },
);

/** `attune serve`. */
export const serveCommand = defineCommand({
  details:
    "Endpoints: POST /v1/models/NAME/predict and /generate, the completions of OpenAI's API, /v1/models, /health/live, /health/ready, /metrics and /openapi.json; / is a page to try the models on. NAME is the last part of the path of the run, or the name in NAME=PATH, such as jobs=runs/sectors. SIGHUP reloads the models; SIGINT and SIGTERM stop the service once its requests are answered.",
  argument: {
    name: 'runs',
    help: 'run directories, model directories or hub ids, optionally with a name (name=path); they replace the models of --config',
    isList: true,
    isOptional: true,
  },
  options,
  endsOnSignal: true,
  async complete(typed) {
    if (typed.config === undefined) return typed;
    const { withConfigFile } = await import('../config/stored-options');
    return withConfigFile(
      typed,
      { ...options, models: { schema: models, help: 'an object of models by name' } },
      'serve',
    );
  },
  examples: [
    'attune serve runs/sectors',
    'attune serve jobs=runs/sectors skills=runs/skills --port 8080 --precision int8 --token-file tokens.txt',
    'attune serve --config serve.json --processes 2',
  ],
  async run({ flags, typed, arguments: typedSources, io }) {
    const { isSupervised, openProcesses, openService, reloadAll, superviseService } = await import(
      '@attune/serve/node'
    );
    const sources = sourcesOf(typedSources, typed);
    const { processes = 1 } = flags;
    if (processes > 1 && !isSupervised()) {
      const [, program = '', ...args] = process.argv;
      const onNote = (note: string) => printNote(io.stderr, note);
      const open = await openProcesses({ processes, program, args, onNote });
      printNote(io.stderr, `serving ${open.models.join(', ')} at ${open.url} from ${processes} processes`);
      return untilStopped({ reload: async () => open.reload(), close: open.close }, io);
    }
    const service = await openService(sources, await serviceOptions(flags));
    // One of several processes is stopped by its supervisor, which receives the signals.
    if (isSupervised()) return besideSignals(superviseService(service));
    printNote(io.stderr, `serving ${service.pool.models.map(({ name }) => name).join(', ')} at ${service.url}`);
    await untilStopped(
      { reload: () => reloadAll(service.pool, (note) => printNote(io.stderr, note)), close: service.close },
      io,
    );
  },
});

/** Models by name, from the command line or a config file. */
function sourcesOf(typedSources: readonly string[], typed: TypedOptions): Record<string, string | PoolSource> {
  if (typedSources.length > 0) return namedSources(typedSources);
  if (typed.models === undefined)
    throw new UsageError(`runs: expected a run, got none; name one: ${typedCommand('serve runs/sectors')}`);
  return models.parse(typed.models);
}

/** Converts the flags to options of the service. */
async function serviceOptions({
  config: _,
  tokenFile,
  withoutPage,
  timeout,
  maxWait,
  memory,
  ...given
}: Flags<typeof options>): Promise<ServiceOptions> {
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(memory !== undefined && { memory: memory * 1e9 }),
    ...(timeout !== undefined && { timeoutMs: timeout * 1000 }),
    ...(maxWait !== undefined && { maxWaitMs: maxWait * 1000 }),
    ...(tokenFile !== undefined && { tokens: await tokensIn(tokenFile) }),
    playground: !withoutPage,
  };
}

/** Models by the names that are used in URLs. */
function namedSources(sources: readonly string[]): Record<string, string> {
  const named = sources.map((source) => {
    const typed = /^([\w.-]+)=(.+)$/.exec(source);
    const [, path] = /^[^/\\=]+=(.+)$/.exec(source) ?? [];
    if (!typed && path !== undefined && existsSync(path) && !existsSync(source))
      throw new UsageError(
        `runs: expected a name of letters, digits, ".", "-" and "_" before "=", got ${JSON.stringify(source)}; choose another, such as model=${path}`,
      );
    return typed ? [typed[1], typed[2]] : [basename(resolve(source)), source];
  });
  const twice = named.find(([name], i) => named.findIndex(([other]) => other === name) < i);
  if (twice)
    throw new UsageError(
      `runs: expected different names, got ${twice[0]} twice; give one a name: ${twice[0]}-2=${twice[1]}`,
    );
  return Object.fromEntries(named);
}

async function tokensIn(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(({ code }: NodeJS.ErrnoException) => {
    throw new UsageError(`--token-file: expected a file that can be read, got ${file} (${code}); check the path`);
  });
  const tokens = text.split(/\r?\n/).map((line) => line.trim());
  const kept = tokens.filter((line) => line !== '' && !line.startsWith('#'));
  if (kept.length === 0)
    throw new UsageError(`--token-file: expected a token per line, got none in ${file}; write one`);
  return kept;
}

/** A running service, in this process or in others. */
interface Serving {
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Closes the service at the first signal to stop; SIGHUP reloads its models. */
async function untilStopped({ reload, close }: Serving, { signal, stderr }: Io): Promise<void> {
  process.on('SIGHUP', reload);
  const release = signal?.hold?.();
  try {
    await new Promise<void>((resolve) => {
      if (signal?.aborted) resolve();
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    printNote(stderr, 'shutting down: finishing requests in progress');
    await close();
  } finally {
    process.off('SIGHUP', reload);
    release?.();
  }
}

/** Waits for work while the supervisor handles signals that a terminal or systemd sends to the whole process group. */
async function besideSignals(work: Promise<void>): Promise<void> {
  const ignore = () => {};
  const names = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
  for (const name of names) process.on(name, ignore);
  try {
    await work;
  } finally {
    for (const name of names) process.off(name, ignore);
  }
}
