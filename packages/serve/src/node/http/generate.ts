import type { z } from 'zod';
import type { PoolPrompt } from '../pool/messages';
import type { PredictorPool, WrittenText } from '../pool/options';
import { modelNamed } from './predict';
import { ProblemError } from './problems';
import type { GenerateAnswer, requestSchemas } from './schemas';

type Body = z.output<ReturnType<typeof requestSchemas>['generate']>;

/** A text being generated for a request: its pieces, and the final answer. */
export interface ServedText {
  readonly pieces: AsyncGenerator<string, WrittenText, void>;
  answer(written: WrittenText): GenerateAnswer;
}

/** Starts generating the text of a request. */
export function servedText(pool: PredictorPool, name: string, body: Body, signal: AbortSignal): ServedText {
  const { version } = writerNamed(pool, name);
  const { prompt, messages, fields, stream: _, ...options } = body;
  const pieces = pool.write((prompt ?? messages ?? fields) as PoolPrompt, { ...options, model: name, signal });
  return { pieces, answer: (written) => ({ model: name, version, ...written }) };
}

/** The generating model of that name. */
export function writerNamed(pool: PredictorPool, name: string) {
  const model = modelNamed(pool, name);
  if (model.task !== 'causal-lm')
    throw new ProblemError(
      'INPUT_INVALID',
      `${name} is a classifier or tagger; send the request to /v1/models/${name}/predict`,
    );
  return model;
}

/** Waits for the whole text. */
export async function wholeText({ pieces }: Pick<ServedText, 'pieces'>): Promise<WrittenText> {
  for (;;) {
    const { done, value } = await pieces.next();
    if (done) return value;
  }
}
