import type { z } from 'zod';
import type { PoolPrompt } from '../pool/messages';
import type { PredictorPool, WrittenText } from '../pool/options';
import { modelNamed } from './predict';
import { ProblemError } from './problems';
import type { GenerateAnswer, requestSchemas } from './schemas';

type Body = z.output<ReturnType<typeof requestSchemas>['generate']>;

/** A text that is written for a request: its pieces, and at the end the answer. */
export interface ServedText {
  readonly pieces: AsyncGenerator<string, WrittenText, void>;
  answer(written: WrittenText): GenerateAnswer;
}

/** Begins the text of a request. */
export function servedText(pool: PredictorPool, name: string, body: Body, signal: AbortSignal): ServedText {
  const { version } = writerNamed(pool, name);
  const { prompt, messages, fields, stream: _, ...options } = body;
  const pieces = pool.write((prompt ?? messages ?? fields) as PoolPrompt, { ...options, model: name, signal });
  return { pieces, answer: (written) => ({ model: name, version, ...written }) };
}

/** The model of a name, which writes. */
export function writerNamed(pool: PredictorPool, name: string) {
  const model = modelNamed(pool, name);
  if (model.task !== 'causal-lm')
    throw new ProblemError('INPUT_INVALID', `${name} labels texts; ask for predictions at /v1/models/${name}/predict`);
  return model;
}

/** All of a text. */
export async function wholeText({ pieces }: Pick<ServedText, 'pieces'>): Promise<WrittenText> {
  for (;;) {
    const { done, value } = await pieces.next();
    if (done) return value;
  }
}
