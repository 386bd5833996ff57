// Scores of a tagger by whole entities, as seqeval computes them.
import { checkOptions } from '@attune/internal';
import { checkPaired, requireRows } from '../checks';
import { labelsOf } from '../labels';
import { type Averages, averagesOf, type ClassScores, type Counts, perClass } from '../precision-recall-f1';
import { type Entity, type EntityMode, type EntityOptions, entityTable, readEntities } from './entities';
import type { TagScheme } from './schemes';

/** Tags, one row per sentence, one tag per token. */
export type TagRows = readonly (readonly string[])[];

/** Scores of a tagger by whole entities: an entity is correct if its type and both ends are. */
export interface EntityReport extends Averages {
  /** Scheme in which tags were read. */
  readonly scheme: TagScheme;
  /** Mode in which tags were read. */
  readonly mode: EntityMode;
  /** Entity types in truth or prediction, sorted by code point. */
  readonly types: string[];
  /** Scores by type; `support` is the number of true entities. */
  readonly perEntity: Record<string, ClassScores>;
  /** Share of all tokens, including `O`, with the correct tag. */
  readonly accuracy: number;
}

/**
 * Precision, recall and F1 of entities, by type and averaged, and the accuracy of tags.
 *
 * A quotient with denominator zero is 0; the macro average without types is NaN. Equals seqeval's
 * `classification_report`, whose default mode is `default`, and `accuracy_score`.
 * @throws RangeError if the numbers of sentences or tags differ, if there are no tags, and for a tag outside the scheme, AttuneError ARGUMENT_INVALID for an unknown option, scheme or mode.
 * @example
 * const report = entityReport([['B-PER', 'I-PER', 'O']], [['B-PER', 'O', 'O']]);
 * report.micro.f1; // 0: the entity's end is wrong
 * report.accuracy; // 2 / 3
 */
export function entityReport(yTrue: TagRows, yPred: TagRows, options: EntityOptions = {}): EntityReport {
  checkOptions('entityReport', options, entityTable);
  checkRows(yTrue, yPred);
  const counts = new Map<string, Counts>();
  yTrue.forEach((tags, i) => {
    count(readEntities(tags, options), readEntities(yPred[i], options), counts);
  });
  const types = labelsOf([...counts.keys()], []);
  const inOrder = types.map((type) => counts.get(type)!);
  const { macro, micro, weighted } = averagesOf(inOrder);
  const undefinedMean = { precision: Number.NaN, recall: Number.NaN, f1: Number.NaN };
  return {
    scheme: options.scheme ?? 'IOB2',
    mode: options.mode ?? 'strict',
    types,
    perEntity: perClass(types, inOrder),
    macro: types.length === 0 ? undefinedMean : macro,
    micro,
    weighted,
    accuracy: tagAccuracy(yTrue, yPred),
  };
}

function checkRows(yTrue: TagRows, yPred: TagRows): void {
  checkPaired('entityReport', yTrue, yPred);
  requireRows('entityReport', { yTrue, yPred });
  yTrue.forEach((tags, i) => {
    for (const [name, row] of Object.entries({ yTrue: tags, yPred: yPred[i] }))
      row.forEach((tag: unknown, at) => {
        if (typeof tag !== 'string')
          throw new TypeError(
            `entityReport: ${name}[${i}][${at}] expected a string, got ${tag}; convert ids to tag names`,
          );
      });
    if (tags.length !== yPred[i].length)
      throw new RangeError(
        `entityReport: expected ${tags.length} tags in yPred[${i}], as in yTrue[${i}], got ${yPred[i].length}; pass one tag per token`,
      );
  });
  if (yTrue.every((tags) => tags.length === 0))
    throw new RangeError('entityReport: expected at least one tag, got none; check earlier filters');
}

function count(truth: readonly Entity[], prediction: readonly Entity[], counts: Map<string, Counts>): void {
  const keyOf = ({ type, start, end }: Entity) => `${start} ${end} ${type}`;
  const known = new Set(truth.map(keyOf));
  const ofType = (type: string) => {
    const own = counts.get(type) ?? { truePositives: 0, predicted: 0, actual: 0 };
    counts.set(type, own);
    return own;
  };
  for (const { type } of truth) ofType(type).actual++;
  for (const entity of prediction) {
    const own = ofType(entity.type);
    own.predicted++;
    if (known.has(keyOf(entity))) own.truePositives++;
  }
}

function tagAccuracy(yTrue: TagRows, yPred: TagRows): number {
  const right = yTrue.reduce((sum, tags, i) => sum + tags.filter((tag, j) => tag === yPred[i][j]).length, 0);
  return right / yTrue.reduce((sum, tags) => sum + tags.length, 0);
}
