import { mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Wheel } from './plan';
import { runTool, type ToolSettings } from './tools';

/** Any version that wheels are built for: they all contain the same library. */
const pythonVersion = '3.12';

/**
 * Downloads a wheel into `stage/wheels`, and returns its path.
 *
 * pip compares the file with the sha256 of the requirement, or else with the one that the index gives it, and refuses another.
 */
export async function downloadWheel({ name, version, sha256 }: Wheel, stage: string, settings: ToolSettings) {
  const [directory, temporary, requirements] = ['wheels', 'tmp', 'requirements.txt'].map((entry) => join(stage, entry));
  for (const made of [directory, temporary]) await mkdir(made, { recursive: true });
  await writeFile(requirements, `${name}==${version}${sha256 ? ` --hash=sha256:${sha256}` : ''}\n`);
  const flags = ['--no-deps', '--only-binary=:all:', `--python-version=${pythonVersion}`, '--no-cache-dir'];
  const args = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', ...flags];
  const env = { ...settings.env, TMPDIR: temporary };
  await runTool('python3', [...args, '--dest', directory, '--requirement', requirements], { ...settings, env });
  return join(directory, (await readdir(directory))[0]);
}

const unpacking = `
import json, os, shutil, sys, zipfile
wheel, into, places = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
with zipfile.ZipFile(wheel) as archive:
    for member in archive.infolist():
        name = member.filename
        for start, place in places:
            if name.startswith(start) and not member.is_dir() and ".." not in name.split("/"):
                path = os.path.join(into, place + name[len(start):])
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with archive.open(member) as source, open(path, "wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
`;

/** Unpacks the needed files of a wheel into `stage/deps`, and removes the wheel. */
export async function unpackWheel(wheel: string, { places }: Wheel, stage: string, settings: ToolSettings) {
  await runTool('python3', ['-c', unpacking, wheel, join(stage, 'deps'), JSON.stringify(places)], settings);
  await rm(wheel);
}

/** The names that the linker looks for. */
export async function linkLibraries(stage: string): Promise<void> {
  const library = join(stage, 'deps', 'lib');
  await symlink('libtensorflow_cc.so.2', join(library, 'libtensorflow.so'));
  await symlink('libtensorflow_framework.so.2', join(library, 'libtensorflow_framework.so'));
}

const every = 500; // milliseconds

/**
 * Reports the size of the files under a directory repeatedly.
 *
 * @returns a function that stops it
 */
export function watchSize(directory: string, tell: (bytes: number) => void): () => void {
  const timer = setInterval(() => sizeOf(directory).then(tell, () => {}), every); // files come and go meanwhile
  return () => clearInterval(timer);
}

async function sizeOf(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true });
  const stats = await Promise.all(names.map((name) => stat(join(directory, name))));
  return stats.reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}
