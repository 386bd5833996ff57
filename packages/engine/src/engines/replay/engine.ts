import type { CacheLimits } from '../cache';
import { createEngine } from '../create-engine';
import type { Engine } from '../engine';
import { prepareReplay } from './tfjs';

/** The engine that runs anywhere: plain TensorFlow.js in JavaScript, exact and slow. */
export function openCpuEngine(limits?: Partial<CacheLimits>): Engine {
  return createEngine('cpu', prepareReplay('cpu'), limits);
}
