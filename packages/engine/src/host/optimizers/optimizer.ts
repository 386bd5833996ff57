import type { Range } from '../range';
import type { TrainableArrays } from '../trainable-memory';
import { type AdamConfig, adam } from './adam';
import { type AdamWConfig, adamw } from './adamw';
import { type SgdConfig, sgd } from './sgd';

/** What every optimizer takes. Learning rates come with each update. */
export interface CommonConfig {
  /** 0.01 for AdamW, else 0, unless given. */
  readonly weightDecay?: number;
  /** Whether a parameter decays; all do unless said. */
  readonly decays?: (parameter: string) => boolean;
  /** Whether a parameter is trained; all float32 ones are unless said. */
  readonly trains?: (parameter: string) => boolean;
  /** What a parameter's learning rate is multiplied by; 1 unless said. */
  readonly rateOf?: (parameter: string) => number;
  /** Gradients are scaled to this global norm where they exceed it; no clipping unless given. */
  readonly maxGradNorm?: number;
}

/** An optimizer, by PyTorch's names and with its defaults. */
export type OptimizerConfig = CommonConfig & (AdamWConfig | AdamConfig | SgdConfig);

/** What one update of one parameter needs. */
export interface Update {
  /** Counted from 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** What gradients are multiplied by: the clipping factor. */
  readonly scale: number;
}

/** Changes a parameter and what is kept for it, in place. */
export interface Optimizer {
  readonly defaultWeightDecay: number;
  /** @param range the elements to update; all unless given */
  update(arrays: TrainableArrays, update: Update, range?: Range): void;
  /**
   * What an update multiplies elements by that have no gradient and no moments, exactly; `undefined` where it does more
   * to them.
   */
  idleFactor(update: Pick<Update, 'learningRate' | 'weightDecay'>): number | undefined;
}

export function createOptimizer(config: OptimizerConfig): Optimizer {
  switch (config.name) {
    case 'adamw':
      return adamw(config);
    case 'adam':
      return adam(config);
    case 'sgd':
      return sgd(config);
    default:
      throw new RangeError(
        `openTraining: optimizer expected adamw, adam or sgd, got ${(config as { name: string }).name}`,
      );
  }
}
