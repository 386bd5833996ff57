import { didYouMean } from '@attune/data';
import { AttuneError, type OptimizerConfig } from '@attune/engine';
import { decays } from './decays';
import { type FreezeArguments, frozenParameters, type Trainable } from './freeze';
import { layerwiseRates } from './layerwise-decay';

/** The values of `optim`. */
export const optimizers = ['adamw', 'adam', 'sgd'] as const;

/** How parameters are updated; names and meanings as Hugging Face's `TrainingArguments` and PyTorch's optimizers. */
export interface OptimizerArguments extends FreezeArguments {
  readonly optim: (typeof optimizers)[number];
  readonly adamBeta1: number;
  readonly adamBeta2: number;
  readonly adamEpsilon: number;
  /** 0 unless given. */
  readonly sgdMomentum?: number;
  /** Nesterov's momentum; false unless given. */
  readonly sgdNesterov?: boolean;
  /** Not applied to biases and norms. Decoupled from the gradient for adamw, added to it for the others. */
  readonly weightDecay: number;
  /** Gradients are scaled down to this global norm; 0 turns clipping off. */
  readonly maxGradNorm: number;
  /** What a layer's learning rate is of the next one's, in (0, 1]; 1, all alike, unless given. */
  readonly layerwiseLrDecay?: number;
}

/**
 * The engine's optimizer for a model, as the arguments describe it. Of a model with adapters it trains what `withLora` says.
 *
 * @throws AttuneError ARGUMENT_INVALID for an argument out of range, FREEZE_INVALID as `frozenParameters` does
 * @example
 * const config = optimizerConfig(trainingArguments({ optim: 'sgd', sgdMomentum: 0.9 }), model);
 * const training = await engine.openTraining(program, parameters, config);
 */
export function optimizerConfig(args: OptimizerArguments, model: Trainable): OptimizerConfig {
  checkArguments(args);
  const { weightDecay, maxGradNorm, layerwiseLrDecay = 1 } = args;
  const frozen = frozenParameters(args, model);
  const trains = model.trains ?? (() => true);
  const rates = layerwiseLrDecay === 1 ? undefined : layerwiseRates(layerwiseLrDecay, model);
  return {
    ...algorithm(args),
    weightDecay,
    decays,
    ...((frozen.size > 0 || model.trains) && { trains: (name) => trains(name) && !frozen.has(name) }),
    ...(rates && { rateOf: (name) => rates.get(name) ?? 1 }),
    maxGradNorm: maxGradNorm > 0 ? maxGradNorm : undefined,
  };
}

function algorithm({ optim, adamBeta1, adamBeta2, adamEpsilon, sgdMomentum, sgdNesterov }: OptimizerArguments) {
  if (optim === 'sgd') return { name: optim, momentum: sgdMomentum, nesterov: sgdNesterov } as const;
  return { name: optim, beta1: adamBeta1, beta2: adamBeta2, epsilon: adamEpsilon } as const;
}

function checkArguments({ optim, sgdMomentum = 0, sgdNesterov, layerwiseLrDecay = 1 }: OptimizerArguments): void {
  if (!optimizers.includes(optim))
    throw invalid('optim', optimizers.join(', '), `${optim}${didYouMean(`${optim}`, optimizers)}`);
  if (!(sgdMomentum >= 0 && sgdMomentum < 1)) throw invalid('sgdMomentum', 'a number in [0, 1)', sgdMomentum);
  if (optim === 'sgd' && sgdNesterov && sgdMomentum === 0)
    throw invalid('sgdNesterov', 'an sgdMomentum above 0', '0; set sgdMomentum');
  if (!(layerwiseLrDecay > 0 && layerwiseLrDecay <= 1))
    throw invalid('layerwiseLrDecay', 'a number in (0, 1]', layerwiseLrDecay);
}

function invalid(name: string, expected: string, got: string | number): AttuneError {
  return new AttuneError('ARGUMENT_INVALID', `${name}: expected ${expected}, got ${got}`);
}
