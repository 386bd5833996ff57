import type { PromptedText } from '@attune/train';
import { type CausalLmTextParts, fitCausalLm } from '@attune/train/node';
import { writingFlags } from '../commands/writing-options';
import { checkCausalColumns, leakingText, readCausalTexts } from '../rows/causal-texts';
import { openChatTemplate } from '../rows/open-chat-template';
import { circumstances } from '../terminal/circumstances';
import { renderCausalLmCard } from './causal-lm-card';
import { causalLmLines } from './causal-lm-figures';
import { renderCausalLmReport } from './causal-lm-report';
import { noteNoTest, readParts, seenParts } from './read-parts';
import { shareTexts } from './share-texts';
import type { TaskInput, TrainTask } from './task';
import { writeTaskReport } from './write-task-report';

/** Causal language modelling. */
export const causalLm: TrainTask = {
  own: ['text', ...writingFlags],
  async read(input) {
    const { truncationMode, promptTemplate, completion, messages, chatTemplate } = input.flags;
    const data = await readData(input);
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

async function readData(input: TaskInput): Promise<CausalLmTextParts> {
  const { flags, onNote, withoutTest, io } = input;
  checkCausalColumns(flags);
  const template = await openChatTemplate(flags.model, flags, io);
  const parts = await readParts(input, {
    ...{ textOf: leakingText, unit: 'text', together: 'equal prompts' },
    read: (path): Promise<readonly (PromptedText | string)[]> =>
      readCausalTexts(path, { columns: flags, template, onNote }),
    share: (texts, how) => shareTexts(texts, leakingText, how),
  });
  noteNoTest(parts, onNote);
  return seenParts(parts, withoutTest);
}
