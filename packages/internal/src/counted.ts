// Counts in messages.

/** A count with its noun: `1 text`, `1,234 texts`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * The singular of a verb for a count of 1, else the plural.
 *
 * @example `${counted(1, 'text')} ${agreed(1, 'is', 'are')} dropped` // 1 text is dropped
 */
export function agreed(count: number, singular: string, plural: string): string {
  return count === 1 ? singular : plural;
}
