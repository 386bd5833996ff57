import { renderTokenCard, renderTokenReport } from '@attune/report';
import type { TaggedWords } from '@attune/train';
import { fitTokenClassifier, type TaggedParts } from '@attune/train/node';
import { entityLines } from '../sentences/entity-table';
import { readSentences } from '../sentences/read-sentences';
import { shareSentences } from '../sentences/share-sentences';
import { circumstances } from '../terminal/circumstances';
import { counted } from '../terminal/counted';
import { UsageError } from '../usage-error';
import { describeSizes } from './describe-sizes';
import { countRepeated } from './repeated-texts';
import type { TaskInput, TrainTask } from './task';
import { writeTaskReport } from './write-task-report';

/** Token classification. */
export const token: TrainTask = {
  own: ['text', 'label', 'labelNames', 'scheme', 'decoding', 'stride'],
  async read(input) {
    const { scheme, decoding, stride } = input.flags;
    if (input.flags.labelNames && scheme !== undefined && scheme !== 'IOB2')
      throw new UsageError(`--label-names: expected --scheme IOB2 beside it, got ${scheme}; convert the tags first`);
    const data = await readTagged(input);
    return {
      async train(settings) {
        const result = await fitTokenClassifier({ ...settings, data, scheme, decoding, stride });
        const { summary, config, history } = result;
        const renderers = { report: renderTokenReport, card: renderTokenCard };
        await writeTaskReport({ summary, config, history }, settings, renderers);
        return { summary, lines: `${entityLines(summary)}\n\n${circumstances(summary, 'sentence')}` };
      },
    };
  },
};

async function readTagged({ flags, plan, seed, onNote, withoutTest }: TaskInput): Promise<TaggedParts> {
  const columns = { text: flags.text, label: flags.label, labelNames: flags.labelNames, format: flags.format, onNote };
  const sentences = await readSentences(flags.data, columns);
  const readPart = async (name: string, path: string | undefined) => {
    if (path === undefined) return undefined;
    const own = await readSentences(path, columns);
    noteRepeated(sentences, own, { name, where: flags.data, onNote });
    return own;
  };
  const test = await readPart('test', plan.testData);
  const { moved = 0, ...parts } =
    plan.kind === 'files'
      ? { train: sentences, validation: await readPart('validation', plan.evalData), test }
      : { test, ...shareSentences(sentences, { ...plan, seed }) };
  const how = plan.kind === 'files' ? '' : `: split ${plan.percents}, equal sentences kept together, seed ${seed}`;
  onNote(`${describeSizes(parts)} sentences${how}`);
  if (moved > 0) onNote(`${counted(moved, 'sentence')} moved to training, with tags that are nowhere else`);
  if (!parts.test) onNote('results are reported on the validation part: there is no test part');
  return withoutTest ? { ...parts, test: undefined } : parts;
}

function noteRepeated(
  training: readonly TaggedWords[],
  part: readonly TaggedWords[],
  { name, where, onNote }: { name: string; where: string; onNote: (note: string) => void },
): void {
  const textsOf = (sentences: readonly TaggedWords[]) => sentences.map(({ words }) => words.join(' '));
  const repeated = countRepeated(textsOf(training), textsOf(part));
  if (repeated > 0)
    onNote(`${repeated} of ${counted(part.length, `${name} sentence`)} are in ${where} too: the figures will flatter`);
}
