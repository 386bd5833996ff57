interface Parts {
  readonly train: readonly unknown[];
  readonly validation?: readonly unknown[];
  readonly test?: readonly unknown[];
}

/** `96 training, 12 validation, 12 test`. */
export function describeSizes({ train, validation, test }: Parts): string {
  return Object.entries({ training: train, validation, test })
    .flatMap(([name, part]) => (part ? [`${part.length.toLocaleString('en')} ${name}`] : []))
    .join(', ');
}
