import { AttuneError } from '@attune/internal';
import {
  type AnyPredictor,
  type ChatTemplate,
  loadAnyPredictor,
  loadChatTemplate,
  loadGenerator,
  loadTagger,
  modelDirectory,
  type TextGenerator,
  taskOfModel,
} from '@attune/train/node';
import type { ModelFacts, ModelSpec, PoolInput, PostedMessage, PostedTextOptions } from './messages';

// A model as a worker holds it: whatever its task, it labels inputs or writes text.

/** A text as it is written, and the tokens of its prompt. */
export interface Writing {
  readonly pieces: ReturnType<TextGenerator['stream']>;
  readonly promptTokens: number;
}

/** A model that is open in a worker. */
export interface WorkerModel {
  readonly facts: ModelFacts;
  /** Predictions of inputs, in order. */
  predict(inputs: readonly PoolInput[]): Promise<readonly unknown[]>;
  /** Begins the text after a prompt or a conversation. */
  write(prompt: string | readonly PostedMessage[], options: PostedTextOptions): Writing;
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
  await warmUp(model);
  return {
    facts: { ...facts, hasChat: false },
    predict: async (inputs) => [...(await model.predict(inputs))],
    write: () => refuse(source, 'a model that writes', 'a classifier', 'predict'),
    close: model.close,
  };
}

/** A model of pairs refuses single texts. */
async function warmUp(model: AnyPredictor): Promise<void> {
  try {
    await model.predict(['warm up']);
  } catch {
    await model.predict([['warm', 'up']]);
  }
}

async function openTagger({ source, precision, threads }: ModelSpec): Promise<WorkerModel> {
  const model = await loadTagger(source, { precision, threads });
  const { labels, maxLength } = model;
  await model.tag('warm up');
  return {
    facts: { task: 'token-classification', labels, maxLength, hasChat: false },
    async predict(inputs) {
      const texts = inputs.map((input) => {
        if (typeof input !== 'string') return refuse(source, 'one text each', 'a pair', 'give one text');
        return input;
      });
      return (await model.tag(texts)).map((entities) => ({ entities }));
    },
    write: () => refuse(source, 'a model that writes', 'a tagger', 'predict'),
    close: model.close,
  };
}

async function openWriter({ source, threads }: ModelSpec): Promise<WorkerModel> {
  const model = await loadGenerator(source, { threads });
  const chat = await chatOf(source);
  await model.generate('a', { maxNewTokens: 1 });
  const promptOf = (prompt: string | readonly PostedMessage[]) => {
    if (typeof prompt === 'string') return { prompt, hasSpecialTokens: false };
    if (chat instanceof Error) throw chat;
    return { prompt: chat.render(prompt, { addGenerationPrompt: true }), hasSpecialTokens: true };
  };
  return {
    facts: { task: 'causal-lm', labels: [], maxLength: model.config.maxPositions, hasChat: !(chat instanceof Error) },
    predict: () => refuse(source, 'a model that labels', 'one that writes', 'generate'),
    write(asked, options) {
      const { prompt, hasSpecialTokens } = promptOf(asked);
      const encoding = { truncation: false, addSpecialTokens: !hasSpecialTokens } as const;
      const promptTokens = model.tokenizer.encode(prompt, encoding).ids.length;
      return { pieces: model.stream(prompt, { ...options, hasSpecialTokens }), promptTokens };
    },
    close: model.close,
  };
}

/** The model's chat template, or why there is none, which is said where one is asked for. */
async function chatOf(source: string): Promise<ChatTemplate | Error> {
  return loadChatTemplate(await modelDirectory(source)).catch((error: Error) => error);
}

function refuse(source: string, expected: string, got: string, advice: string): never {
  throw new AttuneError('MODEL_TASK', `${source}: expected ${expected}, got ${got}; ${advice}`);
}
