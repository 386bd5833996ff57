import { counted } from '@attune/internal';

/** Statistics of lengths in tokens, including special tokens. */
interface LengthStats {
  readonly texts: number;
  readonly tokens: number;
  readonly unknown: number;
  /** Lengths with the number of texts, shortest first. */
  readonly lengths: readonly (readonly [length: number, texts: number])[];
}

/** Counts the lengths of a stream of texts; memory grows with the number of distinct lengths. */
export function lengthCounter(unkId: number | undefined) {
  const lengths = new Map<number, number>();
  let [texts, tokens, unknown] = [0, 0, 0];
  return {
    add(ids: Int32Array): void {
      lengths.set(ids.length, (lengths.get(ids.length) ?? 0) + 1);
      texts++;
      tokens += ids.length;
      for (const id of ids) if (id === unkId) unknown++;
    },
    stats: (): LengthStats => ({ texts, tokens, unknown, lengths: [...lengths].sort(([a], [b]) => a - b) }),
  };
}

/** The smallest length that at least this share of the texts does not exceed. */
export function percentile({ texts, lengths }: LengthStats, share: number): number {
  let reached = 0;
  for (const [length, count] of lengths) {
    reached += count;
    if (reached >= share * texts) return length;
  }
  return 0;
}

/** The share of the texts that have more tokens than this. */
export function shareCut({ texts, lengths }: LengthStats, maxLength: number): number {
  const longer = lengths.filter(([length]) => length > maxLength);
  return longer.reduce((sum, [, count]) => sum + count, 0) / texts;
}

/** Number of texts with up to 8 tokens, 9 to 16, 17 to 32, and so on. */
export function histogram({ lengths }: LengthStats): { from: number; to: number; texts: number }[] {
  const bins: { from: number; to: number; texts: number }[] = [];
  for (const [length, count] of lengths) {
    while (bins.length === 0 || bins[bins.length - 1].to < length) {
      const last = bins.at(-1);
      bins.push({ from: last ? last.to + 1 : 0, to: last ? 2 * last.to : 8, texts: 0 });
    }
    bins[bins.length - 1].texts += count;
  }
  return bins;
}

const WIDTH = 40;

/** Formats the statistics as text. */
export function statsLines(stats: LengthStats): string {
  const { texts, tokens, unknown } = stats;
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const quantiles = [0.5, 0.9, 0.95, 0.99, 1].map((share) => `${100 * share} % ≤ ${percentile(stats, share)}`);
  const cuts = [128, 256, 512].map((maxLength) => `${percent(shareCut(stats, maxLength))} at ${maxLength}`);
  const lines = [
    `${counted(texts, 'text')}, ${counted(tokens, 'token')} with special tokens, ${(tokens / texts).toFixed(1)} per text`,
    `lengths  ${quantiles.join(', ')}`,
    `cut      ${cuts.join(', ')}`,
    `unknown  ${percent(tokens === 0 ? 0 : unknown / tokens)} of the tokens`,
  ];
  return `${[...lines, ...histogramLines(stats)].join('\n')}\n`;
}

function histogramLines(stats: LengthStats): string[] {
  const bins = histogram(stats);
  const most = Math.max(...bins.map(({ texts }) => texts));
  const widest = String(most).length;
  return bins.map(({ from, to, texts }) => {
    const bar = '█'.repeat(Math.ceil((WIDTH * texts) / most));
    return `${`${from}–${to}`.padStart(13)}  ${String(texts).padStart(widest)} ${bar}`.trimEnd();
  });
}
