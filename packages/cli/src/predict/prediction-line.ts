import { AttuneError } from '@attune/engine';
import type { PredictionOf } from '@attune/train/node';

/**
 * A prediction as a line of JSON, numbers to six significant digits (float32 has seven): `{"label", "score", "scores"}`, of
 * several labels a text `{"labels", "scores"}`, of a regression `{"value"}`.
 *
 * @throws AttuneError MODEL_NOT_FINITE for a score that is no number, which JSON cannot say
 */
export function predictionLine(prediction: PredictionOf[keyof PredictionOf], source: string): string {
  return `${JSON.stringify(rounded(prediction, source))}\n`;
}

function rounded(value: unknown, source: string): unknown {
  if (typeof value === 'number') return round(value, source);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, rounded(entry, source)]));
}

function round(value: number, source: string): number {
  if (Number.isFinite(value)) return Number(value.toPrecision(6));
  throw new AttuneError(
    'MODEL_NOT_FINITE',
    `${source}: expected finite scores, got ${value}; the weights are damaged: use another checkpoint`,
  );
}
