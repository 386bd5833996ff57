import type { Engine, HostTensor, HostTensors, ProgramFunction } from '@attune/engine';
import { families } from '../../families';
import { openPass } from '../../pass';
import { goldenBatch, goldenLogits, type Io, tensorOf, unpadded } from '../golden-files';
import type { Golden } from './golden';
import { type EncoderLimits, near } from './near';

export interface OutputsOptions {
  readonly engine: Engine;
  readonly rowLength: (io: Io) => number;
  readonly limits: EncoderLimits;
  readonly hiddenStates: boolean;
}

/** Logits, loss and, where the golden has them, hidden states of every layer. */
export async function checkOutputs(golden: Golden, options: OutputsOptions): Promise<void> {
  const { engine, rowLength, limits, hiddenStates } = options;
  const { io, parameters } = golden;
  const batch = goldenBatch(io, rowLength(io), { every: true });
  const out = await engine.compile(withStates(golden)).run(batch, parameters);
  near('logits', [out.logits.data, goldenLogits(io)], limits.logits);
  near('loss', [out.loss.data, io.loss.data as Float32Array], limits.loss);
  if (hiddenStates) checkStates(golden, { batch, out, limit: limits.hiddenStates });
}

function withStates({ model: { config, program } }: Golden): ProgramFunction {
  return (batch, parameters) => {
    const { states } = families[config.modelType].forward(openPass(config, batch, parameters));
    return { ...program(batch, parameters), ...Object.fromEntries(states.map((state, i) => [`state.${i}`, state])) };
  };
}

interface States {
  readonly batch: HostTensors;
  readonly out: Readonly<Record<string, HostTensor>>;
  readonly limit: number;
}

/** Each sequence's own states, wherever it lies in the rows. */
function checkStates({ io, model: { config } }: Golden, { batch, out, limit }: States): void {
  const { hiddenSize, layers } = config;
  const starts = startsOf(batch);
  unpadded(io).forEach(({ ids }, sequence) => {
    for (let layer = 0; layer <= layers; layer++) {
      const { data, shape } = tensorOf(io, `hidden_states.${layer}`);
      const rows = (of: ArrayLike<number>, first: number) =>
        (of as Float32Array).subarray(first * hiddenSize, (first + ids.length) * hiddenSize);
      const both = [
        rows(out[`state.${layer}`].data, starts[sequence]),
        rows(data as Float32Array, sequence * shape[1]),
      ];
      near(`hidden states of sequence ${sequence} after layer ${layer}`, both, limit);
    }
  });
}

/** The place of each sequence's first token. */
function startsOf({ sequenceIds, positionIds }: HostTensors): number[] {
  const starts: number[] = [];
  sequenceIds.data.forEach((sequence: number, i: number) => {
    if (sequence >= 0 && positionIds.data[i] === 0) starts[sequence] = i;
  });
  return starts;
}
