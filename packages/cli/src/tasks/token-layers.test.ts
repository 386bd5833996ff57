import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mergeTagLayers } from '@attune/data';
import { entityReport } from '@attune/metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { fileIn, temporaryDirectory, tinyConfig } from '../../test/files';
import { skillSentences } from '../../test/sentences';

const bare = (tag: string) => tag.replace(/-.*/, '');
/** Skills in the first column of tags, the word after "need" in the second, untyped both. */
const layers = skillSentences(150, 1).map(({ words, tags }) => ({
  words,
  skill: tags.map(bare),
  need: words.map((_, i) => (words[i - 1] === 'need' ? 'B' : 'O')),
}));
const columns = (sentences: typeof layers) =>
  sentences
    .map(({ words, skill, need }) => words.map((word, i) => `${word}\t${skill[i]}\t${need[i]}\n`).join(''))
    .join('\n');

describe('a tagger of untyped tags', () => {
  const directory = temporaryDirectory(afterAll);
  let data: string;
  let flags: string[];
  beforeAll(() => {
    data = fileIn(directory, 'data.conll', columns(layers));
    const config = fileIn(directory, 'tiny.json', tinyConfig);
    const model = ['--model', 'new', '--model-config', config, '--engine', 'onnx'];
    const how = ['--epochs', '6', '--batch-size', '8', '--learning-rate', '1e-2', '--decoding', 'constrained'];
    flags = ['train', '--task', 'token-classification', '--data', data, ...model, ...how];
  });
  const figuresOf = async (run: string, more: string[] = []) => {
    const { code, stdout, stderr } = await attune(['eval', run, '--data', data, '--json', ...more]);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };

  it('takes B and I as they are', async () => {
    const run = join(directory, 'bare');
    const { code, stderr } = await attune([...flags, '--label', '1', '--out', run]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/F1 \d/)]);
    const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'));
    expect(config.architecture.labels).toEqual(['O', 'B', 'I']);
    const { perEntity, f1 } = await figuresOf(run);
    expect(Object.keys(perEntity)).toEqual(['_']);
    expect(f1).toBeGreaterThan(0.8);
    const { stdout } = await attune(['predict', run, '--input', '-'], { stdin: 'we need java script\n' });
    expect(JSON.parse(stdout).entities).toEqual([expect.objectContaining({ label: '_', text: 'java script' })]);
  });

  it('notes the column of the tags where none of several is named', async () => {
    const untold = [...flags, '--max-steps', '1', '--out', join(directory, 'untold'), '--overwrite'];
    const note = `note: ${data}: tags are in column 2, the last of 3; --label names another\n`;
    expect((await attune(untold)).stderr).toContain(note);
    expect((await attune([...untold, '--label', '2'])).stderr).not.toContain('tags are in column');
  });

  it('joins columns under their names, says what overlaps, and evaluates likewise', async () => {
    const run = join(directory, 'joined');
    const named = ['--label', '2,1', '--label-names', 'need,skill'];
    const { code, stderr } = await attune([...flags, ...named, '--out', run]);
    const merged = layers.map(({ skill, need }) =>
      mergeTagLayers([
        { tags: need, name: 'need' },
        { tags: skill, name: 'skill' },
      ]),
    );
    const dropped = merged.reduce((sum, own) => sum + own.dropped[1], 0);
    expect(dropped).toBeGreaterThan(0);
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(`${dropped} of skill left out, because they overlap need`),
    ]);
    const { perEntity, f1 } = await figuresOf(run);
    const truth = merged.map(({ tags }) => tags);
    expect(perEntity.skill.support).toBe(entityReport(truth, truth).perEntity.skill.support);
    expect(perEntity.need.support).toBe(entityReport(truth, truth).perEntity.need.support);
    expect(f1).toBeGreaterThan(0.8);
  });

  it("takes the run's names whatever column is typed, unless names are typed too or there are fewer columns", async () => {
    const run = join(directory, 'named');
    expect((await attune([...flags, '--label', '1', '--label-names', 'SKILL', '--out', run])).code).toBe(0);
    const own = await figuresOf(run);
    expect(Object.keys(own.perEntity)).toEqual(['SKILL']);
    expect(await figuresOf(run, ['--label', '1'])).toEqual(own);
    expect(await figuresOf(run, ['--label=-2', '--label-names', 'SKILL'])).toEqual(own);
    const typed = layers.map(({ skill, ...layer }) => ({
      ...layer,
      skill: skill.map((tag) => (tag === 'O' ? tag : `${tag}-SKILL`)),
    }));
    const conll = fileIn(directory, 'typed.conll', columns(typed));
    expect(await figuresOf(run, ['--data', conll, '--label', '1'])).toEqual(own);
    const other = await attune(['eval', run, '--data', data, '--label', '1', '--label-names', 'NEED']);
    expect(other).toMatchObject({ code: 1, stderr: expect.stringMatching(/model's 3 tags \(O, B-SKILL, I-SKILL\)/) });
    const joined = join(directory, 'joined');
    const single = await figuresOf(joined, [
      ...['--data', fileIn(directory, 'one.conll', columns(typed).replaceAll('-SKILL', '-skill')), '--label', '1'],
    ]);
    expect(single.perEntity.skill.support).toBe(own.perEntity.SKILL.support);
  });

  it('tells what was seen in training from what was not', async () => {
    const run = join(directory, 'bare');
    const seenIn = fileIn(directory, 'seen.conll', columns(layers.slice(0, 40)));
    const { seen, unseen, f1, examples } = await figuresOf(run, ['--seen-in', seenIn]);
    expect(seen.examples + unseen.examples).toBe(examples);
    expect(seen.examples).toBeGreaterThanOrEqual(40);
    expect(unseen.examples).toBeGreaterThan(0);
    expect(Math.min(seen.f1, unseen.f1)).toBeLessThanOrEqual(f1);
    expect(Math.max(seen.f1, unseen.f1)).toBeGreaterThanOrEqual(f1);
    const all = await figuresOf(run, ['--seen-in', data]);
    expect(all.seen).toEqual({
      examples,
      precision: all.precision,
      recall: all.recall,
      f1,
      accuracy: all.accuracy,
      support: all.perEntity._.support,
    });
    expect(all.unseen).toEqual({ examples: 0 });
    expect((await attune(['eval', run, '--data', data, '--seen-in', seenIn])).stdout).toMatch(
      /^unseen \d+: F1 [01]\.\d+, accuracy/m,
    );
  });

  it.each<[string, string[], number, RegExp]>([
    [
      'names and columns that do not match',
      ['--label', '1,2', '--label-names', 'a'],
      2,
      /a name for each of 2 columns/,
    ],
    ['another scheme', ['--label-names', 'a', '--scheme', 'BILOU'], 2, /requires --scheme IOB2, got BILOU/],
    ['tags that are not BIO', ['--label', '0', '--label-names', 'a'], 1, /line 1: layer 0 expected BIO tags, got/],
  ])('refuses %s', async (_, more, code, message) => {
    const result = await attune([...flags, ...more, '--out', join(directory, 'refused')]);
    expect(result).toMatchObject({ code, stderr: expect.stringMatching(message) });
  });
});
