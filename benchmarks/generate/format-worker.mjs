// Writes after a prompt when told to: {"step"} in, {"prompt", "token"} out, seconds of the prompt and of each token.
import { openEngine, openOnnxFile } from '@attune/engine/node';
import { causalLanguageModel, exportDecoder, parseModelConfig, quantized, tokenGenerator } from '@attune/models';
import { randomParameters, tinyLlama } from '../common/random-llama.mjs';
import { attuneVersions } from '../common/versions.mjs';
import { serveLines } from '../common/worker.mjs';

const { layers, tokens, prompt: length, threads, format, asProgram } = JSON.parse(process.argv[2]);
const plain = causalLanguageModel(parseModelConfig({ ...tinyLlama, num_hidden_layers: layers }, 'the benchmark'));
const model = format ? quantized(plain, { format }) : plain;
const parameters = randomParameters(model.stored ?? model.specs, format);
const generator = (!asProgram && (await fromFile())) || (await onEngine());
const prompt = Array.from({ length }, (_, i) => 1 + ((i * 37) % (tinyLlama.vocab_size - 1)));

await serveLines({ versions: attuneVersions() }, async () => {
  const first = await secondsOf(1);
  return { prompt: first, token: ((await secondsOf(1 + tokens)) - first) / tokens };
});
process.exit();

async function secondsOf(maxNewTokens) {
  const start = performance.now();
  await generator.generate([prompt], { maxNewTokens, stopTokenIds: [] });
  return (performance.now() - start) / 1000;
}

/** As `loadGenerator` does; nothing for a model that is no file. */
async function fromFile() {
  try {
    const file = exportDecoder(model, { parameters, reads: 'last', isPortable: false });
    const onWritten = () => Object.keys(parameters).forEach((name) => delete parameters[name]);
    return tokenGenerator({ model, file: await openOnnxFile(file, { threads, isSteady: true, onWritten }) });
  } catch (error) {
    if (!/^EXPORT_/.test(error.code)) throw error;
    return undefined;
  }
}

async function onEngine() {
  return tokenGenerator({ model, parameters, engine: await openEngine({ name: 'onnx', threads }) });
}
