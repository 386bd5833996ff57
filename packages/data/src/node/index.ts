export type { AnnotatedText } from '../spans/span-forms';
export { extensionOf } from './extension';
export type { DataFormat } from './read';
export { type ReadOptions, readRows, readTable } from './read';
export { annotatedTexts, type ReadAnnotatedOptions, readAnnotated } from './read-annotated';
export { type ReadConllOptions, readConll, streamConll } from './read-conll';
