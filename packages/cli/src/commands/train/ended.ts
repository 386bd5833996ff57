// Prints the results and places of a run that has ended, and what to do when such a run is resumed.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AttuneError, inShell, typedCommand } from '@attune/internal';
import { adapterDirectory, recordedRun } from '@attune/train/node';
import type { TrainFlags } from '../../options/train';
import type { Io } from '../../program/process';
import { artifactDirectory } from '../../program/reports';
import { printLine, printNote, writeText } from '../../program/terminal';
import { taskOf } from '../../tasks';

interface Printing {
  readonly flags: TrainFlags;
  readonly io: Io;
}

/**
 * Prints the results of a run that had ended before it was resumed, with a note that it has no checkpoints left.
 *
 * @throws AttuneError RUN_FINISHED if it should be trained for longer
 */
export async function sayEnded(summary: object, { flags, io }: Printing): Promise<void> {
  const { out } = flags;
  await refuseLonger(flags);
  printNote(io.stderr, `${out} has already ended and kept no checkpoints to continue from; its results are unchanged`);
  await printSummary({ summary, lines: taskOf(flags).print(summary, flags) }, { flags, io });
  printPlaces(out, { ...io, before: 'nothing was written; ' });
}

async function refuseLonger({ out, numTrainEpochs, maxSteps, modelConfig }: TrainFlags): Promise<void> {
  const { arguments: args } = await recordedRun(out);
  const isLonger = numTrainEpochs !== undefined && numTrainEpochs !== args.numTrainEpochs;
  if (!isLonger && (maxSteps === undefined || maxSteps === args.maxSteps)) return;
  const again = typedCommand(`train --config ${inShell(join(out, 'config.json'))}`);
  const length = maxSteps === undefined ? `--epochs ${numTrainEpochs}` : `--max-steps ${maxSteps}`;
  const further = `to train its model further, start a run from it: --model ${inShell(join(out, 'model'))}`;
  const whatToDo =
    adapterDirectory(out) !== undefined // no whole model that another run could start from
      ? `train again: ${again} ${length} --out ${out}-longer`
      : modelConfig === undefined // --model-config is for new models only
        ? `${further}, such as ${again} --model ${join(out, 'model')} --out ${out}-further`
        : further;
  throw new AttuneError(
    'RUN_FINISHED',
    `${out}: expected a run that kept its checkpoints (--keep-checkpoints) to train it for longer, got one that has ended and kept none; ${whatToDo}`,
  );
}

interface Results {
  /** The content of `summary.json`. */
  readonly summary: object;
  /** The results as text. */
  readonly lines: string;
}

export async function printSummary({ summary, lines }: Results, { flags, io }: Printing): Promise<void> {
  if (flags.json) {
    printLine(io.stderr, lines);
    await writeText(io.stdout, `${JSON.stringify(summary, null, 2)}\n`);
  } else await writeText(io.stdout, `${lines}\n`);
}

/** Prints where the report and the model of a run are. */
export function printPlaces(
  out: string,
  { stderr, before = '' }: Pick<Io, 'stderr'> & { readonly before?: string },
): void {
  const [page, directory] = [join(out, 'report.html'), artifactDirectory(out)];
  const report = existsSync(page) ? `report in ${page}, ` : '';
  printLine(stderr, `${out}: ${before}${report}${basename(directory)} in ${directory}`);
}
