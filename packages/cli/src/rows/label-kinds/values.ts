import type { LabelKind } from '../label-kind';

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A number a text. */
export const values: LabelKind<number> = {
  expected: 'a number',
  code: 'DATA_LABEL_INVALID',
  read(field) {
    const value = decimal.test(field.trim()) ? Number(field) : Number.NaN;
    return Number.isFinite(value) ? value : undefined;
  },
  names: () => [],
  strata: () => undefined,
  shared: 'at random',
  shown: String,
};
