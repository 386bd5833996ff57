import { shardIndex } from '../../src/node/checkpoint/open-shards';
import { type ByteMutation, byteMutations } from './byte-mutations';
import { type Case, mutatedFile } from './case';
import { anyValue, junkNames, strayFiles } from './junk';
import { layoutOf, toFile, toJson } from './layout';
import { caseOf } from './model-case';
import { expectedOf } from './model-oracle';
import { type FileTensors, tensorsInFile } from './oracle';
import type { Random } from './random';
import { config, configFile, dimensions, jsonFile, tensors } from './tiny-bert';

const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];

/** `weight_map`, member by member: one name perhaps twice. */
type WeightMap = [name: string, file: unknown][];

/** A checkpoint in two shards and an index, one of which is changed. */
export function shardsCase(random: Random): Case {
  const middle = 1 + random.below(tensors.length - 1);
  const layouts = [tensors.slice(0, middle), tensors.slice(middle)].map((part) => layoutOf(part, random));
  const map = tensors.map(({ name }, i): WeightMap[number] => [name, shards[Number(i >= middle)]]);
  const [first, second] = layouts.map(toFile);
  const files = { [configFile]: jsonFile(config), [shards[0]]: first, [shards[1]]: second };
  if (random.below(3) === 0) {
    const i = random.below(2);
    const { mutations, file } = mutatedFile(layouts[i], random);
    return shardsOf([`shard ${i}`, ...mutations], { ...files, [shards[i]]: file }, toIndex(map));
  }
  const [name, mutate] = random.pick(Object.entries(indexMutations));
  return shardsOf([name], files, mutate(map, random));
}

function shardsOf(mutations: string[], files: Case['files'], index: Uint8Array): Case {
  const says = tensorsInIndex(index, files);
  return caseOf(mutations, { ...files, [shardIndex]: index }, says && expectedOf(says, dimensions));
}

function toIndex(map: WeightMap): Uint8Array {
  const members = map.map(([name, file]) => `${JSON.stringify(name)}:${toJson(file)}`);
  return new TextEncoder().encode(`{"metadata":{"total_size":1},"weight_map":{${members.join()}}}`);
}

const indexTexts = [
  ...['', '{}', '[]', 'null', '\ufeff{}', '\u001b[31m{', '\0', '{"weight_map":{"a":'],
  ...['null', '[]', '{}', '"x"', '5', '["x.safetensors"]'].map((map) => `{"weight_map":${map}}`),
];

type IndexMutation = (map: WeightMap, random: Random) => Uint8Array;

/** A mutation that changes the map, or one of its members, in place. */
const ofMap =
  (edit: (member: WeightMap[number], random: Random, map: WeightMap) => void): IndexMutation =>
  (map, random) => {
    edit(random.pick(map), random, map);
    return toIndex(map);
  };

const ofBytes =
  (mutate: ByteMutation): IndexMutation =>
  (map, random) =>
    mutate(toIndex(map), random);

const indexMutations: Readonly<Record<string, IndexMutation>> = {
  'bits of the index': ofBytes(byteMutations['bits of the file']),
  'index cut': ofBytes(byteMutations['cut anywhere']),
  'another index': (_, random) => new TextEncoder().encode(random.pick(indexTexts)),
  'stray file': ofMap((member, random) => {
    member[1] = random.pick(strayFiles);
  }),
  'junk for a file': ofMap((member, random) => {
    member[1] = anyValue(random);
  }),
  'another shard': ofMap((member, random) => {
    member[1] = random.pick(shards);
  }),
  'another name': ofMap((member, random) => {
    member[0] = random.pick(junkNames);
  }),
  'a member gone': ofMap((member, _, map) => map.splice(map.indexOf(member), 1)),
  'a member twice': ofMap(([name], random, map) => map.push([name, random.pick([...shards, ...strayFiles])])),
  reversed: ofMap((_member, _random, map) => map.reverse()),
};

/** The tensors of an index whose every file lies beside it, is valid, and has what the index says; of two, the last. */
function tensorsInIndex(index: Uint8Array, files: Case['files']): FileTensors | undefined {
  try {
    const { weight_map: map } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(index));
    if (typeof map !== 'object' || Array.isArray(map)) return undefined;
    const tensors = Object.entries(map).map(([name, file]) => {
      const shard = shards.find((one) => one === file)!;
      return [name, tensorsInFile(files[shard])!.get(name)!] as const;
    });
    return tensors.every(([, tensor]) => tensor) ? new Map(tensors) : undefined;
  } catch {
    return undefined;
  }
}
