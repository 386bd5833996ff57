/**
 * Has NVIDIA's libraries multiply float32 numbers as such, and not with 10 bits of mantissa (TF32), unless the variable says otherwise.
 *
 * They read it when they start, in this process.
 */
export function multiplyInFloat32(): void {
  process.env.NVIDIA_TF32_OVERRIDE ??= '0';
}
