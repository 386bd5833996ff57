// Messages between the supervisor and its processes.

/** From a process to its supervisor. */
export type FromProcess =
  /** The process serves. */
  | { readonly attune: 'serving'; readonly url: string; readonly models: readonly string[] }
  /** Something that the person who runs it should know. */
  | { readonly attune: 'note'; readonly text: string }
  /** The metrics of all processes are asked for. */
  | { readonly attune: 'metrics'; readonly id: number }
  /** The metrics of this process, as a registry of prom-client gives them. */
  | { readonly attune: 'own-metrics'; readonly id: number; readonly metrics: readonly object[] };

/** From the supervisor to a process. */
export type ToProcess =
  | { readonly attune: 'close' }
  | { readonly attune: 'reload' }
  | { readonly attune: 'metrics'; readonly id: number; readonly text: string }
  | { readonly attune: 'own-metrics'; readonly id: number };

/** Whether a message is one of these, among all messages of node:cluster. */
export const isOurs = <Message extends FromProcess | ToProcess>(message: unknown): message is Message =>
  typeof message === 'object' && message !== null && 'attune' in message;
