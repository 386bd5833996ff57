import type { Command } from '../program/command';

interface LazyCommand {
  /** A line of `attune --help`. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** The commands, by name. Each is loaded on demand, so that `attune --version` loads none. */
export const commands: Readonly<Record<string, LazyCommand>> = {
  train: {
    summary: 'Fine-tune a model on labelled texts, tagged words, plain texts, or prompts and completions',
    load: async () => (await import('./train')).trainCommand,
  },
  search: {
    summary: 'Search for the training options that do best on the validation part',
    load: async () => (await import('./search')).searchCommand,
  },
  eval: {
    summary: 'Measure a trained model on labelled texts',
    load: async () => (await import('./eval')).evalCommand,
  },
  predict: {
    summary: 'Predict the labels of texts, one JSON object a text',
    load: async () => (await import('./predict')).predictCommand,
  },
  generate: {
    summary: 'Write on from a prompt with a causal language model',
    load: async () => (await import('./generate')).generateCommand,
  },
  tokenize: {
    summary: 'Turn texts into tokens, one JSON object a text',
    load: async () => (await import('./tokenize')).tokenizeCommand,
  },
  export: {
    summary: 'Export a trained model for transformers.js, ONNX runtimes and TensorFlow',
    load: async () => (await import('./export')).exportCommand,
  },
  push: {
    summary: 'Upload a trained model to the Hugging Face hub',
    load: async () => (await import('./push')).pushCommand,
  },
  setup: {
    summary: 'Make an engine work that needs more than npm',
    load: async () => (await import('./setup')).setupCommand,
  },
  doctor: {
    summary: 'Say what this machine has, and which engines work on it',
    load: async () => (await import('./doctor')).doctorCommand,
  },
};
