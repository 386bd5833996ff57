import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';

/** Loads what Attune's engine loads, not what a peer brings along under the same name. */
export const requireOfEngine = createRequire(new URL('../../packages/engine/package.json', import.meta.url));

/** Of Attune and what it runs on. */
export function attuneVersions() {
  const { version } = JSON.parse(readFileSync(new URL('../../packages/cli/package.json', import.meta.url), 'utf8'));
  const { version: onnxruntime } = requireOfEngine('onnxruntime-node/package.json');
  return { attune: version, node: process.versions.node, onnxruntime };
}

export const machine = () => ({ cpu: cpus()[0]?.model ?? process.arch, cores: cpus().length });

/** `attune 0.1.0, node 20.20.2, …`. */
export const versionLine = (versions) =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
