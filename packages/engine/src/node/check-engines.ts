import { engines, type ListedEngine } from './engines/list';
import { measureEngine } from './measure';

/** Whether an engine works here, and how fast. */
export interface EngineCheck {
  readonly name: string;
  readonly works: boolean;
  /** Billions of operations a second in a matrix product, where it works. */
  readonly gflops?: number;
  /** Why it does not work. */
  readonly why?: string;
  /** The one command that would make it work. */
  readonly fix?: string;
}

/**
 * Opens and measures engines in turn, all of them unless said. Downloads nothing.
 *
 * @example
 * const [fastest] = (await checkEngines()).filter(({ works }) => works).sort((a, b) => b.gflops! - a.gflops!);
 */
export async function checkEngines(which: readonly ListedEngine[] = engines): Promise<EngineCheck[]> {
  const checks: EngineCheck[] = [];
  for (const engine of which) checks.push(await checkEngine(engine));
  return checks;
}

export async function checkEngine({ name, open, fix }: ListedEngine): Promise<EngineCheck> {
  try {
    const engine = await open({});
    try {
      return { name, works: true, gflops: await measureEngine(engine) };
    } finally {
      await engine.close();
    }
  } catch (error) {
    return { name, works: false, why: (error as Error).message, fix };
  }
}
