import type { TrainEvent } from '../events';

/**
 * Something that follows a run: a plain object that is told what happens, in order.
 *
 * ```ts
 * const losses: number[] = [];
 * const callback: Callback = { onEvent: (event) => void (event.type === 'train' && losses.push(event.loss)) };
 * ```
 */
export interface Callback {
  onEvent(event: TrainEvent): void | Promise<void>;
  /**
   * Called once, after the last event.
   * @param failure what ended the run early; absent where it ended well
   */
  close?(failure?: unknown): Promise<void>;
}
