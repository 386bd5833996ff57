/** Cuts a normalized text into words: calls `onWord` with each word's `[start, end)`, in order, never empty. */
export type PreTokenizer = (text: string, onWord: (start: number, end: number) => void) => void;

/** The whole text as one word: what `"pre_tokenizer": null` means. */
export const wholeText: PreTokenizer = (text, onWord) => {
  if (text.length > 0) onWord(0, text.length);
};
