import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { AttuneError } from '@attune/internal';
import { hasSettings, publicText } from './public-files';
import type { ModelFile } from './upload-files';

/** Temporary file of an interrupted write: `model.safetensors.tmp-4711-0a1b2c3d`. */
const leftover = /\.(?:tmp|old)-\d+-[0-9a-f]{8}$/;

/**
 * Lists the files of a trained model that `pushModel` uploads, by path. Hidden and temporary files are skipped; links are not followed.
 *
 * Settings are uploaded without local paths, and `attune.json` only with the entries that loading needs: `withheld` names the rest.
 *
 * @throws AttuneError CHECKPOINT_MISSING for a directory without config.json and safetensors
 * @example
 * for (const { path, size } of await filesToPush('runs/sectors/model')) console.log(path, size);
 */
export async function filesToPush(directory: string): Promise<readonly ModelFile[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch((cause: Error) => {
    throw noModel(directory, cause.message, cause);
  });
  const locations = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = locations.map((location) => ({ location, path: relative(directory, location).split(sep).join('/') }));
  const own = files.filter(({ path }) =>
    path.split('/').every((part) => !part.startsWith('.') && !leftover.test(part)),
  );
  const has = (pattern: RegExp) => own.some(({ path }) => pattern.test(path));
  if (!has(/^config\.json$/)) throw noModel(directory, 'no file config.json');
  if (!has(/^[^/]+\.safetensors$/)) throw noModel(directory, 'no file model.safetensors');
  own.sort((a, b) => (a.path < b.path ? -1 : 1));
  return Promise.all(own.map(fileToPush));
}

async function fileToPush(file: { readonly path: string; readonly location: string }): Promise<ModelFile> {
  const shown = hasSettings(file.path) ? publicText(file.path, await readFile(file.location, 'utf8')) : undefined;
  if (shown === undefined) return { ...file, size: (await stat(file.location)).size };
  const { text: content, withheld } = shown;
  return { ...file, size: Buffer.byteLength(content), content, withheld };
}

function noModel(directory: string, actual: string, cause?: Error): AttuneError {
  const what = `${directory}: expected a trained model (config.json and model.safetensors), found ${actual}`;
  const advice = 'train it first (npx attune train), or pass a finished run or its model directory';
  return new AttuneError('CHECKPOINT_MISSING', `${what}; ${advice}`, { cause });
}
