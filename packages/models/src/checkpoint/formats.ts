import { bertFormat } from '../bert/config';
import { distilbertFormat } from '../distilbert/config';

/** The `config.json` of every family, without the code that computes it: reading a checkpoint needs no more. */
export const formats = [bertFormat, distilbertFormat] as const;

/** What `config.json` calls its family. */
export type ModelType = (typeof formats)[number]['modelType'];

export const formatOf = (modelType: ModelType) => formats.find((format) => format.modelType === modelType)!;
