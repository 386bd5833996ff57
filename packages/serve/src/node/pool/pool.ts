import { availableParallelism } from 'node:os';
import { AttuneError, checkOptions, didYouMean, oneOf, type TableOf } from '@attune/internal';
import { timerMs } from '../timer';
import { checkPredict, checkWrite } from './inputs';
import { Labeling } from './labeling';
import { checkMemory, defaultMemory } from './memory';
import type { PoolInput } from './messages';
import { type PooledModel, pooledModel, shownModel, sourceBytes } from './open-models';
import type { CallOptions, PoolOptions, PoolPredictions, PoolSource, PredictorPool } from './options';
import { Staff } from './staff';
import { Writing } from './writing';

const precisions = ['fp32', 'int8'] as const;

/** Options of a pool. */
export const poolTable = {
  workers: 'count',
  threads: 'count',
  processes: 'count',
  precision: oneOf(precisions),
  maxBatchTokens: 'count',
  maxBatchMs: 'positive',
  maxQueue: 'count',
  maxWaitMs: 'positive',
  writers: 'count',
  memory: 'positive',
  cacheSize: 'index',
  closeMs: 'notNegative',
  onNote: 'function',
} satisfies TableOf<PoolOptions>;

/** The program of a worker, next to this file once built. */
const workerProgram = new URL('./worker.js', import.meta.url);

/**
 * Opens models in worker threads, which predict and generate without blocking the calling thread.
 *
 * Inputs that arrive while the workers compute are queued and go to a worker together: batches grow with the load, up to `maxBatchTokens`
 * and `maxBatchMs`. A worker that ends is replaced, and its inputs are tried again, once.
 *
 * @param sources a run directory, model directory or hub id; or several by name
 * @throws AttuneError ARGUMENT_INVALID for an invalid option, POOL_MEMORY for models that exceed `memory`, and the errors of the loaders
 * @example
 * const pool = await openPredictorPool('runs/sectors', { workers: 2 });
 * const [{ label, score }] = await pool.predict(['Dry bean farming']);
 * await pool.close();
 */
export async function openPredictorPool(
  sources: string | Readonly<Record<string, string | PoolSource>>,
  options: PoolOptions = {},
  program: URL = workerProgram,
): Promise<PredictorPool> {
  checkOptions('openPredictorPool', options, poolTable);
  const { workers = 1, precision = 'fp32', memory = defaultMemory(), onNote = () => {} } = options;
  const { processes = 1, closeMs = 10_000 } = options;
  const { threads = Math.max(1, Math.floor((availableParallelism() - 1) / (workers * processes))) } = options;
  const named = typeof sources === 'string' ? { [sources]: sources } : sources;
  if (Object.keys(named).length === 0)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      "openPredictorPool: expected a model, got none; name one: { sectors: 'runs/sectors' }",
    );
  const found = Object.entries(named).map(([name, source]) =>
    pooledModel(name, typeof source === 'string' ? { source } : source, { precision, threads }),
  );
  const models = new Map((await Promise.all(found)).map((model) => [model.name, model]));
  checkMemory([...models.values()], { workers, processes, memory });
  const onProgress = () => {
    labeling.dispatch();
    writing.dispatch();
    whenIdle();
  };
  const staff = new Staff({ workers, models, url: program, onNote, onReady: onProgress });
  const { maxBatchTokens = 2048, maxBatchMs = 100, cacheSize = 0, writers = 1 } = options;
  const { maxQueue = 1000, maxWaitMs = 10_000 } = options;
  const labeling = new Labeling({
    ...{ models, seats: staff.seats, maxBatchTokens, maxBatchMs, cacheSize, maxWaitMs, onProgress },
  });
  const writing = new Writing({ seats: staff.seats, writers, onProgress });
  let [closing, whenIdle]: [Promise<void> | undefined, () => void] = [undefined, () => {}];
  await staff.start();

  const modelOf = (call: string, name: string | undefined): PooledModel => {
    if (closing) throw new AttuneError('POOL_CLOSED', `${call}: the pool is closed; open another`);
    const names = [...models.keys()];
    const wanted = name ?? (names.length === 1 ? names[0] : undefined);
    const model = wanted === undefined ? undefined : models.get(wanted);
    if (model) return model;
    const advice = name === undefined ? '; name one' : didYouMean(name, names);
    throw new AttuneError('POOL_MODEL', `${call}: model expected ${names.join(', ')}, got ${name ?? 'none'}${advice}`);
  };
  const checkRoom = (call: 'predict' | 'write', more: number) => {
    const queued = labeling.queued + writing.queued;
    if (queued + more > maxQueue)
      throw new AttuneError(
        'POOL_FULL',
        `${call}: expected at most ${maxQueue} inputs in the queue, got ${more} more with ${queued} waiting; try again later, send fewer at once, or raise maxQueue`,
      );
    const { waitMs } = call === 'predict' ? labeling : writing;
    if (waitMs > maxWaitMs)
      throw new AttuneError(
        'POOL_FULL',
        `${call}: expected a wait of at most ${maxWaitMs} ms, got ${Math.round(waitMs)} ms of queued work; try again later, or raise maxWaitMs`,
      );
  };
  const isIdle = () => labeling.queued + labeling.running + writing.queued + writing.running === 0;
  /** Resolves when all calls have ended, or after `closeMs`. */
  const idle = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timerMs(closeMs));
      whenIdle = () => {
        if (!isIdle()) return;
        clearTimeout(timer);
        resolve();
      };
      whenIdle();
    });
  const closeAll = async () => {
    await idle();
    const late = new AttuneError('POOL_CLOSED', `pool: calls did not end within closeMs ${closeMs}; raise closeMs`);
    labeling.failAll(late);
    writing.failAll(late);
    await staff.close(closeMs);
  };
  return {
    get models() {
      return [...models.values()].map(shownModel);
    },
    get state() {
      const bytes = [...models.values()].reduce((sum, model) => sum + model.bytes, 0) * workers;
      const ready = staff.seats.filter(({ isReady }) => isReady).length;
      const [queued, running] = [labeling.queued + writing.queued, labeling.running + writing.running];
      return { queued, running, workers: ready, restarts: staff.restarts, bytes };
    },
    maxQueue,
    async predict<Prediction, Inputs extends readonly PoolInput[]>(inputs: Inputs, options: CallOptions = {}) {
      checkPredict(inputs, options, maxQueue);
      const model = modelOf('predict', options.model);
      checkRoom('predict', inputs.length);
      const predictions: unknown = await labeling.predict(model, inputs, options.signal);
      return predictions as PoolPredictions<Inputs, Prediction>;
    },
    write(prompt, options = {}) {
      checkWrite(prompt, options);
      const { model: name, ...writeOptions } = options;
      const model = modelOf('write', name);
      checkRoom('write', 1);
      return writing.write(model, prompt, writeOptions);
    },
    async reload(name, source) {
      const model = modelOf('reload', name);
      const next = source ?? model.source;
      await staff.replace(model, { source: next, bytes: await sourceBytes(next, model.precision) });
      return shownModel(model);
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
