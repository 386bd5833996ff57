import { reportFailure } from '../report-failure';

/** What of a process is used. */
export type FailingProcess = Pick<NodeJS.Process, 'env' | 'exit' | 'stderr'> & {
  on(event: 'uncaughtException', listener: (error: unknown) => void): unknown;
};

/**
 * From here on an error that nothing catches ends the process as it ends the command line: with a line on stderr that says
 * what is wrong, and exit code 1, 2 where the options are wrong, or 130 where it was interrupted.
 */
export function reportUncaught(process: FailingProcess): void {
  process.on('uncaughtException', (error) => process.exit(reportFailure(error, process)));
}
