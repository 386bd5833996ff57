import * as ort from 'onnxruntime-node';
import type { HostTensor } from '../../tensor';

/** onnxruntime's tensor over the same array. */
export function tensorOver({ dtype, data, shape }: HostTensor): ort.Tensor {
  return new ort.Tensor(dtype, data as never, [...shape]);
}
