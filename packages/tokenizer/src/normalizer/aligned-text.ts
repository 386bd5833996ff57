/**
 * A text and where it came from: its UTF-16 unit `i` stands for the units `[starts[i], ends[i])` of the original.
 *
 * Both units of a surrogate pair have the range of their whole code point. `starts` and `ends` are empty where only the
 * text matters.
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

/** Aligns a text with itself. */
export function alignedWithItself(text: string): AlignedText {
  const starts: number[] = [];
  const ends: number[] = [];
  let position = 0;
  for (const character of text) {
    for (let unit = 0; unit < character.length; unit++) {
      starts.push(position);
      ends.push(position + character.length);
    }
    position += character.length;
  }
  return { text, starts, ends };
}

/** Replaces each character; the replacement stands for the whole character. */
export function mapCharacters(text: string, replace: (character: string) => string): AlignedText {
  const builder = new AlignedTextBuilder();
  let position = 0;
  for (const character of text) {
    builder.append(replace(character), position, position + character.length);
    position += character.length;
  }
  return builder.finish();
}

/** Aligns `inner`, which was made of the text of `outer`, with the original of `outer`. */
export function compose(outer: AlignedText, inner: AlignedText): AlignedText {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let i = 0; i < inner.text.length; i++) {
    const empty = inner.ends[i] <= inner.starts[i];
    starts.push(empty ? 0 : outer.starts[inner.starts[i]]);
    ends.push(empty ? 0 : outer.ends[inner.ends[i] - 1]);
  }
  return { text: inner.text, starts, ends };
}

/**
 * Puts `prefix` before a text that is not empty, at the place of its first character. A text without alignment stays
 * without.
 */
export function prepended(source: AlignedText, prefix: string): AlignedText {
  if (source.text === '') return source;
  const text = prefix + source.text;
  if (source.starts.length === 0) return { text, starts: [], ends: [] };
  const places = <Values extends ArrayLike<number>>(values: Values) => [
    ...Array<number>(prefix.length).fill(values[0]),
    ...Array.from(values),
  ];
  return { text, starts: places(source.starts), ends: places(source.ends) };
}

/**
 * A character of a result, and how it came about: 1 is an insertion, 0 stands for the next character of the source, and
 * -n for the next one together with the n after it.
 */
export interface Change {
  readonly character: string;
  readonly change: number;
}

/**
 * Aligns a result with its source by counting characters. An insertion has the place of the character before it.
 *
 * The counts need not be true: marks that traded places are counted as if they had not, because offsets agree with the
 * reference only then. Reference: `NormalizedString::transform` of Hugging Face tokenizers.
 */
export function alignByCounting(source: string, changes: Iterable<Change>, removedFirst = 0): AlignedText {
  const places = placesOf(source);
  const builder = new AlignedTextBuilder();
  let next = removedFirst;
  for (const { character, change } of changes) {
    const place = change > 0 ? next - 1 : next;
    const start = place < 0 ? 0 : places[place];
    builder.append(character, start, place < 0 ? 0 : places[place + 1]);
    if (change <= 0) next += 1 - change;
  }
  return builder.finish();
}

/** Positions of all characters, and the length. */
function placesOf(text: string): number[] {
  const places = [0];
  for (const character of text) places.push(places[places.length - 1] + character.length);
  return places;
}
