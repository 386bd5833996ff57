import type { Engine } from '@attune/engine';
import type { DownloadProgress } from '@attune/models/node';
import type { TrainingArguments } from '../arguments';
import type { Callback } from '../callbacks/callback';
import type { EventListener } from '../events';
import type { DataParts } from '../labelled-texts';

/** What `fitSequenceClassifier` takes. */
export interface FitOptions extends RunOptions {
  readonly data: DataParts;
}

/** What a run of any task takes besides its data. */
export interface RunOptions {
  /** A directory, a hub id, or `new`. */
  readonly model: string;
  /** Branch, tag or commit of a hub id; default `main`. */
  readonly revision?: string;
  /** A new model's `config.json` where it differs from the default, under Hugging Face's names. */
  readonly newConfig?: Readonly<Record<string, unknown>>;
  readonly arguments?: Partial<TrainingArguments>;
  readonly engine: Engine;
  /** The run directory. */
  readonly out: string;
  readonly overwrite?: boolean;
  /** Goes on from the run directory's newest whole checkpoint; everything else must be as it was. */
  readonly resume?: boolean;
  /** Added to the run's `config.json`: where the data came from. */
  readonly provenance?: Readonly<Record<string, unknown>>;
  readonly onEvent?: EventListener;
  /** Told of every event in turn, and closed at the end: `tensorBoard`, `wandbOffline`, your own. */
  readonly callbacks?: readonly Callback[];
  /** Told how the download of a hub id goes. */
  readonly onDownload?: (progress: DownloadProgress) => void;
  /** Told what the user should know and the results do not show. */
  readonly onNote?: (note: string) => void;
  readonly signal?: AbortSignal;
}
