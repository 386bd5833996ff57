import { type Row, type RowStream, textTemplate } from '@attune/data';
import { readRows, streamConll } from '@attune/data/node';
import { entitiesIn, type TaggedEntity, type Tagger } from '@attune/train/node';
import type { PredictInput } from '../commands/predict';
import { orInterrupted } from '../interrupt';
import { withTagger } from '../open-tagger';
import { refuseFlags } from '../refuse-flags';
import { readRunConfig } from '../run-config';
import { columnNumber, isConll } from '../sentences/read-sentences';
import { counted } from '../terminal/counted';
import { printStatus } from '../terminal/print';
import { UsageError } from '../usage-error';
import { inBatches } from './batches';
import { checkOutput, type Sink, writeOutput } from './output';

/** Texts tagged at a time: as many as classifiers take, or as long. */
const atOnce = { size: 2048, weight: 2 ** 20 };

/** What `attune predict` does with a tagger: the entities of each row, in order, the input streamed. */
export async function predictEntities({ flags, argument: source, io }: PredictInput): Promise<void> {
  const { input, output, format } = flags;
  refuseFlags(flags, ['textPair', 'threshold'], 'a tagger');
  await checkOutput(output, input);
  const { text: trained } = await readRunConfig(source);
  const write = isConll(input, format)
    ? tagSentences(
        streamConll(input, { tokenColumn: columnNumber('--text', flags.text ?? numberOr(trained)), stdin: io.stdin }),
      )
    : tagTexts(await readRows(input, { format: format === 'conll' ? undefined : format, stdin: io.stdin }), flags.text);
  let rows = 0;
  await withTagger(source, { flags, io }, (tagger) =>
    writeOutput(output, io.stdout, async (sink: Sink) => {
      for await (const lines of write((work) => orInterrupted(work, io.signal), tagger)) {
        await sink(lines.join(''));
        rows += lines.length;
        if (output !== undefined || !io.stdout.isTTY) printStatus(io.stderr, `${counted(rows, 'text')} tagged`);
      }
    }),
  );
}

const numberOr = (trained: string | undefined) => (/^-?\d+$/.test(trained ?? '') ? `${trained}` : '0');

type Interruptible = <T>(work: Promise<T>) => Promise<T>;
type Tagging = (run: Interruptible, tagger: Tagger) => AsyncGenerator<string[]>;

/** Lines for texts, whose words the tagger finds itself. */
function tagTexts(rows: RowStream, given: string | undefined): Tagging {
  const text = textTemplate(given ?? textColumn(rows), rows);
  return async function* (run, tagger) {
    const options = { ...atOnce, weightOf: (each: string) => each.length };
    for await (const texts of inBatches(mapped(rows.rows, text), options))
      yield (await run(tagger.tag(texts))).map((entities) => line({ entities }));
  };
}

/** Lines for sentences whose words are given: offsets are in the words joined by spaces. */
function tagSentences(sentences: AsyncIterable<{ readonly words: readonly string[] }>): Tagging {
  return async function* (run, tagger) {
    const options = {
      ...atOnce,
      weightOf: ({ words }: { readonly words: readonly string[] }) => words.join(' ').length,
    };
    for await (const batch of inBatches(sentences, options)) {
      const tagged = await run(tagger.tagWords(batch.map(({ words }) => words)));
      yield batch.map(({ words }, i) => {
        const { tags, scores } = tagged[i];
        const entities = entitiesIn({ text: words.join(' '), ranges: rangesOf(words), tags, scores }, tagger);
        return line({ entities, words, tags });
      });
    }
  };
}

function rangesOf(words: readonly string[]): { start: number; end: number }[] {
  let next = 0;
  return words.map((word) => {
    const start = next;
    next += word.length + 1;
    return { start, end: start + word.length };
  });
}

function textColumn({ columns, where }: RowStream): string {
  if (columns.length === 1) return columns[0];
  if (columns.includes('text')) return 'text';
  throw new UsageError(`--text: required, because ${where} has several columns: ${columns.slice(0, 12).join(', ')}`);
}

interface Tagged {
  readonly entities: readonly TaggedEntity[];
  readonly words?: readonly string[];
  readonly tags?: readonly string[];
}

/** A line of JSON; probabilities to six significant digits (float32 has seven). */
function line({ entities, ...more }: Tagged): string {
  const rounded = entities.map((entity) => ({ ...entity, score: Number(entity.score.toPrecision(6)) }));
  return `${JSON.stringify({ entities: rounded, ...more })}\n`;
}

async function* mapped(rows: AsyncIterable<Row>, text: (row: Row) => string): AsyncGenerator<string> {
  for await (const row of rows) yield text(row);
}
