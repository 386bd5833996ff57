import { AttuneError, parseJson } from '@attune/internal';
import {
  type AnyPredictor,
  type ChatTemplate,
  loadAnyPredictor,
  loadChatTemplate,
  loadGenerator,
  loadRunInputs,
  loadTagger,
  modelDirectory,
  type RunInputs,
  readRunColumns,
  type TextGenerator,
  taskOfModel,
} from '@attune/train/node';
import type { ModelFacts, ModelSpec, PoolInput, PoolPrompt, PostedMessage, PostedTextOptions } from './messages';

// A model in a worker. Depending on its task it predicts or generates.

/** A text being generated, and the number of tokens of its prompt. */
export interface Writing {
  readonly pieces: ReturnType<TextGenerator['stream']>;
  readonly promptTokens: number;
}

/** An open model in a worker. */
export interface WorkerModel {
  readonly facts: ModelFacts;
  /** Predicts inputs, in order. */
  predict(inputs: readonly PoolInput[]): Promise<readonly unknown[]>;
  /** Starts the text after a prompt, a conversation or a row. */
  write(prompt: PoolPrompt, options: PostedTextOptions): Promise<Writing>;
  close(): Promise<void>;
}

/** Opens the model of a spec, and computes once, for the first run of a session takes longer than the next. */
export async function openModel(spec: ModelSpec): Promise<WorkerModel> {
  const task = await taskOfModel(spec.source);
  if (task === 'causal-lm') return openWriter(spec);
  if (task === 'token-classification') return openTagger(spec);
  return openClassifier(spec);
}

async function openClassifier({ source, precision, threads }: ModelSpec): Promise<WorkerModel> {
  const model = await loadAnyPredictor(source, { precision, threads });
  const { problemType, labels, config } = model;
  const facts = { task: 'sequence-classification', problemType, labels, maxLength: config.maxPositions } as const;
  const own = await loadRunInputs(source);
  const hasPairs = await warmUp(model);
  return {
    facts: { ...facts, hasChat: false, hasPairs, fields: own.fields },
    predict: async (inputs) => [...(await model.predict(inputs.map((input) => textsOf(input, own))))],
    write: async () => refuse(source, 'a generator', 'a classifier', 'predict'),
    close: model.close,
  };
}

/** The text that a classifier reads: made from a row by the run's template, and cleaned as the run's texts were. */
function textsOf(input: PoolInput, { inputOf, cleaned }: RunInputs): string | readonly [string, string] {
  if (typeof input === 'string') return cleaned(input);
  return isPair(input) ? [cleaned(input[0]), cleaned(input[1])] : inputOf(input);
}

const isPair = (input: PoolInput): input is readonly [string, string] => Array.isArray(input);

/** Computes once, and returns whether the model takes pairs of texts. A run on pairs refuses single texts, and a run on single texts refuses pairs. */
async function warmUp(model: AnyPredictor): Promise<boolean> {
  const predictPair = () => model.predict([['warm', 'up']]).then(() => true);
  const hasTexts = await model.predict(['warm up']).then(
    () => true,
    () => false,
  );
  return hasTexts ? predictPair().catch(() => false) : predictPair();
}

async function openTagger({ source, precision, threads }: ModelSpec): Promise<WorkerModel> {
  const model = await loadTagger(source, { precision, threads });
  const { labels, maxLength } = model;
  await model.tag('warm up');
  return {
    // Offsets refer to the text as given, so rows are not accepted.
    facts: { task: 'token-classification', labels, maxLength, hasChat: false, fields: [] },
    async predict(inputs) {
      const texts = inputs.map((input) => {
        if (typeof input === 'string') return input;
        return refuse(source, 'one text per input', isPair(input) ? 'a pair' : 'fields', 'send one text');
      });
      return (await model.tag(texts)).map((entities) => ({ entities }));
    },
    write: async () => refuse(source, 'a generator', 'a tagger', 'predict'),
    close: model.close,
  };
}

async function openWriter({ source, threads }: ModelSpec): Promise<WorkerModel> {
  const model = await loadGenerator(source, { threads });
  const own = await loadRunInputs(source);
  const chat = await chatTemplates(source);
  const hasChat = await chat().then(
    () => true,
    () => false,
  );
  await model.generate('a', { maxNewTokens: 1 });
  const promptOf = async (prompt: PoolPrompt, { chatTemplate, chatVariables: variables }: PostedTextOptions) => {
    if (isConversation(prompt)) {
      const template = await chat(chatTemplate);
      return { prompt: template.render(prompt, { addGenerationPrompt: true, variables }), hasSpecialTokens: true };
    }
    if (chatTemplate !== undefined || variables !== undefined)
      refuse(source, 'messages for chatTemplate and chatVariables', 'a prompt', 'remove them');
    return { prompt: typeof prompt === 'string' ? prompt : String(own.inputOf(prompt)), hasSpecialTokens: false };
  };
  return {
    facts: { task: 'causal-lm', labels: [], maxLength: model.config.maxPositions, hasChat, fields: own.fields },
    predict: () => refuse(source, 'a classifier or tagger', 'a generator', 'generate'),
    async write(asked, options) {
      const { prompt, hasSpecialTokens } = await promptOf(asked, options);
      const { chatTemplate: _, chatVariables: __, ...writing } = options;
      const encoding = { truncation: false, addSpecialTokens: !hasSpecialTokens } as const;
      const promptTokens = model.tokenizer.encode(prompt, encoding).ids.length;
      return { pieces: model.stream(prompt, { ...writing, hasSpecialTokens }), promptTokens };
    },
    close: model.close,
  };
}

const isConversation = (prompt: PoolPrompt): prompt is readonly PostedMessage[] => Array.isArray(prompt);

/** The model's chat templates by name, each read once. Name and variables default to those of the run. */
async function chatTemplates(source: string): Promise<(name?: string) => Promise<ChatTemplate>> {
  const [directory, run] = await Promise.all([modelDirectory(source), readRunColumns(source)]);
  const own = run.chatVariables === undefined ? undefined : (parseJson(run.chatVariables) as Record<string, unknown>);
  const read = new Map<string | undefined, ChatTemplate>();
  return async (name = run.chatTemplate) => {
    const template = read.get(name) ?? (await loadChatTemplate(directory, name));
    read.set(name, template);
    return {
      render: (messages, options) =>
        template.render(messages, { ...options, variables: { ...own, ...options?.variables } }),
    };
  };
}

function refuse(source: string, expected: string, got: string, advice: string): never {
  throw new AttuneError('MODEL_TASK', `${source}: expected ${expected}, got ${got}; ${advice}`);
}
