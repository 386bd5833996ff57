/** What `train` gives; undefined, with a note, where the texts have no word to learn from. */
export function needsWords<T>(onNote: (note: string) => void, train: () => T): T | undefined {
  try {
    return train();
  } catch (error) {
    if ((error as { code?: string }).code !== 'EMPTY_VOCABULARY') throw error;
    onNote(`no baseline: ${(error as Error).message}`);
    return undefined;
  }
}
