import { equalTextGroups, split } from '@attune/data';
import type { PromptedText } from '@attune/train';
import { type CausalLmTextParts, fitCausalLm } from '@attune/train/node';
import { writingFlags } from '../commands/writing-options';
import { checkCausalColumns, leakingText, readCausalTexts } from '../rows/causal-texts';
import { openChatTemplate } from '../rows/open-chat-template';
import { circumstances } from '../terminal/circumstances';
import { counted } from '../terminal/counted';
import { renderCausalLmCard } from './causal-lm-card';
import { causalLmLines } from './causal-lm-figures';
import { renderCausalLmReport } from './causal-lm-report';
import { describeSizes } from './describe-sizes';
import { countRepeated } from './repeated-texts';
import type { TaskInput, TrainTask } from './task';
import { writeTaskReport } from './write-task-report';

/** Causal language modelling. */
export const causalLm: TrainTask = {
  own: ['text', ...writingFlags],
  async read(input) {
    const { truncationMode, promptTemplate, completion, messages, chatTemplate } = input.flags;
    const data = await readParts(input);
    return {
      async train(settings) {
        const provenance = { ...settings.provenance, promptTemplate, completion, messages, chatTemplate };
        const result = await fitCausalLm({ ...settings, provenance, data, truncationMode });
        await writeTaskReport(result, settings, { report: renderCausalLmReport, card: renderCausalLmCard });
        const { summary } = result;
        return { summary, lines: `${causalLmLines(summary)}\n${circumstances(summary, 'text')}` };
      },
    };
  },
};

type Texts = (PromptedText | string)[];

async function readParts({ flags, plan, seed, onNote, withoutTest, io }: TaskInput): Promise<CausalLmTextParts> {
  checkCausalColumns(flags);
  const template = await openChatTemplate(flags.model, flags, io);
  const read = (path: string) => readCausalTexts(path, { columns: flags, template, onNote });
  const texts = await read(flags.data);
  const readPart = async (name: string, path: string | undefined) => {
    if (path === undefined) return undefined;
    const own = await read(path);
    noteRepeated(texts, own, { name, where: flags.data, onNote });
    return own;
  };
  const test = await readPart('test', plan.testData);
  const parts =
    plan.kind === 'files'
      ? { train: texts, validation: await readPart('validation', plan.evalData), test }
      : { test, ...shareOut(texts, { ...plan, seed }) };
  const how = plan.kind === 'files' ? '' : `: split ${plan.percents}, equal prompts kept together, seed ${seed}`;
  onNote(`${describeSizes(parts)} texts${how}`);
  if (!parts.test) onNote('results are reported on the validation part: there is no test part');
  return withoutTest ? { ...parts, test: undefined } : parts;
}

function noteRepeated(
  training: Texts,
  part: Texts,
  { name, where, onNote }: { name: string; where: string; onNote: (note: string) => void },
): void {
  const repeated = countRepeated(training.map(leakingText), part.map(leakingText));
  if (repeated > 0)
    onNote(`${repeated} of ${counted(part.length, `${name} text`)} are in ${where} too: the figures will flatter`);
}

function shareOut(
  texts: Texts,
  { fractions, seed }: { readonly fractions: readonly number[]; readonly seed: number },
): CausalLmTextParts {
  const { parts } = split({ groups: equalTextGroups(texts.map(leakingText)), fractions, seed });
  const [train, validation, test] = parts.map((indices) => Array.from(indices, (i) => texts[i]));
  return { train, validation, ...(test && { test }) };
}
