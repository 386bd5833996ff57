import type { RunFiles } from '@attune/report';
import { defineCommand, textFlag } from '../program/command';
import { UsageError } from '../program/failure';
import { printLine, printNote } from '../program/terminal';

const options = {
  output: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'page to write; default: report.html in the run; required for several runs',
  },
  title: { schema: textFlag().optional(), value: 'text', help: "heading of the page; default: the run's" },
} as const;

/** `attune report`. */
export const reportCommand = defineCommand({
  details:
    'Writes report.html from the files of a run: config.json, metrics.jsonl, summary.json and predictions.jsonl. For several runs, it compares metrics, settings and curves.',
  argument: { name: 'runs', help: 'a run directory, or several to compare', isList: true },
  options,
  examples: ['attune report runs/sectors', 'attune report runs/a runs/b runs/c --output comparison.html'],
  async run({ flags: { output, title }, arguments: sources, io }) {
    const { basename, join } = await import('node:path');
    const { renderRun, renderRunComparison } = await import('@attune/report');
    const { writeRendered } = await import('@attune/report/node');
    const { withDirectoryLock } = await import('@attune/train/node');
    const { checkPage } = await import('../data/output');
    const { readRunFiles } = await import('../data/run-files');
    if (sources.length > 1 && output === undefined)
      throw new UsageError(`--output: required for ${sources.length} runs, such as --output comparison.html`);
    await checkPage(output, sources);
    const runs: RunFiles[] = [];
    for (const source of sources) runs.push(await readRunFiles(source));
    for (const { place, predictions } of runs)
      if (predictions === undefined)
        printNote(io.stderr, `${place} has no predictions.jsonl: its page shows no single texts`);
    const [first] = runs;
    const shown = {
      generatedAt: first.generatedAt,
      title: title ?? `${runs.map(({ place = '' }) => basename(place)).join(', ')}`,
    };
    const page =
      runs.length > 1 ? renderRunComparison(shown, runs) : renderRun(title === undefined ? first : { ...first, title });
    const write = () => writeRendered(output ?? join(sources[0], 'report.html'), () => page);
    await (output === undefined ? withDirectoryLock(sources[0], write) : write());
    printLine(io.stdout, output ?? join(sources[0], 'report.html'));
  },
});
