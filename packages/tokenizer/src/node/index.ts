export { loadTokenizer, saveTokenizer } from './directory';
