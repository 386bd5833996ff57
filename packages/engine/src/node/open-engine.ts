import { AttuneError } from '../attune-error';
import type { Engine } from '../engines/engine';
import { type EngineName, engineNames, engines } from './engines/list';
import type { OnnxOptions } from './engines/onnx';
import { fastestEngine } from './fastest-engine';

export interface EngineOptions extends OnnxOptions {
  /** `auto` is the fastest here by a short measurement, made once; the environment variable ATTUNE_ENGINE overrides it. */
  readonly name?: EngineName | 'auto';
}

/**
 * Opens the engine that programs run on.
 *
 * @throws AttuneError ENGINE_UNKNOWN for a name that is none, ENGINE_UNAVAILABLE where it does not work here
 */
export async function openEngine({ name = 'auto', ...options }: EngineOptions = {}): Promise<Engine> {
  const asked = name === 'auto' ? process.env.ATTUNE_ENGINE || 'auto' : name;
  const wanted = asked === 'auto' ? await fastestEngine() : asked;
  const engine = engines.find((listed) => listed.name === wanted);
  if (engine) return engine.open(options);
  throw new AttuneError(
    'ENGINE_UNKNOWN',
    `openEngine: there is no engine "${wanted}"; use ${engineNames.join(', ')} or auto`,
  );
}
