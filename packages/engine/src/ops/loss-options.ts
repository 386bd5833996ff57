/** How a classification's loss departs from plain cross-entropy. */
export interface LossOptions {
  /** How much of each label is spread evenly over its alternatives, in [0, 1); 0 unless given. */
  readonly labelSmoothing?: number;
  /** γ of the focal loss, which turns attention from easy examples to hard ones, ≥ 0; 0 (off) unless given. */
  readonly focalGamma?: number;
}

/**
 * Throws unless the options are what a loss takes.
 *
 * @param where whose options they are, for the message
 * @throws RangeError
 */
export function checkLossOptions({ labelSmoothing = 0, focalGamma = 0 }: LossOptions, where: string): void {
  if (!(labelSmoothing >= 0 && labelSmoothing < 1))
    throw new RangeError(`${where}: labelSmoothing expected a number in [0, 1), got ${labelSmoothing}`);
  if (!(focalGamma >= 0 && Number.isFinite(focalGamma)))
    throw new RangeError(`${where}: focalGamma expected a number ≥ 0, got ${focalGamma}`);
}
