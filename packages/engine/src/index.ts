export { AttuneError } from './attune-error';
