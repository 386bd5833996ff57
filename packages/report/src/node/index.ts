export { AttuneError } from '../attune-error';
export { writeModelCard, writeRendered, writeReport } from './write-report';
