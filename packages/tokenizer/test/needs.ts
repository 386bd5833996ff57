import { describe, it } from 'vitest';

/** Something that some tests need and a clone may lack. */
export interface Need {
  readonly isThere: boolean;
  /** What to provide, for the title of the tests that are skipped without it. */
  readonly what: string;
}

/**
 * `describe` for tests that need something. Without it, one skipped test stands for them, and its title says what is
 * missing.
 */
export function describeWith(needs: readonly Need[], title: string, tests: () => void): void {
  const missing = needs.filter(({ isThere }) => !isThere).map(({ what }) => what);
  if (missing.length === 0) describe(title, tests);
  else it.skip(`${title} (needs ${missing.join(' and ')})`, () => {});
}
