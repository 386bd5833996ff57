export { entitiesIn, type TaggedEntity, type TaggedText, type TagReading } from './entities';
export { loadTagger, type TaggerOptions } from './load-tagger';
export type { TagEvaluation } from './tag-evaluation';
export type { SentenceTags, Tagger, TaggerSettings } from './tagger-of';
