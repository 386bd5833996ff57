import { choiceFlag, listFlag, numberFlag, switchFlag, textFlag } from '../flags';
import { quantisedFormats, truncationModes } from './choices';

const writing = 'Causal language modelling:';
const adapters = 'LoRA:';

/** How the rows of a file become texts to go on writing: of `attune train` and `attune eval`. */
export const writingOptions = {
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

export type WritingFlag = keyof typeof writingOptions;
export const writingFlags = Object.keys(writingOptions) as readonly WritingFlag[];

/** Adapters in place of a training of all weights: of every task. */
export const loraFlags = {
  loraR: {
    schema: numberFlag().optional(),
    value: 'rank',
    help: 'freeze the model and train adapters of this rank; adapter/ then holds them, model/ the model with them in it',
    group: adapters,
  },
  loraAlpha: {
    schema: numberFlag().optional(),
    value: 'n',
    help: 'their scale, times the rank; default 8',
    group: adapters,
  },
  loraDropout: {
    schema: numberFlag().optional(),
    value: 'rate',
    help: 'how much of their input is dropped out while training; default 0',
    group: adapters,
  },
  loraTargetModules: {
    schema: listFlag().optional(),
    value: 'names',
    help: 'the modules to adapt: ends of their names (q_proj,v_proj), a regular expression of whole names, or all-linear, all but the one that makes the logits; default all-linear',
    group: adapters,
  },
  loraModulesToSave: {
    schema: listFlag().optional(),
    value: 'names',
    help: "modules to train and save whole; default: a classifier's head, and a head that is new",
    group: adapters,
  },
  quantize: {
    schema: choiceFlag(quantisedFormats).optional(),
    value: 'format',
    help: `read the frozen model's matrices as ${quantisedFormats.join(', ')}, in 8 or 4 bits each number, and leave the adapters beside it: no model/ is written`,
    group: adapters,
  },
  mergeAdapter: {
    schema: switchFlag(),
    help: 'with --quantize write model/ all the same, in float32, with the adapters in it',
    group: adapters,
  },
  loraUseRslora: { schema: switchFlag(), help: 'divide --lora-alpha by the root of the rank', group: adapters },
} as const;
