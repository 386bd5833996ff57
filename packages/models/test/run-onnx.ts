import type { OnnxFile } from '@attune/engine';
import * as ort from 'onnxruntime-node';
import type { Sequence } from '../src/batch';

/** A file as a model that takes sequences, padded to the longest or to a given length, and gives logits. */
export async function openOnnxFile(file: OnnxFile) {
  const session = await ort.InferenceSession.create(Buffer.concat([...file.chunks()]));
  return {
    inputNames: session.inputNames,
    outputMetadata: session.outputMetadata,
    async logits(sequences: readonly Sequence[], length = Math.max(...sequences.map(({ ids }) => ids.length))) {
      const padded = (value: (sequence: Sequence, position: number) => number) => {
        const data = sequences.flatMap((sequence) =>
          Array.from({ length }, (_, i) => BigInt(i < sequence.ids.length ? value(sequence, i) : 0)),
        );
        return new ort.Tensor('int64', BigInt64Array.from(data), [sequences.length, length]);
      };
      const feeds: Record<string, ort.Tensor> = {
        input_ids: padded(({ ids }, i) => ids[i]),
        attention_mask: padded(() => 1),
        token_type_ids: padded(({ typeIds }, i) => typeIds?.[i] ?? 0),
      };
      const { logits } = await session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]])));
      return { shape: logits.dims, data: logits.data as Float32Array };
    },
  };
}
