import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SetupPlan } from './plan';
import type { Undoable } from './undo';

/** Makes an empty stage; what is returned removes it. Taken back, the directories above it that were made for it go too. */
export async function makeStage(stage: string, undoable: Undoable): Promise<() => Promise<void>> {
  const cache = dirname(stage);
  const [hadModules, hadCache] = [existsSync(dirname(cache)), existsSync(cache)];
  const clear = () => rm(hadCache ? stage : cache, { recursive: true, force: true });
  undoable(() => (hadModules ? clear() : rm(dirname(cache), { recursive: true, force: true })));
  await clear();
  await mkdir(stage, { recursive: true });
  return clear;
}

/** Moves what was made into the package. Its own `deps` and `lib` wait in the stage until the new ones have been tried. */
export async function moveIntoPlace({ directory, stage }: SetupPlan, undoable: Undoable): Promise<void> {
  for (const name of ['deps', 'lib']) {
    const [place, made, old] = [join(directory, name), join(stage, name), join(stage, `old-${name}`)];
    if (existsSync(place)) {
      await rename(place, old);
      undoable(() => rename(old, place));
    }
    await rename(made, place);
    undoable(() => rm(place, { recursive: true }));
  }
}
