import { type FileTensors, floatsOf } from './oracle';

/** What loading a BERT must come to: a refusal with one of these codes, or parameters and names. */
export type Expected =
  | { readonly refused: string }
  | {
      readonly parameters: ReadonlyMap<string, Float32Array>;
      readonly initialized: readonly string[];
      readonly unexpected: readonly string[];
    };

export interface Dimensions {
  readonly vocab: number;
  readonly hidden: number;
  readonly layers: number;
  readonly intermediate: number;
  readonly positions: number;
  readonly types: number;
  readonly labels: number;
}

const pooler = 'bert.pooler.dense';

/** Names and shapes of a BERT for sequence classification, as transformers has them. */
export function bertShapes({
  vocab,
  hidden,
  layers,
  intermediate,
  positions,
  types,
  labels,
}: Dimensions): Map<string, number[]> {
  const shapes = new Map<string, number[]>();
  const linear = (name: string, from: number, to: number) => {
    shapes.set(`${name}.weight`, [to, from]).set(`${name}.bias`, [to]);
  };
  const norm = (name: string) => shapes.set(`${name}.weight`, [hidden]).set(`${name}.bias`, [hidden]);
  const tables = { word: vocab, position: positions, token_type: types };
  for (const [table, rows] of Object.entries(tables))
    shapes.set(`bert.embeddings.${table}_embeddings.weight`, [rows, hidden]);
  norm('bert.embeddings.LayerNorm');
  for (let i = 0; i < layers; i++) {
    const layer = `bert.encoder.layer.${i}`;
    for (const part of ['self.query', 'self.key', 'self.value', 'output.dense'])
      linear(`${layer}.attention.${part}`, hidden, hidden);
    norm(`${layer}.attention.output.LayerNorm`);
    linear(`${layer}.intermediate.dense`, hidden, intermediate);
    linear(`${layer}.output.dense`, intermediate, hidden);
    norm(`${layer}.output.LayerNorm`);
  }
  linear(pooler, hidden, hidden);
  linear('classifier', hidden, labels);
  return shapes;
}

/** The names a tensor may have in a file: without its prefix or with one, and a norm's as TensorFlow called it. */
function namesFor(name: string): string[] {
  const other = name.startsWith('bert.') ? name.slice('bert.'.length) : `bert.${name}`;
  return [name, other].flatMap((one) => {
    const old = one.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta');
    return [...new Set([one, old])];
  });
}

const isHead = (name: string) => name.startsWith(pooler) || name.startsWith('classifier.');
const isBuffer = (name: string) => /^((.*\.)?embeddings\.)?position_ids$/s.test(name);

/** What loading these tensors as a BERT of these dimensions must come to. */
export function expectedOf(header: FileTensors, dimensions: Dimensions): Expected {
  const shapes = bertShapes(dimensions);
  const inFile = new Map([...shapes.keys()].map((name) => [name, namesFor(name).find((one) => header.has(one))]));
  const all = [...shapes.keys()];
  const isFit = (name: string) => String(header.get(inFile.get(name)!)!.shape) === String(shapes.get(name));
  const there = all.filter((name) => inFile.get(name) !== undefined);
  if (all.some((name) => !isHead(name) && !there.includes(name))) return { refused: 'CHECKPOINT_INCOMPLETE' };
  if (!there.every(isFit)) return { refused: 'CHECKPOINT_SHAPE' };
  const parameters = new Map<string, Float32Array>();
  for (const name of there) {
    const floats = floatsOf(header.get(inFile.get(name)!)!);
    if (!floats) return { refused: 'CHECKPOINT_DTYPE' };
    parameters.set(name, floats);
  }
  const used = new Set(inFile.values());
  return {
    parameters,
    initialized: all.filter((name) => !parameters.has(name)),
    unexpected: [...header.keys()].filter((name) => !used.has(name) && !isBuffer(name)),
  };
}
