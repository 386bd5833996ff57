import { type ConfigFormat, encoderClasses } from './checkpoint/config-format';
import type { ModelConfig } from './checkpoint/model-config';
import {
  bertFields,
  bertLayers,
  embeddingNames,
  embeddingSpecs,
  everyLayerSpecs,
  layerNames,
  summedEmbeddings,
} from './encoder/bert-layout';
import type { EncoderFamily } from './encoder/family';
import { encoderStates } from './encoder/post-norm';
import type { ParameterSpecs } from './specs';

/** Fields of `config.json`. @see transformers' BertConfig */
const format: ConfigFormat = {
  modelType: 'bert',
  activation: 'hidden_act',
  hiddenAct: 'gelu',
  classes: encoderClasses('Bert'),
  fields: bertFields,
  idle: ['directionality', 'language', 'name'],
};

const prefix = 'bert';
const embeddings = embeddingNames(prefix);

/** Shapes of the encoder's parameters, in the checkpoint's order. */
const specs = (config: ModelConfig): ParameterSpecs => ({
  ...embeddingSpecs(embeddings, config),
  ...everyLayerSpecs(layerNames(prefix), config),
});

/** BERT. @see Devlin et al.: BERT (2019); transformers' BertModel and its models with heads */
export const bert: EncoderFamily = {
  format,
  prefix,
  specs,
  heads: {
    sequenceClassification: { pooler: 'bert.pooler.dense', activation: 'tanh', classifier: 'classifier' },
    tokenClassification: { dropout: 'classifierDropout' },
    maskedLanguageModel: {
      transform: 'cls.predictions.transform.dense',
      norm: 'cls.predictions.transform.LayerNorm',
      decoder: 'cls.predictions.decoder',
      tiedBias: 'cls.predictions.bias',
      words: `${embeddings.word}.weight`,
    },
  },
  forward: (pass) =>
    encoderStates(summedEmbeddings(pass, embeddings, pass.batch.positionIds), bertLayers(prefix), pass),
};
