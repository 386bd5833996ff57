import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeTools } from '../../test/fake-tools';
import { fileIn, temporaryDirectory } from '../../test/files';
import { installTfjsNode } from './install';

/** Every file under a directory and what is in it; directories with nothing. */
function tree(directory: string): Record<string, string | undefined> {
  const names = readdirSync(directory, { recursive: true }) as string[];
  return Object.fromEntries(
    names.sort().map((name) => {
      const path = join(directory, name);
      return [name, statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined];
    }),
  );
}

function newProject(): string {
  const project = join(temporaryDirectory(), 'project');
  mkdirSync(project);
  fileIn(project, 'package.json', '{ "name": "jobs" }\n');
  return project;
}

const packageIn = (project: string) => join(project, 'node_modules', '@tensorflow', 'tfjs-node');
const toolsFor = (project: string, fail?: string) => fakeTools(join(project, '..', 'tools'), fail);

/** The package, with the addon and the library of an older version. */
function withOldAddon(project: string): void {
  const { PATH } = toolsFor(project);
  for (const part of ['deps', 'lib/napi-v8']) mkdirSync(join(packageIn(project), part), { recursive: true });
  fileIn(packageIn(project), 'package.json', '{"main":"index.js"}');
  fileIn(packageIn(project), 'index.js', readFileSync(join(PATH.split(':')[0], 'fake-package.js')));
  fileIn(packageIn(project), 'deps/old.so', 'old');
  fileIn(packageIn(project), 'lib/napi-v8/tfjs_binding.node', 'old addon');
}

describe.runIf(`${process.platform} ${process.arch}` === 'linux x64')('installTfjsNode (needs Linux on x64)', () => {
  it('makes the package work, and then finds it working', async () => {
    const project = newProject();
    const steps: string[] = [];
    const options = { project, gpu: false, env: toolsFor(project), onStep: (step: string) => steps.push(step) };
    expect(await installTfjsNode(options)).toMatchObject({ worked: false, gpu: false });
    expect(steps).toEqual([
      'downloading tensorflow-cpu 2.18.1 (230 MB)',
      'unpacking tensorflow-cpu',
      'installing @tensorflow/tfjs-node 4.22.0',
      'compiling the addon',
      'testing the addon',
    ]);
    expect(readdirSync(packageIn(project)).sort()).toEqual(['deps', 'index.js', 'lib', 'package.json']);
    const requirement = readFileSync(join(packageIn(project), 'deps/lib/libtensorflow.so'), 'utf8'); // by its link
    expect(requirement).toMatch(/^tensorflow-cpu==2\.18\.1 --hash=sha256:[0-9a-f]{64}\n$/);
    expect(existsSync(join(project, 'node_modules', '.cache'))).toBe(false);
    expect(await installTfjsNode(options)).toMatchObject({ worked: true });
    expect(steps).toHaveLength(5);
  });

  it.each([
    ['pip', /pip download … failed: ERROR: THESE PACKAGES DO NOT MATCH THE HASHES/],
    ['npm', /npm install .* failed: npm error E404/],
    ['compile', /g\+\+ .* failed: fatal error: node_api\.h/],
    ['addon', /multiplied two matrices to 3,3,3,4, expected 3,3,3,3/],
  ])('leaves the project as it was where %s fails', async (fail, message) => {
    const project = newProject();
    const before = tree(project);
    const attempt = installTfjsNode({ project, gpu: false, env: toolsFor(project, fail) });
    await expect(attempt).rejects.toMatchObject({ code: 'SETUP_FAILED', message: expect.stringMatching(message) });
    expect(tree(project)).toEqual(before);
  });

  it('takes the place of an addon that does not work, or puts it back', async () => {
    const project = newProject();
    withOldAddon(project);
    const before = tree(project);
    for (const fail of ['compile', 'addon']) {
      await expect(installTfjsNode({ project, gpu: false, env: toolsFor(project, fail) })).rejects.toThrow();
      expect(tree(project)).toEqual(before);
    }
    await installTfjsNode({ project, gpu: false, env: toolsFor(project) });
    expect(readFileSync(join(packageIn(project), 'lib/napi-v8/tfjs_binding.node'), 'utf8')).toBe('addon\n');
    expect(existsSync(join(packageIn(project), 'deps/old.so'))).toBe(false);
  });

  it('takes everything back when it is interrupted', async () => {
    const project = newProject();
    const before = tree(project);
    const controller = new AbortController();
    const onStep = (step: string) => {
      if (step === 'compiling the addon') controller.abort(new Error('interrupted'));
    };
    const { signal } = controller;
    const attempt = installTfjsNode({ project, gpu: false, env: toolsFor(project), onStep, signal });
    await expect(attempt).rejects.toThrow('interrupted');
    expect(tree(project)).toEqual(before);
  });

  it('says everything that is missing, and the command for it', async () => {
    const project = newProject();
    const attempt = installTfjsNode({ project, gpu: false, env: { PATH: join(project, 'nothing') } });
    await expect(attempt).rejects.toMatchObject({
      code: 'SETUP_IMPOSSIBLE',
      message: [
        'setup: missing npm, which comes with Node (Debian: apt-get install npm)',
        'setup: missing python3 with pip (Debian: apt-get install python3-pip)',
        'setup: missing a C++ compiler (Debian: apt-get install g++)',
      ].join('\n'),
    });
  });

  it('wants a project of npm', async () => {
    const project = newProject();
    const options = { project, gpu: false, env: toolsFor(project) };
    fileIn(project, 'yarn.lock', '');
    await expect(installTfjsNode(options)).rejects.toThrow(/found yarn\.lock; install @tensorflow\/tfjs-node@4\.22\.0/);
    const empty = { ...options, project: temporaryDirectory() };
    await expect(installTfjsNode(empty)).rejects.toThrow(/expected a package\.json in .*npm init --yes/);
  });
});
