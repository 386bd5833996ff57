import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entitiesOf, type TagScheme, tagsOfEntities } from '@attune/metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { fileIn, temporaryDirectory, tinyConfig } from '../../test/files';
import { conll, skillSentences, type Tagged } from '../../test/sentences';
import { withTagsOf } from '../data/true-tags';

const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

/** Sentences whose tags are written in another scheme than IOB2. */
const inScheme = (sentences: readonly Tagged[], scheme: TagScheme): Tagged[] =>
  sentences.map(({ words, tags }) => ({
    words,
    tags: tagsOfEntities(entitiesOf(tags), { length: tags.length, scheme }),
  }));

/** Types without prefixes in IOB2. */
const toIob2 = (types: readonly string[]) =>
  tagsOfEntities(entitiesOf(types, { scheme: 'IO' }), { length: types.length, scheme: 'IOB2' });

describe('the tags of a tagger’s data', () => {
  const directory = temporaryDirectory(afterAll);
  const sentences = skillSentences(120, 1);
  const others = skillSentences(30, 2);
  let flags: string[];
  let run: string;
  beforeAll(async () => {
    const config = fileIn(directory, 'tiny.json', tinyConfig);
    const options = ['train', '--task', 'token-classification', '--model', 'new', '--model-config', config];
    flags = [...options, '--epochs', '6', '--batch-size', '8', '--learning-rate', '1e-2', '--engine', 'onnx'];
    run = join(directory, 'run');
    fileIn(directory, 'train.conll', conll(sentences));
    const { code, stderr } = await train('run', ['--data', join(directory, 'train.conll')]);
    if (code !== 0) throw new Error(stderr);
  }, 60_000);
  const train = (out: string, more: string[]) => attune([...flags, ...more, '--out', join(directory, out)]);
  const data = (name: string, content: string) => ['--data', fileIn(directory, name, content)];
  const figures = async (source: string, more: string[]) => {
    const { code, stdout, stderr } = await attune(['eval', source, ...more, '--json']);
    if (code !== 0) throw new Error(stderr);
    return { ...JSON.parse(stdout), stderr };
  };

  it('are refused in another scheme, which is named, and read well by that name', async () => {
    for (const scheme of ['IOB1', 'IOE2', 'IOBES', 'BILOU', 'IO'] as const) {
      const own = data(`${scheme}.conll`, conll(inScheme(sentences, scheme)));
      const refused = await train('refused', own);
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringMatching(new RegExp(`${scheme}\\.conll.*expected (tags|entities) of IOB2.*--scheme ${scheme}`)),
      ]);
      expect(existsSync(join(directory, 'refused'))).toBe(false);
    }
    for (const scheme of ['IOB1', 'IO']) {
      const { code, stdout } = await train(scheme, ['--data', join(directory, `${scheme}.conll`), '--scheme', scheme]);
      expect([code, stdout]).toEqual([0, expect.stringMatching(`\\(${scheme}, strict\\)`)]);
      const { f1, perEntity } = json(directory, scheme, 'summary.json');
      expect([Object.keys(perEntity), f1 > 0.5]).toEqual([['SKILL'], true]);
    }
  });

  it('are named by their line before they are split', async () => {
    const commented = sentences.map(({ words, tags }, i) =>
      conll([{ words: ['#', ...words], tags: [`${i}`, ...tags] }]),
    );
    const { code, stderr } = await train('refused', data('comments.conll', commented.join('\n')));
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /comments\.conll, line 1: expected tags of IOB2, got "0" for the word "#" .*remove the line if it is a comment/,
      ),
    ]);
  });

  it('of which all but some are rare leave nothing to validate on, which is said', async () => {
    const rare = sentences.map(({ words }, i) => ({ words, tags: words.map((_, j) => `${i}-${j}`) }));
    expect(await train('refused', [...data('rare.conll', conll(rare)), '--scheme', 'none'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /rare\.conll: expected tags that several sentences have, got \d+ tags of which \d+ occur once.*--label/,
      ),
    });
  });

  it('are without blanks around them, a model’s own first', async () => {
    const blank = sentences.map(({ words, tags }) => ({ words, tags: tags.map((tag) => `${tag}\u00a0`) }));
    const own = data('blank.conll', conll(blank));
    expect(await train('blank', [...own, '--epochs', '1'])).toMatchObject({ code: 0 });
    expect(json(directory, 'blank', 'config.json').architecture.labels).toEqual(['O', 'B-SKILL', 'I-SKILL']);
    expect((await figures(run, own)).f1).toBeGreaterThan(0.8);
    const raw = { labels: ['O', 'B-SKILL\u00a0'], words: ['java'] };
    expect(withTagsOf(raw.labels, [{ words: raw.words, tags: ['B-SKILL\u00a0'] }])[0].tags).toEqual(['B-SKILL\u00a0']);
  });

  it('with stray starts are counted in a note', async () => {
    const stray = [{ words: ['a', 'b'], tags: ['O', 'I-SKILL'] }, ...sentences];
    const { code, stderr } = await train('stray', [...data('stray.conll', conll(stray)), '--epochs', '1']);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/note: .*stray\.conll: entities that begin with I-: 1, and \d+ with B- \(first: line 2\)/),
    ]);
    expect(stderr.match(/that begin with I-/g)).toHaveLength(1);
  });

  it('of another scheme than the run’s are evaluated as the same entities', async () => {
    const expected = await figures(run, data('eval.conll', conll(others)));
    for (const scheme of ['IOB1', 'BILOU', 'IOE2'] as const) {
      const own = data(`eval-${scheme}.conll`, conll(inScheme(others, scheme)));
      await expect(figures(run, own)).rejects.toThrow(new RegExp(`--scheme ${scheme}`));
      const { stderr: _, ...metrics } = await figures(run, [...own, '--scheme', scheme]);
      const { stderr: __, ...same } = expected;
      expect(metrics).toEqual(same);
    }
  });

  it('of a known type that only other parts have join the labels', async () => {
    const single = sentences.map(({ words, tags }) => ({ words, tags: tags.map((tag) => tag.replace('I-', 'B-')) }));
    const parts = [
      ...data('single.conll', conll(single)),
      '--eval-data',
      join(directory, 'train.conll'),
      '--epochs',
      '1',
    ];
    const { code, stderr } = await train('joined', parts);
    expect([code, stderr]).toEqual([0, expect.stringContaining('note: labels I-SKILL added')]);
    expect(json(directory, 'joined', 'config.json').architecture.labels).toEqual(['O', 'B-SKILL', 'I-SKILL']);
  });

  it('of another type need to be named, all of them', async () => {
    const odd = fileIn(directory, 'odd.conll', conll([...others, { words: ['Oslo'], tags: ['B-PLACE'] }]));
    const parts = ['--data', join(directory, 'train.conll'), '--eval-data', odd, '--epochs', '1'];
    expect(await train('refused', parts)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/got "B-PLACE".*name all labels: --label-list/),
    });
    const list = fileIn(directory, 'labels.txt', 'O\nB-SKILL\nI-SKILL\nB-PLACE\n');
    expect(await train('listed', [...parts, '--label-list', list])).toMatchObject({ code: 0 });
    const { architecture, labelList } = json(directory, 'listed', 'config.json');
    expect(architecture.labels).toEqual(['O', 'B-SKILL', 'I-SKILL', 'B-PLACE']);
    expect(labelList).toEqual(architecture.labels);
    await expect(figures(run, ['--data', odd])).rejects.toThrow(/got "B-PLACE"/);
    const metrics = await figures(run, ['--data', odd, '--label-list', 'O,B-SKILL,I-SKILL,B-PLACE']);
    expect(metrics.stderr).toContain(
      '1 word with the tag B-PLACE, which the model lacks: never predicted, and not part of the loss',
    );
    expect(metrics.perEntity.PLACE).toMatchObject({ recall: 0, support: 1 });
    expect(Number.isFinite(metrics.loss)).toBe(true);
  });

  it('may be ids of listed names, in JSON lines, columns and evaluation', async () => {
    const names = ['O', 'B-SKILL', 'I-SKILL'];
    const ids = (of: readonly Tagged[]) =>
      of.map(({ words, tags }) => ({ words, tags: tags.map((tag) => names.indexOf(tag)) }));
    const lines = (of: readonly Tagged[]) =>
      ids(of)
        .map(({ words, tags }) => JSON.stringify({ tokens: words, ner_tags: tags }))
        .join('\n');
    const own = [...data('ids.jsonl', lines(sentences)), '--label', 'ner_tags', '--epochs', '6'];
    expect(await train('refused', own)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/ids\.jsonl line 1: "ner_tags": .*--label-list O,B-PER,I-PER/),
    });
    const { code, stderr } = await train('ids', [...own, '--label-list', names.join(',')]);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(json(directory, 'ids', 'config.json').architecture.labels).toEqual(names);
    const numbered = fileIn(directory, 'eval-ids.jsonl', lines(others));
    expect((await figures(join(directory, 'ids'), ['--data', numbered])).f1).toBeGreaterThan(0.8);
    const columns = ids(others).map(({ words, tags }) => ({ words: [...words], tags: tags.map(String) }));
    const inColumns = data('eval-ids.conll', conll(columns));
    expect((await figures(run, [...inColumns, '--label-list', names.join(',')])).f1).toBeGreaterThan(0.8);
    await expect(figures(run, [...inColumns, '--label-list', 'O,B-SKILL'])).rejects.toThrow(
      /eval-ids\.conll line \d+: expected an id from 0 to 1 of the 2 names .*got 2/,
    );
  });

  it('stand beside words of white space', async () => {
    for (const word of ['\u00a0', '\u3000', '\u2028', '\u200b']) {
      const own = sentences.map(({ words, tags }) => ({ words: [word, ...words], tags: ['O', ...tags] }));
      const { code } = await train('white', [...data('white.conll', conll(own)), '--epochs', '1', '--overwrite']);
      expect(code).toBe(0);
      const { stdout } = await attune(['predict', join(directory, 'white'), '--input', join(directory, 'white.conll')]);
      const { words, tags } = JSON.parse(stdout.split('\n')[0]);
      expect([words, tags.length]).toEqual([own[0].words, own[0].words.length]);
    }
  });

  describe('of a model from elsewhere', () => {
    /** The run's model under other labels, without what Attune writes beside it. */
    const foreign = (name: string, labels: Readonly<Record<string, string>>) => {
      const model = join(directory, name);
      cpSync(join(run, 'model'), model, { recursive: true });
      rmSync(join(model, 'attune.json'), { force: true });
      const config = json(model, 'config.json');
      const id2label = Object.fromEntries(
        Object.entries(config.id2label as Record<string, string>).map(([id, label]) => [id, labels[label]]),
      );
      const label2id = Object.fromEntries(Object.entries(id2label).map(([id, label]) => [label, Number(id)]));
      writeFileSync(join(model, 'config.json'), JSON.stringify({ ...config, id2label, label2id }));
      return model;
    };
    const entities = async (model: string, more: string[] = []) => {
      const { code, stdout, stderr } = await attune(['predict', model, '--input', '-', ...more], {
        stdin: 'we need java script and sql\n',
      });
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout).entities.map(({ label, text }: { label: string; text: string }) => [label, text]);
    };

    it.each([
      [
        'IO',
        { O: 'O', 'B-SKILL': 'SKILL', 'I-SKILL': 'OTHER' },
        [
          ['SKILL', 'java'],
          ['OTHER', 'script'],
          ['SKILL', 'sql'],
        ],
      ],
      ['BILOU', { O: 'O', 'B-SKILL': 'B-S', 'I-SKILL': 'L-S' }, [['S', 'java script']]],
      [
        'IOBES',
        { O: 'O', 'B-SKILL': 'S-S', 'I-SKILL': 'E-S' },
        [
          ['S', 'java'],
          ['S', 'sql'],
        ],
      ],
      [
        'lenient B and I',
        { O: 'O', 'B-SKILL': 'I-S', 'I-SKILL': 'B-S' },
        [
          ['S', 'java'],
          ['S', 'script'],
          ['S', 'sql'],
        ],
      ],
    ])('are told by their prefixes: %s', async (name, labels, expected) => {
      expect(await entities(foreign(`labels-${name}`, labels))).toEqual(expected);
    });

    it('are measured on files of their own scheme and of another', async () => {
      const io = foreign('labels-io', { O: 'O', 'B-SKILL': 'SKILL', 'I-SKILL': 'MORE' });
      const bilou = foreign('labels-bilou', { O: 'O', 'B-SKILL': 'B-S', 'I-SKILL': 'L-S' });
      const types = others.map(({ words, tags }) => ({
        words,
        tags: tags.map((tag) => ({ O: 'O', 'B-SKILL': 'SKILL', 'I-SKILL': 'MORE' })[tag]!),
      }));
      const own = await figures(io, data('eval-io.conll', conll(types)));
      expect([own.scheme, own.mode, own.f1 > 0.8]).toEqual(['IO', 'strict', true]);
      const prefixed = data('eval-typed.conll', conll(types.map(({ words, tags }) => ({ words, tags: toIob2(tags) }))));
      await expect(figures(io, prefixed)).rejects.toThrow(/pass --scheme IOB2/);
      const { stderr, ...same } = await figures(io, [...prefixed, '--scheme', 'IOB2']);
      expect(same).toEqual({ ...own, stderr: undefined });
      const iob2 = data('eval-s.conll', conll(others).replaceAll('SKILL', 'S'));
      const metrics = await figures(bilou, [...iob2, '--scheme', 'IOB2']);
      expect(metrics.stderr).toContain('with the tag U-S, which the model lacks');
      expect(metrics).toMatchObject({ scheme: 'BILOU', perEntity: { S: { precision: expect.any(Number) } } });
    });

    it('are read leniently where they are of B and I, in evaluation too', async () => {
      const model = foreign('labels-iob', { O: 'O', 'B-SKILL': 'I-S', 'I-SKILL': 'I-M' });
      const tags = { O: 'O', 'B-SKILL': 'I-S', 'I-SKILL': 'I-M' } as Readonly<Record<string, string>>;
      const own = others.map(({ words, tags: each }) => ({ words, tags: each.map((tag) => tags[tag]) }));
      const metrics = await figures(model, data('eval-lenient.conll', conll(own)));
      expect(metrics).toMatchObject({ scheme: 'IOB2', mode: 'default' });
      expect(metrics.f1).toBeGreaterThan(0.8);
    });

    it('of a run whose scheme has not its labels are read by their prefixes, with a note', async () => {
      const old = foreign('labels-old', { O: 'O', 'B-SKILL': 'BENEFIT', 'I-SKILL': 'INDUSTRY' });
      writeFileSync(join(old, 'attune.json'), JSON.stringify({ scheme: 'IOB2', mode: 'strict' }));
      expect(await entities(old)).toEqual([
        ['BENEFIT', 'java'],
        ['INDUSTRY', 'script'],
        ['BENEFIT', 'sql'],
      ]);
    });

    it('are read as --scheme says, which has to have them', async () => {
      const model = foreign('told', { O: 'O', 'B-SKILL': 'I-S', 'I-SKILL': 'B-S' });
      expect(await entities(model, ['--scheme', 'IOB2'])).toEqual([['S', 'script']]);
      expect(await entities(model, ['--scheme', 'none'])).toEqual([
        ['I-S', 'java'],
        ['B-S', 'script'],
        ['I-S', 'sql'],
      ]);
      await expect(
        entities(foreign('bad', { O: 'O', 'B-SKILL': 'S-S', 'I-SKILL': 'E-S' }), ['--scheme', 'IOB2']),
      ).rejects.toThrow(
        /--scheme: expected one that has the model's labels, such as IOBES, got IOB2, which lacks "S-S"/,
      );
    });
  });
});
