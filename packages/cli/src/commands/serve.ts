import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Service } from '@attune/serve/node';
import { choiceFlag, defineCommand, listFlag, numberFlag, switchFlag, textFlag } from '../program/command';
import { UsageError } from '../program/failure';
import type { Io } from '../program/process';
import { printNote } from '../program/terminal';

const number = (help: string, group: string) => ({ schema: numberFlag().optional(), value: 'n', help, group });

const options = {
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
  workers: number('worker threads, each with a copy of every model; default 1', 'Computation:'),
  threads: number('threads per worker; default: the cores less one, shared among the workers', 'Computation:'),
  precision: {
    schema: choiceFlag(['fp32', 'int8']).default('fp32'),
    value: 'name',
    help: 'int8 has weights in 8 bits',
    group: 'Computation:',
  },
  cacheSize: number('predictions that are kept for texts that come again; default 0', 'Computation:'),
  memory: number('gigabytes that the weights in all workers may take; default: half of the memory', 'Limits:'),
  maxQueue: number('texts that wait at most; one more is answered 429; default 1000', 'Limits:'),
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

/** `attune serve`. */
export const serveCommand = defineCommand({
  details:
    'Answers POST /v1/models/NAME/predict and /generate, the completions of OpenAI’s API, /v1/models, /health/live, /health/ready, /metrics and /openapi.json; / is a page to try the models on. NAME is the last part of the run’s path, or typed before it: jobs=runs/sectors. SIGHUP opens the models again; SIGINT and SIGTERM end the service once its requests are answered.',
  argument: {
    name: 'runs',
    help: 'run directories, model directories or hub ids, each maybe as name=path',
    isList: true,
  },
  options,
  endsOnSignal: true,
  examples: [
    'attune serve runs/sectors',
    'attune serve jobs=runs/sectors skills=runs/skills --port 8080 --precision int8 --token-file tokens.txt',
  ],
  async run({ flags, arguments: sources, io }) {
    const { openService } = await import('@attune/serve/node');
    const { tokenFile, withoutPage, timeout, memory, ...given } = flags;
    const service = await openService(namedSources(sources), {
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      ...(memory !== undefined && { memory: memory * 1e9 }),
      ...(timeout !== undefined && { timeoutMs: timeout * 1000 }),
      ...(tokenFile !== undefined && { tokens: await tokensIn(tokenFile) }),
      playground: !withoutPage,
    });
    printNote(io.stderr, `serving ${service.pool.models.map(({ name }) => name).join(', ')} at ${service.url}`);
    await untilStopped(service, io);
  },
});

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

/** Ends the service at the first signal that tells it to; SIGHUP opens its models again. */
async function untilStopped(service: Service, { signal, stderr }: Io): Promise<void> {
  const reload = async () => {
    for (const { name } of service.pool.models)
      await service.pool.reload(name).then(
        ({ version }) => printNote(stderr, `${name} was opened again, version ${version}`),
        (error: Error) => printNote(stderr, `${name} stays as it was: ${error.message}`),
      );
  };
  process.on('SIGHUP', reload);
  const release = signal?.hold?.();
  try {
    await new Promise<void>((resolve) => {
      if (signal?.aborted) resolve();
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    printNote(stderr, 'no more requests are taken; those that came are answered');
    await service.close();
  } finally {
    process.off('SIGHUP', reload);
    release?.();
  }
}
