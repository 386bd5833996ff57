import type { Callback } from '../../../callbacks/callback';
import type { EvaluationEvent, LossEvent } from '../../../events';
import { checkProject, rowOf, startRun, type WandbRun, type WandbRunOptions, type WandbSink } from './run';

/** A callback that gives each `train` and `eval` event as a row to sinks, which `open` makes at the first event. */
export function wandbCallback(options: WandbRunOptions, open: (run: WandbRun) => readonly WandbSink[]): Callback {
  checkProject(options.project);
  let opened: { run: WandbRun; sinks: readonly WandbSink[] } | undefined;
  let rows = 0;
  const write = (event: LossEvent | EvaluationEvent, { run, sinks }: NonNullable<typeof opened>) => {
    const row = rowOf(event, run, rows);
    rows += 1;
    for (const sink of sinks) sink.write(row);
  };
  return {
    onEvent(event) {
      if (!opened) {
        const run = startRun(options);
        opened = { run, sinks: open(run) };
      }
      if (event.type !== 'step') write(event, opened);
    },
    async close(failure) {
      const sinks = opened?.sinks ?? [];
      opened = undefined;
      for (const sink of sinks) await sink.finish(failure === undefined ? 0 : 1);
    },
  };
}
