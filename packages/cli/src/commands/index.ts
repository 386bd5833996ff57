import type { Command } from '../program/command';

interface LazyCommand {
  /** A line of `attune --help`. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** The commands, by name. Each is loaded on demand, so that `attune --version` loads none. */
export const commands: Readonly<Record<string, LazyCommand>> = {
  train: {
    summary: 'Fine-tune a model on labeled texts, tagged words, plain texts, or prompts and completions',
    load: async () => (await import('./train')).trainCommand,
  },
  check: {
    summary: 'Check data before training: labels, duplicates, conflicts, lengths, leaks, tags',
    load: async () => (await import('./check')).checkCommand,
  },
  search: {
    summary: 'Search for the training options that score best on the validation part',
    load: async () => (await import('./search')).searchCommand,
  },
  eval: {
    summary: 'Evaluate a trained model on labeled texts',
    load: async () => (await import('./eval')).evalCommand,
  },
  predict: {
    summary: 'Predict the labels of texts, one JSON object or CSV row per text',
    load: async () => (await import('./predict')).predictCommand,
  },
  report: {
    summary: 'Write the report of a run again, or compare several runs',
    load: async () => (await import('./report')).reportCommand,
  },
  generate: {
    summary: 'Generate text with a causal language model',
    load: async () => (await import('./generate')).generateCommand,
  },
  serve: {
    summary: 'Serve trained models over HTTP, with a page to try them on',
    load: async () => (await import('./serve')).serveCommand,
  },
  tokenize: {
    summary: 'Tokenize texts, one JSON object per text',
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
    summary: 'Install the native parts of an engine that npm does not provide',
    load: async () => (await import('./setup')).setupCommand,
  },
  doctor: {
    summary: 'Show the hardware and the engines that work on it',
    load: async () => (await import('./doctor')).doctorCommand,
  },
};
