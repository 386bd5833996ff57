/** What a family calls the modules of an encoder's heads, and where they differ from another family's. */
export interface EncoderHeads {
  readonly sequenceClassification: {
    /** The module between the first token's state and the classifier, and what follows it. */
    readonly pooler: string;
    readonly activation: 'relu' | 'tanh';
  };
  readonly tokenClassification: {
    /** The rate of the dropout before the classifier. */
    readonly dropout: 'classifierDropout' | 'hiddenDropout';
  };
  readonly maskedLanguageModel: {
    readonly transform: string;
    readonly norm: string;
    readonly decoder: string;
    /** Where transformers keeps the bias while the decoder is tied. */
    readonly tiedBias: string;
    /** The table of word embeddings, which a tied decoder shares. */
    readonly words: string;
  };
}

/** What a family calls the modules of the heads it has. */
export interface FamilyHeads extends Partial<EncoderHeads> {
  readonly causalLanguageModel?: {
    readonly decoder: string;
    /** The table of word embeddings, which a tied decoder shares. */
    readonly words: string;
  };
}
