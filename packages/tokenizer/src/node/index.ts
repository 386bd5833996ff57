export {
  type LoadTokenizerOptions,
  loadTokenizer,
  type SaveTokenizerOptions,
  saveTokenizer,
  type TokenizedModel,
} from './directory';
