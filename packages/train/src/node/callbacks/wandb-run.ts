import { randomInt } from 'node:crypto';
import { AttuneError } from '@attune/internal';
import type { EvaluationEvent, LossEvent } from '../../loop/events';
import { scalarsOf } from './encoding';

/** The names of a run on Weights & Biases. */
export interface WandbRunOptions {
  /** Name of the project, 1 to 128 characters. */
  readonly project: string;
  /** Shown in lists; default a name that the server invents. */
  readonly name?: string;
  /** The user or team of the run; default the owner of the key. */
  readonly entity?: string;
  /** The run's settings, as plain JSON values; default none. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export interface WandbRun extends WandbRunOptions {
  /** Eight letters and digits, by which the server knows the run. */
  readonly id: string;
  readonly startTime: Date;
}

/** One line of a run's history: values by chart, and the time. */
export type WandbRow = Readonly<Record<string, number>>;

/** Receives the rows of a run. */
export interface WandbSink {
  write(row: WandbRow): void;
  finish(exitCode: number): void | Promise<void>;
}

/**
 * The horizontal axis of the charts. `_step` cannot serve: it must grow from row to row, and an evaluation has the same
 * step as a loss.
 */
export const stepChart = 'train/global_step';

/** @throws AttuneError WANDB_PROJECT for a name W&B would refuse */
export function checkProject(project: string): void {
  if (project.length > 0 && project.length <= 128 && !/[/\\#?%:]/.test(project)) return;
  throw new AttuneError(
    'WANDB_PROJECT',
    `wandb: expected a project name of 1 to 128 characters without / \\ # ? % :, got "${project}"; choose another`,
  );
}

export function startRun(options: WandbRunOptions): WandbRun {
  return { ...options, id: randomId(), startTime: new Date() };
}

/** The history line of an event; `index` counts the rows so far. */
export function rowOf(event: LossEvent | EvaluationEvent, { startTime }: WandbRun, index: number): WandbRow {
  const now = Date.now();
  return {
    ...scalarsOf(event),
    [stepChart]: event.step,
    'train/epoch': event.epoch,
    _step: index,
    _runtime: (now - startTime.getTime()) / 1000,
    _timestamp: now / 1000,
  };
}

/** JSON as W&B reads it: Python's, with NaN and infinity. */
export function rowJson(row: WandbRow): string {
  return `{${Object.entries(row).map(([key, value]) => `${JSON.stringify(key)}:${numberJson(value)}`)}}`;
}

/** `0.5`, `NaN`, `-Infinity`. */
export const numberJson = (value: number): string => String(value);

function randomId(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('');
}
