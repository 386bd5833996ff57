export { AttuneError, type AttuneErrorCode, isAttuneError } from '@attune/internal';
export { writeModelCard, writeRendered, writeReport } from './write-report';
