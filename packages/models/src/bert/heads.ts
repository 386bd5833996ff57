import type { EncoderHeads } from '../heads/family-heads';
import { embeddings } from './parameters';

/** @see transformers' BertForSequenceClassification, BertForTokenClassification and BertForMaskedLM */
export const bertHeads: EncoderHeads = {
  sequenceClassification: { pooler: 'bert.pooler.dense', activation: 'tanh' },
  tokenClassification: { dropout: 'classifierDropout' },
  maskedLanguageModel: {
    transform: 'cls.predictions.transform.dense',
    norm: 'cls.predictions.transform.LayerNorm',
    decoder: 'cls.predictions.decoder',
    tiedBias: 'cls.predictions.bias',
    words: `${embeddings.word}.weight`,
  },
};
