import type { Specs } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import { describe } from '../checkpoint/describe';
import type { ModelConfig } from '../checkpoint/model-config';
import { matchTensorNames, type NameMatch } from '../checkpoint/names';
import { families } from '../families';
import type { Model } from '../model';
import type { Weights } from './checkpoint/open-safetensors';

/** Match between the tensors of a checkpoint and the parameters of a model. */
export interface ReadingPlan {
  /** Tensor of each parameter, by the parameter's name. */
  readonly from: ReadonlyMap<string, string>;
  /** Parameters of the head that the checkpoint lacks or has in another shape. They are initialized with the seed. */
  readonly initialized: readonly string[];
  /** Tensors of the checkpoint that the model does not use. */
  readonly unexpected: readonly string[];
  /** Number of layers in the checkpoint beyond those in `config.json`; they are not loaded. */
  readonly unusedLayers: number;
}

/** Matches parameters with tensors. Refuses a checkpoint that lacks parameters of the encoder or decoder, or has them in another shape. */
export function plannedReading(
  weights: Weights,
  model: Model,
  { where, anyHead }: { where: string; anyHead: boolean },
): ReadingPlan {
  const { config, specs } = model;
  const { from, missing, unexpected } = matchNames([...weights.tensors.keys()], model);
  const ofEncoder = families[config.modelType].specs(config);
  const misfits = [...from].filter(([name, inFile]) => !fits(specs, name, weights.tensors.get(inFile)!.shape));
  const shapeOf = (inFile: string) => weights.tensors.get(inFile)!.shape;
  const isWanted = (name: string) => name in ofEncoder;
  const isLabeled = !model.task.endsWith('-lm');
  refuseBroken(where, { specs, missing, misfits, shapeOf, isWanted, anyHead, isLabeled });
  const initialized = [...missing, ...misfits.map(([name]) => name)];
  const readable = new Map([...from].filter(([name]) => !initialized.includes(name)));
  return { from: readable, initialized, unexpected, unusedLayers: layersAmong(unexpected, config) };
}

const mostLayers = 1024;

/** Number of whole layers beyond the model's own among unexpected tensors. */
function layersAmong(names: readonly string[], config: ModelConfig): number {
  const { specs, prefix } = families[config.modelType];
  if (names.length === 0) return 0;
  for (let more = 0; more < mostLayers; more++) {
    const [without, withNext] = [more, more + 1].map((count) => specs({ ...config, layers: config.layers + count }));
    const ofNext = Object.keys(withNext).filter((name) => !(name in without));
    if (matchTensorNames(names, ofNext, prefix).missing.length > 0) return more;
  }
  return mostLayers;
}

/** A tied tensor's other name is used if its own is absent, and ignored if both are present. */
export function matchNames(fileNames: readonly string[], { config, specs, tied }: Model): NameMatch {
  const match = matchTensorNames(fileNames, Object.keys(specs), families[config.modelType].prefix);
  const from = new Map(match.from);
  for (const [inFile, name] of Object.entries(tied))
    if (!from.has(name) && match.unexpected.includes(inFile)) from.set(name, inFile);
  return {
    from,
    missing: match.missing.filter((name) => !from.has(name)),
    unexpected: match.unexpected.filter((name) => !Object.hasOwn(tied, name)),
  };
}

const fits = (specs: Specs, name: string, shape: readonly number[]) => specs[name].shape.join() === shape.join();

interface Broken {
  /** Parameter shapes. */
  readonly specs: Specs;
  readonly missing: readonly string[];
  /** Parameter and tensor names. */
  readonly misfits: readonly (readonly [string, string])[];
  /** Shape of a tensor in the file. */
  readonly shapeOf: (inFile: string) => readonly number[];
  /** Whether a parameter belongs to the encoder or decoder, which cannot be initialized. */
  readonly isWanted: (name: string) => boolean;
  /** Whether a head of another size may be initialized, because the caller passed other labels. */
  readonly anyHead: boolean;
  /** Whether the size of the head follows from labels, not from the vocabulary. */
  readonly isLabeled: boolean;
}

function refuseBroken(where: string, { specs, missing, misfits, shapeOf, isWanted, anyHead, isLabeled }: Broken): void {
  const absent = missing.filter(isWanted);
  if (absent.length > 0)
    throw new AttuneError(
      'CHECKPOINT_INCOMPLETE',
      `${where}: ${absent.length} of the model's tensors are missing (first: ${absent[0]}); download the checkpoint again, or correct config.json if it has a wrong number of layers`,
    );
  const misfit = misfits.find(([name]) => !anyHead || isWanted(name));
  if (misfit)
    throw new AttuneError(
      'CHECKPOINT_SHAPE',
      `${where}: tensor ${describe(misfit[1])} expected the shape [${specs[misfit[0]].shape}] from config.json, got [${shapeOf(misfit[1])}]; the two files do not belong together` +
        (isWanted(misfit[0]) || !isLabeled
          ? ': correct config.json, or download both together'
          : ': correct its id2label, or pass the labels of a new head'),
    );
}
