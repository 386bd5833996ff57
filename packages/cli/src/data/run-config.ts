import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError, parseJson } from '@attune/internal';
import { type CleanStep, cleanSteps } from '../options/choices';

/** The columns of the data that a run was trained on, from its config.json. */
interface RunConfig {
  readonly text?: string;
  readonly label?: string;
  /** The second text, where the model reads pairs. */
  readonly textPair?: string;
  readonly labelSeparator?: string;
  /** The entity type per tag column, for tags without one. */
  readonly labelNames?: readonly string[];
  /** The names of labels that are ids in the data, by id. */
  readonly labelList?: readonly string[];
  /** The texts of a causal language model. */
  readonly promptTemplate?: string;
  readonly completion?: string;
  readonly messages?: string;
  readonly chatTemplate?: string;
  /** Variables of the chat template, as JSON. */
  readonly chatVariables?: string;
  /** What texts are cleaned of before they are read. */
  readonly clean?: readonly CleanStep[];
}

/**
 * Reads the columns that a run was trained on; none for a model that is no run.
 *
 * @throws AttuneError RUN_CONFIG for a config.json that cannot be read
 */
export async function readRunConfig(source: string): Promise<RunConfig> {
  const path = join(source, 'config.json');
  const hasTrained = ['model', 'adapter'].some((name) => existsSync(join(source, name)));
  if (!hasTrained || !existsSync(path)) return {};
  try {
    const json = parseJson(await readFile(path, 'utf8')) as Readonly<Record<string, unknown>>;
    const { text, label, textPair, labelSeparator, labelNames, ...more } = json;
    return {
      text: stringOr(text),
      label: stringOr(label),
      textPair: stringOr(textPair),
      labelSeparator: stringOr(labelSeparator),
      labelNames: stringsOr(labelNames),
      labelList: stringsOr(more.labelList),
      promptTemplate: stringOr(more.promptTemplate),
      completion: stringOr(more.completion),
      messages: stringOr(more.messages),
      chatTemplate: stringOr(more.chatTemplate),
      chatVariables: stringOr(more.chatVariables),
      clean: stringsOr(more.clean)?.filter(isCleanStep),
    };
  } catch (cause) {
    const { message } = cause as Error;
    throw new AttuneError('RUN_CONFIG', `${path}: expected the run's config.json, got ${message}; train it again`, {
      cause,
    });
  }
}

const isCleanStep = (name: string): name is CleanStep => (cleanSteps as readonly string[]).includes(name);
const stringsOr = (value: unknown) => (Array.isArray(value) ? value.map(String) : undefined);
const stringOr = (value: unknown) => (typeof value === 'string' ? value : undefined);
