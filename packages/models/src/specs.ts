import type { TensorSpec } from '@attune/engine';

// A module is a name; its parameters are `name.weight` and `name.bias`, in the checkpoint's layout.

/** Shape, type and role of a parameter. */
export interface ParameterSpec extends TensorSpec {
  /**
   * `norm`: the scale of a norm, which starts at 1. `table`: rows that are looked up, not multiplied, so it is neither adapted nor
   * quantized.
   */
  readonly role?: 'norm' | 'table';
  /** Initial value of a norm's scale; default 1. */
  readonly start?: number;
  /** Whether a table has a row of the padding token, which starts at 0. */
  readonly hasPaddingRow?: boolean;
}

/** Parameters by name. */
export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

const float32 = 'float32' as const;

/** Shapes of a linear module's parameters. */
export const linearSpecs = (name: string, inputs: number, outputs: number): ParameterSpecs => ({
  [`${name}.weight`]: { shape: [outputs, inputs], dtype: float32 },
  [`${name}.bias`]: { shape: [outputs], dtype: float32 },
});

/** Shape of the matrix of a linear module without a bias. */
export const matrixSpecs = (name: string, inputs: number, outputs: number): ParameterSpecs => ({
  [`${name}.weight`]: { shape: [outputs, inputs], dtype: float32 },
});

/** Shapes of a layer norm's parameters. */
export const layerNormSpecs = (name: string, hidden: number): ParameterSpecs => ({
  ...rmsNormSpecs(name, hidden),
  [`${name}.bias`]: { shape: [hidden], dtype: float32 },
});

/** Shape of the scale of a norm without a bias; `start` is its initial value. */
export const rmsNormSpecs = (name: string, hidden: number, { start = 1 } = {}): ParameterSpecs => ({
  [`${name}.weight`]: { shape: [hidden], dtype: float32, role: 'norm', ...(start !== 1 && { start }) },
});

/** Shape of a table of embeddings, [rows, hidden]; `hasPaddingRow` if one row is the padding token's. */
export const tableSpecs = (
  name: string,
  [rows, hidden]: readonly [number, number],
  { hasPaddingRow = false } = {},
): ParameterSpecs => ({
  [`${name}.weight`]: { shape: [rows, hidden], dtype: float32, role: 'table', ...(hasPaddingRow && { hasPaddingRow }) },
});
