import * as ort from 'onnxruntime-node';
import type { HostTensor } from '../tensor';

/** Options of `createSession`. */
export interface SessionSettings {
  readonly threads: number;
  /** Device, default `cpu`. */
  readonly provider?: 'cpu' | 'cuda';
  /** Whether it is the only session and runs at recurring shapes: see `OpenOnnxFileOptions`. */
  readonly isSteady?: boolean;
  /**
   * Whether it keeps the memory of intermediate values between runs; default true. Otherwise sessions share one heap, and
   * a training step takes up to 1.1 times as long (measured).
   */
  readonly hasArena?: boolean;
  /** Prefix of the runtime's profile. */
  readonly profilePrefix?: string;
}

/** Opens an onnxruntime session from the bytes or the path of a model. */
export function createSession(
  model: Uint8Array | string,
  { threads, provider = 'cpu', isSteady = false, hasArena = true, profilePrefix }: SessionSettings,
): Promise<ort.InferenceSession> {
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    ...(profilePrefix && { enableProfiling: true, profileFilePrefix: profilePrefix }),
    graphOptimizationLevel: 'all',
    // A plan of all its buffers costs a session a second set of them: a step of 16 × 200 tokens took 4.6 GB, now 3.2, in the
    // same time. A small model's tokens come in .83 of the time, once there was a text of that length; the first time in 1.3 (measured).
    enableMemPattern: isSteady,
    enableCpuMemArena: hasArena,
    // Each session has its own threads, which compete with the next session's while they are awake: a training step of a small model
    // took 1.3 times as long. Generation takes .85 of the time (measured).
    extra: { session: { intra_op: { allow_spinning: isSteady ? '1' : '0' } } },
  };
  return open(model, options);
}

/** Location of a session's output. */
export type Location = 'cpu' | 'gpu-buffer';

/** Opens an onnxruntime session on a GPU, with WebGPU. */
export function createGpuSession(
  model: Uint8Array,
  locationOf: Readonly<Record<string, Location>>,
): Promise<ort.InferenceSession> {
  return open(model, { executionProviders: ['webgpu'], preferredOutputLocation: locationOf });
}

function open(model: Uint8Array | string, options: ort.InferenceSession.SessionOptions): Promise<ort.InferenceSession> {
  // Disables the runtime's telemetry client, which leaves files in the temporary directory. Read at the first session.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  const all = { ...options, logSeverityLevel: 3 } as const;
  return typeof model === 'string' ? ort.InferenceSession.create(model, all) : ort.InferenceSession.create(model, all);
}

/** onnxruntime's tensor over the same array. */
export function tensorOver({ dtype, data, shape }: HostTensor): ort.Tensor {
  return new ort.Tensor(dtype, data as never, [...shape]);
}
