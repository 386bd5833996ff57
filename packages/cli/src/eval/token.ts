import { requireKnownTags } from '@attune/train/node';
import type { EvalInput } from '../commands/eval';
import { orInterrupted } from '../interrupt';
import { withTagger } from '../open-tagger';
import { refuseFlags } from '../refuse-flags';
import { readRunConfig } from '../run-config';
import { entityLines } from '../sentences/entity-table';
import { readSentences } from '../sentences/read-sentences';
import { printNote } from '../terminal/print';
import { writeText } from '../terminal/write-text';
import { seenFigures, seenLines } from './seen-figures';

/** What `attune eval` does with a tagger: read the sentences, tag them, print the metrics. */
export async function evalTagger({ flags, argument: source, io }: EvalInput): Promise<void> {
  refuseFlags(flags, ['textPair', 'labelSeparator', 'threshold'], 'a tagger');
  const run = await readRunConfig(source);
  const columns = {
    text: flags.text ?? run.text,
    label: flags.label ?? run.label,
    labelNames: flags.labelNames ?? (flags.label === undefined ? run.labelNames : undefined),
    format: flags.format,
    onNote: (note: string) => printNote(io.stderr, note),
  };
  const sentences = await readSentences(flags.data, columns);
  const evaluation = await withTagger(source, { flags, io }, async (tagger) => {
    requireKnownTags(sentences, tagger.labels, { where: flags.data, whose: "the model's" });
    return orInterrupted(tagger.evaluate(sentences), io.signal);
  });
  const { predicted: _, ...figures } = evaluation;
  const seen =
    flags.seenIn === undefined
      ? undefined
      : seenFigures(sentences, await readSentences(flags.seenIn, columns), evaluation);
  const printed = { ...figures, examples: sentences.length, ...seen };
  const more = seen ? `${seenLines(seen)}\n` : '';
  const lines = () => `${entityLines(evaluation)}\nsentences  ${sentences.length.toLocaleString('en')}\n${more}`;
  await writeText(io.stdout, flags.json ? `${JSON.stringify(printed, null, 2)}\n` : lines());
}
