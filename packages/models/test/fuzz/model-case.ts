import { loadModel } from '../../src/node/load-model';
import { type Case, mutatedFile, sameNames, sameNumbers } from './case';
import { layoutOf } from './layout';
import { type Expected, expectedOf } from './model-oracle';
import { tensorsInFile } from './oracle';
import type { Random } from './random';
import { config, configFile, dimensions, jsonFile, tensors, weightsFile } from './tiny-bert';

/** A whole checkpoint with one file of weights, which is changed. */
export function modelCase(random: Random): Case {
  const { mutations, file } = mutatedFile(layoutOf(tensors, random), random);
  const says = tensorsInFile(file);
  const files = { [configFile]: jsonFile(config), [weightsFile]: file };
  return caseOf(mutations, files, says && expectedOf(says, dimensions));
}

/** A case that must come to what is expected, and to a refusal where that is nothing. */
export function caseOf(mutations: readonly string[], files: Case['files'], expected: Expected | undefined): Case {
  const refusal = expected && ('refused' in expected ? new RegExp(`^${expected.refused}$`) : /^never$/);
  return { mutations, files, refusal, load: (directory) => compareModel(directory, expected) };
}

/** What is wrong with the model that comes from a directory, or nothing. */
export async function compareModel(directory: string, expected: Expected | undefined): Promise<string | undefined> {
  const { parameters, initialized, unexpected } = await loadModel(directory);
  if (!expected) return 'loaded a checkpoint that is not valid';
  if ('refused' in expected) return `loaded what had to be refused as ${expected.refused}`;
  if (!sameNames(initialized, expected.initialized)) return `initialized ${initialized}, not ${expected.initialized}`;
  if (!sameNames(unexpected, expected.unexpected)) {
    return `reported ${JSON.stringify(unexpected)} as unexpected, not ${JSON.stringify(expected.unexpected)}`;
  }
  if (!sameNames(Object.keys(parameters), [...expected.parameters.keys(), ...initialized])) return 'other parameters';
  const isWrong = ([name, data]: [string, Float32Array]) => !sameNumbers(parameters[name].data as Float32Array, data);
  const wrong = [...expected.parameters].find(isWrong);
  return wrong && `${wrong[0]} came with other data`;
}
