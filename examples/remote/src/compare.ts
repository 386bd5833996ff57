import { classificationReport } from '@attune/metrics';

/** Predicted classes of the test part, from which every figure follows. */
export interface Predicted {
  readonly yTrue: ArrayLike<number>;
  readonly yPred: ArrayLike<number>;
}

export interface Figures {
  readonly accuracy: number;
  readonly macroF1: number;
}

/** Accuracy, and the mean of the classes' F1, which a model that always says the commonest class does badly by. */
export function figuresOf({ yTrue, yPred }: Predicted): Figures {
  const { accuracy, macro } = classificationReport(Array.from(yTrue), Array.from(yPred));
  return { accuracy, macroF1: macro.f1 };
}

/** A line of a table: the name, then the figures. */
export function line(name: string, { macroF1, accuracy }: Figures): string {
  return `${name.padEnd(40)}${macroF1.toFixed(4).padStart(10)}${accuracy.toFixed(4).padStart(10)}`;
}
