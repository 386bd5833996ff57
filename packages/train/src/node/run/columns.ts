// The columns of a run's data: how a row becomes an input of its model.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanTable, fieldsOfTemplate, suggest, textTemplate } from '@attune/data';
import { AttuneError, isObject, parseJson } from '@attune/internal';

/** The columns of a run's training data, from its `config.json`. */
export interface RunColumns {
  /** A column, or a template over columns. */
  readonly text?: string;
  /** The column of labels. */
  readonly label?: string;
  /** The second text, where the model reads pairs. */
  readonly textPair?: string;
  /** The separator between the labels of a row. */
  readonly labelSeparator?: string;
  /** The entity type per tag column, for tags without one. */
  readonly labelNames?: readonly string[];
  /** The names of labels that are ids in the data, by id. */
  readonly labelList?: readonly string[];
  /** The prompts of a causal language model, a template. */
  readonly promptTemplate?: string;
  /** The completions of a causal language model, a template. */
  readonly completion?: string;
  /** The column of conversations. */
  readonly messages?: string;
  /** The name of their chat template, of a model with several. */
  readonly chatTemplate?: string;
  /** Further variables of the chat template, as JSON. */
  readonly chatVariables?: string;
  /** Cleaning steps for the texts: `html`, `whitespace`. */
  readonly clean?: readonly string[];
}

/**
 * Reads the columns of a run's training data; none for a model without a run.
 *
 * @throws AttuneError RUN_CONFIG for a config.json that cannot be read
 * @example
 * const { text } = await readRunColumns('runs/sectors'); // '{title}. {description}'
 */
export async function readRunColumns(source: string): Promise<RunColumns> {
  const path = join(source, 'config.json');
  const hasTrained = ['model', 'adapter'].some((name) => existsSync(join(source, name)));
  if (!hasTrained || !existsSync(path)) return {};
  try {
    const json = parseJson(await readFile(path, 'utf8'));
    if (!isObject(json))
      throw new TypeError(`${Array.isArray(json) ? 'a list' : json === null ? 'null' : `a ${typeof json}`}`);
    return {
      text: stringOr(json.text),
      label: stringOr(json.label),
      textPair: stringOr(json.textPair),
      labelSeparator: stringOr(json.labelSeparator),
      labelNames: stringsOr(json.labelNames),
      labelList: stringsOr(json.labelList),
      promptTemplate: stringOr(json.promptTemplate),
      completion: stringOr(json.completion),
      messages: stringOr(json.messages),
      chatTemplate: stringOr(json.chatTemplate),
      chatVariables: stringOr(json.chatVariables),
      clean: stringsOr(json.clean),
    };
  } catch (cause) {
    const { message } = cause as Error;
    throw new AttuneError('RUN_CONFIG', `${path}: expected the run's config.json, got ${message}; train it again`, {
      cause,
    });
  }
}

const stringsOr = (value: unknown) => (Array.isArray(value) ? value.map(String) : undefined);
const stringOr = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** Replaces `\n` and `\t` in a template, which shells do not. */
export const unescapedTemplate = (template: string): string =>
  template.replace(/\\([nt\\])/g, (_, name: string) => ({ n: '\n', t: '\t' })[name] ?? '\\');

/** How a model's input is made, as in its training. */
export interface RunInputs {
  /** The fields that `inputOf` takes, in the order of the templates; empty for a model without a run or without a template. */
  readonly fields: readonly string[];
  /** A prompt or a text of fields, or two texts for a model of pairs, cleaned as in training. */
  inputOf(fields: Readonly<Record<string, string>>): string | readonly [string, string];
  /** A text, cleaned as in training. */
  cleaned(text: string): string;
}

/**
 * Reads how a run's inputs were made: its templates over columns, and its cleaning steps.
 *
 * @throws AttuneError as `readRunColumns`; `inputOf` throws ARGUMENT_INVALID for unknown and for missing fields
 * @example
 * const { inputOf } = await loadRunInputs('runs/skills');
 * inputOf({ title: 'Welder', description: 'Joins pipes.' }); // '### Job: Welder. Joins pipes.\n### Skills:'
 */
export async function loadRunInputs(source: string): Promise<RunInputs> {
  const { promptTemplate, completion, text, textPair, clean = [] } = await readRunColumns(source);
  const templates =
    promptTemplate !== undefined && completion !== undefined
      ? [unescapedTemplate(promptTemplate)]
      : [text, textPair].flatMap((own) => own ?? []);
  const columns = [...new Set(templates.flatMap(fieldsOfTemplate))];
  const [first, second] = templates.map((template) => textTemplate(template, { where: source, columns }));
  const cleanedFields = (fields: Readonly<Record<string, string>>) =>
    clean.length === 0
      ? fields
      : cleanTable([{ line: 1, fields }], Object.fromEntries(clean.map((step) => [step, Object.keys(fields)]))).rows[0]
          .fields;
  return {
    fields: columns,
    inputOf(given) {
      checkFields(source, given, columns);
      const row = { fields: cleanedFields(given) };
      return second === undefined ? first(row) : [first(row), second(row)];
    },
    cleaned: (own) => cleanedFields({ text: own }).text,
  };
}

function checkFields(source: string, given: Readonly<Record<string, string>>, columns: readonly string[]): void {
  const names = Object.keys(given);
  const refused = (expected: string, got: string, advice: string) =>
    new AttuneError('ARGUMENT_INVALID', `fields: expected ${expected}, got ${got}${advice}`);
  if (columns.length === 0)
    throw refused('none', names.join(', '), `; ${source} has no template over fields, give it a text`);
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown !== undefined) {
    const near = suggest(unknown, columns);
    throw refused(columns.join(', '), unknown, near === undefined ? '; remove it' : `; did you mean ${near}?`);
  }
  const missing = columns.filter((name) => !Object.hasOwn(given, name));
  if (missing.length > 0)
    throw refused(columns.join(', '), `no ${missing.join(', ')}`, '; give each, an empty text where there is none');
}
