// Some masked tokens of texts, and a model's predictions.
import type { Engine } from '@attune/engine';
import { softmax } from '@attune/metrics';
import { ignoredLabel } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import { rowLengthFor } from '../../loop/batches';
import type { TextChunks } from '../../tasks/masked-lm/examples';
import { tokenBatch } from '../../tasks/token/batch';
import type { FinishedModel } from '../model/finished-model';
import { continuationsOf } from './continuations';

/** A masked token, and the model's predictions. */
export interface HiddenToken {
  /** Text before it. */
  readonly before: string;
  /** The masked token. */
  readonly truth: string;
  /** Text after it. */
  readonly after: string;
  /** The likeliest tokens with their probabilities, in descending order. */
  readonly guesses: readonly {
    /** A token in the spelling of the vocabulary. */
    readonly token: string;
    /** Its probability, in [0, 1]. */
    readonly score: number;
  }[];
}

interface GuessOptions {
  readonly engine: Engine;
  readonly tokenizer: Tokenizer;
  readonly maskTokenId: number;
  /** Number of tokens; default 12. */
  readonly count?: number;
}

/** Tokens of text on each side. */
const around = 20;
const shown = 5;

/** Masks a token in each of some evenly chosen chunks and lets the model predict it. Only whole words are masked, not pieces or punctuation. */
export async function guessesOf(
  { model, parameters }: FinishedModel,
  { sequences }: Pick<TextChunks, 'sequences'>,
  { engine, tokenizer, maskTokenId, count = 12 }: GuessOptions,
): Promise<HiddenToken[]> {
  const program = engine.compile(model.program);
  const isContinuation = continuationsOf(tokenizer) ?? (() => false);
  const isWord = (ids: ArrayLike<number>, i: number) =>
    !isContinuation(ids[i]) &&
    /^\p{L}{3,}$/u.test(shownToken(ids[i], tokenizer)) &&
    (i + 1 === ids.length || !isContinuation(ids[i + 1]));
  const found: HiddenToken[] = [];
  for (let k = 0; k < count && k < sequences.length * 4 && found.length < count; k++) {
    const sequence = sequences[Math.floor((k * sequences.length) / count) % sequences.length];
    const ids = Int32Array.from(sequence.ids);
    const places = [...ids.keys()].filter((i) => isWord(ids, i));
    if (places.length === 0) continue;
    const place = places[Math.floor(((k + 0.5) * places.length) / count) % places.length];
    const labels = Int32Array.from(ids, (id, i) => (i === place ? id : ignoredLabel));
    const hidden = { ...sequence, ids: Int32Array.from(ids, (id, i) => (i === place ? maskTokenId : id)) };
    const { padTokenId } = model.config;
    const shape = { batchSize: 1, padTokenId, rowLength: rowLengthFor(sequences), random: { seed: 0, epoch: 0 } };
    const batch = tokenBatch({ sequences: [hidden], labels: [labels] }, Int32Array.of(0), shape);
    const { logits } = await program.run({ ...batch.tensors }, parameters);
    const [row] = softmax([logits.data.subarray(0, logits.shape[1])]);
    found.push({
      before: tokenizer.decode(ids.slice(Math.max(0, place - around), place), { skipSpecialTokens: true }),
      truth: shownToken(ids[place], tokenizer),
      after: tokenizer.decode(ids.slice(place + 1, place + 1 + around), { skipSpecialTokens: true }),
      guesses: likeliest(row, tokenizer),
    });
  }
  return found;
}

/** A token as text, without the mark of its space. */
const shownToken = (id: number, tokenizer: Tokenizer): string =>
  tokenizer.decode([id]).trim() || (tokenizer.idToToken(id) ?? `[${id}]`);

function likeliest(probabilities: readonly number[], tokenizer: Tokenizer) {
  return [...probabilities.keys()]
    .sort((a, b) => probabilities[b] - probabilities[a])
    .slice(0, shown)
    .map((id) => ({ token: shownToken(id, tokenizer), score: probabilities[id] }));
}
