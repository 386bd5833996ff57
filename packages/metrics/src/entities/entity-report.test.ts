import { describe, expect, it } from 'vitest';
import { expectClose } from '../../test/compare';
import { describeWithGoldens, type GoldenScores, goldenCases, renamed } from '../../test/goldens';
import type { Scores } from '../precision-recall-f1';
import { type EntityMode, entitiesOf } from './entities';
import { entityReport } from './entity-report';
import { isTagOf, type TagScheme, tagSchemes } from './schemes';
import { tagsOfEntities } from './write-tags';

/** Two people side by side, then a place of three words, as each scheme writes them. */
const written: Record<TagScheme, string> = {
  IOB1: 'I-PER B-PER O I-LOC I-LOC I-LOC',
  IOB2: 'B-PER B-PER O B-LOC I-LOC I-LOC',
  IOE1: 'E-PER I-PER O I-LOC I-LOC I-LOC',
  IOE2: 'E-PER E-PER O I-LOC I-LOC E-LOC',
  IOBES: 'S-PER S-PER O B-LOC I-LOC E-LOC',
  BILOU: 'U-PER U-PER O B-LOC I-LOC L-LOC',
  IO: 'PER PER O LOC LOC LOC',
};
const people = [
  { type: 'PER', start: 0, end: 1 },
  { type: 'PER', start: 1, end: 2 },
];
const place = { type: 'LOC', start: 3, end: 6 };

describe('entitiesOf', () => {
  it.each(tagSchemes.filter((scheme) => scheme !== 'IOE1' && scheme !== 'IO'))('reads %s', (scheme) => {
    expect(entitiesOf(written[scheme].split(' '), { scheme })).toEqual([...people, place]);
  });

  it("misses IOE1's first of two neighbors, as seqeval does, and finds the rest", () => {
    expect(entitiesOf(written.IOE1.split(' '), { scheme: 'IOE1' })).toEqual([people[1], place]);
  });

  it('reads IO, in which neighbors of one type are one entity, in both modes', () => {
    for (const mode of ['strict', 'default'] as const) {
      const one = { type: 'PER', start: 0, end: 2 };
      expect(entitiesOf(written.IO.split(' '), { scheme: 'IO', mode })).toEqual([one, place]);
      expect(entitiesOf(['I-PER', 'PER', 'E-MAIL', 'BENEFIT'], { scheme: 'IO', mode }).map(({ type }) => type)).toEqual(
        ['PER', 'E-MAIL', 'BENEFIT'],
      );
    }
  });

  it.each(['BENEFIT', 'ORG', 'INDUSTRY', 'B_PER', 'B:PER', 'I.PER', 'O-PER', 'o', 'b-PER', 'Bx', '_', ' O'])(
    'has no tag %s in any scheme of prefixes, and cuts nothing off it',
    (tag) => {
      for (const scheme of tagSchemes.filter((each) => each !== 'IO')) {
        expect(isTagOf(scheme, tag)).toBe(false);
        expect(() => entitiesOf([tag], { scheme })).toThrow(RangeError);
        expect(entitiesOf([tag], { scheme, mode: 'default' })).toEqual([{ type: tag, start: 0, end: 1 }]);
      }
    },
  );

  it('takes a broken beginning for an entity in the mode "default" only', () => {
    const tags = ['O', 'I-PER', 'I-LOC', 'B-LOC'];
    expect(entitiesOf(tags)).toEqual([{ type: 'LOC', start: 3, end: 4 }]);
    expect(entitiesOf(tags, { mode: 'default' })).toEqual([
      { type: 'PER', start: 1, end: 2 },
      { type: 'LOC', start: 2, end: 3 },
      { type: 'LOC', start: 3, end: 4 },
    ]);
  });

  it('keeps the hyphens of a type, and has a name for none', () => {
    expect(entitiesOf(['B-JOB-TITLE', 'I-JOB-TITLE', 'B'])).toEqual([
      { type: 'JOB-TITLE', start: 0, end: 2 },
      { type: '_', start: 2, end: 3 },
    ]);
    expect(entitiesOf(['B-C-', 'B--C']).map(({ type }) => type)).toEqual(['C-', '-C']);
  });

  it('refuses what is no tag of the scheme', () => {
    expect(() => entitiesOf(['O', 'U-PER'])).toThrow(
      'expected a tag of IOB2 (O, or one of I, B, alone or followed by - and a type), got "U-PER"',
    );
    expect(() => entitiesOf([''])).toThrow(RangeError);
    expect(() => entitiesOf([''], { mode: 'default' })).toThrow(RangeError);
    expect(isTagOf('BILOU', 'U-PER')).toBe(true);
    expect(isTagOf('IOB2', '')).toBe(false);
  });
});

describe('entityReport', () => {
  // Found: one PER. Missed: one PER (its end), the LOC (its type). Invented: a PER, an ORG.
  const truth = [
    ['B-PER', 'I-PER', 'O', 'B-PER'],
    ['B-LOC', 'O'],
  ];
  const prediction = [
    ['B-PER', 'O', 'O', 'B-PER'],
    ['B-ORG', 'O'],
  ];

  it('scores by hand-computed values', () => {
    const report = entityReport(truth, prediction);
    expect(report).toMatchObject({ scheme: 'IOB2', mode: 'strict', types: ['LOC', 'ORG', 'PER'], accuracy: 4 / 6 });
    expect(report.perEntity.PER).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5, support: 2 });
    expect(report.perEntity.LOC).toEqual({ precision: 0, recall: 0, f1: 0, support: 1 });
    expect(report.perEntity.ORG).toEqual({ precision: 0, recall: 0, f1: 0, support: 0 });
    expectClose(report.micro, { precision: 1 / 3, recall: 1 / 3, f1: 1 / 3 });
    expectClose(report.macro, { precision: 1 / 6, recall: 1 / 6, f1: 1 / 6 });
    expectClose(report.weighted, { precision: 1 / 3, recall: 1 / 3, f1: 1 / 3 });
  });

  it('lets no entity run from one sentence into the next', () => {
    const report = entityReport([['B-A'], ['I-A']], [['B-A'], ['I-A']], { mode: 'default' });
    expect(report.perEntity.A.support).toBe(2);
  });

  it('refuses sentences of other lengths, and nothing', () => {
    expect(() => entityReport(truth, [prediction[0], ['O']])).toThrow(
      'entityReport: expected 2 tags in yPred[1], as in yTrue[1], got 1',
    );
    expect(() => entityReport(truth, [prediction[0]])).toThrow('equal length, got 2 and 1');
    expect(() => entityReport([[]], [[]])).toThrow('expected at least one tag');
  });
});

type Reference = Record<string, GoldenScores> | { error: string };

interface Golden extends Record<EntityMode, Reference> {
  scheme: TagScheme;
  kind: string;
  y_true: string[][];
  y_pred: string[][];
  accuracy: number;
}

interface Pooled extends Record<EntityMode, Reference> {
  scheme: TagScheme;
  documents: number[];
  accuracy: number;
}

const averages = ['micro', 'macro', 'weighted'] as const;
const modes = ['default', 'strict'] as const;

/** JSON has no NaN: the reference's are null. */
const withNaN = (scores: Scores): Scores => ({
  precision: scores.precision ?? Number.NaN,
  recall: scores.recall ?? Number.NaN,
  f1: scores.f1 ?? Number.NaN,
});

function expectSame(golden: Golden, mode: EntityMode): void {
  const reference = golden[mode];
  const run = () => entityReport(golden.y_true, golden.y_pred, { mode, scheme: golden.scheme });
  if ('error' in reference) {
    expect(run).toThrow(RangeError);
    return;
  }
  const report = run();
  const named = Object.keys(reference).filter((name) => !name.endsWith(' avg'));
  expect(report.types).toEqual(named);
  for (const type of named)
    expectClose(report.perEntity[type], { ...renamed(reference[type]), support: reference[type].support });
  for (const average of averages) {
    const expected = withNaN(renamed(reference[`${average} avg`]));
    if (Number.isNaN(expected.f1)) expect(report[average]).toEqual(expected);
    else expectClose(report[average], expected);
  }
  expect(report.accuracy).toBeCloseTo(golden.accuracy, 12);
}

describeWithGoldens('entityReport against seqeval', () => {
  const documents = goldenCases<Golden>('documents.json', 'seqeval');

  describe.each(modes)('%s', (mode) => {
    it.each(documents.map((golden, i) => ({ ...golden, i })))('$i $scheme, $kind', (golden) => {
      expectSame(golden, mode);
    });

    it.each(goldenCases<Pooled>('pooled.json', 'seqeval'))('many sentences of $scheme', (golden) => {
      const own = golden.documents.map((i) => documents[i]);
      const pooled = { y_true: own.flatMap(({ y_true }) => y_true), y_pred: own.flatMap(({ y_pred }) => y_pred) };
      expectSame({ ...golden, ...pooled, kind: 'pooled' }, mode);
    });
  });
});

it('takes tags by their names, and says where one is none', () => {
  const message = 'entityReport: yPred[0][1] expected a string, got 3; convert ids to tag names';
  expect(() => entityReport([['O', 'B-X']], [['O', 3]] as never)).toThrow(message);
});

it('refuses a scheme and a mode that there is none of', () => {
  const bio = { scheme: 'BIO' as TagScheme };
  const message = 'scheme expected one of IOB1, IOB2, IOE1, IOE2, IOBES, BILOU, IO, got "BIO"; did you mean "IOB2"?';
  expect(() => entitiesOf(['B-X'], bio)).toThrow(`entitiesOf: ${message}`);
  expect(() => entitiesOf(['B-X'], { ...bio, mode: 'default' })).toThrow(`entitiesOf: ${message}`);
  expect(() => entityReport([['B-X']], [['B-X']], bio)).toThrow(`entityReport: ${message}`);
  expect(() => tagsOfEntities([], { length: 1, ...bio })).toThrow(`tagsOfEntities: ${message}`);
  expect(() => isTagOf(bio.scheme, 'B-X')).toThrow(
    new RangeError('scheme: expected one of IOB1, IOB2, IOE1, IOE2, IOBES, BILOU, IO, got "BIO"; BIO is IOB2'),
  );
  expect(() => entitiesOf(['B-X'], { mode: 'lenient' as EntityMode })).toThrow(
    'entitiesOf: mode expected one of strict, default, got "lenient"',
  );
});

it('refuses options that a function does not have', () => {
  expect(() => entityReport([['B-X']], [['B-X']], { suffix: true } as never)).toThrow(
    'entityReport: expected known options, got suffix; the options are scheme, mode',
  );
  expect(() => entitiesOf(['B-X'], { Mode: 'default' } as never)).toThrow('got Mode; did you mean mode?');
  expect(() => tagsOfEntities([], { scheme: 'IOB2' } as never)).toThrow(
    'tagsOfEntities: length expected an integer ≥ 0, got undefined',
  );
  expect(() => tagsOfEntities([], { length: 1 } as never)).toThrow('scheme: expected one of IOB1');
});
