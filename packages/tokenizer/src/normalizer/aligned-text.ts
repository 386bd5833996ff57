/**
 * A text and where it came from: its UTF-16 unit `i` stands for the units `[starts[i], ends[i])` of the original.
 *
 * Both units of a surrogate pair carry the range of their whole code point.
 */
export interface AlignedText {
  readonly text: string;
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
}

/** Collects an `AlignedText` piece by piece. */
export class AlignedTextBuilder {
  private text = '';
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  /** Appends `text`, all of which stands for the units `[start, end)` of the original. */
  append(text: string, start: number, end: number): void {
    this.text += text;
    for (let i = 0; i < text.length; i++) {
      this.starts.push(start);
      this.ends.push(end);
    }
  }

  finish(): AlignedText {
    return { text: this.text, starts: this.starts, ends: this.ends };
  }
}
