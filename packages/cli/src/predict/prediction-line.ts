import { AttuneError } from '@attune/engine';
import type { Prediction } from '@attune/train/node';

/**
 * A prediction as a line of JSON: `{"label", "score", "scores"}`, numbers to six significant digits (float32 has seven).
 *
 * @throws AttuneError MODEL_NOT_FINITE for a score that is no number, which JSON cannot say
 */
export function predictionLine({ label, score, scores }: Prediction, source: string): string {
  const rounded = Object.entries(scores).map(([name, value]) => [name, round(value, source)] as const);
  return `${JSON.stringify({ label, score: round(score, source), scores: Object.fromEntries(rounded) })}\n`;
}

function round(value: number, source: string): number {
  if (Number.isFinite(value)) return Number(value.toPrecision(6));
  throw new AttuneError(
    'MODEL_NOT_FINITE',
    `${source}: expected finite scores, got ${value}; the weights are damaged: use another checkpoint`,
  );
}
