export { AttuneError } from '../attune-error';
export { writeModelCard, writeReport } from './write-report';
