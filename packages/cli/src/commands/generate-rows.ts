// Generates text for the rows of a file, one group of rows at a time.
import { fieldsOfTemplate, type Row, type TableHeader, templateColumns, textTemplate } from '@attune/data';
import { readRows } from '@attune/data/node';
import { keyOf } from '@attune/engine';
import { counted, isAttuneError } from '@attune/internal';
import { type GeneratedText, type TextGenerator, type TextOptions, unescapedTemplate } from '@attune/train/node';
import { inBatches } from '../data/batches';
import { cleanedRow } from '../data/cleaning';
import { conversationColumns, conversationReader } from '../data/conversations';
import { type ModelSource, modelFiles } from '../data/model-files';
import { checkOutput, type Sink, stdoutSink } from '../data/output';
import { fileDigest, openResumable, type ResumableOutput } from '../data/resumable-output';
import { type RunConfig, readRunConfig } from '../data/run-config';
import { UsageError } from '../program/failure';
import { type Io, orInterrupted } from '../program/process';
import { progressCounter } from '../program/progress';
import { printNote } from '../program/terminal';
import type { ChatPrompts } from './generate-chat';

export interface RowsInput {
  readonly input: string;
  readonly output?: string;
  readonly promptTemplate?: string;
  readonly format?: string;
  readonly delimiter?: string;
}

interface Writing {
  /** The model: a run, a directory or a hub id. */
  readonly source: string;
  readonly rows: RowsInput;
  readonly options: TextOptions;
  /** Renders questions and conversations, with --chat. */
  readonly chat?: ChatPrompts;
  /** Further settings that the output depends on. */
  readonly settings: Readonly<Record<string, unknown>> & Omit<ModelSource, 'source'>;
  readonly io: Io;
}

/** A row of the input as a prompt. */
interface Prompt {
  readonly line: number | undefined;
  readonly text: string;
}

/** Number of batches that are sorted by length together, so that prompts need little padding. */
const batchesTogether = 4;

/**
 * Checks input and output before the model is loaded, and returns the function that generates.
 *
 * @throws UsageError and AttuneError as `readRows`, `checkOutput` and `openResumable`
 */
export async function prepareRows({ source, rows: given, options, chat, settings, io }: Writing) {
  const { input, output, format, delimiter } = given;
  await checkOutput(output, input, source);
  const { promptTemplate, messages = 'messages', clean } = await readRunConfig(source);
  const ofRun = given.promptTemplate === undefined ? promptTemplate : undefined;
  const template = given.promptTemplate ?? ofRun;
  const templateFor = ({ columns, where }: TableHeader) => {
    if (template !== undefined) return unescapedTemplate(template);
    if (columns.length === 1) return columns[0];
    throw new UsageError(
      `--prompt-template: required, because ${where} has several columns: ${columns.slice(0, 12).join(', ')}; name the ones to use, such as --prompt-template '{${columns[0]}}'`,
    );
  };
  /** Columns of conversations, of the names that the run was trained on, where the file has them. */
  const conversationsIn = (header: TableHeader): readonly string[] | undefined => {
    if (!chat || template !== undefined) return undefined;
    const there = fieldsOfTemplate(messages).filter((name) => header.columns.includes(name));
    return there.length === 0 ? undefined : conversationColumns(there, header);
  };
  const columns = (header: TableHeader) => {
    const own = conversationsIn(header);
    if (own) return own;
    try {
      return templateColumns(templateFor(header), header);
    } catch (error) {
      throw ofRun !== undefined && isAttuneError(error, 'DATA_COLUMN_MISSING') ? foreignTable(error, ofRun) : error;
    }
  };
  const rows = await readRows(input, {
    ...{ format, delimiter, stdin: io.stdin, columns },
  } as Parameters<typeof readRows>[1]);
  const textOf = promptReader(rows, { chat, conversations: conversationsIn(rows), templateFor, clean });
  const together = (options.batchSize ?? 8) * batchesTogether;
  if (output !== undefined && input === '-')
    throw new UsageError(
      '--output: cannot be used with --input -, because standard input cannot be read again; redirect standard output instead',
    );
  const recorded = async () => ({
    ...{ ...settings, source, input, template, clean, options },
    digest: await fileDigest(input),
    model: await modelFiles({ source, ...settings }, io),
  });
  const file = output === undefined ? undefined : await openResumable(output, { settings: await recorded(), together });
  const readPrompt = (row: Row): Prompt => ({ line: row.line, text: textOf(row) });
  return async (generator: TextGenerator): Promise<void> => {
    try {
      await writeRows(generator, { prompts: mapped(rows.rows, readPrompt), together, options, file, io });
      await file?.finish();
    } catch (error) {
      await file?.close().catch(() => {});
      throw error;
    }
    for (const note of rows.warnings) printNote(io.stderr, note);
  };
}

interface PromptReader extends Pick<Writing, 'chat'> {
  /** Columns with conversations; undefined where the rows have texts. */
  readonly conversations: readonly string[] | undefined;
  readonly templateFor: (header: TableHeader) => string;
  readonly clean: RunConfig['clean'];
}

/** Returns the function that makes the prompt of a row. */
function promptReader(
  rows: TableHeader,
  { chat, conversations, templateFor, clean }: PromptReader,
): (row: Row) => string {
  if (chat && conversations) return conversationReader(rows, { columns: conversations, use: chat.ofConversation });
  const template = templateFor(rows);
  const [columns, textOf] = [templateColumns(template, rows), textTemplate(template, rows)];
  const promptOf = chat ? chat.ofText : (text: string) => text;
  return (row) => promptOf(textOf(cleanedRow(row, { columns, clean })));
}

/** Error for a table that lacks a column of the run's prompt template. */
function foreignTable(error: Error, template: string): UsageError {
  const how = `--prompt-template ${JSON.stringify(template)}, with columns of this file in the braces`;
  return new UsageError(`${error.message}; the run's prompt template uses that column: pass ${how}`, { cause: error });
}

interface WriteRows extends Pick<Writing, 'options' | 'io'> {
  readonly prompts: AsyncIterable<Prompt>;
  readonly together: number;
  readonly file?: ResumableOutput;
}

async function writeRows(generator: TextGenerator, { prompts, together, options, file, io }: WriteRows): Promise<void> {
  const sink: Sink = file?.sink ?? stdoutSink(io.stdout);
  const isSilent = file === undefined && io.stdout.isTTY === true;
  const progress = progressCounter(io.stderr, { noun: 'prompt', done: 'completed', isSilent });
  const done = file?.done ?? 0;
  if (done > 0) printNote(io.stderr, `${counted(done, 'prompt')} completed earlier; resuming after them`);
  const count = { tooLong: 0, empty: 0, cut: 0 };
  let group = 0;
  for await (const batch of inBatches(prompts, { size: together })) {
    const [isDone, seed] = [group * together < done, seedOf(options, group)];
    group++;
    if (isDone) continue;
    const lengths = new Map(batch.map((prompt) => [prompt, lengthOf(generator, prompt.text, options)]));
    const left = (prompt: Prompt) => whyLeft(lengths.get(prompt)!, generator.config.maxPositions);
    const fitting = batch.filter((prompt) => left(prompt) === undefined);
    const texts = fitting.map(({ text }) => text);
    const written = await orInterrupted(generator.generate(texts, { batchSize: 8, ...options, seed }), io.signal);
    const found = new Map(fitting.map((prompt, i) => [prompt, written[i]]));
    await sink(batch.map((prompt) => rowLine(prompt, found.get(prompt) ?? { ended: left(prompt)! })).join(''));
    count.tooLong += batch.filter((prompt) => left(prompt) === 'prompt-too-long').length;
    count.empty += batch.filter((prompt) => left(prompt) === 'prompt-empty').length;
    count.cut += written.filter(({ isWhole }) => isWhole === false).length;
    progress.add(batch.length);
  }
  progress.end();
  if (count.tooLong > 0)
    printNote(
      io.stderr,
      `${counted(count.tooLong, 'prompt')} left no room in the context: their "ended" is "prompt-too-long"`,
    );
  if (count.empty > 0)
    printNote(io.stderr, `${counted(count.empty, 'prompt')} without text: their "ended" is "prompt-empty"`);
  if (count.cut > 0)
    printNote(
      io.stderr,
      `${counted(count.cut, 'text')} with incomplete ${options.grammar === undefined ? 'JSON' : 'output of the grammar'} ("isWhole": false): raise --max-new-tokens, or limit its length (maxItems, maxLength, {m,n})`,
    );
}

/** The seed of a group of rows: independent of the other groups' and of those of other seeds. */
const seedOf = ({ seed = 42 }: TextOptions, group: number): number => (group === 0 ? seed : keyOf(seed, group));

function lengthOf({ tokenizer }: TextGenerator, text: string, { hasSpecialTokens = false }: TextOptions): number {
  return tokenizer.encode(text, { truncation: false, padding: false, addSpecialTokens: !hasSpecialTokens }).ids.length;
}

/** Why a prompt of this length is not completed; undefined for one that is completed. */
function whyLeft(length: number, maxPositions: number): 'prompt-empty' | 'prompt-too-long' | undefined {
  if (length === 0) return 'prompt-empty';
  return length < maxPositions ? undefined : 'prompt-too-long';
}

/** A row whose prompt is not completed. */
interface LeftRow extends Partial<Omit<GeneratedText, 'ended'>> {
  readonly ended: string;
}

/** A JSON line: the line of the row, and the generated text. */
function rowLine({ line }: Prompt, written: GeneratedText | LeftRow): string {
  const { text = '', tokens = 0, ended, isWhole }: LeftRow = written;
  return `${JSON.stringify({ line, text, tokens, ended, isWhole })}\n`;
}

async function* mapped(rows: AsyncIterable<Row>, read: (row: Row) => Prompt): AsyncGenerator<Prompt> {
  for await (const row of rows) yield read(row);
}
