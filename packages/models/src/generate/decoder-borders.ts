import type { ModelConfig } from '../checkpoint/model-config';

/** Keys or values of a layer. */
export interface StatePlace {
  readonly layer: number;
  readonly kind: 'key' | 'value';
}

/** What Hugging Face's exporters call the keys or values of earlier tokens, and those of all. */
export const pastName = ({ layer, kind }: StatePlace) => `past_key_values.${layer}.${kind}`;
export const presentName = ({ layer, kind }: StatePlace) => `present.${layer}.${kind}`;

/** All that a decoder keeps of its tokens, in the file's order. */
export const statesOf = ({ layers }: ModelConfig): StatePlace[] =>
  Array.from({ length: layers }, (_, layer) => [
    { layer, kind: 'key' as const },
    { layer, kind: 'value' as const },
  ]).flat();
