/**
 * The contents of a Hugging Face `tokenizer.json`.
 *
 * The parts are data as the file has it; `tokenizerFromJson` checks them and names what it does not support.
 */
export interface TokenizerJson {
  version?: string;
  truncation?: TruncationJson | null;
  padding?: PaddingJson | null;
  added_tokens?: AddedTokenJson[];
  normalizer?: { type: string } | null;
  pre_tokenizer?: { type: string } | null;
  post_processor?: { type: string } | null;
  decoder?: { type: string } | null;
  model: ModelJson;
}

export interface TruncationJson {
  direction?: 'Right' | 'Left';
  max_length: number;
  strategy: 'LongestFirst' | 'OnlyFirst' | 'OnlySecond';
  stride: number;
}

export interface PaddingJson {
  strategy: 'BatchLongest' | { Fixed: number };
  direction: 'Right' | 'Left';
  pad_to_multiple_of: number | null;
  pad_id: number;
  pad_type_id: number;
  pad_token: string;
}

export interface AddedTokenJson {
  id: number;
  content: string;
  single_word: boolean;
  lstrip: boolean;
  rstrip: boolean;
  normalized: boolean;
  special: boolean;
}

export interface ModelJson {
  type?: string;
  unk_token?: string | null;
  continuing_subword_prefix?: string | null;
  max_input_chars_per_word?: number;
  vocab: Record<string, number>;
  /** BPE's, in order: pairs, or strings with a space between. */
  merges?: readonly (string | readonly [string, string])[];
}
