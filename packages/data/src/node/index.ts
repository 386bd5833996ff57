export type { DataFormat } from './format';
export { type ReadOptions, readRows, readTable } from './read';
export { type ReadConllOptions, readConll, streamConll } from './read-conll';
