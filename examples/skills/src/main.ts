// Skills: from a job posting to the skills it asks for, with their places in the text.
//
//   node dist/main.js [--out runs/skills] [--overwrite] [--engine onnx|cpu] [--seed 42]
//                     [--data postings.jsonl --text text --label skills] [--limit 1000] [--model path/to/bert]
//                     [--recipe original --split-by chunk|posting --terms skills.txt]

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatePostings, termMatcher } from '@attune/data';
import { type AnnotatedText, readAnnotated } from '@attune/data/node';
import { type EngineName, openEngine } from '@attune/engine/node';
import { renderHighlights, renderTokenReport } from '@attune/report';
import { writeRendered } from '@attune/report/node';
import type { TrainingArguments } from '@attune/train';
import { entitiesIn, fitTokenClassifier, type TokenFitResult } from '@attune/train/node';
import { abortOnInterrupt, entityLines, printNote, readOptions, reportUncaught, terminalListener } from 'attune';
import config from '../config.json' with { type: 'json' };
import { type Piece, piecesOf, splitPieces } from './pieces';

reportUncaught(process); // errors end the program with a line that says what to do
const options = readOptions(process, {
  data: { type: 'string' },
  text: { type: 'string', default: 'text' },
  label: { type: 'string', default: 'spans' },
  limit: { type: 'number', default: 1_000_000 },
  recipe: { type: 'string', choices: ['better', 'original'], default: 'better' },
  terms: { type: 'string', default: fileURLToPath(new URL('../data/skills.txt', import.meta.url)) },
  'split-by': { type: 'string', choices: ['posting', 'chunk'], default: 'posting' },
  model: { type: 'string', default: 'new' },
  'learning-rate': { type: 'number' },
  'max-steps': { type: 'number' },
  seed: { type: 'number', default: 42 },
  out: { type: 'string', default: 'runs/skills' },
  overwrite: { type: 'boolean' },
  engine: { type: 'string', default: 'auto' },
});
const { seed, 'split-by': splitBy } = options;
const isOriginal = options.recipe === 'original';

// 1. The postings. Without --data they are generated, with the skills that they require. A skill that is only mentioned ("you need
//    not know Java") does not count. Your own postings: JSON lines {"text", "spans": [{"start", "end", "label"}]}.
async function readPostings(): Promise<AnnotatedText[]> {
  const { data, text, label, limit } = options;
  if (data) return (await readAnnotated(data, { text, spans: !isOriginal && label })).slice(0, limit);
  const postings = generatePostings({ count: Math.min(config.postings, limit), seed });
  return postings.map((own) => ({
    text: own.text,
    spans: own.skills.map(({ type, ...span }) => ({ ...span, label: type })),
  }));
}

// 2. The original recipe had no labeled skills: it looked for the terms of a list, and took every match for one.
async function withMatchedTerms(postings: readonly AnnotatedText[]): Promise<AnnotatedText[]> {
  const lines = (await readFile(options.terms, 'utf8')).split('\n').map((line) => line.trim());
  const terms = [...new Set(lines.filter((line) => line && !line.startsWith('#')))];
  const matches = termMatcher(terms.map((term) => ({ term, label: 'SKILL' })));
  return postings.map(({ text }) => ({ text, spans: matches(text) }));
}

// 3. The arguments, by Hugging Face's names, from config.json: one recipe or the other, and for a model that is new what a
//    new model needs.
function settings() {
  const { model, 'learning-rate': learningRate, 'max-steps': maxSteps } = options;
  const isNew = model === 'new';
  const recipe = {
    ...(isOriginal ? config.original : config.better),
    ...(isNew && config.new),
  } as Partial<TrainingArguments>;
  const given = { seed, maxSteps, ...(learningRate !== undefined && { learningRate }) };
  return { model, newConfig: isNew ? config.newConfig : undefined, arguments: { ...recipe, ...given } };
}

// 4. What came of each epoch.
function epochTable(history: TokenFitResult['history']): string {
  const names = ['trainLoss', 'epoch', 'step', 'loss', 'precision', 'recall', 'f1', 'accuracy'] as const;
  const rows = history
    .filter(({ type }) => type === 'eval')
    .map((event) => names.map((name) => (event as never)[name] as number));
  const shown = rows.map((row) => row.map((value) => (Number.isInteger(value) ? value : value?.toFixed(4))));
  return [names, ...shown].map((row) => row.map((cell) => String(cell ?? '').padStart(10)).join('')).join('\n');
}

// 5. What the model found in the test part: a line a posting, and a page to look at.
async function writeSpans(result: TokenFitResult, pieces: readonly Piece[], texts: readonly string[]): Promise<void> {
  const reading = { scheme: 'IOB2', mode: 'strict' } as const;
  const found = pieces.map(({ posting, ranges, tags }, i) => {
    const own = { text: texts[posting], ranges };
    const truth = entitiesIn({ ...own, tags, scores: tags.map(() => 1) }, reading);
    return { posting, ranges, truth, predicted: entitiesIn({ ...own, ...result.test.predicted[i] }, reading) };
  });
  const lines = found.map(({ posting, predicted }) => JSON.stringify({ posting, entities: predicted }));
  await writeFile(join(options.out, 'spans.jsonl'), `${lines.join('\n')}\n`);
  const shown = found.map(({ posting, ranges, truth, predicted }) => {
    const [from, to] = [ranges[0].start, ranges[ranges.length - 1].end];
    const moved = (spans: typeof truth) =>
      spans.map((span) => ({ ...span, start: span.start - from, end: span.end - from }));
    return {
      name: `posting ${posting}`,
      text: texts[posting].slice(from, to),
      truth: moved(truth),
      predicted: moved(predicted),
    };
  });
  const head = { title: 'Skills in test postings', generatedAt: new Date().toISOString() };
  await writeRendered(join(options.out, 'skills.html'), () => renderHighlights(head, shown));
}

// 6. Train, print, write. The best epoch is that of the highest F1 on the validation part; the test part is looked at once.
async function run(): Promise<void> {
  const labeled = await readPostings();
  const postings = isOriginal ? await withMatchedTerms(labeled) : labeled;
  const texts = postings.map(({ text }) => text);
  const pieces = piecesOf(postings, isOriginal ? config.chunkWords : undefined);
  const data = splitPieces(pieces, { by: splitBy, seed, texts });
  const result = await fitTokenClassifier({
    data,
    ...settings(),
    decoding: isOriginal ? 'argmax' : 'constrained',
    engine: await openEngine({ name: options.engine as EngineName }),
    out: options.out,
    overwrite: options.overwrite,
    provenance: { data: options.data ?? 'generated', recipe: options.recipe, split: `70/15/15 by ${splitBy}` },
    onEvent: terminalListener(process.stderr),
    onNote: (note) => printNote(process.stderr, note),
    signal: abortOnInterrupt(process),
  });
  await writeSpans(result, data.test, texts);
  const report = { ...result, title: 'Skills', generatedAt: new Date().toISOString() };
  await writeRendered(join(options.out, 'report.html'), () => renderTokenReport(report));
  console.log(`${epochTable(result.history)}\n\n${entityLines(result.summary)}`);
  console.log(`test postings: ${options.out}/skills.html and spans.jsonl; report: ${options.out}/report.html`);
}

await run();
