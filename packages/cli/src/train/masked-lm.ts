import { equalTextGroups, split } from '@attune/data';
import { renderMaskedLmCard, renderMaskedLmReport } from '@attune/report';
import { fitMaskedLm, type TextParts } from '@attune/train/node';
import { readTexts } from '../rows/texts';
import { circumstances } from '../terminal/circumstances';
import { counted } from '../terminal/counted';
import { table } from '../terminal/table';
import { describeSizes } from './describe-sizes';
import { countRepeated } from './repeated-texts';
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
    const data = await readParts(input);
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

async function readParts({ flags, plan, seed, onNote, withoutTest }: TaskInput): Promise<TextParts> {
  const texts = await readTexts(flags.data, flags, onNote);
  const readPart = async (name: string, path: string | undefined) => {
    if (path === undefined) return undefined;
    const own = await readTexts(path, flags, onNote);
    const repeated = countRepeated(texts, own);
    if (repeated > 0)
      onNote(
        `${repeated} of ${counted(own.length, `${name} text`)} are in ${flags.data} too: the figures will flatter`,
      );
    return own;
  };
  const test = await readPart('test', plan.testData);
  const parts =
    plan.kind === 'files'
      ? { train: texts, validation: await readPart('validation', plan.evalData), test }
      : { test, ...shareOut(texts, { ...plan, seed }) };
  const how = plan.kind === 'files' ? '' : `: split ${plan.percents}, equal texts kept together, seed ${seed}`;
  onNote(`${describeSizes(parts)} texts${how}`);
  return withoutTest ? { ...parts, test: undefined } : parts;
}

function shareOut(
  texts: readonly string[],
  { fractions, seed }: { readonly fractions: readonly number[]; readonly seed: number },
): TextParts {
  const { parts } = split({ groups: equalTextGroups(texts), fractions, seed });
  const [train, validation, test] = parts.map((indices) => Array.from(indices, (i) => texts[i]));
  return { train, validation, ...(test && { test }) };
}
