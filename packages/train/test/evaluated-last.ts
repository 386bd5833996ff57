import type { TrainEvent } from '../src/loop/events';

/** Examples of the evaluations that ended after the last `eval` event: those of the trained model. */
export function evaluatedLast(events: readonly TrainEvent[]): number[] {
  const last = events.findLastIndex(({ type }) => type === 'eval');
  return events
    .slice(last + 1)
    .flatMap((event) => (event.type === 'eval-step' && event.examples === event.totalExamples ? [event.examples] : []));
}
