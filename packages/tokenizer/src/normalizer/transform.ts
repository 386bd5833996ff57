import { type AlignedText, AlignedTextBuilder } from './aligned-text';

/**
 * A character of a result, and how it came about: 1 is an insertion, 0 stands for the next character of the source, and -n for
 * the next one with the n after it.
 */
export interface Change {
  character: string;
  change: number;
}

/**
 * Aligns a result with its source by counting characters; an insertion shares the place of what is before it.
 *
 * The counts need not be true (marks that traded places are counted as if they had not): offsets agree with the reference
 * only if it is repeated. Reference: `NormalizedString::transform` of Hugging Face tokenizers.
 */
export function transform(source: string, changes: Iterable<Change>, removedFirst = 0): AlignedText {
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

/** Where each character begins, and the end. */
function placesOf(text: string): number[] {
  const places = [0];
  for (const character of text) places.push(places[places.length - 1] + character.length);
  return places;
}
