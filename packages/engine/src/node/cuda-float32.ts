/**
 * Makes NVIDIA's libraries multiply float32 numbers in full precision, not with 10 bits of mantissa (TF32), unless the variable is set.
 * The libraries read it when they start.
 */
export function multiplyInFloat32(): void {
  process.env.NVIDIA_TF32_OVERRIDE ??= '0';
}
