import type { Head } from './head';
import { maskedLanguageModelling } from './masked-language-model';
import { sequenceClassification } from './sequence-classification';
import { tokenClassification } from './token-classification';

/** What a model is for, and the head it has for it. */
export const heads = {
  'sequence-classification': sequenceClassification,
  'token-classification': tokenClassification,
  'masked-lm': maskedLanguageModelling,
} as const satisfies Readonly<Record<string, Head>>;

export type Task = keyof typeof heads;
