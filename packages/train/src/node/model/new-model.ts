import type { HostTensor } from '@attune/engine';
import {
  families,
  initialize,
  type Model,
  type ModelConfig,
  type ModelTask,
  modelForTask,
  type ProblemType,
} from '@attune/models';
import { type Tokenizer, tokenizerFromJson, trainBpe, trainWordPiece } from '@attune/tokenizer';
import { newModelConfig } from './new-config';

/** First and last token of the texts of a new causal LM: the first two entries of its vocabulary. */
const [bos, eos] = ['<s>', '</s>'];

/** Special tokens of a new encoder except padding. */
const besidePadding = ['[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/** The first entries of a new encoder's vocabulary. Padding is 0, except in a family with a fixed other id, such as MPNet. */
function encoderTokens({ modelType, padTokenId }: ModelConfig): readonly string[] {
  const field = families[modelType].format.fields.padTokenId;
  const isFixed = typeof field === 'object' && !field.kind.accepts(0);
  return besidePadding.toSpliced(isFixed ? padTokenId : 0, 0, '[PAD]');
}

interface Kind {
  /** The name of its vocabulary's entries. */
  readonly pieces: string;
  tokenizer(texts: readonly string[], config: ModelConfig): Tokenizer;
}

const encoder: Kind = {
  pieces: 'WordPieces',
  tokenizer: (texts, config) =>
    trainWordPiece(texts, { vocabSize: config.vocabSize, specialTokens: encoderTokens(config) }),
};

const decoder: Kind = {
  pieces: 'byte pairs',
  tokenizer: (texts, { vocabSize }) => beginning(trainBpe(texts, { vocabSize, specialTokens: [bos, eos] })),
};

const kindOf = (config: ModelConfig): Kind => (config.decoder ? decoder : encoder);

/** The tokenizer with the first token before every text. */
function beginning(tokenizer: Tokenizer): Tokenizer {
  const json = tokenizer.toJson();
  const special = (type_id: number) => ({ SpecialToken: { id: bos, type_id } });
  const text = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  const template = {
    type: 'TemplateProcessing',
    single: [special(0), text('A', 0)],
    pair: [special(0), text('A', 0), special(1), text('B', 1)],
    special_tokens: { [bos]: { id: bos, ids: [0], tokens: [bos] } },
  };
  const post_processor = { type: 'Sequence', processors: [json.post_processor, template] };
  return tokenizerFromJson({ ...json, post_processor });
}

/** Special tokens in the `tokenizer_config.json` of a new causal LM. */
export const newSpecialTokens = { bos_token: bos, eos_token: eos };

export interface NewModelOptions {
  /** The task of the head. */
  readonly task: ModelTask;
  /** Labels of the head; default none, or the checkpoint's. */
  readonly labels?: readonly string[];
  /** The kind of problem of a sequence classifier; default one label per text, or the checkpoint's. */
  readonly problemType?: ProblemType;
  /** Options of the head's loss; default the plain loss. */
  readonly loss?: Parameters<typeof modelForTask>[2];
  /** Seed of initialized parameters. */
  readonly seed: number;
  /** Training texts, for a new model's vocabulary. */
  readonly texts: readonly string[];
  /** Settings of a new model's `config.json` in place of defaults, under Hugging Face's names. */
  readonly newConfig?: Readonly<Record<string, unknown>>;
  /** Receives notes for the user, such as new parameters and unused tensors. Default none. */
  readonly onNote?: (note: string) => void;
}

export interface NewModel {
  /** The model with its head. */
  readonly model: Model;
  /** Its freshly initialized parameters, by name. */
  readonly parameters: Record<string, HostTensor>;
  /** A tokenizer of the training texts. */
  readonly tokenizer: Tokenizer;
}

/** Ids of the tokens that begin and end a text, in families where transformers defaults to the ids of fairseq's vocabulary. */
function namedIds({ modelType }: ModelConfig, { clsId, sepId }: Tokenizer): Readonly<Record<string, number>> {
  if (!families[modelType].format.positionsFollowPadding || clsId === undefined || sepId === undefined) return {};
  return { bos_token_id: clsId, eos_token_id: sepId };
}

/** A model with a new vocabulary and new weights. */
export function newModel(options: NewModelOptions): NewModel {
  const { task, labels, problemType, seed, texts, newConfig = {}, loss, onNote } = options;
  const config = newModelConfig(newConfig, { task, where: 'newConfig', onNote });
  const kind = kindOf(config);
  const tokenizer = kind.tokenizer(texts, config);
  const head = { ...(labels && { labels }), ...(problemType && { problemType }) };
  const { vocabSize, padId: padTokenId = config.padTokenId } = tokenizer;
  const original = { ...config.original, ...namedIds(config, tokenizer) };
  const model = modelForTask({ ...config, ...head, original, vocabSize, padTokenId }, task, loss);
  const { layers, hiddenSize, heads, modelType } = config;
  const size = `${layers} layers, hidden ${hiddenSize}, ${heads} heads, ${vocabSize} ${kind.pieces}`;
  onNote?.(`new ${modelType}: ${size}`);
  return { model, tokenizer, parameters: initialize(model.specs, model.config, seed) };
}
