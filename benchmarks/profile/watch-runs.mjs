import { requireOfEngine } from '../common/versions.mjs';

/**
 * Notes when the engine's sessions run.
 *
 * @returns a function that gives `{ start, end }` of the last run, in performance.now()'s milliseconds
 */
export function watchRuns() {
  const { prototype } = requireOfEngine('onnxruntime-node').InferenceSession;
  const { run } = prototype;
  let last;
  prototype.run = async function (...args) {
    const start = performance.now();
    const outputs = await run.apply(this, args);
    last = { start, end: performance.now() };
    return outputs;
  };
  return () => last;
}
