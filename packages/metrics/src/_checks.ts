/** Throws RangeError unless truth and prediction are non-empty and equally long; `where` names the public function. */
export function checkPaired(where: string, yTrue: ArrayLike<unknown>, yPred: ArrayLike<unknown>): void {
  if (yTrue.length !== yPred.length) {
    throw new RangeError(
      `${where}: expected yTrue and yPred of equal length, got ${yTrue.length} and ${yPred.length}; pass one prediction an example`,
    );
  }
  if (yTrue.length === 0) {
    throw new RangeError(`${where}: expected at least one example, got none; check what was filtered out before`);
  }
}

/** Throws RangeError at the first value that is NaN or infinite. */
export function checkFinite(where: string, name: string, values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(
        `${where}: expected finite numbers, got ${values[i]} in ${name}[${i}]; drop or repair it first`,
      );
    }
  }
}
