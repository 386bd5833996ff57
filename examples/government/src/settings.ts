import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ThresholdOptions } from '@attune/data';
import type { TrainingArguments } from '@attune/train';
import { type ProgramProcess, readOptions } from 'attune';

/** `config.json`, and what options say instead. */
export interface Settings extends Omit<ThresholdOptions, 'number' | 'withNumber'> {
  readonly data: string;
  /** The column of the number that decides the label. */
  readonly volume: string;
  /** Puts it into the text: the leak, on purpose. */
  readonly withVolume: boolean;
  readonly folds: number;
  /** The share of the records not held out that choose epoch, rate and penalties. */
  readonly validation: number;
  readonly seed: number;
  readonly model: string;
  /** A pretrained model that is fine-tuned first, fold by fold, and then teaches `model`. */
  readonly teacher?: string;
  readonly engine: string;
  readonly out: string;
  readonly overwrite: boolean;
  /** The group whose records are listed one by one. */
  readonly state?: string;
  /** Of a new model. */
  readonly newConfig: Readonly<Record<string, unknown>>;
  readonly arguments: Partial<TrainingArguments>;
  /** Values that the search tries. */
  readonly learningRates: Readonly<Record<'new' | 'pretrained', readonly number[]>>;
}

const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const text = { type: 'string' } as const;
const number = { type: 'number' } as const;

/** Typed options, and the configuration for the others. */
export function readSettings(process: ProgramProcess): Settings {
  const {
    config,
    'with-volume': withVolume,
    ...given
  } = readOptions(process, {
    config: { ...text, default: beside('../config.json') },
    data: { ...text, default: beside('../data/udid-cards.csv') },
    ...{ text, volume: text, group: text, by: text, state: text, teacher: text, threshold: number, folds: number },
    seed: { ...number, default: 42 },
    model: { ...text, default: 'new' },
    engine: { ...text, default: 'auto' },
    out: { ...text, default: 'runs/government' },
    ...{ overwrite: { type: 'boolean' }, 'with-volume': { type: 'boolean' } },
  });
  return { ...JSON.parse(readFileSync(config, 'utf8')), ...given, withVolume };
}
