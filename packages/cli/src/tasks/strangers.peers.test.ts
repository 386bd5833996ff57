import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { joinedWords, wordRanges } from '@attune/data';
import { keyOf, uniform } from '@attune/engine';
import { loadTokenizer } from '@attune/tokenizer/node';
import { entitiesIn, loadTagger, type TaggedEntity } from '@attune/train/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { csv, fileIn, temporaryDirectory } from '../../test/files';

/*
 * A directory of each family that Python's transformers saved: trained, asked and exported by `attune`, then read back in Python.
 * `npm run test:peers` brings it: PEER_PYTHON is a Python with torch, transformers and, for the exported graphs, onnxruntime.
 */
const { PEER_PYTHON: python = '' } = process.env;
const at = (path: string) => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const tokenizers = at('../shared/weights/tokenizers');
const isThere = python !== '' && existsSync(tokenizers);
const hasOnnx = isThere && spawnSync(python, ['-c', 'import onnxruntime']).status === 0;

/** The most that a probability or a logit may differ by. */
const within = 1e-4;

const families = ['roberta', 'xlm-roberta', 'camembert', 'electra', 'mpnet'] as const;
type Family = (typeof families)[number];
/** Families of one text a row, and those that read two. */
const paired: readonly Family[] = ['roberta', 'mpnet'];

const colors = {
  blue: ['sky', 'ocean', 'sapphire', 'whale', 'rock-pool'],
  green: ['grass', 'leaf', 'moss', 'emerald', 'x1/2'],
  red: ['apple', 'brick', 'rose', 'fire', 'café'],
};
const names = Object.keys(colors) as (keyof typeof colors)[];
const others = [
  'the',
  'we',
  '(senior)',
  'grow,',
  'naïve',
  '東京',
  'data-driven',
  'e.g.',
  "don't",
  'sell/buy;',
  'of',
  '50%',
];
/** Of sentences that are words already: marks that stand alone, and several in one word. */
const marks = [...others, 'C++/', ',', '.', '!!!', '(', '),', '🙂'];

/** Words of one color among others, the same at every call. */
function wordsOf(i: number, length: number, among = others): string[] {
  const own = colors[names[i % 3]];
  const drawn = (k: number, what: number, from: readonly string[]) =>
    from[Math.floor(uniform(keyOf(1, i, k, what)) * from.length)];
  return Array.from({ length }, (_, k) => drawn(k, 1, uniform(keyOf(1, i, k, 0)) < 0.4 ? own : among));
}
const rowsOf = (count: number, from: number) =>
  Array.from({ length: count }, (_, i) => ({
    text: `${wordsOf(from + i, i % 8 === 7 ? 120 : 9).join(' ')}!?`,
    pair: wordsOf(from + i + 1, i % 16 === 7 ? 90 : 4).join(' '),
    label: names[(from + i) % 3],
  }));
const sentencesOf = (count: number, from: number) =>
  Array.from({ length: count }, (_, i) => wordsOf(from + i, 9, marks));
const isColor = (word: string) => names.some((name) => colors[name].includes(word));
const conllOf = (sentences: readonly (readonly string[])[]) =>
  sentences.map((words) => words.map((word) => `${word} ${isColor(word) ? 'B-COLOR' : 'O'}\n`).join('')).join('\n');

const tests = rowsOf(32, 200);
const sentences = sentencesOf(30, 300);
const texts = [
  ...Array.from({ length: 30 }, (_, i) => `${wordsOf(400 + i, 8).join(' ')} rose.`),
  'Whale? Ocean, rose: brick-red!',
  'C++/Java (senior), e.g. "rose": café & moss!',
  'We sell: apple, brick;  and don’t burn rose-wood/leaf.',
  'Whale? Ocean... Sky!!! 50%/100% C++, C#.',
];

async function succeeding(argv: readonly string[]) {
  const done = await attune(argv);
  if (done.code !== 0) throw new Error(`attune ${argv.join(' ')}\n${done.stderr}`);
}
function inPython(...args: string[]) {
  const { status, stderr } = spawnSync(python, [at('peers/strangers.py'), ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

interface Classes {
  readonly labels: string[];
  readonly scores: number[][];
  readonly lengths: number[];
  readonly off: number | null;
}
interface Tags {
  readonly labels: string[];
  readonly sentences: number[][][];
  readonly texts: { readonly ids: number[]; readonly scores: number[][] | null; readonly across: string[] }[];
  readonly off: number | null;
}

describe.skipIf(!isThere)('a checkpoint of transformers (needs PEER_PYTHON and ../shared)', () => {
  const directory = temporaryDirectory(afterAll);
  const path = (...names: string[]) => join(directory, ...names);
  const cases: Record<string, object> = {};
  let answers: Record<string, Classes & Tags>;
  const how = ['--epochs', '3', '--batch-size', '8', '--learning-rate', '2e-3', '--engine', 'onnx'];

  /** Trains, exports, and gives where both are. */
  async function made(task: string, family: Family, { name, flags }: { name: string; flags: readonly string[] }) {
    const run = path(name);
    await succeeding(['train', '--task', task, '--model', path(family), '--out', run, ...how, ...flags]);
    await succeeding(['export', run, '--format', 'onnx']);
    return { run, model: join(run, 'model'), exported: join(run, 'export') };
  }

  async function classify(family: Family, pairs: boolean) {
    const name = `${family}-${pairs ? 'pairs' : 'classes'}`;
    const flags = ['--data', path('train.csv'), '--text', 'text', ...(pairs ? ['--text-pair', 'pair'] : [])];
    const { run, ...where } = await made('sequence-classification', family, {
      name,
      flags: [...flags, '--label', 'label', '--baseline', 'none'],
    });
    await succeeding(['predict', run, '--input', path('test.csv'), '--output', path(`${name}.jsonl`)]);
    cases[name] = { task: 'classes', ...where, pairs, rows: tests.map(({ text, pair }) => [text, pair]) };
  }

  async function tag(family: Family) {
    const name = `${family}-tags`;
    const { run, ...where } = await made('token-classification', family, {
      name,
      flags: ['--data', path('train.conll')],
    });
    for (const input of ['test.conll', 'test.txt'])
      await succeeding(['predict', run, '--input', path(input), '--output', path(`${name}.${input}.jsonl`)]);
    const { encodeWords } = await loadTokenizer(where.model);
    const read = texts.map((text) => {
      const ranges = wordRanges(text);
      const words = ranges.map(({ start, end }) => text.slice(start, end));
      const { ids, wordIds } = encodeWords(words, { joined: joinedWords(ranges), truncation: false, padding: false });
      return {
        text,
        words: ranges.map(({ start, end }) => [start, end]),
        ids: Array.from(ids),
        reads: words.map((_, word) => wordIds.indexOf(word)),
      };
    });
    cases[name] = { task: 'tags', ...where, sentences, texts: read };
  }

  beforeAll(async () => {
    inPython('make', tokenizers, directory);
    fileIn(directory, 'train.csv', csv(rowsOf(48, 0)));
    fileIn(directory, 'test.csv', csv(tests));
    fileIn(directory, 'train.conll', conllOf(sentencesOf(60, 100)));
    fileIn(directory, 'test.conll', conllOf(sentences));
    fileIn(directory, 'test.txt', `${texts.join('\n')}\n`);
    for (const family of families) {
      await classify(family, false);
      await tag(family);
    }
    for (const family of paired) await classify(family, true);
    const file = fileIn(directory, 'cases.json', JSON.stringify(cases));
    inPython('back', file);
    answers = JSON.parse(readFileSync(`${file}.answers`, 'utf8'));
  }, 300_000);

  const differences = (own: readonly number[], other: readonly number[]) => own.map((x, i) => Math.abs(x - other[i]));

  describe.each(families)('%s', (family) => {
    it.each(['classes', ...(paired.includes(family) ? ['pairs'] : [])])('has its scores in Python: %s', (kind) => {
      const { labels, scores, lengths } = answers[`${family}-${kind}`];
      const own = linesOf(path(`${family}-${kind}.jsonl`));
      expect(own).toHaveLength(tests.length);
      const off = own.flatMap((line, i) =>
        differences(
          labels.map((label) => line.scores[label]),
          scores[i],
        ),
      );
      expect(Math.max(...off)).toBeLessThan(within);
      const longest = family === 'electra' ? 48 : 64;
      expect(lengths.filter((length) => length === longest).length).toBeGreaterThanOrEqual(4);
      expect(Math.max(...lengths)).toBe(longest);
      const first = scores.map(([score]) => score);
      expect(Math.max(...first) - Math.min(...first), 'what texts differ by').toBeGreaterThan(50 * within);
    });

    it('has the tag of every word in Python, as run_ner reads it', async () => {
      const { labels, sentences: theirs } = answers[`${family}-tags`];
      const tagger = await loadTagger(path(`${family}-tags`));
      const own = await tagger.tagWords(sentences);
      await tagger.close();
      const read = theirs.map((rows) => rows.map((row) => likeliest(row, labels)));
      const tags = read.map((words) => words.map(([tag]) => tag));
      expect(own.map((sentence) => sentence.tags)).toEqual(tags);
      expect(linesOf(path(`${family}-tags.test.conll.jsonl`)).map((line) => line.tags)).toEqual(tags);
      const off = own.flatMap(({ scores }, i) =>
        differences(
          scores,
          read[i].map(([, score]) => score),
        ),
      );
      expect(off).toHaveLength(9 * sentences.length);
      expect(Math.max(...off)).toBeLessThan(within);
      expect(new Set(tags.flat())).toEqual(new Set(['B-COLOR', 'O']));
    });

    it('has the entities of texts in Python, where its tokens are the same', () => {
      const { labels, texts: theirs } = answers[`${family}-tags`];
      const own: { entities: TaggedEntity[] }[] = linesOf(path(`${family}-tags.test.txt.jsonl`));
      expect(own).toHaveLength(texts.length);
      expect(theirs).toHaveLength(34);
      const differing = theirs.filter(({ scores }) => scores === null);
      expect(differing.map(({ across }) => across)).toEqual(unlike[family]);
      const spaces = (i: number) => family === 'roberta' && texts[i].includes('  ');
      expect(theirs.filter(({ across }, i) => across.length > 0 || spaces(i))).toEqual(differing);
      theirs.forEach(({ scores }, i) => {
        if (scores === null) return;
        const read = scores.map((row) => likeliest(row, labels));
        const sentence = { tags: read.map(([tag]) => tag), scores: read.map(([, score]) => score) };
        const ranges = wordRanges(texts[i]);
        const found = entitiesIn({ text: texts[i], ranges, ...sentence }, { scheme: 'IOB2', mode: 'strict' });
        const places = (entities: readonly TaggedEntity[]) => entities.map(({ score, ...entity }) => entity);
        expect(places(own[i].entities)).toEqual(places(found));
        const off = differences(
          own[i].entities.map(({ score }) => score),
          found.map(({ score }) => score),
        );
        expect(Math.max(0, ...off)).toBeLessThan(within);
      });
    });

    it.skipIf(!hasOnnx)('has its logits in its exported graphs (needs onnxruntime)', () => {
      for (const [name, { off }] of Object.entries(answers))
        if (name.replace(/-[a-z]+$/, '') === family) expect(off, name).toBeLessThan(within);
    });
  });
});

const likeliest = (row: readonly number[], labels: readonly string[]): [string, number] => {
  const score = Math.max(...row);
  return [labels[row.indexOf(score)], score];
};

/** The texts of 34 that Python reads otherwise, as the pieces of each that are one token there and several words here. RoBERTa has a token for a second space too. */
const unlike: Record<Family, string[][]> = {
  roberta: [['++', '),'], [], ['++']],
  'xlm-roberta': [['++', '),'], ['++']],
  camembert: [['++', '),'], ['++']],
  electra: [],
  mpnet: [],
};
