import type { Engine } from '@attune/engine';
import { sizeOf } from '@attune/engine';
import type { Sequence } from '@attune/models';
import type { FinishedModel } from '../model/finished-model';
import { type LogitsReading, openLogits } from '../model/logits';
import type { Differences } from '../sequence/comparison';
import { measuredRate } from './speed';

/** A model of those that a report shows beside one another: its quality on the reported part, its size and its speed. */
export interface SideBySide {
  /** `student` is the model of the run, `teacher` one that it learned from, `teachers` these averaged, `beside` another one. */
  readonly role: 'student' | 'teacher' | 'teachers' | 'beside';
  /** As it was named; of the student its run. */
  readonly source: string;
  /** The metrics that the summary leads with, on the reported part, as the model's own files decide. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Number of its parameters; of teachers that are averaged, of all of them. */
  readonly parameters: number;
  /** Texts of the reported part that it reads per second, as the run's engine does, encoding included. */
  readonly textsPerSecond?: number;
  /** How far the student is ahead of it; of one label per text. */
  readonly difference?: Differences;
}

/** How a run learned from its teachers, in its summary. */
export interface DistillationFacts {
  /** The teachers, as they were named. */
  readonly teachers: readonly string[];
  /** SHA-256 of each, with its tokenizer and labels. */
  readonly digests: readonly string[];
  /** Divisor of the logits. */
  readonly temperature: number;
  /** Share of the teacher in the loss of labeled examples. */
  readonly alpha: number;
  /** Training examples without a label. */
  readonly unlabeledExamples: number;
}

interface RateOptions<Input extends Sequence, Output, Item> {
  readonly engine: Engine;
  readonly reading: LogitsReading<Input, Output>;
  readonly items: readonly Item[];
  readonly encode: (items: readonly Item[]) => readonly Input[];
}

/** Size and speed of a trained model, whose numbers stay its own. */
export async function sizeAndRate<Input extends Sequence, Output, Item>(
  { model, parameters }: FinishedModel,
  { engine, reading, items, encode }: RateOptions<Input, Output, Item>,
): Promise<Pick<SideBySide, 'parameters' | 'textsPerSecond'>> {
  const copies = Object.entries(parameters).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]);
  const logits = await openLogits({ model, parameters: Object.fromEntries(copies) }, { engine }, reading);
  try {
    return {
      parameters: Object.values(model.specs).reduce((sum, { shape }) => sum + sizeOf(shape), 0),
      textsPerSecond: await measuredRate(items, async (own) => logits.of(encode(own))),
    };
  } finally {
    await logits.close();
  }
}
