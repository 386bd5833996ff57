import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import type { ModelTask } from '@attune/models';
import { readModelJson } from '../run/json-files';

interface Loaded {
  /** The name of a model of the task. */
  readonly what: string;
  /** The end of its class in transformers. */
  readonly ending: string;
  /** The function that loads it. */
  readonly loader: string;
}

const tasks: Readonly<Record<ModelTask, Loaded>> = {
  'sequence-classification': { what: 'classifier', ending: 'ForSequenceClassification', loader: 'loadPredictor' },
  'token-classification': { what: 'tagger', ending: 'ForTokenClassification', loader: 'loadTagger' },
  'masked-lm': { what: 'masked language model', ending: 'ForMaskedLM', loader: 'evaluateMaskedLm' },
  'causal-lm': { what: 'causal language model', ending: 'ForCausalLM', loader: 'loadGenerator' },
};

/** `load it with loadTagger`, for messages about a model of another task. */
export const loaderAdvice = (task: ModelTask): string => `load it with ${tasks[task].loader}`;

/** The class that a `config.json` names, and its task where that is known. */
function classOf({ architectures }: Readonly<Record<string, unknown>>) {
  const name: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  const known = Object.entries(tasks).find(([, { ending }]) => typeof name === 'string' && name.endsWith(ending));
  return { name, task: known?.[0] as ModelTask | undefined };
}

/**
 * Refuses a model of another task, by the class in its `config.json`. Masked language models and classifiers
 * may start from each other, and are left to the check of heads.
 *
 * @throws AttuneError CHECKPOINT_NO_HEAD of two encoders, MODEL_TASK of an encoder and a decoder
 */
export function refuseOtherTask(source: string, config: Readonly<Record<string, unknown>>, wanted: ModelTask): void {
  const { name, task } = classOf(config);
  if (task === undefined || task === wanted) return;
  const isDecoder = [task, wanted].includes('causal-lm');
  if (!isDecoder && [task, wanted].includes('masked-lm')) return;
  throw new AttuneError(
    isDecoder ? 'MODEL_TASK' : 'CHECKPOINT_NO_HEAD',
    `${source}: expected a trained ${tasks[wanted].what} (…${tasks[wanted].ending}), its config.json says ${JSON.stringify(name)}, a ${tasks[task].what}; ${loaderAdvice(task)}, or train one: npx attune train --task ${wanted}`,
  );
}

/** `; it is a tagger: load it with loadTagger`, for messages about a missing head; empty where the class names no other task. */
export function otherTaskAdvice(config: Readonly<Record<string, unknown>>, wanted: ModelTask): string {
  const { task } = classOf(config);
  return task === undefined || task === wanted ? '' : `; it is a ${tasks[task].what}: ${loaderAdvice(task)}`;
}

/** The `config.json` of a model directory; undefined for a missing or unreadable one, which loading then reports. */
export async function localConfig(directory: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return await readModelJson(join(directory, 'config.json'));
  } catch {
    return undefined;
  }
}
