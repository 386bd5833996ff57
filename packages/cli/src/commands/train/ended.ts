// What is printed of a run that has ended: its results and where it is; and of one that is resumed though it had ended before, what to do.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AttuneError } from '@attune/internal';
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
 * Prints the results of a run that had ended before it was resumed, and that there is nothing to go on from.
 *
 * @throws AttuneError RUN_FINISHED where it was to be longer than it is
 */
export async function sayEnded(summary: object, { flags, io }: Printing): Promise<void> {
  const { out } = flags;
  await refuseLonger(flags);
  printNote(io.stderr, `${out} had ended, and kept no checkpoints to go on from: its results are as they were`);
  await printSummary({ summary, lines: taskOf(flags).print(summary, flags) }, { flags, io });
  printPlaces(out, io);
}

async function refuseLonger({ out, numTrainEpochs, maxSteps, modelConfig }: TrainFlags): Promise<void> {
  const { arguments: args } = await recordedRun(out);
  const isLonger = numTrainEpochs !== undefined && numTrainEpochs !== args.numTrainEpochs;
  if (!isLonger && (maxSteps === undefined || maxSteps === args.maxSteps)) return;
  const again = `attune train --config ${join(out, 'config.json')}`;
  const length = maxSteps === undefined ? `--epochs ${numTrainEpochs}` : `--max-steps ${maxSteps}`;
  const further = `to train its model further, name it: --model ${join(out, 'model')}`;
  const whatToDo =
    adapterDirectory(out) !== undefined // no whole model, from which another run could begin
      ? `train anew: ${again} ${length} --out ${out}-longer`
      : modelConfig === undefined // which stands beside a new model alone
        ? `${further}, such as ${again} --model ${join(out, 'model')} --out ${out}-further`
        : further;
  throw new AttuneError(
    'RUN_FINISHED',
    `${out}: expected a run that kept its checkpoints (--keep-checkpoints) to train it for longer, got one that has ended and kept none; ${whatToDo}`,
  );
}

interface Results {
  /** What `summary.json` holds. */
  readonly summary: object;
  /** The same for people. */
  readonly lines: string;
}

export async function printSummary({ summary, lines }: Results, { flags, io }: Printing): Promise<void> {
  if (flags.json) {
    printLine(io.stderr, lines);
    await writeText(io.stdout, `${JSON.stringify(summary, null, 2)}\n`);
  } else await writeText(io.stdout, `${lines}\n`);
}

export function printPlaces(out: string, { stderr }: Pick<Io, 'stderr'>): void {
  const [page, directory] = [join(out, 'report.html'), artifactDirectory(out)];
  const report = existsSync(page) ? `report in ${page}, ` : '';
  printLine(stderr, `${out}: ${report}${basename(directory)} in ${directory}`);
}
