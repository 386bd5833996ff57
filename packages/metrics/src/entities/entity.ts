/** A run of tokens of one type: `tags[start]` to `tags[end - 1]`. */
export interface Entity {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** The type of tags that name none, such as a bare `B`; as in seqeval. */
export const UNNAMED = '_';
