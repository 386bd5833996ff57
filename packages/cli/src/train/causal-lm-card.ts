import { basename } from 'node:path';
import type { CausalLmFitResult } from '@attune/train/node';
import { causalLmFigures } from './causal-lm-figures';

interface Data extends CausalLmFitResult {
  readonly title: string;
  /** The hub id of the model that was fine-tuned; absent for a new model or one from a directory. */
  readonly baseModel?: string;
}

/** Markdown of a name that came from outside. */
const plain = (text: string) => text.replace(/[\\`*_{}[\]<>#|]/g, '\\$&');

/** The `README.md` of a model that writes. */
export function renderCausalLmCard({ title, summary, config, baseModel }: Data): string {
  const { trainExamples, testExamples, evaluatedOn, trainableShare, maxLength, epochs } = summary;
  const names = Object.keys(causalLmFigures) as (keyof typeof causalLmFigures)[];
  const origin = baseModel
    ? `[${plain(baseModel)}](https://huggingface.co/${encodeURI(baseModel)}), trained further`
    : 'A model trained';
  const share = trainableShare < 1 ? `, ${(100 * trainableShare).toFixed(2)} % of its parameters` : '';
  const data = plain(basename(String(config.data ?? title)));
  const { learningRate, seed } = config.arguments as { learningRate: number; seed: number };
  const isMerged = config.mergeAdapter ?? config.quantize === undefined;
  return `${frontMatter(baseModel, isMerged ? 'transformers' : 'peft')}

# ${plain(title)}

${origin} to write completions${share}. On ${testExamples} ${evaluatedOn} texts:

${names.map((name) => `- ${causalLmFigures[name]}: ${summary[name].toFixed(4)}`).join('\n')}

## Intended uses and limitations

It goes on with texts like its own, and says what such texts say, their prejudices and errors included. What it writes is to be checked.

## Training

${trainExamples} texts of ${data}, at most ${maxLength} tokens each; ${epochs} epochs, learning rate ${learningRate}, seed ${seed}; Attune ${config.attune}.
`;
}

/** The hub's metadata: YAML whose every string is quoted as JSON quotes it. */
function frontMatter(baseModel: string | undefined, library: 'transformers' | 'peft'): string {
  const base = baseModel ? [`base_model: ${JSON.stringify(baseModel)}`] : [];
  const tags = ['tags:', '- "attune"', '- "text-generation"'];
  return ['---', `library_name: ${library}`, 'pipeline_tag: text-generation', ...tags, ...base, '---'].join('\n');
}
