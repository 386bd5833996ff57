export type { DataFormat } from './format';
export { type ReadOptions, readRows, readTable } from './read';
