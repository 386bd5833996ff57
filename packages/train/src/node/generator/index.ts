export { type GeneratorOptions, loadGenerator } from './load-generator';
export type { GeneratedText, TextGenerator, TextOptions } from './text-generator-of';
