// A Llama of TinyLlama's shape with random weights, in float32, 8 or 4 bits.
import { randomFillSync } from 'node:crypto';

/** TinyLlama 1.1B's shape, its `config.json` but for what is the same by default. */
export const tinyLlama = {
  model_type: 'llama',
  hidden_size: 2048,
  num_hidden_layers: 22,
  num_attention_heads: 32,
  num_key_value_heads: 4,
  intermediate_size: 5632,
  vocab_size: 32_000,
  max_position_embeddings: 2048,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: false,
};

/** The deviation of random codes' levels, by which a scale is divided. */
const deviations = { int8: 73.9, int4: 4.61, nf4: 0.57 };

/**
 * Random weights that were never there in float32 where they are quantized, about as large as a model's.
 *
 * @param specs shapes and types by name: a model's `specs`, or a quantized one's `stored`
 */
export function randomParameters(specs, format) {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, { ...spec, data: randomData(name, spec, format) }]),
  );
}

function randomData(name, { shape, dtype }, format) {
  const length = shape.reduce((product, size) => product * size, 1);
  if (dtype === 'uint8') return randomFillSync(new Uint8Array(length));
  if (name.endsWith('.scales')) {
    // The levels of four bits have a mean: with a sign a block it cancels out.
    const scale = 0.02 / deviations[format];
    return Float32Array.from({ length }, (_, i) => (i % 2 === 0 ? scale : -scale));
  }
  if (/norm\.weight$/.test(name)) return new Float32Array(length).fill(1);
  const bits = randomFillSync(new Int32Array(length));
  const data = new Float32Array(bits.buffer);
  for (let i = 0; i < length; i++) data[i] = bits[i] * (0.035 / 2 ** 31);
  return data;
}
