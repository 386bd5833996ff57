export type { Command, CommandInput, Flags, OptionSpec, Options } from './command';
export type { Evaluation } from './eval/evaluation';
export { abortOnInterrupt, Interrupted } from './interrupt';
export type { Io, OutputStream } from './io';
export { main } from './main';
export { type ListenerOptions, terminalListener } from './terminal/listener';
export { printFailure, printLine, printNote, printStatus } from './terminal/print';
export { resultLines } from './terminal/results';
export { type TrainAndReportOptions, trainAndReport } from './train-and-report';
