import { defaultArguments, type TrainingArguments } from './arguments';

// Arguments that have no effect because of another argument.

type Arguments = Partial<TrainingArguments>;
type Name = keyof TrainingArguments;

/** Names, and why they have no effect. */
type Rule = (args: Arguments, around: Around) => readonly [names: readonly Name[], reason: string] | undefined;

interface Around {
  /** Whether there is a validation part. */
  readonly hasValidation: boolean;
  /** Whether the metric also chooses something else, such as the settings of a baseline. */
  readonly usesMetric?: boolean;
}

const evaluates = ({ evalStrategy }: Arguments, { hasValidation }: Around) => hasValidation && evalStrategy !== 'no';

const rules: readonly Rule[] = [
  (args, around) => {
    if (evaluates(args, around)) return undefined;
    const reason = around.hasValidation ? 'evalStrategy is no' : 'there is no validation part';
    const names: Name[] = ['earlyStoppingPatience', 'earlyStoppingThreshold'];
    return [
      around.usesMetric ? names : [...names, 'metricForBestModel'],
      `${reason}: nothing is evaluated during training`,
    ];
  },
  ({ evalStrategy }) =>
    evalStrategy === undefined || evalStrategy === 'steps'
      ? undefined
      : [['evalSteps'], `evalStrategy is ${evalStrategy}`],
  (args, around) =>
    evaluates(args, around) && args.earlyStoppingPatience === undefined
      ? [['earlyStoppingThreshold'], 'earlyStoppingPatience is not set: training never stops early']
      : undefined,
  ({ saveStrategy }) =>
    saveStrategy === undefined || saveStrategy === 'steps'
      ? undefined
      : [['saveSteps'], `saveStrategy is ${saveStrategy}`],
  ({ saveStrategy }) =>
    saveStrategy === 'no' ? [['saveTotalLimit'], 'saveStrategy is no: no checkpoint is written'] : undefined,
  ({ lrSchedulerType }) =>
    lrSchedulerType === 'constant'
      ? [['warmupRatio', 'warmupSteps'], 'lrSchedulerType is constant, which has no warmup; constant_with_warmup has']
      : undefined,
  ({ lrSchedulerType, warmupSteps = 0 }) =>
    lrSchedulerType !== 'constant' && warmupSteps > 0 ? [['warmupRatio'], 'warmupSteps is set'] : undefined,
  ({ lrSchedulerType = 'linear' }) =>
    lrSchedulerType === 'cosine' ? undefined : [['numCycles'], `lrSchedulerType is ${lrSchedulerType}, not cosine`],
  ({ lrSchedulerType = 'linear' }) =>
    lrSchedulerType === 'polynomial'
      ? undefined
      : [['power', 'lrEnd'], `lrSchedulerType is ${lrSchedulerType}, not polynomial`],
  ({ maxSteps }) => (maxSteps === undefined ? undefined : [['numTrainEpochs'], 'maxSteps is set']),
  ({ optim = 'adamw' }) =>
    optim === 'sgd'
      ? [['adamBeta1', 'adamBeta2', 'adamEpsilon'], 'optim is sgd, not adamw or adam']
      : [['sgdMomentum', 'sgdNesterov'], `optim is ${optim}, not sgd`],
];

/** Values that change nothing, such as `warmupRatio: 0`. */
const asksNothing = (name: Name, value: unknown) =>
  value === undefined ||
  value === false ||
  (value === 0 && !['adamBeta1', 'adamBeta2', 'adamEpsilon', 'lrEnd'].includes(name));

/**
 * Notes each argument that has no effect because of another, with the reason.
 *
 * @param given as they were given, without defaults; of complete ones those that differ from the default count as given
 * @example
 * unusedArguments({ evalStrategy: 'no', earlyStoppingPatience: 2 }, { hasValidation: true });
 * // ['earlyStoppingPatience is ignored because evalStrategy is no: nothing is evaluated during training']
 */
export function unusedArguments(given: Arguments, around: Around): string[] {
  const usual = defaultArguments as Arguments;
  const isComplete = (Object.keys(usual) as Name[]).every((name) => given[name] !== undefined);
  const isGiven = (name: Name) => !asksNothing(name, given[name]) && !(isComplete && given[name] === usual[name]);
  return rules.flatMap((rule) => {
    const [names, reason] = rule(given, around) ?? [[], ''];
    return names.filter(isGiven).map((name) => `${name} is ignored because ${reason}`);
  });
}
