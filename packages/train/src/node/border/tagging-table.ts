import { oneOf, type TableOf } from '@attune/internal';
import { tagSchemes } from '@attune/metrics';
import type { TagReading } from '../../tasks/token/scheme-of-labels';
import { decodings } from '../../tasks/token/tags';
import type { TaggerSettings } from '../token/options';

/** How tags are read as entities. */
export const readingTable = {
  scheme: oneOf([...tagSchemes, 'none']),
  mode: oneOf(['strict', 'default']),
} satisfies TableOf<Partial<TagReading>>;

/** How a tagger reads sentences and writes tags. */
export const taggingTable = {
  ...readingTable,
  decoding: oneOf(decodings),
  stride: 'index',
} satisfies TableOf<Partial<Omit<TaggerSettings, 'maxLength'>>>;
