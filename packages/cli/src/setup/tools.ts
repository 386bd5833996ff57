import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import type { SetupPlan } from './plan';

/** Settings for running other programs. */
export interface ToolSettings {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/**
 * Runs a program and returns its stdout.
 *
 * @throws AttuneError SETUP_FAILED with its last lines, where it fails; the signal's reason, once that is aborted
 */
export async function runTool(command: string, args: readonly string[], settings: ToolSettings): Promise<string> {
  const { code, stdout, stderr } = await ended(command, args, settings);
  settings.signal?.throwIfAborted();
  if (code === 0) return stdout;
  const output = (stderr.trim() || stdout.trim()).split('\n').slice(-4).join('\n');
  throw new AttuneError('SETUP_FAILED', `setup: ${command} ${args.slice(0, 3).join(' ')} … failed: ${output}`);
}

/** Whether a program exists and succeeds. */
export async function works(command: string, args: readonly string[], settings: ToolSettings): Promise<boolean> {
  return (await ended(command, args, settings)).code === 0;
}

interface Ended {
  /** 1 also for a program that cannot be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function ended(command: string, args: readonly string[], { directory, env, signal }: ToolSettings): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: directory, env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (chunk) => {
        text[name] += chunk;
      });
    child.on('error', ({ message }) => resolve({ code: 1, stdout: '', stderr: message }));
    child.on('close', (code) => resolve({ code: code ?? 1, ...text }));
  });
}

/** The programs that the setup calls. */
interface Tools {
  readonly compiler: string;
}

/**
 * Looks for npm, Python with pip, and a C++ compiler.
 *
 * @throws AttuneError SETUP_IMPOSSIBLE with everything that is missing, and the command for it
 */
export async function findTools(settings: ToolSettings): Promise<Tools> {
  const missing: string[] = [];
  if (!(await works('npm', ['--version'], settings)))
    missing.push('npm, which comes with Node (Debian: apt-get install npm)');
  if (!(await works('python3', ['-m', 'pip', '--version'], settings)))
    missing.push('python3 with pip (Debian: apt-get install python3-pip)');
  const compiler = await findCompiler(settings);
  if (!compiler) missing.push('a C++ compiler (Debian: apt-get install g++)');
  if (missing.length > 0 || !compiler)
    throw new AttuneError('SETUP_IMPOSSIBLE', missing.map((what) => `setup: missing ${what}`).join('\n'));
  return { compiler };
}

async function findCompiler(settings: ToolSettings): Promise<string | undefined> {
  for (const name of [settings.env.CXX, 'g++', 'c++', 'clang++'])
    if (name && (await works(name, ['--version'], settings))) return name;
  return undefined;
}

const otherLocks = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun' };

/**
 * Checks that the directory is a project with its own node_modules.
 *
 * @throws AttuneError SETUP_IMPOSSIBLE without one, with advice
 */
export async function checkProject(project: string, plan: SetupPlan, settings: ToolSettings): Promise<void> {
  if (`${process.platform} ${process.arch}` !== 'linux x64')
    throw impossible(`expected Linux on x64, which the library is built for, got ${process.platform} ${process.arch}`);
  if (!existsSync(join(project, 'package.json')))
    throw impossible(
      `expected a package.json in ${project}, found none; change to the directory of your project, or create one: npm init --yes`,
    );
  const modules = (await runTool('npm', ['root'], settings)).trim();
  if (existsSync(join(plan.directory, 'package.json'))) return;
  if (modules !== join(realpathSync(project), 'node_modules') && modules !== join(project, 'node_modules'))
    throw impossible(
      `expected to run in the directory of node_modules, which is ${modules}; change to the directory above it`,
    );
  for (const [file, manager] of Object.entries(otherLocks))
    if (existsSync(join(project, file)))
      throw impossible(
        `expected an npm project, found ${file}; install ${plan.name}@${plan.version} with ${manager}, without its scripts, then run this again`,
      );
}

const impossible = (what: string) => new AttuneError('SETUP_IMPOSSIBLE', `setup: ${what}`);

/** Multiplies two matrices in a separate process, because an addon that does not fit crashes its process. */
const script = `
const util = require('node:util');
util.isArray = Array.isArray;
util.isNullOrUndefined = (value) => value === null || value === undefined;
const tf = require(process.argv[1]);
const product = tf.matMul(tf.fill([2, 3], 2), tf.fill([3, 2], 0.5)).dataSync();
console.log('attune:' + JSON.stringify({ product: Array.from(product), gpu: tf.backend().isUsingGpuDevice }));
`;

/**
 * Tries a project's package by a product of two matrices.
 *
 * @returns whether it computed on a GPU
 * @throws AttuneError SETUP_FAILED if it does not load, or multiplies incorrectly
 */
export async function tryAddon(name: string, settings: ToolSettings): Promise<{ readonly gpu: boolean }> {
  const env = { TF_CPP_MIN_LOG_LEVEL: '1', ...settings.env };
  const printed = await runTool(process.execPath, ['-e', script, name], { ...settings, env });
  const { product, gpu } = JSON.parse(/^attune:(.*)$/m.exec(printed)?.[1] ?? '{}');
  if (String(product) === '3,3,3,3') return { gpu };
  throw new AttuneError('SETUP_FAILED', `setup: ${name} multiplied two matrices to ${product}, expected 3,3,3,3`);
}
