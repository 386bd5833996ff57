// The command line as a function

export type { Evaluation } from '@attune/train';
export { main } from './main';
export type { TrainConfig } from './options/train';
// Your own programs: options, interruptions and failures
export { type FailingProcess, reportUncaught } from './program/failure';
// Training with a report
export { type ListenerOptions, terminalListener } from './program/listener';
export {
  type ProgramOption,
  type ProgramOptions,
  type ProgramProcess,
  type ProgramValues,
  readOptions,
} from './program/options';
export type { Io, OutputStream } from './program/process';
export { abortOnInterrupt, Interrupted } from './program/process';
export { type TrainAndReportOptions, trainAndReport } from './program/reports';

// Text on a terminal
export { printFailure, printLine, printNote, printStatus, table } from './program/terminal';
export { resultLines } from './tasks/results';
export { entityLines } from './tasks/token';
