// The three files of a project, as text.
import { basename } from 'node:path';
import type { TaskName } from './options';
import { programOf, run } from './programs';
import { type Tarballs, tarballDependencies } from './tarballs';

/** All that decides a project's files. */
export interface Project {
  /** Absolute path of its folder. */
  readonly folder: string;
  readonly task: TaskName;
  /** Options of `attune train` besides task, model and out, by their names in a config file, in order. */
  readonly options: Readonly<Record<string, string>>;
  /** Name of the model, or its path from the folder. */
  readonly model: string;
  /** The text that the template of training puts before and after a value, if any. */
  readonly around?: readonly [string, string] | undefined;
  /** Attune's packages in a directory; default: the registry's of `version`. */
  readonly tarballs?: Tarballs | undefined;
  /** The version of Attune's packages. */
  readonly version: string;
}

/** The files by name. */
export function filesOf(project: Project): Readonly<Record<string, string>> {
  const program = programOf(project.task, project.around);
  return {
    'package.json': manifest(project, ['attune', ...program.packages]),
    'attune.config.yaml': config(project),
    'predict.js': program.source,
  };
}

function manifest({ folder, tarballs, version }: Project, packages: readonly string[]): string {
  const dependencies = tarballs
    ? tarballDependencies(tarballs, packages, folder)
    : Object.fromEntries(packages.map((name) => [name, version]));
  const sorted = Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1));
  const content = {
    name: packageName(folder),
    private: true,
    type: 'module',
    engines: { node: '>=20.19' },
    scripts: { train: 'attune train --config attune.config.yaml', predict: 'node predict.js' },
    dependencies: Object.fromEntries(sorted),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** A name that npm accepts. */
function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '');
  return name === '' || name === 'node_modules' ? 'attune-project' : name;
}

function config({ task, options, model }: Project): string {
  const isNew = model === 'new';
  const lines = Object.entries({ task, ...options }).map(([name, value]) => `${name}: ${yaml(value)}`);
  return `# yaml-language-server: $schema=./node_modules/attune/config.schema.json
# Options of the training. Paths start from this folder; all options: npx attune train --help
${lines.join('\n')}
model: ${yaml(model)}${isNew ? ' # small and untrained; a pretrained one of the Hugging Face hub scores higher, such as ' : ''}${isNew ? pretrained[task] : ''}
out: ${run}
${isNew ? 'epochs: 4\nlearningRate: 0.001 # of a new model; remove it for a pretrained one\n' : 'epochs: 3\n'}`;
}

const encoder = 'distilbert-base-uncased';
const pretrained: Readonly<Record<TaskName, string>> = {
  'sequence-classification': encoder,
  'token-classification': 'distilbert-base-cased',
  'masked-lm': encoder,
  'causal-lm': 'HuggingFaceTB/SmolLM2-135M (with loraR: 16)',
};

/** A string of YAML, quoted where it could be read as something else. */
function yaml(text: string): string {
  const isPlain = /^(\.{1,2}\/)*[A-Za-z][\w./-]*$/.test(text) && !/^(true|false|yes|no|on|off|y|n|null)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}
