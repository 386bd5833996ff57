import type { ModelConfig } from '../../src/checkpoint/model-config';
import { loadModel } from '../../src/node/load-model';
import type { Case } from './case';
import { anyValue, junkNames, junkNumbers } from './junk';
import { layoutOf, toFile } from './layout';
import { compareModel } from './model-case';
import { type Dimensions, expectedOf } from './model-oracle';
import { tensorsInFile } from './oracle';
import type { Random } from './random';
import { config, configFile, jsonFile, tensors, weightsFile } from './tiny-bert';

type Json = Record<string, unknown>;

const otherKeys = [
  'num_labels',
  'is_decoder',
  'pruned_heads',
  'position_embedding_type',
  'hidden_act',
  'classifier_dropout',
];
const keyOf = (random: Random) => random.pick([...Object.keys(config), ...otherKeys]);

/** Changes a configuration in place; `harmless` ones say the same. */
const configMutations: Readonly<Record<string, (json: Json, random: Random) => void>> = {
  harmless: (json, random) => {
    json[`x_${random.below(100)}`] = random.pick(['y', null, [1], {}, 5]);
  },
  'another number': (json, random) => {
    json[keyOf(random)] = random.pick(junkNumbers);
  },
  'one more or less': (json, random) => {
    const key = keyOf(random);
    if (typeof json[key] === 'number') json[key] += random.pick([-1, 1]);
  },
  'junk for a value': (json, random) => {
    json[keyOf(random)] = anyValue(random);
  },
  'a member gone': (json, random) => {
    delete json[keyOf(random)];
  },
  'other labels': (json, random) => {
    const id = random.pick(['0', '1', '-1', '3', '01', '__proto__', '1e1', ...junkNames]);
    json.id2label = Object.fromEntries([[id, random.pick(['x', anyValue(random)])]]);
  },
};

/** A whole checkpoint whose config.json is changed. */
export function configCase(random: Random): Case {
  const json: Json = structuredClone(config);
  const all = Object.entries(configMutations);
  const chosen = Array.from({ length: 1 + random.below(2) }, () => random.pick(all));
  for (const [, mutate] of chosen) mutate(json, random);
  const mutations = chosen.map(([name]) => name);
  const bytes = jsonFile(json);
  if (random.below(5) === 0) {
    mutations.push('a byte of config.json');
    bytes[random.below(bytes.length)] = random.below(256);
  }
  const weights = toFile(layoutOf(tensors, random));
  const files = { [configFile]: bytes, [weightsFile]: weights };
  const refusal = mutations.every((name) => name === 'harmless') ? /^never$/ : undefined;
  return { mutations, files, refusal, load: (directory) => compareConfig(directory, bytes, weights) };
}

/** A configuration that loads must be what its text says, and its model what the weights then come to. */
async function compareConfig(directory: string, bytes: Uint8Array, weights: Uint8Array): Promise<string | undefined> {
  const { model } = await loadModel(directory);
  const json = JSON.parse(new TextDecoder().decode(bytes));
  const [expected, actual] = [settingsIn(json), settingsOf(model.config)];
  if (String(expected) !== String(actual)) return `read the settings ${actual}, not ${expected}`;
  return compareModel(directory, expectedOf(tensorsInFile(weights)!, dimensionsIn(json)));
}

const settingsOf = (actual: ModelConfig) => [
  ...[actual.heads, actual.layerNormEps, actual.hiddenDropout, actual.initializerRange, actual.padTokenId],
];

// Where the file is silent, transformers' defaults.
const settingsIn = ({
  num_attention_heads: heads = 12,
  layer_norm_eps: epsilon = 1e-12,
  hidden_dropout_prob: dropout = 0.1,
  initializer_range: range = 0.02,
  pad_token_id: padding,
}: Json) => [heads, epsilon, dropout, range, padding ?? 0];

function dimensionsIn(json: Record<string, number>): Dimensions {
  const { vocab_size: vocab = 30_522, hidden_size: hidden = 768, num_hidden_layers: layers = 12 } = json;
  const { intermediate_size: intermediate = 3072, max_position_embeddings: positions = 512 } = json;
  const { type_vocab_size: types = 2, id2label, num_labels } = json;
  const labels = id2label ? Object.keys(id2label).length : (num_labels ?? 2);
  return { vocab, hidden, layers, intermediate, positions, types, labels };
}
