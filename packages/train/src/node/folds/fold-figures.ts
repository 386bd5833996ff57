/** Figures by name; one inside another is named with a dot: `baseline.accuracy`. */
export type Figures = Readonly<Record<string, number>>;

export interface FiguresSpread {
  readonly mean: Figures;
  /** Of a sample: divided by n − 1. */
  readonly standardDeviation: Figures;
}

/** The finite numbers of a summary. */
export function figuresIn(summary: object, prefix = ''): Figures {
  return Object.fromEntries(
    Object.entries(summary).flatMap(([name, value]) => {
      if (typeof value === 'number' && Number.isFinite(value)) return [[prefix + name, value]];
      const isNested = typeof value === 'object' && value !== null && !Array.isArray(value);
      return isNested ? Object.entries(figuresIn(value, `${prefix}${name}.`)) : [];
    }),
  );
}

/**
 * Mean and sample standard deviation of each figure that all of at least two have.
 *
 * @example spreadOf([{ accuracy: 0.8 }, { accuracy: 0.9 }]).standardDeviation.accuracy // 0.0707…
 */
export function spreadOf(all: readonly Figures[]): FiguresSpread {
  const names = Object.keys(all[0]).filter((name) => all.every((figures) => name in figures));
  const columns = names.map((name) => [name, all.map((figures) => figures[name])] as const);
  return {
    mean: Object.fromEntries(columns.map(([name, values]) => [name, meanOf(values)])),
    standardDeviation: Object.fromEntries(columns.map(([name, values]) => [name, deviationOf(values)])),
  };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
