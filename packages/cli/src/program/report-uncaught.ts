import type { Io } from '../io';
import { reportFailure } from '../report-failure';

/** What of a process is used: `process` will do. */
export interface FailingProcess extends Pick<Io, 'env' | 'stderr'> {
  exit(code: number): void;
  on(event: 'uncaughtException', listener: (error: unknown) => void): unknown;
}

/**
 * From here on an error that nothing catches ends the process as it ends the command line: with a line on stderr that says
 * what is wrong, and exit code 1, 2 where the options are wrong, or 130 where it was interrupted.
 */
export function reportUncaught(process: FailingProcess): void {
  process.on('uncaughtException', (error) => process.exit(reportFailure(error, process)));
}
