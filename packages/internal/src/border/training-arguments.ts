import { typedCommand } from '../typed-command';

// Names of transformers' TrainingArguments, and of its example programs, that Attune does not have, with advice.

/** Writes the name of one of Attune's options as its user knows it: `bf16`, or `--bf16`. */
type Named = (option: string) => string;

const always = (fact: string) => () => `${fact}; remove it`;
const unsupported = always('not supported');
const cutFile = always('all rows of a file are used');
const push = () => `training does not publish; remove it, and publish the run with ${typedCommand('push')}`;

const advices: Readonly<Record<string, (named: Named) => string>> = {
  cacheDir: () => 'the environment variable HF_HOME sets where downloads are kept; remove it',
  dataloaderNumWorkers: always('data is not loaded by workers'),
  datasetName: (named) =>
    `data sets are files; remove it, and name a CSV, JSON lines or Parquet file in ${named('data')}`,
  deepspeed: unsupported,
  doEval: (named) => `${named('evalStrategy')} sets when to evaluate; remove it`,
  doPredict: always('the test part is always evaluated'),
  doTrain: always('training always runs'),
  fp16: (named) => `training in float16 is not supported; use ${named('bf16')} with the engine tfjs-node, or remove it`,
  fsdp: unsupported,
  greaterIsBetter: (named) => `the direction follows from ${named('metricForBestModel')}; remove it`,
  hubModelId: push,
  loadBestModelAtEnd: always('the best model is always the one that is kept'),
  loggingDir: always('metrics are written to the run directory'),
  loggingStrategy: (named) => `training metrics are logged every ${named('loggingSteps')} steps; remove it`,
  maxEvalSamples: cutFile,
  maxPredictSamples: cutFile,
  maxTrainSamples: cutFile,
  noCuda: (named) => `the device follows from ${named('engine')}; remove it`,
  numLabels: (named) => `labels are read from the data; remove it, or list them with ${named('labelList')}`,
  padToMaxLength: always('batches are packed, without padding'),
  preprocessingNumWorkers: always('data is not loaded by workers'),
  pushToHub: push,
  saveSafetensors: always('models are always saved as safetensors'),
  tokenizerName: always('the tokenizer is that of the model'),
  torchCompile: unsupported,
  useFastTokenizer: always('there is one tokenizer'),
  useCpu: (named) => `the device follows from ${named('engine')}; remove it`,
};

const lettersOf = (name: string) => name.replace(/[^a-zA-Z0-9]/g, '').toLowerCase();

const byLetters = new Map(Object.entries(advices).map(([name, advice]) => [lettersOf(name), advice]));

/**
 * The end of an error about an argument of transformers' training that Attune does not have; undefined for other names.
 *
 * @param name in camel, snake or kebab case, with or without dashes before it
 * @example foreignArgument('greater_is_better') // 'the direction follows from metricForBestModel; remove it'
 */
export function foreignArgument(name: string, named: Named = (option) => option): string | undefined {
  return byLetters.get(lettersOf(name))?.(named);
}
