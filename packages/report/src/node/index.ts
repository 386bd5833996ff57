export { AttuneError } from '../attune-error';
export { writeReport } from './write-report';
