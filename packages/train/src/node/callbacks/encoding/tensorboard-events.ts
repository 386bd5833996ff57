import { message } from './protobuf';

/** What each event of a TensorBoard file carries. */
export interface EventTime {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
}

/** The event every file begins with. */
export function fileVersionEvent(wallTime: number): Uint8Array<ArrayBuffer> {
  return message([1, 'double', wallTime], [3, 'string', 'brain.Event:2']);
}

/**
 * An `Event` whose summary holds a float32 for each tag.
 *
 * Field numbers as in TensorBoard's `event.proto` and `summary.proto`.
 */
export function scalarsEvent(
  scalars: Readonly<Record<string, number>>,
  { wallTime, step }: EventTime,
): Uint8Array<ArrayBuffer> {
  const values = Object.entries(scalars).map(([tag, value]) => message([1, 'string', tag], [2, 'float', value]));
  const summary = message(...values.map((value) => [1, 'message', value] as const));
  return message([1, 'double', wallTime], [2, 'int64', step], [5, 'message', summary]);
}
