import { utf8Length } from '../model/bytes';
import { textOf, unitsOf } from '../unicode/code-points';
import { graphemeEnd, isHangul, isJoining, isPrepended } from '../unicode/graphemes';
import { alignByCounting, Changes, type Normalized } from './aligned-text';
import type { CharacterMap } from './character-map';
import type { Normalizer } from './normalizer';

/** Longest grapheme cluster, in bytes of UTF-8, that is looked up as a whole. */
const longestCluster = 5;

/**
 * Maps characters as SentencePiece's models say: `Precompiled`.
 *
 * A grapheme cluster of up to 5 bytes becomes the text of the shortest key that it begins with, whatever comes after
 * that in the cluster. The characters of longer clusters, and of those that begin with no key, are looked up one by one.
 *
 * Units that become one unit, which are most of any text, are looked up in a table: 15 times the speed (measured).
 *
 * Reference: `normalizers/precompiled.rs` of Hugging Face tokenizers, with its alignment of what is removed.
 */
export function precompiled(map: CharacterMap): Normalizer {
  const table = unitTable(map);
  const reused = new UnitList(longestReused);

  /** Calls `onRun` for parts that the table tells the result of, and `onCluster` for the clusters between them. */
  function read(text: string, onRun: OnPart, onCluster: OnPart): void {
    for (let start = 0; start < text.length; ) {
      let end = table.runEnd(text, start);
      if (end > start && end < text.length) end = clusterStart(text, start, end);
      if (end > start) onRun(start, end);
      start = end;
      if (start === text.length) return;
      end = graphemeEnd(text, start);
      onCluster(start, end);
      start = end;
    }
  }

  /** Calls `onResult` with the characters of a cluster, or parts of them, and what each becomes. */
  function readCluster(text: string, start: number, end: number, onResult: OnResult): void {
    const whole = bytesOf(text, start, end) <= longestCluster ? map.find(text, start, end) : undefined;
    if (whole !== undefined) {
      onResult(start, end, whole);
      return;
    }
    for (let i = start; i < end; ) {
      const next = i + unitsOf(text.codePointAt(i) as number);
      onResult(i, next, map.find(text, i, next) ?? text.slice(i, next));
      i = next;
    }
  }

  /** Returns the result, and whether its units stand for those of the text one by one. */
  function convert(text: string): { result: string; isMoved: boolean } {
    if (table.isSame(text)) return { result: text, isMoved: false };
    const units = text.length > longestReused ? new UnitList(text.length) : reused;
    let isMoved = false;
    units.length = 0;
    read(
      text,
      (start, end) => table.append(text, start, end, units),
      (start, end) =>
        readCluster(text, start, end, (from, to, result) => {
          if (!isOneForOne(text, from, to, result)) isMoved = true;
          units.append(result);
        }),
    );
    return { result: textOf(units.values, units.length), isMoved };
  }

  function normalize(text: string): Normalized {
    const { result, isMoved } = convert(text);
    if (!isMoved) return { text: result };
    const changes = new Changes(text.length);
    read(
      text,
      (start, end) => {
        for (let i = start; i < end; i++) changes.push(table.unit(text.charCodeAt(i)), 0);
      },
      (start, end) =>
        readCluster(text, start, end, (from, to, replacement) =>
          pushReplacement(changes, charactersIn(text, from, to), replacement),
        ),
    );
    return alignByCounting(text, changes);
  }
  return { normalize, plain: (text) => convert(text).result };
}

type OnPart = (start: number, end: number) => void;
type OnResult = (start: number, end: number, result: string) => void;

/**
 * Appends a replacement of `count` characters. The last of those that are too many are insertions; characters that are
 * removed are counted to the one before them, and not at all at the start of the text.
 */
function pushReplacement({ codePoints, changes }: Changes, count: number, replacement: string): void {
  const before = codePoints.length;
  for (const character of replacement) {
    codePoints.push(character.codePointAt(0) as number);
    changes.push(codePoints.length - before > count ? 1 : 0);
  }
  const removed = count - (codePoints.length - before);
  if (removed > 0 && codePoints.length > 0) changes.values[changes.length - 1] -= removed;
}

/** Whether a part of a text and its result are one character each, of as many units. */
function isOneForOne(text: string, start: number, end: number, result: string): boolean {
  const units = unitsOf(text.codePointAt(start) as number);
  return start + units === end && result.length === units && unitsOf(result.codePointAt(0) as number) === units;
}

/** Where the cluster of the character at `end` begins, behind a run from `start` on. Hangul joins Hangul. */
function clusterStart(text: string, start: number, end: number): number {
  let from = isJoining(text.codePointAt(end) as number) ? end - 1 : end;
  while (from > start && isHangul(text.charCodeAt(from)) && isHangul(text.charCodeAt(from - 1))) from--;
  return from;
}

function charactersIn(text: string, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i += unitsOf(text.codePointAt(i) as number)) count++;
  return count;
}

function bytesOf(text: string, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end && count <= longestCluster; ) {
    const codePoint = text.codePointAt(i) as number;
    count += utf8Length(codePoint);
    i += unitsOf(codePoint);
  }
  return count;
}

/** Kinds of units, filled in by blocks of 256 as they are met. */
const unseen = 0;
/** Stays as it is. */
const same = 1;
/** Becomes another unit. */
const mapped = 2;
/** Belongs to the cluster before it, extends to the next character, or becomes anything other than one unit. */
const other = 3;

/** Makes the table of what single units become. */
function unitTable(map: CharacterMap) {
  const kinds = new Uint8Array(1 << 16);
  const results = new Uint16Array(1 << 16);

  function fill(block: number): void {
    for (let unit = block; unit < block + 256; unit++) {
      const character = String.fromCharCode(unit);
      const isAlone = (unit < 0xd800 || unit > 0xdfff) && unit !== 13 && !isJoining(unit) && !isPrepended(unit);
      const result = isAlone ? (map.find(character, 0, 1) ?? character) : '';
      kinds[unit] = result.length !== 1 ? other : result === character ? same : mapped;
      results[unit] = result.charCodeAt(0);
    }
  }

  function kindOf(unit: number): number {
    if (kinds[unit] === unseen) fill(unit & 0xff00);
    return kinds[unit];
  }
  return {
    unit: (unit: number) => results[unit],
    isSame(text: string): boolean {
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        if (kinds[unit] !== same && kindOf(unit) !== same) return false;
      }
      return true;
    },
    /** End of the units from `start` on that become one unit each. */
    runEnd(text: string, start: number): number {
      let end = start;
      for (; end < text.length; end++) {
        const kind = kinds[text.charCodeAt(end)];
        if (kind === same || kind === mapped) continue;
        if (kind === other || kindOf(text.charCodeAt(end)) === other) break;
      }
      return end;
    },
    append(text: string, start: number, end: number, units: UnitList): void {
      units.reserve(end - start);
      const { values, length } = units;
      for (let i = start; i < end; i++) values[length + i - start] = results[text.charCodeAt(i)];
      units.length += end - start;
    },
  };
}

/** A growing list of UTF-16 units. */
class UnitList {
  values: Uint16Array;
  length = 0;

  constructor(capacity: number) {
    this.values = new Uint16Array(capacity);
  }

  reserve(count: number): void {
    if (this.length + count <= this.values.length) return;
    const larger = new Uint16Array(Math.max(2 * this.values.length, this.length + count));
    larger.set(this.values.subarray(0, this.length));
    this.values = larger;
  }

  append(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.values[this.length++] = text.charCodeAt(i);
  }
}

/** Longest text, in units, whose result goes into a list that is used again. */
const longestReused = 1 << 14;
