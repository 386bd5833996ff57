import { openEngine } from '@attune/engine/node';
import { AttuneError } from '@attune/internal';
import { isTagOf } from '@attune/metrics';
import { schemeOfLabels, type TagReading } from '../../tasks/token/scheme-of-labels';
import type { Decoding } from '../../tasks/token/tags';
import { defaultStride, wordWindows } from '../../tasks/token/windows';
import { closable } from '../border/closable';
import { checkLoading, taggerTable } from '../border/load-tables';
import { loadTrainedModel, trainedConfig } from '../model/load';
import { openLogits } from '../model/logits';
import { type LengthLimits, maxLengthOf } from '../model/max-length';
import { windowLogits } from './logits';
import type { TaggerOptions, TaggerSettings } from './options';
import { type Tagger, taggerOf } from './tagger';

/**
 * Loads a tagger from a run directory, a model directory, or a hub id. Scheme, mode, decoding, stride and maximum length are the
 * run's by default. For a model that Attune did not train, `schemeOfLabels` finds the scheme from its labels (labels of B and I leniently, as in
 * transformers' pipeline), with argmax, a stride of a quarter of the maximum length, and the model's maximum length. Another scheme is read strictly.
 *
 * @throws AttuneError ARGUMENT_INVALID for a scheme that lacks the model's labels; AttuneError CHECKPOINT_NO_HEAD for a model that was never trained to tag
 * @example
 * const tagger = await loadTagger('runs/skills');
 * const entities = await tagger.tag('We need Java and patience.'); // [{ label: 'SKILL', start: 8, end: 12, text: 'Java', score: .98 }, …]
 */
export async function loadTagger(source: string, options: TaggerOptions = {}): Promise<Tagger> {
  checkLoading('loadTagger', source, options, taggerTable);
  const { revision, base, onProgress, onNote, precision, batchSize, threads } = options;
  const loaded = await loadTrainedModel(source, {
    ...{ task: 'token-classification', revision, base, onProgress, onNote, precision },
    withoutHead: (missing) =>
      `a trained tagger, its head is missing (${missing}); train it first: npx attune train --task token-classification --model ${source}`,
  });
  const { tokenizer, model } = loaded;
  const { config } = model;
  if (!loaded.isAdaptedRun) refuseClassifier(source, config.original); // which is then the base's
  const settings = settingsOf(await trainedConfig(source), { ...options, labels: config.labels, config, tokenizer });
  wordWindows([], { tokenizer, ...settings }); // refuses a stride that leaves windows without room
  const engine = options.engine ?? (await openEngine({ threads }));
  const logits = await openLogits(loaded, { engine, precision, batchSize, threads }, windowLogits);
  const state = closable('loadTagger', async () => {
    await logits.close();
    if (!options.engine) await engine.close();
  });
  return { ...taggerOf({ logits, tokenizer, config, state, ...settings }), close: state.close };
}

/** A classifier of texts has a head of the same name and shape as a tagger's. */
function refuseClassifier(source: string, { architectures }: Readonly<Record<string, unknown>>): void {
  const [name] = Array.isArray(architectures) ? architectures : [];
  if (typeof name !== 'string' || name.endsWith('ForTokenClassification')) return;
  throw new AttuneError(
    'CHECKPOINT_NO_HEAD',
    `${source}: expected a trained tagger (…ForTokenClassification), its config.json says ${JSON.stringify(name)}; train one: npx attune train --task token-classification`,
  );
}

interface Known extends Partial<TaggerSettings>, LengthLimits {
  readonly labels: readonly string[];
  readonly onNote?: (note: string) => void;
}

function settingsOf(run: Readonly<Record<string, unknown>>, known: Known): TaggerSettings {
  const trained = run as Partial<TaggerSettings> & { readonly arguments?: { readonly maxLength?: number } };
  const maxLength = maxLengthOf(known.maxLength ?? trained.arguments?.maxLength, known);
  const { scheme, mode } = readingOf(trained, known);
  const decoding: Decoding = known.decoding ?? trained.decoding ?? 'argmax';
  const isAsTrained = maxLength === trained.arguments?.maxLength;
  const stride = known.stride ?? (isAsTrained ? trained.stride : undefined) ?? defaultStride(maxLength);
  return { scheme, mode, decoding, stride, maxLength };
}

/** The given scheme, else that of the run if it has the labels, else by the prefixes of the labels. */
function readingOf(trained: Partial<TagReading>, { scheme: asked, mode, labels, onNote }: Known): TagReading {
  const guessed = schemeOfLabels(labels);
  const foreignTo = (scheme: TagReading['scheme'], read: TagReading['mode']) =>
    scheme === 'none' || read === 'default' ? undefined : labels.find((label) => !isTagOf(scheme, label));
  const scheme = asked ?? trained.scheme;
  if (scheme === undefined) return { scheme: guessed.scheme, mode: mode ?? guessed.mode };
  const own = mode ?? (scheme === trained.scheme ? trained.mode : undefined) ?? 'strict';
  const foreign = foreignTo(scheme, own);
  if (foreign === undefined) return { scheme, mode: own };
  if (asked === undefined) {
    onNote?.(
      `the run's scheme ${scheme} has no label ${JSON.stringify(foreign)}: its labels are read as ${guessed.scheme}`,
    );
    return { scheme: guessed.scheme, mode: mode ?? guessed.mode };
  }
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `scheme: expected one that has the model's labels, such as ${guessed.scheme}, got ${scheme}, which lacks ${JSON.stringify(foreign)}; name another: --scheme ${guessed.scheme}`,
  );
}
