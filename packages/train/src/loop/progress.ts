// The state of a training between its steps.
import type { Training } from '@attune/engine';
import { bestModel } from './best-model';
import { evaluate } from './evaluate';
import type { EvaluationEvent } from './events';
import type { TrainingPlan } from './plan';
import type { SavedTraining } from './saved-training';
import type { TakenStep } from './step';
import type { Examples } from './task';
import type { TrainOptions, TrainResult } from './train-options';
import { productsOf, type TrainedParameters } from './trained';
import { lossLog, startStopwatch, trainingMetrics } from './training-log';

/** The progress of a training: its log, evaluations, best model and saves. */
export function openProgress<Data extends Examples>(
  training: Training,
  options: TrainOptions<Data>,
  { plan, trained }: { readonly plan: TrainingPlan; readonly trained: TrainedParameters },
) {
  const { task, data, arguments: args, onEvent = () => {}, resume } = options;
  const watch = startStopwatch(resume?.clock);
  const log = lossLog(plan, { loggingSteps: args.loggingSteps, watch, onEvent, saved: resume?.log });
  const metrics = trainingMetrics(task, data.train, resume?.metrics);
  const { metricForBestModel: metric, earlyStoppingThreshold: threshold, earlyStoppingPatience: patience } = args;
  const best = bestModel({ metric, threshold, saved: resume?.best });
  const evaluateNow = evaluator(training, options);
  const evaluations: EvaluationEvent[] = [];
  let lastSave: string | undefined = resume?.path;
  let skipped = resume?.skipped ?? 0;
  let savedStep = resume?.state.step;
  const read = async (): Promise<SavedTraining> => {
    const clock = { total: watch.total(), running: watch.running() };
    const saved = { best: best.get(), log: log.read(), metrics: metrics.read(), clock };
    const { step, parameters, moments } = await training.read();
    const state = { step: step + skipped, parameters: trained.of(parameters), moments };
    return { state, ...(skipped > 0 && { skipped }), ...saved };
  };
  return {
    onBatch: metrics.add,
    take(step: number, taken: TakenStep): void {
      if (taken.isSkipped) skipped += 1;
      log.step(step, taken);
    },
    pauseClock: watch.pause,
    resumeClock: watch.resume,
    lastSave: () => lastSave,
    isStopped: () => patience !== undefined && (best.get()?.since ?? 0) >= patience,
    async evaluate(step: number): Promise<void> {
      const event: EvaluationEvent = {
        type: 'eval',
        step,
        epoch: step / plan.stepsPerEpoch,
        ...metrics.take(),
        ...(await evaluateNow(step)),
        time: watch.total(),
      };
      onEvent(event);
      evaluations.push(event);
      await best.offer(event, async () => trained.of(await training.readParameters()));
    },
    async save(): Promise<void> {
      if (!options.save) return;
      const saved = await read();
      const place = await options.save(saved);
      savedStep = saved.state.step;
      if (typeof place === 'string') lastSave = place;
    },
    async saveLast(step: number): Promise<void> {
      if (savedStep !== step) await options.saveLast?.(await read());
    },
    async result(step: number): Promise<TrainResult> {
      const { step: bestStep = step, epoch: bestEpoch = step / plan.stepsPerEpoch, parameters } = best.get() ?? {};
      return {
        parameters: trained.withFrozen(parameters ?? (await training.readParameters())),
        bestStep,
        bestEpoch,
        evaluations,
        steps: step,
        epochs: step / plan.stepsPerEpoch,
        seconds: watch.total(),
        tokensPerSecond: log.tokensPerSecond(),
      };
    },
  };
}

export type Progress = ReturnType<typeof openProgress>;

/** Loss and metrics on the evaluation data with the current parameters; nothing without data. */
function evaluator<Data extends Examples>(training: Training, options: TrainOptions<Data>) {
  const { engine, model, task, evaluationTask = task, data, arguments: args, onEvent } = options;
  const { validation } = data;
  if (!validation) return async () => ({});
  const program = engine.compile(model.program, productsOf(args));
  const { perDeviceEvalBatchSize: batchSize, seed } = args;
  const settings = { task: evaluationTask, batchSize, padTokenId: model.config.padTokenId, seed };
  return (step: number) => {
    const onProgress = (examples: number, totalExamples: number) =>
      onEvent?.({ type: 'eval-step', step, examples, totalExamples });
    return evaluate((batch) => training.run(program, batch), validation, { ...settings, onProgress });
  };
}
