import { choiceFlag, listFlag, numberFlag, switchFlag, textFlag } from '../program/command';
import { baselines, decodings, labelledFormats, problemTypes, tagSchemes, truncationModes } from './choices';

/** How the files that a model is trained and measured on are written. */
export const dataFormatOption = {
  schema: choiceFlag([...labelledFormats, 'conll', 'lines']).optional(),
  value: 'format',
  help: `${labelledFormats.join(', ')}, conll, lines; default: by the extension`,
  group: 'Data:',
};

const classifying = 'Sequence classification:';
const tagging = 'Token classification:';
const masking = 'Masked language modelling:';
const writing = 'Causal language modelling:';

export const labelNamesOption = {
  schema: listFlag().optional(),
  value: 'names',
  help: 'what entities are, for tags that do not say (B, I, O), a name for each column of --label: --label 1,2 --label-names skill,knowledge',
  group: tagging,
};

/** Options of sequence classification. */
export const sequenceOptions = {
  problemType: {
    schema: choiceFlag(problemTypes).optional(),
    value: 'type',
    help: `what a label is: ${problemTypes.join(', ')}; default: the first`,
    group: classifying,
  },
  labelSeparator: {
    schema: textFlag().optional(),
    value: 'text',
    help: 'what stands between the labels of a text that may have several; default ; (a JSON array works too)',
    group: classifying,
  },
  textPair: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'a second text, read together with the first: a column or a template',
    group: classifying,
  },
  tuneThreshold: {
    schema: switchFlag(),
    help: 'choose after training, on the validation part, from which score a label is given, for the best macro-F1',
    group: classifying,
  },
  calibrate: {
    schema: switchFlag(),
    help: 'fit a temperature on the validation part, so that probabilities say how often they are right',
    group: classifying,
  },
  baseline: {
    schema: choiceFlag(baselines).optional(),
    value: 'which',
    help: 'TF-IDF + logistic regression beside the model: default, tuned on the validation part, or none',
    group: classifying,
  },
  mixBaseline: {
    schema: switchFlag(),
    help: 'report also a mix of model and baseline, in shares chosen on the validation part',
    group: classifying,
  },
} as const;

/** Options of token classification. */
export const tokenOptions = {
  scheme: {
    schema: choiceFlag([...tagSchemes, 'none']).optional(),
    value: 'scheme',
    help: `how tags write entities: ${tagSchemes.join(', ')}, or none for tags that stand for themselves; default IOB2`,
    group: tagging,
  },
  labelNames: labelNamesOption,
  decoding: {
    schema: choiceFlag(decodings).optional(),
    value: 'name',
    help: "argmax (default): each word's likeliest tag; constrained: the sentence's likeliest tags that the scheme allows",
    group: tagging,
  },
  stride: {
    schema: numberFlag().optional(),
    value: 'tokens',
    help: 'how far windows onto longer sentences than --max-length overlap; default: a quarter of it',
    group: tagging,
  },
} as const;

/** Options of masked language modeling. */
export const maskedLmOptions = {
  chunkLength: {
    schema: numberFlag().optional(),
    value: 'tokens',
    help: 'texts are laid end to end and cut into chunks so long; default 256',
    group: masking,
  },
  mlmProbability: {
    schema: numberFlag().optional(),
    value: 'share',
    help: 'how likely a token is to be guessed; default 0.15',
    group: masking,
  },
  wholeWord: { schema: switchFlag(), help: 'guess all pieces of a word, or none', group: masking },
} as const;

/** Options of causal language modeling: how the rows of a file become prompts and completions. Of `attune train` and `attune eval`. */
export const causalLmOptions = {
  promptTemplate: {
    schema: textFlag().optional(),
    value: 'template',
    help: 'what is read before --completion and not learnt, over columns: "### Job: {title}\\n### Skills:"; \\n is a new line',
    group: writing,
  },
  completion: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'what is learnt after it: a column, or a template such as " {skills}"',
    group: writing,
  },
  messages: {
    schema: textFlag().optional(),
    value: 'column',
    help: "conversations, lists of {role, content}, written by the model's chat template; the last answer is learnt",
    group: writing,
  },
  chatTemplate: {
    schema: textFlag().optional(),
    value: 'name',
    help: 'which template, of a model that has several; default: the one called default',
    group: writing,
  },
  truncationMode: {
    schema: choiceFlag(truncationModes).optional(),
    value: 'which',
    help: 'which end of a text longer than --max-length stays: keep_start (default) or keep_end',
    group: writing,
  },
} as const;
