import { AttuneError } from '@attune/engine';
import { describe } from '../checkpoint/_describe';

/** How a model is adapted; names and meanings as PEFT's `LoraConfig`. */
export interface LoraOptions {
  /** The rank: rows of A, columns of B. */
  readonly r: number;
  /** What B·A is multiplied by, times r, or times √r with `useRslora`. */
  readonly alpha: number;
  /** Rate at which the adapters' input is dropped out while training; 0 unless given. */
  readonly dropout?: number;
  /**
   * The linear modules to adapt: last parts of their names (`['q_proj', 'mlp.up_proj']`), a regular expression of whole
   * names, or `all-linear`, every one but the layer that makes the logits.
   */
  readonly targetModules: string | readonly string[];
  /** Divides alpha by √r in place of r; false unless given. */
  readonly useRslora?: boolean;
  /**
   * Ends of the names of modules that are trained and saved whole. A classifier's `classifier`, or the head of your own,
   * unless given; nothing of a language model.
   */
  readonly modulesToSave?: readonly string[];
}

/** @throws AttuneError LORA_INVALID for an option out of range */
export function checkLoraOptions({ r, alpha, dropout = 0 }: LoraOptions): void {
  if (!(Number.isInteger(r) && r >= 1)) throw invalid('r', 'an integer ≥ 1', r);
  if (!(Number.isFinite(alpha) && alpha > 0)) throw invalid('alpha', 'a number > 0', alpha);
  if (!(dropout >= 0 && dropout < 1)) throw invalid('dropout', 'a number in [0, 1)', dropout);
}

/** What B·A is multiplied by. @see Kalajdzievski: A Rank Stabilization Scaling Factor (2023), for rsLoRA */
export const scaleOf = ({ r, alpha, useRslora = false }: LoraOptions): number => alpha / (useRslora ? Math.sqrt(r) : r);

const invalid = (name: string, expected: string, got: unknown) =>
  new AttuneError('LORA_INVALID', `withLora: ${name} expected ${expected}, got ${describe(got)}; correct it`);
