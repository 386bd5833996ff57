export { loadTokenizer } from './load';
export { saveTokenizer } from './save';
