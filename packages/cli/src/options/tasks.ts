// Options of single tasks, one object per task.
import { z } from 'zod';
import { choiceFlag, expected, listFlag, numberFlag, switchFlag, textFlag } from '../program/command';
import { baselines, cleanSteps, decodings, labeledFormats, problemTypes, tagSchemes, truncationModes } from './choices';

/** The format of files that models are trained and evaluated on. */
export const dataFormatOption = {
  schema: choiceFlag([...labeledFormats, 'conll', 'lines']).optional(),
  value: 'format',
  help: `file format: ${labeledFormats.join(', ')}, conll, lines; default: from the file extension`,
  group: 'Data:',
};

/** The separator of CSV, of `attune train`, `attune eval` and `attune predict`. */
export const delimiterOption = {
  schema: textFlag()
    .transform((text) => (text === '\\t' || text === 'tab' ? '\t' : text))
    .refine((text) => /^[^"\r\n]$/.test(text), { error: expected('one character, or tab') })
    .optional(),
  value: 'character',
  help: 'delimiter of CSV, or tab; default: from a first line "sep=;", or inferred from the header',
  group: 'Data:',
};

/** Cleaning of texts before they are read. */
export const cleanOption = {
  schema: listFlag()
    .transform((names) => names.map((name) => name.trim()))
    .transform((names) => (names.length === 1 && names[0] === 'none' ? [] : names))
    .pipe(z.array(z.enum(cleanSteps, { error: expected('html or whitespace, or both separated by a comma') })))
    .optional(),
  value: 'steps',
  help: 'clean texts: html (tags, comments and entities become plain text), whitespace (runs become one space), or both (html,whitespace)',
  group: 'Data:',
};

/** The same for trained models, whose run has a default. */
export const cleanAsTrainedOption = { ...cleanOption, help: `${cleanOption.help}, or none; default: the run's` };

export const skipUnlabeledOption = {
  schema: switchFlag(),
  help: 'skip rows without a label and report their number; with several labels per text also rows whose list of labels is empty',
  group: 'Data:',
};

export const deduplicateOption = {
  schema: switchFlag(),
  help: 'drop rows that repeat the text (ignoring case and white space) and the label of an earlier row',
  group: 'Data:',
};

/** Options that prepare rows for training and evaluation. */
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
  help: 'entity types for tags without a type (B, I, O), one name per column of --label: --label 1,2 --label-names skill,knowledge',
  group: tagging,
};

const labeling = 'Data:';

export const labelListOption = {
  schema: listFlag().optional(),
  value: 'labels',
  help: 'names of all labels in the order of their ids, comma-separated or in a file with one name per line; for data that have ids, or that lack some of the labels',
  group: labeling,
};

export const schemeOption = {
  schema: choiceFlag([...tagSchemes, 'none']).optional(),
  value: 'scheme',
  help: `tagging scheme: ${tagSchemes.join(', ')} (types without prefixes), or none for tags that are classes themselves; default IOB2`,
  group: tagging,
};

/** Options of sequence classification. */
export const sequenceOptions = {
  problemType: {
    schema: choiceFlag(problemTypes).optional(),
    value: 'type',
    help: `problem type: ${problemTypes.join(', ')}; default single_label_classification`,
    group: classifying,
  },
  labelSeparator: {
    schema: textFlag().optional(),
    value: 'text',
    help: 'separator between several labels of a text; default ";" (lists of JSON, Python or numpy need none)',
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
    help: 'after training, choose label offsets (written into the weights) for the best macro-F1 on the validation part; with several labels per text, choose thresholds (stored with the model)',
    group: classifying,
  },
  calibrate: {
    schema: switchFlag(),
    help: 'after training, calibrate probabilities with a temperature fitted on the validation part; with one label per text it is written into the weights',
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
    help: 'also report a weighted mix of model and baseline, with weights chosen on the validation part',
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
    help: 'decoding of tags: argmax (default, the most likely tag per word) or constrained (the most likely tag sequence that the scheme allows)',
    group: tagging,
  },
  stride: {
    schema: numberFlag().optional(),
    value: 'tokens',
    help: 'overlap of the windows into which sentences longer than --max-length are cut; default: a quarter of --max-length',
    group: tagging,
  },
} as const;

/** Options of masked language modeling. */
export const maskedLmOptions = {
  chunkLength: {
    schema: numberFlag().optional(),
    value: 'tokens',
    help: 'length of the chunks into which the concatenated texts are cut; default 256',
    group: masking,
  },
  mlmProbability: {
    schema: numberFlag().optional(),
    value: 'share',
    help: 'probability of masking a token; default 0.15',
    group: masking,
  },
  wholeWord: { schema: switchFlag(), help: 'mask whole words: all tokens of a word, or none', group: masking },
} as const;

/** Options of causal language modeling, of `attune train` and `attune eval`: how rows become prompts and completions. */
export const causalLmOptions = {
  promptTemplate: {
    schema: textFlag().optional(),
    value: 'template',
    help: 'prompt template before --completion, which is not trained on, such as "### Job: {title}\\n### Skills:"; \\n is a new line',
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
    help: "column of conversations (lists of {role, content}), rendered with the model's chat template; the last answer is trained on",
    group: writing,
  },
  chatTemplate: {
    schema: textFlag().optional(),
    value: 'name',
    help: 'chat template to use, for a model with several; default: the one named "default"',
    group: writing,
  },
  chatVariables: {
    schema: textFlag().optional(),
    value: 'json',
    help: 'additional variables for the chat template, such as \'{"enable_thinking": false}\'',
    group: writing,
  },
  truncationMode: {
    schema: choiceFlag(truncationModes).optional(),
    value: 'which',
    help: 'part that is kept of texts longer than --max-length: keep_completion (default, truncates the beginning of prompts), keep_start or keep_end',
    group: writing,
  },
} as const;
