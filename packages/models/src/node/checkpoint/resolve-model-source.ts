import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AttuneError } from '@attune/engine';

export interface ResolveOptions {
  /** Branch, tag or commit of a hub id; default `main`. */
  readonly revision?: string;
  /** Where HF_HUB_CACHE, HF_HOME and XDG_CACHE_HOME are looked up; default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** `name` or `owner/name`, as huggingface_hub accepts them. */
const hubId = /^(?!.*(?:--|\.\.))(?:\w(?:[\w.-]{0,94}\w)?\/)?\w(?:[\w.-]{0,94}\w)?$/;
const revisionPattern = /^(?!.*\.\.)\w[\w./-]*$/;

/**
 * The directory of a model: the one named, or a hub id's in the local Hugging Face cache. Nothing is downloaded.
 *
 * The cache is Python's: `models--owner--name/refs/<revision>` holds a commit, `snapshots/<commit>` its files. A source
 * that is neither is an `AttuneError` `CHECKPOINT_MISSING` that says where was looked and how to get it.
 *
 * @example
 * await resolveModelSource('models/minilm'); // 'models/minilm'
 * await resolveModelSource('distilbert-base-uncased'); // '…/hub/models--distilbert-base-uncased/snapshots/12040a…'
 */
export async function resolveModelSource(source: string, options: ResolveOptions = {}): Promise<string> {
  if (await isDirectory(source)) return source;
  if (!hubId.test(source)) {
    throw missing(`${source}: expected a model directory or a hub id (name or owner/name), found no such directory`);
  }
  const { revision = 'main', environment = process.env } = options;
  if (!revisionPattern.test(revision)) {
    throw new RangeError(`resolveModelSource: revision expected a branch, tag or commit, got "${revision}"`);
  }
  const repository = join(cacheDirectory(environment), `models--${source.replace('/', '--')}`);
  const snapshot = join(repository, 'snapshots', await commitOf(repository, revision));
  if (await isDirectory(snapshot)) return snapshot;
  const fetch = `hf download ${source}${revision === 'main' ? '' : ` --revision ${revision}`}`;
  throw missing(
    `${source}: expected a directory of that name, or the model in the Hugging Face cache, found neither (looked for ` +
      `${snapshot}); get it with "pip install huggingface_hub && ${fetch}", or pass a model directory`,
  );
}

function missing(message: string): AttuneError {
  return new AttuneError('CHECKPOINT_MISSING', message);
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** As huggingface_hub's `constants.py` has it. */
function cacheDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME, XDG_CACHE_HOME } = environment;
  const home = HF_HOME ?? join(XDG_CACHE_HOME ?? join('~', '.cache'), 'huggingface');
  const cache = HF_HUB_CACHE ?? HUGGINGFACE_HUB_CACHE ?? join(home, 'hub');
  return cache.replace(/^~(?=[\\/]|$)/, homedir());
}

/** The commit a branch or tag stands for; a revision without a ref is a commit already. */
async function commitOf(repository: string, revision: string): Promise<string> {
  const ref = await readFile(join(repository, 'refs', revision), 'utf8').catch(() => revision);
  const commit = ref.trim();
  return revisionPattern.test(commit) ? commit : revision;
}
