import type { HostTensor } from '@attune/engine';
import type { Examples, Task, TaskBatch } from './tasks/task';

/** What is gathered, as plain numbers: a checkpoint holds it. */
export interface GatheredFigures {
  readonly loss: number;
  readonly weight: number;
  /** Answers the model got right; absent where that means nothing. */
  readonly correct?: number;
  /** Answers it gave: one an example, or as many as the task counts. */
  readonly examples: number;
}

/** Training loss and accuracy since the last evaluation, gathered while the model changes. */
export function trainingFigures<Data extends Examples>(task: Task<Data>, data: Data, saved?: GatheredFigures) {
  const none: GatheredFigures = { loss: 0, weight: 0, examples: 0 };
  let gathered = saved ?? none;
  return {
    add(batch: TaskBatch, { loss, logits }: { loss: number; logits: HostTensor }): void {
      const right = task.correct?.(data, batch, logits);
      gathered = {
        loss: gathered.loss + loss * batch.weight,
        weight: gathered.weight + batch.weight,
        ...(right !== undefined && { correct: (gathered.correct ?? 0) + right }),
        examples: gathered.examples + (batch.answers ?? batch.examples.length),
      };
    },
    /** The figures so far, after which gathering starts anew. */
    take(): { trainLoss: number; trainAccuracy?: number } {
      const { loss, weight, correct, examples } = gathered;
      gathered = none;
      return { trainLoss: loss / weight, ...(correct !== undefined && { trainAccuracy: correct / examples }) };
    },
    read: () => gathered,
  };
}
