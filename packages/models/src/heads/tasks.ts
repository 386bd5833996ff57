import type { ModelTask } from '../checkpoint/model-config';
import { lastTokenClassification, sequenceClassification, tokenClassification } from './classification';
import type { FamilyHeads, Head } from './head';
import { causalLanguageModeling, maskedLanguageModeling } from './language-model';

/** The head for a task, from a family's modules; undefined if the family has no such head. */
export function headOf(modules: FamilyHeads, task: ModelTask): Head | undefined {
  const {
    sequenceClassification: sequence,
    tokenClassification: token,
    maskedLanguageModel,
    lastTokenClassification: lastToken,
    causalLanguageModel,
  } = modules;
  switch (task) {
    case 'sequence-classification':
      return sequence ? sequenceClassification(sequence) : lastToken && lastTokenClassification(lastToken);
    case 'token-classification':
      return token && tokenClassification(token);
    case 'masked-lm':
      return maskedLanguageModel && maskedLanguageModeling(maskedLanguageModel);
    case 'causal-lm':
      return causalLanguageModel && causalLanguageModeling(causalLanguageModel);
  }
}
