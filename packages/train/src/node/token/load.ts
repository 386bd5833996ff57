import { AttuneError, type Engine, type Precision } from '@attune/engine';
import { openEngine } from '@attune/engine/node';
import { type EntityMode, isTagOf, type TagScheme } from '@attune/metrics';
import type { LoadOptions } from '@attune/models/node';
import { loadTokenizer } from '@attune/tokenizer/node';
import type { Decoding } from '../../tasks/token/tags';
import { defaultStride } from '../../tasks/token/windows';
import { checkVocabulary, loadTrained, requireMerged, trainedConfig } from '../model/load';
import { openTokenLogits } from './logits';
import { type Tagger, type TaggerSettings, taggerOf } from './tagger';

export interface TaggerOptions
  extends Pick<LoadOptions, 'revision' | 'onProgress' | 'onNote'>,
    Partial<TaggerSettings> {
  /** Opened for the tagger, and closed with it, unless given. */
  readonly engine?: Engine;
  /** Most windows a batch; as many as do not make it slower unless given. */
  readonly batchSize?: number;
  /** `int8`: weights in 8 bits; `fp32` unless given. */
  readonly precision?: Precision;
  readonly threads?: number;
}

/**
 * Loads a tagger from a run directory, a model directory, or a hub id. Scheme, mode, decoding, stride and maximum length are the
 * run's unless given; of a model that Attune did not train IOB2 (or `none`, where its labels are no such tags), strict,
 * argmax, a quarter of the maximum length, and the model's own.
 *
 * @throws AttuneError CHECKPOINT_NO_HEAD for a model that was never trained to tag
 * @example
 * const tagger = await loadTagger('runs/skills');
 * const [entities] = await tagger.tag(['We need Java and patience.']); // [{ label: 'SKILL', start: 8, end: 12, text: 'Java', score: .98 }, …]
 */
export async function loadTagger(source: string, options: TaggerOptions = {}): Promise<Tagger> {
  const { revision, onProgress, onNote, precision, batchSize, threads } = options;
  const loaded = await loadTrained(source, { task: 'token-classification', revision, onProgress, onNote });
  requireMerged(loaded, precision);
  if (loaded.initialised.length > 0)
    throw new AttuneError(
      'CHECKPOINT_NO_HEAD',
      `${source}: expected a trained tagger, its head is missing (${loaded.initialised.join(', ')}); train it first: attune train --task token-classification --model ${source}`,
    );
  if (!loaded.isAdaptedRun) refuseClassifier(source, loaded.model.config.original); // which is then the base's
  const tokenizer = await loadTokenizer(loaded.directory);
  const { config } = loaded.model;
  checkVocabulary(source, tokenizer, config);
  const settings = settingsOf(await trainedConfig(source), { ...options, ...config });
  const engine = options.engine ?? (await openEngine({ threads }));
  const logits = await openTokenLogits(loaded, { engine, precision, batchSize, threads });
  return {
    ...taggerOf({ logits, tokenizer, config, ...settings }),
    async close() {
      await logits.close();
      if (!options.engine) await engine.close();
    },
  };
}

/** A classifier of texts has a head of the same name and shape as a tagger's. */
function refuseClassifier(source: string, { architectures }: Readonly<Record<string, unknown>>): void {
  const [name] = Array.isArray(architectures) ? architectures : [];
  if (typeof name !== 'string' || name.endsWith('ForTokenClassification')) return;
  throw new AttuneError(
    'CHECKPOINT_NO_HEAD',
    `${source}: expected a trained tagger (…ForTokenClassification), its config.json says ${JSON.stringify(name)}; train one: attune train --task token-classification`,
  );
}

interface Known extends Partial<TaggerSettings> {
  readonly labels: readonly string[];
  readonly maxPositions: number;
}

function settingsOf(run: Readonly<Record<string, unknown>>, known: Known): TaggerSettings {
  const trained = run as Partial<TaggerSettings> & { readonly arguments?: { readonly maxLength?: number } };
  const { maxLength = trained.arguments?.maxLength ?? known.maxPositions } = known;
  if (maxLength > known.maxPositions)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `maxLength: expected at most ${known.maxPositions}, the model's positions, got ${maxLength}`,
    );
  const guessed: TagScheme | 'none' = known.labels.every((label) => isTagOf('IOB2', label)) ? 'IOB2' : 'none';
  const scheme = known.scheme ?? trained.scheme ?? guessed;
  const mode: EntityMode = known.mode ?? trained.mode ?? 'strict';
  const decoding: Decoding = known.decoding ?? trained.decoding ?? 'argmax';
  const isAsTrained = maxLength === trained.arguments?.maxLength;
  const stride = known.stride ?? (isAsTrained ? trained.stride : undefined) ?? defaultStride(maxLength);
  return { scheme, mode, decoding, stride, maxLength };
}
