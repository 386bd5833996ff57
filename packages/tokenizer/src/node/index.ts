export { loadTokenizer, type SaveTokenizerOptions, saveTokenizer, type TokenizedModel } from './directory';
