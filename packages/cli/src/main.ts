import { buildProgram } from './build-program';
import type { Io } from './io';
import { reportFailure } from './report-failure';

/**
 * Runs a command line and resolves to its exit code; whatever goes wrong is said on `stderr`.
 *
 * @param argv what follows the command's name
 * @example await main(['predict', 'runs/sectors', '--input', 'new.csv'], process) // 0
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  // Whoever writes is told by the write itself; without a listener the error would end the process as well.
  for (const stream of [io.stdout, io.stderr]) stream.on('error', () => {});
  try {
    const program = await buildProgram(argv, io);
    await program.parseAsync(argv, { from: 'user' });
    io.signal?.throwIfAborted();
    return 0;
  } catch (error) {
    return reportFailure(error, io);
  }
}
