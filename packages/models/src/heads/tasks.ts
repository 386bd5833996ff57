import { causalLanguageModelling } from './causal-language-model';
import type { Head } from './head';
import { maskedLanguageModelling } from './masked-language-model';
import { sequenceClassification } from './sequence-classification';
import { tokenClassification } from './token-classification';

/** What a model is for, and the head it has for it. */
export const heads = {
  'sequence-classification': sequenceClassification,
  'token-classification': tokenClassification,
  'masked-lm': maskedLanguageModelling,
  'causal-lm': causalLanguageModelling,
} as const satisfies Readonly<Record<string, Head>>;

/** What a model is for. */
export type ModelTask = keyof typeof heads;

/** What an encoder is for. */
export type Task = Exclude<ModelTask, 'causal-lm'>;
