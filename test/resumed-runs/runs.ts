/** A run that was interrupted, and the files that say how it ended without that. */
export interface InterruptedRun {
  readonly name: string;
  /** What was typed, in the directory of the fixture's inputs, but for `--out`. */
  readonly command: readonly string[];
  /** What was there when it was interrupted, below its directory. */
  readonly left: readonly string[];
  /** What it prints when it goes on. */
  readonly says: string;
  /** The tensors that it comes to, below its directory. */
  readonly tensors: readonly string[];
  /** What else it comes to: JSON, or lines of it. */
  readonly records: readonly string[];
}

/** Words of a command line; quotes hold together what has spaces. */
const words = (line: string): string[] => (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));

const often = '--save-total-limit 9 --eval-steps 3 --logging-steps 2 --batch-size 8 --learning-rate 1e-2 --engine cpu';
const sequence = '--task sequence-classification --data texts.csv --text "{title}. {text}"';
const causal = '--task causal-lm --data texts.csv --prompt-template "{text} is" --completion " {label}"';
const masked = '--task masked-lm --data texts.csv --text {text} --split 80/20 --chunk-length 16 --mlm-probability 0.3';
const newEncoder = '--model new --model-config encoder.json';
const lora = '--lora-r 2 --lora-alpha 4 --lora-dropout 0.1';

/** Small models that later runs start from: what is left of these runs is `NAME/` among the inputs. */
export const bases: Readonly<Record<string, readonly string[]>> = {
  encoder: words(`train ${masked} ${newEncoder} --max-steps 2 --engine cpu`),
  decoder: words(`train ${causal} --model new --model-config decoder.json --max-steps 2 --engine cpu`),
};

const model = 'model/model.safetensors';
const adapter = 'adapter/adapter_model.safetensors';
const records = ['metrics.jsonl', 'summary.json'];

/** A training with a single checkpoint left. */
const training = (
  name: string,
  line: string,
  savedAt: number,
  tensors: readonly string[] = [model],
): InterruptedRun => ({
  name,
  command: words(`train ${line} --save-steps ${savedAt}`),
  left: ['config.json', 'metrics.jsonl', `checkpoints/step-${savedAt}`],
  says: `resuming after step ${savedAt}`,
  tensors,
  records,
});

export const runs: readonly InterruptedRun[] = [
  training(
    'classes',
    `${sequence} --label label ${newEncoder} --split 60/20/20 --seed 7 ${often} --max-steps 11 --tune-threshold
     --gradient-accumulation-steps 2 --weight-decay 0.1 --warmup-steps 3`,
    7,
  ),
  training(
    'several-labels',
    `${sequence} --problem-type multi_label_classification --label topics --model encoder ${often} --baseline none --max-steps 9
     --optim sgd --sgd-momentum 0.9 --layerwise-lr-decay 0.8`,
    5,
  ),
  training('masked-lm', `${masked} --model encoder --whole-word ${often} --max-steps 9 --optim adam`, 4),
  training(
    'token-lora',
    `--task token-classification --data words.conll --model encoder ${often} --max-steps 9
     ${lora} --lora-target-modules q_lin,v_lin`,
    5,
    [model, adapter],
  ),
  training(
    'causal-lora-nf4',
    `${causal} --model decoder ${often} --max-steps 9 --gradient-checkpointing ${lora} --quantize nf4`,
    5,
    [adapter],
  ),
  {
    name: 'folds',
    command: words(
      `train ${sequence} --label label --model encoder ${often} --baseline none --max-steps 4 --save-steps 3 --folds 3`,
    ),
    left: [
      ...['config.json', 'fold-1/config.json', 'fold-1/metrics.jsonl', 'fold-1/summary.json'],
      ...['fold-2/config.json', 'fold-2/metrics.jsonl', 'fold-2/checkpoints/step-3'],
    ],
    says: '(finished earlier)',
    tensors: ['fold-2/model/model.safetensors', 'fold-3/model/model.safetensors'],
    records: ['summary.json', 'fold-2/metrics.jsonl', 'fold-3/metrics.jsonl'],
  },
  {
    name: 'search',
    command: words('search --config search.yaml --space space.json --trials 3 --seed 5'),
    left: ['search.json'],
    says: '2/3  trial 2',
    tensors: [],
    records: ['search.json', 'best.json'],
  },
];
