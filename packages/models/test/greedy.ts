import type { Engine, HostTensor } from '@attune/engine';
import { packSequences } from '../src/batch';
import type { LoadedModel } from '../src/node';
import { selectTokens } from '../src/select-tokens';

export interface Greedy {
  /** The prompts with what follows them. */
  readonly sequences: number[][];
  /** Of each step: [prompts, vocab], from which its tokens were chosen. */
  readonly logits: HostTensor[];
}

/** The likeliest token again and again, each time from the whole sequence: slow, and nothing to get wrong. */
export async function greedy(
  { model, parameters }: LoadedModel,
  prompts: readonly (readonly number[])[],
  { engine, steps }: { engine: Engine; steps: number },
): Promise<Greedy> {
  const program = engine.compile(model.program);
  const sequences = prompts.map((prompt) => [...prompt]);
  const rowLength = steps + Math.max(...prompts.map(({ length }) => length));
  const logitsOfSteps: HostTensor[] = [];
  for (let step = 0; step < steps; step++) {
    const packed = packSequences(
      sequences.map((ids) => ({ ids })),
      { rowLength, rowMultiple: sequences.length },
    );
    const last = selectTokens(
      packed,
      sequences.map(({ length }) => [length - 1]),
    );
    const { logits } = await program.run({ ...last }, parameters);
    logitsOfSteps.push(logits);
    sequences.forEach((sequence, i) => sequence.push(likeliest(logits, i)));
  }
  return { sequences, logits: logitsOfSteps };
}

function likeliest({ data, shape }: HostTensor, row: number): number {
  const own = Array.from(data.subarray(row * shape[1], (row + 1) * shape[1]));
  return own.indexOf(Math.max(...own));
}
