import type { Engine, QuantisedFormat } from '@attune/engine';
import type { LoraOptions } from '@attune/models';
import type { DownloadProgress } from '@attune/models/node';
import type { TrainingArguments } from '../../arguments/arguments';
import type { Callback, EventListener } from '../../loop/events';

/** What a run of any task takes besides its data. */
export interface RunOptions {
  /** A directory, a hub id, or `new`. */
  readonly model: string;
  /** Branch, tag or commit of a hub id; default `main`. */
  readonly revision?: string;
  /** A new model's `config.json` where it differs from the default, under Hugging Face's names. */
  readonly newConfig?: Readonly<Record<string, unknown>>;
  readonly arguments?: Partial<TrainingArguments>;
  /**
   * Freezes the model and trains low-rank adapters beside the matrices it names. `model/` is then the model with the adapters
   * in its matrices, and `adapter/` holds them alone, in PEFT's files.
   */
  readonly lora?: LoraOptions;
  /**
   * Reads the matrices of the frozen model as 8-bit or 4-bit codes, beside which adapters train (QLoRA); needs `lora`. What is
   * trained whole stays float32, and so does the layer that makes the logits. Without `mergeAdapter` there is then no `model/`.
   */
  readonly quantize?: QuantisedFormat;
  /**
   * Whether `model/` is written, the whole model in float32 with the adapters in it, and measured; as `quantize` is not given unless
   * said. Else `adapter/` has the tokenizer too, and what loads the run reads the model it was trained from beside it.
   */
  readonly mergeAdapter?: boolean;
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
