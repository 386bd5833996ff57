import { cpSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const packages = join(root, 'packages');

/** The worker of the sources as one file, which a thread can be started from; packages of others stay where they are. */
export const bundledWorker = (directory: string): Promise<URL> => bundled('src/node/worker.ts', directory);

/** A program that serves, as one file with the page's files beside it: see `service-program.ts`. */
export async function bundledService(directory: string): Promise<URL> {
  cpSync(join(packages, 'serve', 'src', 'node', 'http', 'page'), join(directory, 'page'), { recursive: true });
  return bundled('test/service-program.ts', directory);
}

async function bundled(source: string, directory: string): Promise<URL> {
  const outfile = join(directory, basename(source).replace('.ts', '.mjs'));
  await build({
    entryPoints: [join(packages, 'serve', source)],
    ...{ outfile, bundle: true, format: 'esm', platform: 'node', target: 'node20', logLevel: 'error' },
    banner: {
      js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom('${join(root, 'package.json')}');`,
    },
    plugins: [
      {
        name: 'sources',
        setup({ onResolve }) {
          onResolve({ filter: /^@attune\/[a-z]+(\/[a-z]+)?$/ }, ({ path }) => {
            const [, name, entry] = path.split('/');
            return { path: join(packages, name, 'src', ...(entry ? [entry] : []), 'index.ts') };
          });
          // From their place among this repository's packages: the file stands outside it.
          onResolve(
            { filter: /^(onnxruntime-node|@tensorflow\/tfjs-node|webgpu|@huggingface\/|@?fastify|prom-client)/ },
            ({ path }) => ({
              path: import.meta.resolve(path),
              external: true,
            }),
          );
        },
      },
    ],
  });
  return pathToFileURL(outfile);
}

/**
 * A worker that computes nothing: a text `wait N` takes N milliseconds, `throw` fails, `die` ends the thread, `die once FILE` ends it unless
 * the file is there, `crash` ends the process as a native fault does; any other is its own length. It writes its prompt back word by word, where
 * `fail` fails; `echo` writes prompt and options as JSON.
 */
export function scriptedWorker(directory: string): URL {
  const file = join(directory, 'scripted.mjs');
  writeFileSync(
    file,
    `import { parentPort } from 'node:worker_threads';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
const facts = { task: 'sequence-classification', labels: ['a'], maxLength: 64, hasChat: true, fields: [] };
const opened = new Set();
const stopped = new Set();
const say = (message) => parentPort.postMessage(message);
async function labeled(input) {
  const text = typeof input === 'string' ? input : Object.values(input).join(' ');
  if (text === 'throw') throw new Error('thrown by a text');
  if (text === 'die') process.exit(3);
  if (text === 'crash') process.kill(process.pid, 'SIGKILL');
  const once = /^die once (.*)/.exec(text)?.[1];
  if (once && !existsSync(once)) { writeFileSync(once, ''); process.exit(3); }
  const time = /^wait (\\d+)/.exec(text)?.[1];
  if (time) await wait(Number(time));
  return { length: text.length };
}
async function answer(request) {
  const { kind, id, key, inputs, spec } = request;
  if (kind === 'open') {
    if (spec.source.endsWith('broken')) throw new Error('cannot be opened');
    opened.add(spec.key);
    return say({ kind: 'opened', id, facts: spec.source.endsWith('/') ? { ...facts, task: 'causal-lm', labels: [] } : facts });
  }
  if (kind === 'predict') {
    const predictions = [];
    for (const text of inputs) predictions.push({ ...(await labeled(text)), batch: inputs.length, key });
    return say({ kind: 'predicted', id, predictions });
  }
  if (kind === 'write') {
    let text = '';
    const { prompt } = request;
    const words = (typeof prompt === 'string' ? prompt : Array.isArray(prompt) ? prompt.at(-1).content : Object.values(prompt).join(' ')).split(' ');
    if (words[0] === 'echo') words.splice(0, words.length, JSON.stringify({ prompt, options: request.options }));
    for (const word of words) {
      if (word === 'die') process.exit(3);
      if (word === 'fail') throw new Error('failed at a word');
      await wait(5);
      if (stopped.has(id)) { say({ kind: 'failed', id, error: { message: 'stopped' } }); return; }
      text += word + ' ';
      say({ kind: 'piece', id, text: word + ' ' });
    }
    return say({ kind: 'written', id, promptTokens: words.length, result: { text, tokens: words.length, ended: 'stop' } });
  }
  if (kind === 'stop') stopped.add(id);
  if (kind === 'drop') opened.delete(key);
  if (kind === 'close') parentPort.close();
}
parentPort.on('message', (request) => answer(request).catch(({ message }) => say({ kind: 'failed', id: request.id, error: { message } })));
`,
  );
  return pathToFileURL(file);
}
