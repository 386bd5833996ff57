export type { Evaluation } from '@attune/train';
export { main } from './main';
export type { TrainConfig } from './options/train';
export type { Command, CommandInput, Flags, OptionSpec, Options } from './program/command';
export { type FailingProcess, reportUncaught } from './program/failure';
export { type ListenerOptions, terminalListener } from './program/listener';
export {
  type ProgramOption,
  type ProgramOptions,
  type ProgramProcess,
  type ProgramValues,
  readOptions,
} from './program/options';
export { abortOnInterrupt, Interrupted, type Io, type OutputStream } from './program/process';
export { type TrainAndReportOptions, trainAndReport } from './program/reports';
export { printFailure, printLine, printNote, printStatus, table } from './program/terminal';
export { resultLines } from './tasks/results';
export { entityLines } from './tasks/token';
