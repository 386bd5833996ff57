import type { HostTensor } from '@attune/engine';
import type { ModelConfig } from '@attune/models';
import type { Batch } from './batches';
import type { Dataset } from './dataset';
import { sequenceMetrics } from './tasks/sequence';

/** Training loss and accuracy of an epoch, gathered batch by batch while the model changes. */
export interface EpochFigures {
  add(batch: Batch, loss: number, logits: HostTensor): void;
  /** Accuracy is undefined for a regression. */
  result(): { readonly trainLoss: number; readonly trainAccuracy?: number };
}

export function epochFigures({ sequences, targets }: Dataset, config: ModelConfig): EpochFigures {
  const width = config.labels.length;
  const all = new Float32Array(sequences.length * width);
  let total = 0;
  return {
    add({ examples }, loss, logits) {
      total += loss * examples.length;
      const values = logits.data as Float32Array;
      examples.forEach((example, i) => all.set(values.subarray(i * width, (i + 1) * width), example * width));
    },
    result() {
      const { accuracy: trainAccuracy } = sequenceMetrics(all, targets, config);
      return { trainLoss: total / sequences.length, trainAccuracy };
    },
  };
}
