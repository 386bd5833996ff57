/** Every code of an `AttuneError`. They are stable: programs go by them. */
export type AttuneErrorCode =
  | 'ADAPTER_BASE'
  | 'ADAPTER_CONFIG'
  | 'ADAPTER_UNSUPPORTED'
  | 'ARGUMENT_INVALID'
  | 'CHAT_MESSAGES'
  | 'CHAT_TEMPLATE'
  | 'CHECKPOINT_CONFIG'
  | 'CHECKPOINT_DTYPE'
  | 'CHECKPOINT_FORMAT'
  | 'CHECKPOINT_HEADER'
  | 'CHECKPOINT_INCOMPLETE'
  | 'CHECKPOINT_INDEX'
  | 'CHECKPOINT_JSON'
  | 'CHECKPOINT_MISSING'
  | 'CHECKPOINT_NONE'
  | 'CHECKPOINT_NO_HEAD'
  | 'CHECKPOINT_SHAPE'
  | 'CHECKPOINT_TRUNCATED'
  | 'CHECKPOINT_UNREADABLE'
  | 'CHECKPOINT_UNSUPPORTED'
  | 'CHECKPOINT_UNWRITTEN'
  | 'CHECKPOINT_VALUES'
  | 'CHECKPOINT_VERSION'
  | 'CHECKPOINT_VOCABULARY'
  | 'CLASS_WEIGHTS_INVALID'
  | 'COMMAND_STUCK'
  | 'CONFIG_INVALID'
  | 'CONFIG_UNREADABLE'
  | 'DATA_CHANGED'
  | 'DATA_COLUMN_DUPLICATE'
  | 'DATA_COLUMN_MISSING'
  | 'DATA_EMPTY'
  | 'DATA_ENCODING'
  | 'DATA_FIELDS'
  | 'DATA_FORMAT'
  | 'DATA_GROUP'
  | 'DATA_JSON'
  | 'DATA_LABEL_INVALID'
  | 'DATA_LABEL_MISSING'
  | 'DATA_LABEL_UNKNOWN'
  | 'DATA_MISLEADING'
  | 'DATA_MISSING'
  | 'DATA_NOT_FOUND'
  | 'DATA_NO_LABELS'
  | 'DATA_NO_ROWS'
  | 'DATA_NUMBER'
  | 'DATA_ONE_CLASS'
  | 'DATA_ONE_VALUE'
  | 'DATA_PARQUET'
  | 'DATA_QUOTE'
  | 'DATA_SPAN'
  | 'DATA_SPLIT'
  | 'DATA_TAG_SCHEME'
  | 'DATA_TEMPLATE'
  | 'DATA_UNREADABLE'
  | 'EMPTY_VOCABULARY'
  | 'ENGINE_CLOSED'
  | 'ENGINE_PRECISION'
  | 'ENGINE_UNAVAILABLE'
  | 'ENGINE_UNKNOWN'
  | 'EXPORT_TOO_LARGE'
  | 'EXPORT_UNSUPPORTED'
  | 'FREEZE_INVALID'
  | 'GRAMMAR'
  | 'HUB_CACHE'
  | 'HUB_DISK_FULL'
  | 'HUB_ENDPOINT'
  | 'HUB_FORMAT'
  | 'HUB_GATED'
  | 'HUB_HASH'
  | 'HUB_NOT_FOUND'
  | 'HUB_NOT_PRIVATE'
  | 'HUB_OFFLINE'
  | 'HUB_PROXY'
  | 'HUB_RESPONSE'
  | 'HUB_UNAUTHORIZED'
  | 'HUB_UNAVAILABLE'
  | 'HUB_UNREACHABLE'
  | 'HUB_UPLOAD'
  | 'JSON_SCHEMA'
  | 'LFS_POINTER'
  | 'LORA_INVALID'
  | 'LORA_MERGE'
  | 'LORA_TARGET'
  | 'MODEL_CHANGED'
  | 'MODEL_CLOSED'
  | 'MODEL_NOT_FINITE'
  | 'MODEL_TASK'
  | 'MODEL_UNMERGED'
  | 'MODEL_UNSUPPORTED'
  | 'ONE_CLASS'
  | 'OUTPUT_EXISTS'
  | 'OUTPUT_HOLDS_INPUT'
  | 'OUTPUT_LOCKED'
  | 'OUTPUT_UNUSABLE'
  | 'POOL_CLOSED'
  | 'POOL_FULL'
  | 'POOL_MEMORY'
  | 'POOL_MODEL'
  | 'POOL_WORKER'
  | 'PROMPT_TOO_LONG'
  | 'QUANTIZE_FORMAT'
  | 'QUANTIZE_TARGET'
  | 'REPORT_NOT_WRITTEN'
  | 'RUN_CONFIG'
  | 'RUN_FINISHED'
  | 'RUN_UNFINISHED'
  | 'SEARCH_BUDGET'
  | 'SEARCH_CONFIG'
  | 'SEARCH_FAILED'
  | 'SEARCH_METRIC'
  | 'SEARCH_SPACE'
  | 'SERVICE_PROCESS'
  | 'SETUP_FAILED'
  | 'SETUP_IMPOSSIBLE'
  | 'TOKENIZER_INVALID'
  | 'TOKENIZER_MISSING'
  | 'TOKENIZER_NOT_JSON'
  | 'TOKENIZER_NO_MASK'
  | 'TOKENIZER_UNREADABLE'
  | 'TOKENIZER_UNSUPPORTED'
  | 'TOO_MANY_COEFFICIENTS'
  | 'TRAINING_DIVERGED'
  | 'WANDB_KEY_MISSING'
  | 'WANDB_PROJECT';

/**
 * A failure that a user can mend: a file, a data set, a checkpoint or an engine is not what was expected.
 *
 * `code` is stable and machine-readable (`CHECKPOINT_TRUNCATED`). `message` reads `where: what was expected, what came, what to do`.
 * Each package carries a copy of this class, so recognize it with `isAttuneError`, never by `instanceof`.
 */
export class AttuneError extends Error {
  /** The kind of failure, stable between versions. */
  readonly code: AttuneErrorCode;

  constructor(code: AttuneErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AttuneError';
    this.code = code;
  }
}

/**
 * Whether a value is an `AttuneError`, of whichever package, and has one of `codes` where any are given.
 *
 * @example
 * try { await loadModel('runs/a/model'); }
 * catch (error) { if (!isAttuneError(error, 'CHECKPOINT_MISSING')) throw error; }
 */
export function isAttuneError(value: unknown, ...codes: readonly AttuneErrorCode[]): value is AttuneError {
  if (!(value instanceof Error) || value.name !== 'AttuneError') return false;
  return codes.length === 0 || codes.includes((value as AttuneError).code);
}
