import type { WordWindow } from '../../token-windows';

/** The logits of a sentence's words, [words · labels], and which of them were read. */
export interface SentenceRows {
  readonly logits: Float32Array;
  /** False for a word that the tokenizer drops: it is certainly `O`, or where there is no `O`, anything. */
  readonly isRead: readonly boolean[];
}

/** Brings together what was read off a sentence's windows. */
export function sentenceRows(
  words: number,
  windows: readonly { readonly window: WordWindow; readonly logits: Float32Array }[],
  labels: readonly string[],
): SentenceRows {
  const width = labels.length;
  const outside = labels.indexOf('O');
  const unread = labels.map((_, id) => (outside < 0 || id === outside ? 0 : Number.NEGATIVE_INFINITY));
  const rows = Float32Array.from({ length: words * width }, (_, i) => unread[i % width]);
  const isRead = new Array<boolean>(words).fill(false);
  for (const { window, logits } of windows)
    window.reads.forEach((place, i) => {
      const word = window.wordIds[place];
      isRead[word] = true;
      rows.set(logits.subarray(i * width, (i + 1) * width), word * width);
    });
  return { logits: rows, isRead };
}
