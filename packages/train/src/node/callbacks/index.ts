export { tensorBoard } from './tensorboard';
export { type WandbLiveOptions, wandbLive } from './wandb/live';
export { type WandbOfflineOptions, wandbOffline } from './wandb/offline';
export type { WandbRunOptions } from './wandb/run';
