import type { z } from 'zod';
import type { PoolInput } from '../pool/messages';
import type { CallOptions, PoolModel, PredictorPool } from '../pool/options';
import type { ServedPrediction } from './predictions';
import { ProblemError } from './problems';
import type { PredictAnswer, requestSchemas } from './schemas';

type Body = z.output<ReturnType<typeof requestSchemas>['predict']>;

/** The model of that name. */
export function modelNamed(pool: PredictorPool, name: string): PoolModel {
  const model = pool.models.find((own) => own.name === name);
  if (model) return model;
  const names = pool.models.map((own) => own.name).join(', ');
  throw new ProblemError('MODEL_UNKNOWN', `expected ${names}, got ${JSON.stringify(name.slice(0, 100))}`);
}

/** Answers a request for predictions. */
export async function predictions(
  pool: PredictorPool,
  name: string,
  { text, texts, pairs, fields, rows, topK }: Body,
  options: Pick<CallOptions, 'signal'>,
): Promise<PredictAnswer> {
  const { version, task } = modelNamed(pool, name);
  if (task === 'causal-lm')
    throw new ProblemError('INPUT_INVALID', `${name} is a generator; send the request to /v1/models/${name}/generate`);
  const inputs: readonly PoolInput[] = texts ?? pairs ?? rows ?? [fields ?? (text as string)];
  const found = await pool.predict(inputs, { ...options, model: name });
  return { model: name, version, predictions: topK === undefined ? found : found.map((own) => likeliest(own, topK)) };
}

/** A prediction with its most likely labels only. */
function likeliest(prediction: ServedPrediction, count: number): ServedPrediction {
  if (prediction.scores === undefined) return prediction;
  const inOrder = Object.entries(prediction.scores).sort(([, a], [, b]) => b - a);
  const top = inOrder.slice(0, count).map(([label, score]) => ({ label, score }));
  const { label, score, labels } = prediction;
  return labels === undefined ? { label, score, top } : { labels, top };
}
