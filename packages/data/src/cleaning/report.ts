/** What was done to some values or rows. */
export interface Deed {
  readonly step: 'html' | 'whitespace' | 'missing' | 'duplicates';
  /** Absent where it concerns whole rows. */
  readonly column?: string;
  readonly action: 'change' | 'drop' | 'empty' | 'error' | 'fill';
}

export interface StepReport extends Deed {
  /** Values changed, or rows dropped. */
  readonly count: number;
  /** The lines of the first few of them. */
  readonly lines: readonly number[];
}

/** Counts deeds as they are done. */
export interface Tally {
  readonly steps: Map<string, StepReport & { lines: number[] }>;
  count(deed: Deed, line: number): void;
}

const examples = 5;

const order: readonly Deed['step'][] = ['html', 'whitespace', 'missing', 'duplicates'];

export function tally(): Tally {
  const steps: Tally['steps'] = new Map();
  return {
    steps,
    count(deed, line) {
      const key = `${deed.step} ${deed.action} ${deed.column}`;
      const { count, lines } = steps.get(key) ?? { count: 0, lines: [] };
      steps.set(key, { ...deed, count: count + 1, lines: lines.length < examples ? [...lines, line] : lines });
    },
  };
}

/** Step after step; within a step in the order in which columns were first met. */
export function reportOf({ steps }: Tally): StepReport[] {
  return [...steps.values()].sort((a, b) => order.indexOf(a.step) - order.indexOf(b.step));
}
