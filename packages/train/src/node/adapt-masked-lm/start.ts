import { loadModel } from '@attune/models/node';
import { trainingArguments } from '../../arguments';
import { evaluateMaskedLm, type MaskedLmFitOptions, type MaskedLmSummary } from '../fit-masked-lm';
import { prepareMaskedLmFit } from '../fit-masked-lm/prepare-masked-lm-fit';
import { modelSourceOf, openRunDirectory } from '../run-directory';

/** On one part, under the same masks each time. */
export type Figures = Pick<MaskedLmSummary, 'loss' | 'perplexity' | 'accuracy'>;

export interface Start {
  /** What training begins with. */
  readonly model: string;
  readonly figures: Figures;
  /** The encoder has learnt something, and the head has not. */
  readonly isHeadNew: boolean;
  /** To `out`, because the head or all of the model is new. */
  readonly isWritten: boolean;
}

/** The model that training begins with, measured; written to `out` if its head or all of it is new. */
export async function startOf(
  options: MaskedLmFitOptions,
  where: Pick<MaskedLmFitOptions, 'out' | 'overwrite'>,
): Promise<Start> {
  if (await hasHead(options)) {
    const figures = await evaluated(options);
    return { model: modelSourceOf(options.model), figures, isHeadNew: false, isWritten: false };
  }
  const { model, parameters, tokenizer, results, args, settings } = await prepareMaskedLmFit({ ...options, ...where });
  const directory = await openRunDirectory(where.out);
  await directory.writeConfig({ task: model.task, model: options.model, ...settings, arguments: args });
  await directory.writeModel({ config: model.config, task: model.task, parameters }, tokenizer);
  const { figures } = await results({ model, parameters });
  await directory.writeSummary(figures);
  return { model: modelSourceOf(where.out), figures, isHeadNew: options.model !== 'new', isWritten: true };
}

async function hasHead({ model, revision, onDownload }: MaskedLmFitOptions): Promise<boolean> {
  if (model === 'new') return false;
  const source = modelSourceOf(model);
  const { initialised } = await loadModel(source, { task: 'masked-lm', revision, onProgress: onDownload });
  return initialised.length === 0;
}

function evaluated({ data, model, arguments: given, ...options }: MaskedLmFitOptions): Promise<Figures> {
  const { seed, perDeviceEvalBatchSize: batchSize } = trainingArguments(given);
  return evaluateMaskedLm(model, data.test ?? data.validation ?? [], { ...options, seed, batchSize });
}
