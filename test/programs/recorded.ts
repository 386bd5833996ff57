import * as tf from '@tensorflow/tfjs-core';
import {
  deviceEngine,
  type Engine,
  type Head,
  hostEngine,
  isGradient,
  type Model,
  modelWithHead,
  type OnProgram,
  type Program,
  packSequences,
  parseModelConfig,
  selectTokens,
  type TrainingArguments,
  type TrainingSetup,
  tokenGenerator,
  train,
  trainingArguments,
  watched,
} from './adapter';
import {
  decoders,
  type Family,
  kindsOf,
  type Layout,
  layouts,
  learningOf,
  modelOf,
  sequencesOf,
  variantOf,
  variants,
} from './cases';

/** A program as an engine gets it, under the name of what it computes. */
export interface Recorded {
  readonly name: string;
  readonly program: Program;
  /** Where it is a step of one: what is trained. */
  readonly training?: TrainingSetup;
}

interface Subject extends ReturnType<typeof variantOf>, ReturnType<typeof learningOf> {
  readonly arguments?: Partial<TrainingArguments>;
}

/** One step of training and one evaluation, on an engine that reports programs. */
async function trainOnce(subject: Subject, engine: Engine): Promise<void> {
  const { model, parameters, task, data, arguments: args } = subject;
  const count = data.sequences.length;
  await train({
    ...{ engine, model, parameters, task },
    data: { train: data, validation: data },
    arguments: trainingArguments({
      ...{ maxSteps: 1, perDeviceTrainBatchSize: count, perDeviceEvalBatchSize: count, saveStrategy: 'no' },
      ...args,
    }),
  });
}

/** The program of a step, `gradient`, and that of an evaluation, `loss`. */
async function trainingPrograms(name: string, subject: Subject): Promise<Recorded[]> {
  const programs: Program[] = [];
  let training: TrainingSetup | undefined;
  const engine = watched(
    hostEngine((program) => programs.push(program)),
    (setup) => {
      training = setup;
    },
  );
  await trainOnce(subject, engine);
  const isStep = ({ outputs }: Program) => Object.keys(outputs).some(isGradient);
  return programs.map((program) =>
    isStep(program) ? { name: `${name}, gradient`, program, training } : { name: `${name}, loss`, program },
  );
}

/** The program of a prediction: a sequence classifier's first tokens, every token's otherwise. */
async function predictionProgram(
  name: string,
  { model, parameters }: ReturnType<typeof variantOf>,
  layout: Layout,
): Promise<Recorded[]> {
  const programs: Recorded[] = [];
  const packed = packSequences(sequencesOf(layout), { rowLength: 32 });
  const everyToken = layouts[layout].map((length) => [...Array(length).keys()]);
  const batch = model.task === 'sequence-classification' ? packed : selectTokens(packed, everyToken);
  const engine = hostEngine((program) => programs.push({ name: `${name}, logits`, program }));
  await engine.compile(model.program).run({ ...batch }, parameters);
  return programs;
}

/** Every kind of task, variant and layout of a family. */
export async function familyPrograms(family: Family): Promise<Recorded[]> {
  const all: Recorded[] = [];
  for (const kind of kindsOf(family))
    for (const [variant, own] of Object.entries(variants))
      for (const layout of Object.keys(layouts) as Layout[]) {
        const name = `${family}, ${kind}, ${variant}, ${layout}`;
        const made = variantOf(modelOf(family, kind), own);
        const { gradientCheckpointing } = own;
        const learning = learningOf(made.model, kind, layout);
        if (own.lora || !own.format)
          all.push(...(await trainingPrograms(name, { ...made, ...learning, arguments: { gradientCheckpointing } })));
        if (!gradientCheckpointing) all.push(...(await predictionProgram(name, made, layout)));
      }
  return all;
}

/** What differs from the common case in one place: losses, adapters, what is frozen, a head of one's own. */
export async function furtherPrograms(): Promise<Recorded[]> {
  const r = { r: 3, alpha: 6 };
  const layout = 'packed';
  const of = (name: string, model: Model, kind: Parameters<typeof learningOf>[1], more: Partial<Subject> = {}) =>
    trainingPrograms(name, { ...variantOf(model, {}), ...learningOf(model, kind, layout), ...more });
  const adapted = (lora: Parameters<typeof variantOf>[1]['lora']) =>
    variantOf(modelOf('distilbert', 'single'), { lora });
  const all = [
    of('label smoothing', modelOf('bert', 'single', { labelSmoothing: 0.1 }), 'single'),
    of('focal loss', modelOf('bert', 'single', { focalGamma: 2 }), 'single'),
    of('label smoothing of tokens', modelOf('distilbert', 'token', { labelSmoothing: 0.1 }), 'token'),
    ...(['bert', 'distilbert'] as const).map((family) =>
      of(`${family}, the first layer frozen`, modelOf(family, 'single'), 'single', { arguments: { freezeLayers: 1 } }),
    ),
    of('llama, the first layer frozen', modelOf('llama', 'causal-lm'), 'causal-lm', { arguments: { freezeLayers: 1 } }),
    of('lora of some modules, rank-stabilized', modelOf('distilbert', 'single'), 'single', {
      ...adapted({ ...r, targetModules: ['q_lin', 'v_lin'], useRslora: true }),
    }),
    of('lora with a module trained whole', modelOf('distilbert', 'single'), 'single', {
      ...adapted({ ...r, targetModules: ['q_lin'], modulesToSave: ['classifier', 'k_lin'] }),
    }),
    of('head of one’s own', modelWithHead(modelOf('bert', 'single').config, ownHead), 'single'),
    of('head of one’s own on a llama', modelWithHead(llamaClassifier, ownHead), 'single'),
  ];
  return (await Promise.all(all)).flat();
}

const llamaClassifier = parseModelConfig(
  { ...modelOf('llama', 'causal-lm').config.original, id2label: { 0: 'a', 1: 'b', 2: 'c' } },
  'llama',
);

/** Reads the states of two layers and the word embeddings, and drops out twice. */
const ownHead: Head = {
  specs: ({ hiddenSize }) => ({ 'own.score.weight': { shape: [3, hiddenSize], dtype: 'float32' } }),
  logits: (read, { states, parameters, drop, batch }) => {
    const early = tf.gather(states[1], batch.reads);
    const both = tf.add(drop(read, 0.25), drop(early, 0.35, 1));
    const word = Object.keys(parameters).find((name) => /(word_embeddings|embed_tokens)\.weight$/.test(name))!;
    const first = tf.slice(parameters[word], [0, 0], [3, -1]);
    return tf.matMul(both as tf.Tensor2D, tf.add(parameters['own.score.weight'], first) as tf.Tensor2D, false, true);
  },
  loss: (logits, { labels, weights }) =>
    tf.sum(tf.mul(weights, tf.sub(tf.logSumExp(logits, 1), tf.sum(tf.mul(logits, tf.oneHot(labels, 3)), 1)))),
};

/** Generation: the prompts, then one token per text. */
export async function cachedPrograms(): Promise<Recorded[]> {
  const all: Recorded[] = [];
  for (const family of decoders)
    for (const [variant, own] of Object.entries(variants)) {
      if (own.gradientCheckpointing) continue;
      const programs: Program[] = [];
      const engine = hostEngine((program) => programs.push(program));
      const { model, parameters } = variantOf(modelOf(family, 'causal-lm'), own);
      const generator = tokenGenerator({ model, parameters, engine });
      await generator.generate(
        [
          [4, 5, 6, 7, 8],
          [9, 10],
        ],
        { maxNewTokens: 2, stopTokenIds: [] },
      );
      const [prompts, token, ...more] = programs;
      if (!token || more.length > 0) throw new Error(`expected two programs, got ${programs.length}`);
      const name = `${family}, cached, ${variant}`;
      all.push({ name: `${name}, prompts`, program: prompts }, { name: `${name}, one token`, program: token });
    }
  return all;
}

/** Where parameters stay on a device: gradients of two batches added up, their norm, and each optimizer's step. */
export async function devicePrograms(): Promise<Recorded[]> {
  const all: Recorded[] = [];
  const ways: Readonly<Record<string, Partial<TrainingArguments>>> = {
    adamw: { optim: 'adamw', weightDecay: 0.1 },
    adam: { optim: 'adam', weightDecay: 0.1 },
    sgd: { optim: 'sgd', sgdMomentum: 0.9, sgdNesterov: true },
    'layerwise rates': { optim: 'adamw', layerwiseLrDecay: 0.5 },
  };
  for (const [way, args] of Object.entries(ways)) {
    const model = modelOf('distilbert', 'single');
    const subject = { ...variantOf(model, {}), ...learningOf(model, 'single', 'by row') };
    const halves = { perDeviceTrainBatchSize: 2, gradientAccumulationSteps: 2 };
    let index = 0;
    const onProgram: OnProgram = (program) => all.push({ name: `device, ${way}, program ${index++}`, program });
    await trainOnce({ ...subject, arguments: { ...halves, ...args } }, deviceEngine(onProgram));
  }
  return all;
}
