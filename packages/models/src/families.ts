import { AttuneError } from '@attune/internal';
import { bert } from './bert';
import type { ConfigFormat } from './checkpoint/config-format';
import type { ModelConfig, ModelTask, ModelType } from './checkpoint/model-config';
import { distilbert } from './distilbert';
import { electra } from './electra';
import type { EncoderFamily, Family } from './encoder/family';
import { gemma3 } from './gemma3';
import { tokenClassifierModule } from './heads/classification';
import { llama } from './llama';
import { mistral } from './mistral';
import { mpnet } from './mpnet';
import { qwen2, qwen3 } from './qwen';
import { camembert, roberta, xlmRoberta } from './roberta';

/** Encoders by `model_type`. */
export const encoders = {
  bert,
  camembert,
  distilbert,
  electra,
  mpnet,
  roberta,
  'xlm-roberta': xlmRoberta,
} as const satisfies Partial<Readonly<Record<ModelType, EncoderFamily>>>;

/** Decoders by `model_type`. */
export const decoders = {
  llama,
  gemma3_text: gemma3,
  mistral,
  qwen2,
  qwen3,
} as const satisfies Partial<Readonly<Record<ModelType, Family>>>;

/** Every family by `model_type`. */
export const families: Readonly<Record<ModelType, Family>> = { ...encoders, ...decoders };

/** `config.json` formats of every family. */
export const formats: readonly ConfigFormat[] = Object.values(families).map(({ format }) => format);

export const formatOf = (modelType: ModelType): ConfigFormat => families[modelType].format;

/** The classifier module that is trained in full along with adapters, as in PEFT: its name, or the end of its name. */
export const classifierModule = (modelType: ModelType): string =>
  families[modelType].heads.lastTokenClassification?.classifier ?? tokenClassifierModule;

/**
 * transformers' class for a family with the head of a task.
 *
 * @param where name used in errors
 * @throws AttuneError MODEL_TASK if the family has no such head
 */
export function classFor(modelType: ModelType, task: ModelTask | 'custom', where = 'task'): string {
  const { classes } = formatOf(modelType);
  const name = classes[task];
  if (name) return name;
  const tasks = Object.keys(classes).filter((task) => task !== 'custom');
  throw new AttuneError(
    'MODEL_TASK',
    `${where}: expected a task of ${modelType} (${tasks.join(', ')}), got ${task}; choose one of these, or a model of another family`,
  );
}

/**
 * Depth of a parameter: 0 for the embeddings, 1 for the first layer, `layers` for the last layer and the norm after it, and
 * `layers + 1` for the head (including BERT's pooler, which no other task has). An adapter's matrix has the depth of its module.
 *
 * The depth follows from the parameters that the family has with fewer layers, so that no family has to define it.
 *
 * @example
 * layerOf(config, 'bert.encoder.layer.0.output.dense.bias'); // 1
 */
export function layerOf(config: ModelConfig, parameter: string): number {
  const { specs, finalNorm } = families[config.modelType];
  const ofModule = parameter.replace(/\.lora_[AB]\.weight$/, '.weight');
  if (ofModule !== parameter) return layerOf(config, ofModule);
  if (finalNorm && parameter.startsWith(`${finalNorm}.`)) return config.layers;
  for (let layers = 0; layers <= config.layers; layers++) if (parameter in specs({ ...config, layers })) return layers;
  return config.layers + 1;
}
