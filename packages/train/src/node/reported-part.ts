/** The part that results are reported on: the test part, or where there is none the validation part. */
export interface ReportedPart<Part> {
  readonly reported: Part;
  readonly evaluatedOn: 'test' | 'validation';
}

/** Throws RangeError for data that has neither. */
export function reportedPart<Part>({
  validation,
  test,
}: {
  readonly validation?: Part;
  readonly test?: Part;
}): ReportedPart<Part> {
  const reported = test ?? validation;
  if (!reported) throw new RangeError('fit: expected a validation or a test part, got neither; results need one');
  return { reported, evaluatedOn: test ? 'test' : 'validation' };
}
