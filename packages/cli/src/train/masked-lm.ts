import { renderMaskedLmCard, renderMaskedLmReport } from '@attune/report';
import { fitMaskedLm, type TextParts } from '@attune/train/node';
import { readTexts } from '../rows/texts';
import { circumstances } from '../terminal/circumstances';
import { table } from '../terminal/table';
import { readParts, seenParts } from './read-parts';
import { shareTexts } from './share-texts';
import type { TaskInput, TrainTask } from './task';
import { writeTaskReport } from './write-task-report';

interface Figures {
  readonly loss: number;
  readonly perplexity: number;
  readonly accuracy: number;
}

/** Masked language modelling. */
export const maskedLm: TrainTask = {
  own: ['text', 'chunkLength', 'mlmProbability', 'wholeWord'],
  split: '95/5',
  async read(input) {
    const { chunkLength, mlmProbability, wholeWord } = input.flags;
    const data = await readData(input);
    return {
      async train(settings) {
        const result = await fitMaskedLm({ ...settings, data, chunkLength, mlmProbability, wholeWord });
        await writeTaskReport(result, settings, { report: renderMaskedLmReport, card: renderMaskedLmCard });
        const { summary } = result;
        return { summary, lines: `${maskedLmLines(summary)}\n${circumstances(summary, 'text')}` };
      },
    };
  },
};

/** Figures of masked language modelling for people. */
export function maskedLmLines({ loss, perplexity, accuracy }: Figures): string {
  const figures = { loss, perplexity, 'accuracy of guesses': accuracy };
  return table(Object.entries(figures).map(([name, value]) => [name, value.toFixed(4)]));
}

async function readData(input: TaskInput): Promise<TextParts> {
  const { flags, onNote, withoutTest } = input;
  const textOf = (text: string) => text;
  const parts = await readParts(input, {
    ...{ textOf, unit: 'text', together: 'equal texts' },
    read: (path) => readTexts(path, flags, onNote),
    share: (texts, how) => shareTexts(texts, textOf, how),
  });
  return seenParts(parts, withoutTest);
}
