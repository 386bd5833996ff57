// Options of single tasks, an object per task.
import { z } from 'zod';
import { choiceFlag, expected, listFlag, numberFlag, switchFlag, textFlag } from '../program/command';
import { baselines, cleanSteps, decodings, labeledFormats, problemTypes, tagSchemes, truncationModes } from './choices';

/** The format of files that models are trained and evaluated on. */
export const dataFormatOption = {
  schema: choiceFlag([...labeledFormats, 'conll', 'lines']).optional(),
  value: 'format',
  help: `${labeledFormats.join(', ')}, conll, lines; default: by the extension`,
  group: 'Data:',
};

/** The separator of CSV, of `attune train`, `attune eval` and `attune predict`. */
export const delimiterOption = {
  schema: textFlag()
    .transform((text) => (text === '\\t' || text === 'tab' ? '\t' : text))
    .refine((text) => /^[^"\r\n]$/.test(text), { error: expected('one character, or tab') })
    .optional(),
  value: 'character',
  help: 'separator of CSV, or tab; default: what a first line "sep=;" says, or by the header',
  group: 'Data:',
};

/** What texts are cleaned of before they are read. */
export const cleanOption = {
  schema: listFlag()
    .transform((names) => names.map((name) => name.trim()))
    .transform((names) => (names.length === 1 && names[0] === 'none' ? [] : names))
    .pipe(z.array(z.enum(cleanSteps, { error: expected('html or whitespace, or both with a comma') })))
    .optional(),
  value: 'steps',
  help: 'clean texts: html (tags, comments and entities become plain text), whitespace (runs become one space), or both with a comma',
  group: 'Data:',
};

/** The same of models that have been trained. */
export const cleanAsTrainedOption = { ...cleanOption, help: `${cleanOption.help}, or none; default: the run's` };

export const skipUnlabeledOption = {
  schema: switchFlag(),
  help: 'skip rows without a label, with a count; for texts with several labels also those that have none',
  group: 'Data:',
};

export const deduplicateOption = {
  schema: switchFlag(),
  help: 'keep the first of rows that are equal in text, but for case and white space, and in label',
  group: 'Data:',
};

/** What is made of rows before they are learned from or measured. */
export const cleaningOptions = {
  clean: cleanOption,
  skipUnlabeled: skipUnlabeledOption,
  deduplicate: deduplicateOption,
} as const;

const classifying = 'Sequence classification:';
const tagging = 'Token classification:';
const masking = 'Masked language modeling:';
const writing = 'Causal language modeling:';

export const labelNamesOption = {
  schema: listFlag().optional(),
  value: 'names',
  help: 'entity types for tags without one (B, I, O), a name per column of --label: --label 1,2 --label-names skill,knowledge',
  group: tagging,
};

const labeling = 'Data:';

export const labelListOption = {
  schema: listFlag().optional(),
  value: 'names or file',
  help: 'names of all labels in the order of their ids, between commas or a file with a name per line: for labels that are ids, and those that training data lack',
  group: labeling,
};

export const schemeOption = {
  schema: choiceFlag([...tagSchemes, 'none']).optional(),
  value: 'scheme',
  help: `tagging scheme: ${tagSchemes.join(', ')} (types without prefixes), or none for tags that stand for themselves; default IOB2`,
  group: tagging,
};

/** Options of sequence classification. */
export const sequenceOptions = {
  problemType: {
    schema: choiceFlag(problemTypes).optional(),
    value: 'type',
    help: `kind of label: ${problemTypes.join(', ')}; default: the first`,
    group: classifying,
  },
  labelSeparator: {
    schema: textFlag().optional(),
    value: 'text',
    help: 'separator between the labels of a text with several labels; default ; (a list of JSON, Python or numpy works too)',
    group: classifying,
  },
  textPair: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'column or template of a second text, encoded together with the first',
    group: classifying,
  },
  tuneThreshold: {
    schema: switchFlag(),
    help: 'after training, choose on the validation part, for the best macro-F1, offsets of labels, which go into the weights, or thresholds of several labels per text, which stay beside them',
    group: classifying,
  },
  calibrate: {
    schema: switchFlag(),
    help: 'after training, calibrate probabilities by a temperature fitted on the validation part, which goes into the weights of a model with one label per text',
    group: classifying,
  },
  baseline: {
    schema: choiceFlag(baselines).optional(),
    value: 'which',
    help: 'TF-IDF + logistic regression baseline: default, tuned (on the validation part), or none',
    group: classifying,
  },
  mixBaseline: {
    schema: switchFlag(),
    help: 'also report a mix of model and baseline, in shares chosen on the validation part',
    group: classifying,
  },
} as const;

/** Options of token classification. */
export const tokenOptions = {
  scheme: schemeOption,
  labelNames: labelNamesOption,
  decoding: {
    schema: choiceFlag(decodings).optional(),
    value: 'name',
    help: 'argmax (default): the most likely tag per word; constrained: the most likely tag sequence that the scheme allows',
    group: tagging,
  },
  stride: {
    schema: numberFlag().optional(),
    value: 'tokens',
    help: 'overlap of the windows of sentences longer than --max-length; default: a quarter of it',
    group: tagging,
  },
} as const;

/** Options of masked language modeling. */
export const maskedLmOptions = {
  chunkLength: {
    schema: numberFlag().optional(),
    value: 'tokens',
    help: 'texts are concatenated and cut into chunks of this many tokens; default 256',
    group: masking,
  },
  mlmProbability: {
    schema: numberFlag().optional(),
    value: 'share',
    help: 'probability of masking a token; default 0.15',
    group: masking,
  },
  wholeWord: { schema: switchFlag(), help: 'mask all tokens of a word, or none', group: masking },
} as const;

/** Options of causal language modeling, of `attune train` and `attune eval`: how rows become prompts and completions. */
export const causalLmOptions = {
  promptTemplate: {
    schema: textFlag().optional(),
    value: 'template',
    help: 'template of the prompt before --completion, which is not trained on: "### Job: {title}\\n### Skills:"; \\n is a new line',
    group: writing,
  },
  completion: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'column or template of the completion, which is trained on, such as " {skills}"',
    group: writing,
  },
  messages: {
    schema: textFlag().optional(),
    value: 'column',
    help: "column of conversations, lists of {role, content}, rendered by the model's chat template; the last answer is trained on",
    group: writing,
  },
  chatTemplate: {
    schema: textFlag().optional(),
    value: 'name',
    help: 'name of the chat template, for a model with several; default: the one named default',
    group: writing,
  },
  chatVariables: {
    schema: textFlag().optional(),
    value: 'json',
    help: 'further variables of the chat template, such as \'{"enable_thinking": false}\'',
    group: writing,
  },
  truncationMode: {
    schema: choiceFlag(truncationModes).optional(),
    value: 'which',
    help: 'what to keep of texts longer than --max-length: keep_completion (default, cuts the beginning of prompts), keep_start or keep_end',
    group: writing,
  },
} as const;
