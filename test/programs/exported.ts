import { exportDecoder, exportModel, exportSavedModel } from './adapter';
import { decoders, encoderKinds, modelOf, variantOf, variants } from './cases';
import { onnxText } from './onnx-text';

/** A file that is written for other runtimes: as text, or its bytes. */
export interface Exported {
  readonly name: string;
  readonly content: string | Uint8Array;
}

export function exportedFiles(): Exported[] {
  const precisions = ['fp32', 'int8'] as const;
  const encoders = (['bert', 'distilbert', 'electra', 'mpnet', 'roberta'] as const).flatMap((family) =>
    encoderKinds.flatMap((kind) => {
      const { model, parameters } = variantOf(modelOf(family, kind), {});
      const graph = {
        name: `${family}, ${kind}, SavedModel`,
        content: bytesOf(exportSavedModel(model, { parameters })),
      };
      const files = precisions.map((precision) => ({
        name: `${family}, ${kind}, ${precision}`,
        content: onnxText(bytesOf(exportModel(model, { parameters, precision }))),
      }));
      return [...files, graph];
    }),
  );
  return [...encoders, ...decoders.flatMap(decoderFiles)];
}

function decoderFiles(family: (typeof decoders)[number]): Exported[] {
  const base = modelOf(family, 'causal-lm');
  const { model, parameters } = variantOf(base, {});
  const portable = (['fp32', 'int8'] as const).flatMap((precision) => [
    {
      name: `${family}, ${precision}`,
      content: onnxText(bytesOf(exportModel(model, { parameters, precision }))),
    },
    {
      name: `${family}, ${precision}, logits of the last tokens`,
      content: onnxText(bytesOf(exportDecoder(model, { parameters, precision, reads: 'last' }))),
    },
  ]);
  const ownRuntime = ['plain', 'int4', 'lora', 'lora int4'].map((variant) => {
    const own = variantOf(base, variants[variant]);
    const file = exportDecoder(own.model, { parameters: own.parameters, reads: 'last', isPortable: false });
    return { name: `${family}, ${variant}, for onnxruntime`, content: onnxText(bytesOf(file)) };
  });
  return [...portable, ...ownRuntime];
}

const bytesOf = (file: { chunks(): Iterable<Uint8Array> }): Uint8Array => Buffer.concat([...file.chunks()]);
