import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
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
    help: 'read options from a .json, .yaml or .ts file, and models by name: their paths, or source, precision and threads of each; typed options take precedence',
  },
  host: {
    schema: textFlag().default('127.0.0.1'),
    value: 'address',
    help: 'address to listen on; 0.0.0.0 for all',
    group: 'Address:',
  },
  port: {
    schema: numberFlag().default(8000),
    value: 'n',
    help: 'port to listen on; 0 takes a free one',
    group: 'Address:',
  },
  corsOrigins: {
    schema: listFlag().optional(),
    value: 'origins',
    help: 'origins whose pages may ask, such as https://jobs.example; "*" for all; default: none',
    group: 'Address:',
  },
  tokenFile: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'file of tokens, one per line, of which a request has to bring one; default: none is needed',
    group: 'Address:',
  },
  withoutPage: { schema: switchFlag(), help: 'serve no page at /', group: 'Address:' },
  processes: number('processes that serve at the address; one that crashes is replaced; default 1', 'Computation:'),
  workers: number('worker threads of each process, each with a copy of every model; default 1', 'Computation:'),
  threads: number('threads per worker; default: the cores less one, shared among all workers', 'Computation:'),
  precision: {
    schema: precision.default('fp32'),
    value: 'name',
    help: 'int8 has weights in 8 bits',
    group: 'Computation:',
  },
  cacheSize: number('predictions that are kept for texts that come again; default 0', 'Computation:'),
  memory: number('gigabytes that the weights in all workers may take; default: half of the memory', 'Limits:'),
  maxQueue: number('texts that wait at most, of each process; one more is answered 429; default 1000', 'Limits:'),
  maxWait: number(
    'seconds that a text may have to wait, as fast as texts are at the moment; one that would wait longer is answered 429; default 10',
    'Limits:',
  ),
  maxRequests: number('requests at a time at most, of each process; one more is answered 503; default 2000', 'Limits:'),
  maxTexts: number('texts of one request at most; default 256', 'Limits:'),
  maxCharacters: number('characters of one text at most; default 100000', 'Limits:'),
  maxNewTokens: number('tokens written for one request at most; default 1024', 'Limits:'),
  timeout: number('seconds that an answer may take; default 30', 'Limits:'),
  logLevel: {
    schema: choiceFlag(['info', 'warn', 'error', 'silent']).default('info'),
    value: 'level',
    help: 'what is logged to standard output, as lines of JSON without texts',
    group: 'Limits:',
  },
} as const;

/** What a config file may have besides. */
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
    'Answers POST /v1/models/NAME/predict and /generate, the completions of OpenAI’s API, /v1/models, /health/live, /health/ready, /metrics and /openapi.json; / is a page to try the models on. NAME is the last part of the run’s path, or typed before it: jobs=runs/sectors. SIGHUP opens the models again; SIGINT and SIGTERM end the service once its requests are answered.',
  argument: {
    name: 'runs',
    help: 'run directories, model directories or hub ids, each maybe as name=path; in place of those of --config',
    isList: true,
    isOptional: true,
  },
  options,
  endsOnSignal: true,
  async complete(typed) {
    if (typed.config === undefined) return typed;
    const { withConfigFile } = await import('../config/stored-options');
    return withConfigFile(typed, { ...options, models: { schema: models, help: 'models by name' } }, 'serve');
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
    // A process of several hears of the end from its supervisor, which is told by the system.
    if (isSupervised()) return besideSignals(superviseService(service));
    printNote(io.stderr, `serving ${service.pool.models.map(({ name }) => name).join(', ')} at ${service.url}`);
    await untilStopped(
      { reload: () => reloadAll(service.pool, (note) => printNote(io.stderr, note)), close: service.close },
      io,
    );
  },
});

/** Models by name, of the command line or of a config file. */
function sourcesOf(typedSources: readonly string[], typed: TypedOptions): Record<string, string | PoolSource> {
  if (typedSources.length > 0) return namedSources(typedSources);
  if (typed.models === undefined)
    throw new UsageError('runs: expected a run, got none; name one: attune serve runs/sectors');
  return models.parse(typed.models);
}

/** Flags as the service takes them. */
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

/** Models by the names in addresses. */
function namedSources(sources: readonly string[]): Record<string, string> {
  const named = sources.map((source) => {
    const typed = /^([\w.-]+)=(.+)$/.exec(source);
    return typed ? [typed[1], typed[2]] : [basename(resolve(source)), source];
  });
  const twice = named.find(([name], i) => named.findIndex(([other]) => other === name) < i);
  if (twice)
    throw new UsageError(`runs: expected a name each, got ${twice[0]} twice; name them: ${twice[0]}-2=${twice[1]}`);
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

/** What serves, in this process or in others. */
interface Serving {
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Ends what serves at the first signal that tells it to; SIGHUP opens its models again. */
async function untilStopped({ reload, close }: Serving, { signal, stderr }: Io): Promise<void> {
  process.on('SIGHUP', reload);
  const release = signal?.hold?.();
  try {
    await new Promise<void>((resolve) => {
      if (signal?.aborted) resolve();
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    printNote(stderr, 'no more requests are taken; those that came are answered');
    await close();
  } finally {
    process.off('SIGHUP', reload);
    release?.();
  }
}

/** Waits for work while signals to the whole group of processes, as a terminal and systemd send them, are left to the supervisor. */
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
