import { renderTokenCard, renderTokenReport } from '@attune/report';
import type { TaggedWords } from '@attune/train';
import { fitTokenClassifier, type TaggedParts } from '@attune/train/node';
import { entityLines } from '../sentences/entity-table';
import { readSentences } from '../sentences/read-sentences';
import { shareSentences } from '../sentences/share-sentences';
import { circumstances } from '../terminal/circumstances';
import { counted } from '../terminal/counted';
import { UsageError } from '../usage-error';
import { noteNoTest, readParts, seenParts } from './read-parts';
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

async function readTagged(input: TaskInput): Promise<TaggedParts> {
  const { flags, onNote, withoutTest } = input;
  const columns = { text: flags.text, label: flags.label, labelNames: flags.labelNames, format: flags.format, onNote };
  const { moved = 0, ...parts } = await readParts(input, {
    ...{ unit: 'sentence', together: 'equal sentences' },
    textOf: ({ words }: TaggedWords) => words.join(' '),
    read: (path): Promise<readonly TaggedWords[]> => readSentences(path, columns),
    share: shareSentences,
  });
  if (moved > 0) onNote(`${counted(moved, 'sentence')} moved to training, with tags that are nowhere else`);
  noteNoTest(parts, onNote);
  return seenParts(parts, withoutTest);
}
