import type { ModelFile, PushProgress } from '@attune/models/node';
import { defineCommand, switchFlag } from '../program/command';
import type { OutputStream } from '../program/process';
import { printLine, printStatus, writeText } from '../program/terminal';

/** `attune push`. */
export const pushCommand = defineCommand({
  details:
    'Lists the files of model/, uploads them as one commit and prints its address. Settings are uploaded without local paths. Needs a token with write access, in HF_TOKEN or ' +
    'stored by "hf auth login".',
  argument: { name: 'run', help: 'a run directory, or a model directory' },
  target: { name: 'repository', help: 'owner/name on the hub; created if it does not exist' },
  options: {
    dryRun: { schema: switchFlag(), help: 'list the files that would be uploaded, and upload nothing' },
    private: { schema: switchFlag(), help: 'create a private repository, and refuse an existing public one' },
  },
  examples: ['attune push runs/sectors ada/sectors --private', 'attune push runs/sectors ada/sectors --dry-run'],
  async run({ flags, argument: source, target: repository, io }) {
    const { checkRepository, filesToPush, pushModel } = await import('@attune/models/node');
    const { modelSourceOf } = await import('@attune/train/node');
    checkRepository(repository);
    const directory = modelSourceOf(source);
    const listed = (await filesToPush(directory)).map(fileLine);
    if (flags.dryRun) return writeText(io.stdout, `${listed.join('\n')}\n`);
    for (const line of listed) printLine(io.stderr, line);
    const progress = pushListener(io.stderr);
    const url = await pushModel(directory, repository, {
      private: flags.private,
      environment: io.env,
      signal: io.signal,
      onProgress: (event) => event.sent < event.size && progress(event),
    });
    await writeText(io.stdout, `${url}\n`);
  },
});

/** `attune.json  1.2 kB  (without data, model)`. */
function fileLine({ path, size, withheld = [] }: ModelFile): string {
  return `${path}  ${bytes(size)}${withheld.length > 0 ? `  (without ${withheld.join(', ')})` : ''}`;
}

/** Prints the progress of an upload: a line per uploaded file and, on a terminal, the share of a large file. */
export function pushListener(stream: OutputStream): (progress: PushProgress) => void {
  let status = '';
  return ({ file, sent, size }) => {
    if (sent === size) return printLine(stream, `${file}  ${bytes(size)}`);
    const next = `${file}  ${Math.floor((100 * sent) / size)} % of ${bytes(size)}`;
    if (next === status) return;
    status = next;
    printStatus(stream, status);
  };
}

/** `812 B`, `4.1 kB`, `90.9 MB`, `1.3 GB`. */
function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const power = Math.min(Math.floor(Math.log10(count) / 3), 3);
  return `${(count / 1000 ** power).toFixed(1)} ${['', 'kB', 'MB', 'GB'][power]}`;
}
