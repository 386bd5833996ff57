export type { Command, CommandInput, Flags, OptionSpec, Options } from './command';
export type { TrainConfig } from './commands/train';
export type { Evaluation } from './eval/evaluation';
export { abortOnInterrupt, Interrupted } from './interrupt';
export type { Io, OutputStream } from './io';
export { main } from './main';
export {
  type ProgramOption,
  type ProgramOptions,
  type ProgramProcess,
  type ProgramValues,
  readOptions,
} from './program/read-options';
export { type FailingProcess, reportUncaught } from './program/report-uncaught';
export { entityLines } from './sentences/entity-table';
export { type ListenerOptions, terminalListener } from './terminal/listener';
export { printFailure, printLine, printNote, printStatus } from './terminal/print';
export { resultLines } from './terminal/results';
export { table } from './terminal/table';
export { type TrainAndReportOptions, trainAndReport } from './train-and-report';
