/**
 * Every code of an `AttuneError`, with its meaning. Codes are stable between versions. `docs/errors.md` is written from this list.
 */
export type AttuneErrorCode =
  /** The adapter and the base model do not match in shape or in kind. Use the base that the adapter was trained on. */
  | 'ADAPTER_BASE'
  /** `adapter_config.json` is missing, is not valid, or has a field with a wrong value. */
  | 'ADAPTER_CONFIG'
  /** The adapter uses a PEFT feature that is not implemented. Merge it into its base in Python and load the merged model. */
  | 'ADAPTER_UNSUPPORTED'
  /** An argument has a wrong type, name or value. The message names the argument and what is expected. */
  | 'ARGUMENT_INVALID'
  /** A conversation is not a list of `{ role, content }` that ends with the assistant. */
  | 'CHAT_MESSAGES'
  /** The chat template is missing, cannot be parsed, or fails on the conversation. */
  | 'CHAT_TEMPLATE'
  /** `config.json` of a model has a missing or wrong field. */
  | 'CHECKPOINT_CONFIG'
  /** A tensor has a type that is not supported. Save the checkpoint in float32, float16 or bfloat16. */
  | 'CHECKPOINT_DTYPE'
  /** The weights are in a format that is not supported, such as `pytorch_model.bin`. The message has the command that converts them. */
  | 'CHECKPOINT_FORMAT'
  /** The header of a `.safetensors` file is damaged. Download the file again. */
  | 'CHECKPOINT_HEADER'
  /** Tensors that `config.json` asks for are missing from the weights. */
  | 'CHECKPOINT_INCOMPLETE'
  /** `model.safetensors.index.json` is damaged or names files that do not fit. */
  | 'CHECKPOINT_INDEX'
  /** A JSON file of a model or of a run is not valid JSON in UTF-8. */
  | 'CHECKPOINT_JSON'
  /** A model directory, or a file that it needs, does not exist. Check the path. */
  | 'CHECKPOINT_MISSING'
  /** `resume` found no checkpoint in the run directory. Train without it. */
  | 'CHECKPOINT_NONE'
  /** The model has no trained head for the task. Train it first, or name the task that it was trained for. */
  | 'CHECKPOINT_NO_HEAD'
  /** A tensor does not have the shape that `config.json` says. The two files do not belong together. */
  | 'CHECKPOINT_SHAPE'
  /** A file ends too early. Download it again. */
  | 'CHECKPOINT_TRUNCATED'
  /** A file exists but cannot be read, for example because of its permissions. */
  | 'CHECKPOINT_UNREADABLE'
  /** The checkpoint was quantized by another tool, or has another property that is not implemented. */
  | 'CHECKPOINT_UNSUPPORTED'
  /** A checkpoint could not be written, for example because the disk is full. Earlier checkpoints are kept. */
  | 'CHECKPOINT_UNWRITTEN'
  /** A weight is NaN or infinite. */
  | 'CHECKPOINT_VALUES'
  /** A checkpoint was written by a version of Attune that this one cannot read. */
  | 'CHECKPOINT_VERSION'
  /** The tokenizer has more entries than the model has embeddings. The two do not belong together. */
  | 'CHECKPOINT_VOCABULARY'
  /** The class weights do not fit the labels, or the task does not use them. */
  | 'CLASS_WEIGHTS_INVALID'
  /** A command ended before its work was done. Run it again. */
  | 'COMMAND_STUCK'
  /** A config file has an unknown key or a wrong value. The message names both. */
  | 'CONFIG_INVALID'
  /** A config file does not exist or cannot be parsed. */
  | 'CONFIG_UNREADABLE'
  /** The data differ from those that a run was started with. Restore them, or start a new run. */
  | 'DATA_CHANGED'
  /** Two columns of a table have the same name. */
  | 'DATA_COLUMN_DUPLICATE'
  /** A table has no column of that name. The message lists the columns. */
  | 'DATA_COLUMN_MISSING'
  /** There are no examples, or a text is empty. */
  | 'DATA_EMPTY'
  /** A file is not in UTF-8. The message names the line. */
  | 'DATA_ENCODING'
  /** A row has more or fewer fields than the header, or a sentence has more or fewer tags than words. */
  | 'DATA_FIELDS'
  /** The format of a file is not clear from its name. Set it with `--format`. */
  | 'DATA_FORMAT'
  /** No row belongs to the group that was named. The message lists the groups. */
  | 'DATA_GROUP'
  /** A line is not the JSON value that is expected. */
  | 'DATA_JSON'
  /** A label cannot be read, for example a text where a number is expected. */
  | 'DATA_LABEL_INVALID'
  /** A row has no label. Fill it in, or drop such rows with `--skip-unlabeled`. */
  | 'DATA_LABEL_MISSING'
  /** A label is not among those of the model or of the list of labels. */
  | 'DATA_LABEL_UNKNOWN'
  /** `attune check` found problems that make scores wrong. They are listed on standard output. */
  | 'DATA_MISLEADING'
  /** A column has no values to compute a replacement for missing values from. */
  | 'DATA_MISSING'
  /** A data file does not exist. Check the path. */
  | 'DATA_NOT_FOUND'
  /** Examples of token classification have no labeled token. */
  | 'DATA_NO_LABELS'
  /** A table has a header but no rows. */
  | 'DATA_NO_ROWS'
  /** A value of a numeric column is not a number. */
  | 'DATA_NUMBER'
  /** All rows have the same label. Check which column holds the labels. */
  | 'DATA_ONE_CLASS'
  /** All target values of a regression are equal. Check which column holds the values. */
  | 'DATA_ONE_VALUE'
  /** A Parquet file is damaged or uses a feature that is not supported. */
  | 'DATA_PARQUET'
  /** A quote in a CSV file is not closed or stands inside a field. The message names the line. */
  | 'DATA_QUOTE'
  /** A labeled span lies outside its text, overlaps another one, or is not `{ start, end, label }`. */
  | 'DATA_SPAN'
  /** The data are too few, or too unevenly distributed, for the split that was asked for. */
  | 'DATA_SPLIT'
  /** Tags do not follow the tagging scheme, such as IOB2. The message names the line. */
  | 'DATA_TAG_SCHEME'
  /** A text template has unbalanced braces or names no column. */
  | 'DATA_TEMPLATE'
  /** A data file exists but cannot be read, for example because it is a directory. */
  | 'DATA_UNREADABLE'
  /** The baseline found no token in the training texts. */
  | 'EMPTY_VOCABULARY'
  /** An engine was used after `close()`. */
  | 'ENGINE_CLOSED'
  /** The engine does not compute in that precision. */
  | 'ENGINE_PRECISION'
  /** The engine is not installed or does not run on this machine. Run `npx attune doctor` to see why. */
  | 'ENGINE_UNAVAILABLE'
  /** There is no engine of that name. The message lists the names. */
  | 'ENGINE_UNKNOWN'
  /** A model is too large for the format, for example more than 2 GB for one ONNX file. */
  | 'EXPORT_TOO_LARGE'
  /** A model cannot be exported in that format. */
  | 'EXPORT_UNSUPPORTED'
  /** `freeze` names modules that the model does not have, or leaves nothing to train. */
  | 'FREEZE_INVALID'
  /** A grammar cannot be parsed, or no text can satisfy it. The message names line and column. */
  | 'GRAMMAR'
  /** The directory of downloads cannot be written. Set `HF_HOME` to another one. */
  | 'HUB_CACHE'
  /** The disk has too little space for a download. */
  | 'HUB_DISK_FULL'
  /** `HF_ENDPOINT` is not the address of a server. */
  | 'HUB_ENDPOINT'
  /** The hub has no file of the model in a supported format. */
  | 'HUB_FORMAT'
  /** The model needs its terms to be accepted on the hub, and a token. */
  | 'HUB_GATED'
  /** A downloaded file does not have the checksum that the hub gives. Download it again. */
  | 'HUB_HASH'
  /** The hub has no such model, or no such revision of it. */
  | 'HUB_NOT_FOUND'
  /** A repository that should be private is public. */
  | 'HUB_NOT_PRIVATE'
  /** The hub was needed, but `HF_HUB_OFFLINE` is set. */
  | 'HUB_OFFLINE'
  /** A proxy variable is not the address of a proxy. */
  | 'HUB_PROXY'
  /** The hub sent an invalid answer. Check `HF_ENDPOINT`. */
  | 'HUB_RESPONSE'
  /** The hub refused the token, or one is needed. Set `HF_TOKEN`. */
  | 'HUB_UNAUTHORIZED'
  /** The hub answered with a server error. Try again later. */
  | 'HUB_UNAVAILABLE'
  /** The hub could not be reached. Check the network and the proxy. */
  | 'HUB_UNREACHABLE'
  /** The hub refused an upload. */
  | 'HUB_UPLOAD'
  /** A JSON schema is not valid, uses a keyword that is not implemented, or allows no value. */
  | 'JSON_SCHEMA'
  /** A file is a Git LFS pointer, not the file itself. Run `git lfs pull` in its directory. */
  | 'LFS_POINTER'
  /** A LoRA option has a wrong value. */
  | 'LORA_INVALID'
  /** An adapter cannot be merged, because its weight is shared with another module. */
  | 'LORA_MERGE'
  /** `targetModules` or `modulesToSave` match no module of the model. */
  | 'LORA_TARGET'
  /** The files of a model differ from those that a run was started with. */
  | 'MODEL_CHANGED'
  /** A model was used after `close()`. */
  | 'MODEL_CLOSED'
  /** A model does not have the layers that are selected for a student. */
  | 'MODEL_LAYERS'
  /** A model gave a score that is NaN or infinite. */
  | 'MODEL_NOT_FINITE'
  /** A model has a head for another task. */
  | 'MODEL_TASK'
  /** A run has an adapter but no merged model, and a whole model is needed. */
  | 'MODEL_UNMERGED'
  /** The model family, or this use of a model, is not implemented. The message lists what is supported. */
  | 'MODEL_UNSUPPORTED'
  /** The baseline got examples of one class only. */
  | 'ONE_CLASS'
  /** The output exists already. Name another one, or replace it with `--overwrite`. */
  | 'OUTPUT_EXISTS'
  /** The output would replace an input file. */
  | 'OUTPUT_HOLDS_INPUT'
  /** Another process is writing to the directory. */
  | 'OUTPUT_LOCKED'
  /** The output cannot be written, for example because it is a directory. */
  | 'OUTPUT_UNUSABLE'
  /** A predictor pool was used after `close()`. */
  | 'POOL_CLOSED'
  /** The queue of a predictor pool is full. Try again later. */
  | 'POOL_FULL'
  /** The models of a pool do not fit in its memory budget. */
  | 'POOL_MEMORY'
  /** A pool has no model of that name, or has several and none was named. */
  | 'POOL_MODEL'
  /** A worker of a pool ended while it had the request. Try again. */
  | 'POOL_WORKER'
  /** A prompt leaves no room in the model's context. */
  | 'PROMPT_TOO_LONG'
  /** There is no quantized format of that name. */
  | 'QUANTIZE_FORMAT'
  /** A module cannot be quantized, because its weight is shared with another module. */
  | 'QUANTIZE_TARGET'
  /** The report could not be written. The results are kept. */
  | 'REPORT_NOT_WRITTEN'
  /** `config.json` of a run is missing, damaged, or has no options. */
  | 'RUN_CONFIG'
  /** A run has ended and kept no checkpoint from which it could be trained for longer. */
  | 'RUN_FINISHED'
  /** A run has no final model yet. Continue it with `--resume`. */
  | 'RUN_UNFINISHED'
  /** Successive halving needs more trials or more epochs. */
  | 'SEARCH_BUDGET'
  /** The stored options of a hyperparameter search are missing or damaged. */
  | 'SEARCH_CONFIG'
  /** Every trial of a hyperparameter search diverged. */
  | 'SEARCH_FAILED'
  /** A trial has no value of the metric that trials are compared by. */
  | 'SEARCH_METRIC'
  /** A search space names an unknown option or has a wrong range. */
  | 'SEARCH_SPACE'
  /** The processes of a service could not be started. The message says why. */
  | 'SERVICE_PROCESS'
  /** A command of `attune setup` failed. The message has its output. */
  | 'SETUP_FAILED'
  /** This machine lacks something that `attune setup` needs. The message lists it. */
  | 'SETUP_IMPOSSIBLE'
  /** A teacher, or an option of distillation, differs from the one that a run was started with. */
  | 'TEACHER_CHANGED'
  /** A teacher has other labels than the training data. */
  | 'TEACHER_LABELS'
  /** A teacher was trained for another task or another kind of label. */
  | 'TEACHER_TASK'
  /** The tokenizers of teacher and student cannot be aligned by words. */
  | 'TEACHER_WORDS'
  /** A tokenizer file has a missing or wrong field. */
  | 'TOKENIZER_INVALID'
  /** A model directory has no tokenizer file. */
  | 'TOKENIZER_MISSING'
  /** A tokenizer file is not valid JSON. */
  | 'TOKENIZER_NOT_JSON'
  /** The tokenizer has no mask token, which masked language modeling needs. */
  | 'TOKENIZER_NO_MASK'
  /** A tokenizer file exists but cannot be read. */
  | 'TOKENIZER_UNREADABLE'
  /** A tokenizer uses a component that is not implemented. */
  | 'TOKENIZER_UNSUPPORTED'
  /** The baseline would need more coefficients than fit in memory. */
  | 'TOO_MANY_COEFFICIENTS'
  /** The loss became NaN or infinite. Lower the learning rate. */
  | 'TRAINING_DIVERGED'
  /** Logging to Weights & Biases needs an API key. Set `WANDB_API_KEY`. */
  | 'WANDB_KEY_MISSING'
  /** The project of Weights & Biases is missing or not valid. */
  | 'WANDB_PROJECT';
