import { parentPort } from 'node:worker_threads';
import { isAttuneError } from '@attune/internal';
import type { Answer, PostedError, Request } from './pool/messages';
import { openModel, type WorkerModel } from './pool/worker-model';

// The program of a worker: opens models, labels batches, and writes texts piece by piece.

const port = parentPort;
if (port === null) throw new Error('worker: the pool starts this program in a thread of node:worker_threads');
const answer = (message: Answer) => port.postMessage(message);

const models = new Map<string, OpenModel>();
/** Ids of the texts being generated; removing one stops its text. */
const writing = new Set<number>();

port.on('message', (request: Request) => {
  switch (request.kind) {
    case 'open':
      return attempt(request.id, () => open(request));
    case 'predict':
      return attempt(request.id, () => predict(request), request.key);
    case 'write':
      return attempt(request.id, () => write(request), request.key);
    case 'stop':
      return void writing.delete(request.id);
    case 'drop':
      return void drop(request.key);
    case 'close':
      return void close();
  }
});

/** An open model and its source. */
interface OpenModel {
  readonly model: WorkerModel;
  readonly source: string;
  /** The texts that it generates, which end before it is closed. */
  readonly texts: Set<Promise<void>>;
}

function attempt(id: number, work: () => Promise<void>, key?: string): void {
  const open = key === undefined ? undefined : models.get(key);
  work().catch((error: unknown) => answer({ kind: 'failed', id, error: posted(error, key, open) }));
}

/** Errors of a call name the model, not its path, which HTTP clients must not see. */
function posted(error: unknown, key = '', open?: OpenModel): PostedError {
  const whole = error instanceof Error ? error.message : String(error);
  const isPlaced = open !== undefined && whole.startsWith(open.source);
  const message = isPlaced ? key.replace(/@\d+$/, '') + whole.slice(open.source.length) : whole;
  return isAttuneError(error) ? { message, code: error.code } : { message };
}

async function open({ id, spec }: Extract<Request, { kind: 'open' }>) {
  const model = await openModel(spec);
  models.set(spec.key, { model, source: spec.source, texts: new Set() });
  answer({ kind: 'opened', id, facts: model.facts });
}

async function predict({ id, key, inputs }: Extract<Request, { kind: 'predict' }>) {
  answer({ kind: 'predicted', id, predictions: await modelOf(key).model.predict(inputs) });
}

async function write(request: Extract<Request, { kind: 'write' }>) {
  const { model, texts } = modelOf(request.key);
  const text = writeText(model, request);
  texts.add(text);
  await text.finally(() => texts.delete(text));
}

async function writeText(model: WorkerModel, { id, prompt, options }: Extract<Request, { kind: 'write' }>) {
  writing.add(id);
  try {
    const { pieces, promptTokens } = await model.write(prompt, options);
    for (;;) {
      const { done, value } = await pieces.next();
      if (done) return answer({ kind: 'written', id, result: value, promptTokens });
      if (!writing.has(id)) break;
      answer({ kind: 'piece', id, text: value });
    }
    await pieces.return(undefined as never);
    answer({ kind: 'failed', id, error: { message: 'stopped' } });
  } finally {
    writing.delete(id);
  }
}

function modelOf(key: string): OpenModel {
  const open = models.get(key);
  if (open === undefined) throw new Error(`worker: expected the key of an open model, got ${key}`);
  return open;
}

/** Closes a model once its calls have ended. */
async function drop(key: string) {
  const open = models.get(key);
  models.delete(key);
  await Promise.allSettled(open?.texts ?? []);
  await open?.model.close();
}

async function close() {
  writing.clear();
  await Promise.all([...models.keys()].map(drop));
  port?.close(); // nothing keeps the thread alive now: it ends
}
