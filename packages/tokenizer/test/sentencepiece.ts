import { readFileSync } from 'node:fs';
import type { TokenizerJson } from '../src/json/tokenizer-json';

/** A SentencePiece model, and the `tokenizer.json` that transformers makes of it: see fixtures/make_sentencepiece.py. */
export interface SentencePieceCase {
  readonly name: string;
  readonly model: string;
  readonly file: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly tokenizer: TokenizerJson;
}

export function sentencePieceCases(): SentencePieceCase[] {
  return JSON.parse(readFileSync(new URL('../fixtures/sentencepiece/cases.json', import.meta.url), 'utf8'));
}
