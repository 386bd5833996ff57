import type { EncoderHeads } from '../heads/family-heads';
import { embeddings } from './parameters';

/** @see transformers' DistilBertForSequenceClassification, DistilBertForTokenClassification and DistilBertForMaskedLM */
export const distilbertHeads: EncoderHeads = {
  sequenceClassification: { pooler: 'pre_classifier', activation: 'relu' },
  // `seq_classif_dropout` is the sequence classifier's only.
  tokenClassification: { dropout: 'hiddenDropout' },
  maskedLanguageModel: {
    transform: 'vocab_transform',
    norm: 'vocab_layer_norm',
    decoder: 'vocab_projector',
    tiedBias: 'vocab_projector.bias',
    words: `${embeddings.word}.weight`,
  },
};
