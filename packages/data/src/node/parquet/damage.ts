import { AttuneError } from '../../attune-error';

/** A file that is no Parquet file, or a damaged one, or one of a kind that is not read. */
export function badParquet(where: string, problem: string, cause?: unknown): AttuneError {
  return new AttuneError('DATA_PARQUET', `${where}: ${problem}`, { cause });
}

/** What `read` gives; what it throws, unless it says where by itself, as an AttuneError about a damaged file. */
export async function orDamaged<T>(where: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AttuneError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw badParquet(
      where,
      `expected a whole Parquet file, got a damaged one (${problem}); write or copy it again`,
      error,
    );
  }
}
