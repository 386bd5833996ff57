import type { AttuneError, Engine, OnnxFile } from '@attune/engine';
import { openOnnxFile } from '@attune/engine/node';
import { exportDecoder, type TokenGenerator, tokenGenerator } from '@attune/models';
import type { Trained } from '../predictor/exported-model';
import { freeArrays } from '../predictor/free-arrays';

interface OpenedTokens {
  readonly generator: TokenGenerator;
  close(): Promise<void>;
}

/**
 * A model made ready to write, whose parameters are then this one's. Where onnxruntime computes, it becomes a file with the
 * parameters as constants, which writes faster, unless it is too large for a file, or in int8 or nf4.
 */
export async function openTokens(
  { model, parameters }: Trained,
  { engine, threads }: { engine: Engine; threads?: number },
): Promise<OpenedTokens> {
  const exported = engine.runsExportedFiles ? fileOf({ model, parameters }) : undefined;
  if (!exported) return { generator: tokenGenerator({ model, parameters, engine }), close: async () => {} };
  const file = await openOnnxFile(exported, { threads, isSteady: true, onWritten: () => freeArrays(parameters) });
  return { generator: tokenGenerator({ model, file }), close: file.close };
}

function fileOf({ model, parameters }: Trained): OnnxFile | undefined {
  try {
    return exportDecoder(model, { parameters, reads: 'last', isPortable: false });
  } catch (error) {
    if (['EXPORT_TOO_LARGE', 'EXPORT_UNSUPPORTED'].includes((error as AttuneError).code)) return undefined;
    throw error;
  }
}
