import { bert } from './bert/forward';
import type { ModelType } from './checkpoint/formats';
import { distilbert } from './distilbert/forward';
import type { EncoderFamily } from './encoder/family';

/** Encoders by `model_type`. */
export const encoders: Readonly<Record<ModelType, EncoderFamily>> = { bert, distilbert };
