// What needs packages from PyPI or Debian: installs them where it can, skips with a message where it cannot.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, ensureInstalled, ensureToolsInstalled, root, run } from './install.mjs';
import { preparePython as newestPython } from './peer-python.mjs';

const environment = join(root, '.cache', 'peers');
const python = join(environment, 'bin', 'python');
const succeeds = (command, args) =>
  spawnSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'ignore'] }).status === 0;
const quiet = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
const hasTorch = (interpreter) => succeeds(interpreter, ['-c', 'import torch']);

compareTransformers();
compareLongTexts();
followStrangers();
runPipelines();
recomputeTuned();
followGuide();
readCallbacks();
compareTokenizers();
testWebgpu();
testCuda();
testTfjsNode();
testBrowser();
testService();

/** Models, saved by each and read by the other. */
function compareTransformers() {
  const missing = preparePython();
  if (missing) return skip('transformers', missing);
  prepareAttune();
  const models = join(environment, 'models');
  const pretrained = join(root, '..', 'shared', 'weights', 'minilm-l6');
  run(process.execPath, ['peers/save-models.mjs', models, ...(existsSync(pretrained) ? [pretrained] : [])]);
  run(python, ['peers/check_transformers.py', models], { env: { ...quiet, TRANSFORMERS_VERBOSITY: 'error' } });
  console.log('test:peers passed: transformers');
}

/** The page about transformers.js, as its reader would. */
function followGuide() {
  prepareAttune();
  ensureToolsInstalled('benchmarks');
  run(process.execPath, ['scripts/docs/check-pages.mjs', '--as', 'test:peers', 'docs/guides/transformers-js.md']);
  console.log('test:peers passed: the page about transformers.js');
}

/** Texts of 400 tokens, and their gradients, of every family of encoders. */
function compareLongTexts() {
  testBesidePython('long texts', 'packages/models/src/long-texts', ensureInstalled);
}

/** Directories of every family of encoders that Python saved: trained, exported, and back in transformers 4 and 5, and in onnxruntime. */
function followStrangers() {
  const tests = 'packages/cli/src/tasks/strangers';
  const { PEER_PYTHON: given } = process.env;
  testBesidePython("strangers' directories", tests, () => {
    ensureInstalled();
    // Of numpy what Debian's torch was built with.
    if (!given) succeeds(python, ['-m', 'pip', 'install', '--quiet', 'onnxruntime<1.20', 'numpy<2']);
  });
  if (given) return;
  const { python: five, missing } = newestPython({ installs: false });
  if (missing) return skip("strangers' directories in transformers 5", missing);
  ensureInstalled();
  runBesidePython(five, tests);
  console.log("test:peers passed: strangers' directories in transformers 5");
}

/** The figures of tuned runs, from what is published. */
function recomputeTuned() {
  testBesidePython('tuned figures', 'packages/cli/src/tasks/tuned', () => {
    prepareAttune();
    ensureToolsInstalled('benchmarks');
  });
}

/** Tests that call a Python with transformers: `PEER_PYTHON`, or one that is made. */
function testBesidePython(what, tests, prepare) {
  const { PEER_PYTHON: given } = process.env;
  const missing = given ? undefined : preparePython();
  if (missing) return skip(what, missing);
  prepare();
  runBesidePython(given ?? python, tests);
  console.log(`test:peers passed: ${what}`);
}

function runBesidePython(interpreter, tests) {
  run('npx', ['vitest', 'run', '--config', 'vitest.peers.config.ts', tests], {
    env: { ...quiet, PEER_PYTHON: interpreter, TRANSFORMERS_VERBOSITY: 'error' },
  });
}

/** A pipeline of each task, in transformers 4 and 5. The second needs a newer torch, of 5 GB, which is taken where it is already there. */
function runPipelines() {
  const five = newestPython({ installs: false });
  const four = preparePython() === undefined ? python : undefined;
  if (!four && !five.python) return skip('pipelines', 'there is no Python with transformers');
  prepareAttune();
  const models = join(root, '.cache', 'pipelines');
  run(process.execPath, ['peers/pipelines.mjs', models]);
  const env = { ...quiet, TRANSFORMERS_VERBOSITY: 'error', HF_HUB_OFFLINE: '1' };
  for (const [version, interpreter] of Object.entries({ 4: four, 5: five.python })) {
    if (interpreter) run(interpreter, ['-W', 'ignore', 'peers/check_pipelines.py', models], { env });
    else skip(`pipelines of transformers ${version}`, version === '5' ? five.missing : 'it cannot be installed');
  }
  console.log('test:peers passed: pipelines');
}

/** TensorBoard's and W&B's files, read back by their own readers and uploaded by `wandb sync`. */
function readCallbacks() {
  const home = join(root, '.cache', 'callbacks');
  // Later versions read the file in their binary alone, which the newest one is here for.
  const reader = join(home, 'reader');
  const newest = join(home, 'newest');
  const missing =
    prepareEnvironment(
      reader,
      ['wandb==0.21.4', 'tensorboard>=2.20,<3'],
      'wandb.sdk.internal.datastore, tensorboard',
    ) ?? prepareEnvironment(newest, ['wandb>=0.31,<1'], 'wandb');
  if (missing) return skip('callbacks', missing);
  prepareAttune();
  const written = join(home, 'written');
  run(process.execPath, ['peers/write-callbacks.mjs', written]);
  const commands = [reader, newest].map((directory) => join(directory, 'bin', 'wandb'));
  const interpreter = join(reader, 'bin', 'python');
  run(interpreter, ['-W', 'ignore', 'peers/check_callbacks.py', written, ...commands], { env: quiet });
  console.log('test:peers passed: callbacks');
}

/** The tokenizer beside the reference in Rust, which is large and so no dependency. */
function compareTokenizers() {
  if (!succeeds('npm', ['install', '--prefix', join('benchmarks', 'tokenizer'), '--no-audit', '--no-fund']))
    return skip('tokenizers', 'npm cannot install tokenizers');
  run('npx', ['vitest', 'run', 'packages/tokenizer']);
  console.log('test:peers passed: tokenizers');
}

/** The engine on a GPU; where there is none, on SwiftShader, which Debian's chromium brings. */
function testWebgpu() {
  const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
  const env = { XDG_RUNTIME_DIR: tmpdir(), ...process.env, VK_ICD_FILENAMES: driver };
  if (!existsSync(driver) && !installDebian('chromium', 'libvulkan1'))
    return skip('webgpu', "Debian's chromium and libvulkan1, which have a software GPU, cannot be installed");
  prepareAttune();
  run('npx', ['vitest', 'run', '--config', 'vitest.peers.config.ts', 'packages/engine/src/node/onnx-webgpu'], {
    env,
  });
  console.log('test:peers passed: webgpu');
}

/** The engine onnx-cuda, where there is an NVIDIA GPU and what onnxruntime needs to reach it. */
function testCuda() {
  prepareAttune();
  const open =
    "import('@attune/engine/node').then(({ openEngine }) => openEngine({ name: 'onnx-cuda' })).then((e) => e.close())";
  if (!succeeds(process.execPath, ['-e', open]))
    return skip('onnx-cuda', 'there is no GPU that onnxruntime reaches through CUDA');
  run('npx', ['vitest', 'run', '--config', 'vitest.peers.config.ts', 'packages/engine/src/node/onnx-cuda']);
  console.log('test:peers passed: onnx-cuda');
}

/** The engine tfjs-node, which `attune setup` makes work in a project of its own. */
function testTfjsNode() {
  const missing = missingForTfjsNode();
  if (missing) return skip('tfjs-node', missing);
  prepareAttune();
  const project = join(root, '.cache', 'tfjs-node');
  mkdirSync(project, { recursive: true });
  if (!existsSync(join(project, 'package.json'))) writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
  const setup = [join(root, 'packages', 'cli', 'dist', 'bin.js'), 'setup', 'tfjs-node'];
  const { status, stderr } = spawnSync(process.execPath, setup, { cwd: project, encoding: 'utf8' });
  process.stderr.write(stderr);
  if (stderr.includes('pip download … failed')) return skip('tfjs-node', 'pip cannot download tensorflow-cpu');
  if (status !== 0) process.exit(status ?? 1);
  const tests = ['packages/engine/src/node/tfjs-node', 'packages/models/src/tfjs-node'];
  run('npx', ['vitest', 'run', '--config', 'vitest.peers.config.ts', ...tests], {
    env: { ...process.env, ATTUNE_TFJS_NODE_PROJECT: project },
  });
  console.log('test:peers passed: tfjs-node');
}

function missingForTfjsNode() {
  if (`${process.platform} ${process.arch}` !== 'linux x64') return "TensorFlow's library is there for Linux on x64";
  if (!succeeds('python3', ['-m', 'pip', '--version'])) return 'Python 3 with pip is missing';
  return ['g++', 'c++', 'clang++'].some((name) => succeeds(name, ['--version']))
    ? undefined
    : 'a C++ compiler is missing';
}

/** The tokenizer in headless Chromium: the ids and offsets of Node. */
function testBrowser() {
  if (!existsSync('/usr/bin/chromium') && !installDebian('chromium'))
    return skip('browser', "Debian's chromium cannot be installed");
  if (!existsSync(join(root, '..', 'shared', 'goldens'))) return skip('browser', '../shared is not there');
  ensureInstalled();
  run('npx', ['vitest', 'run', '--config', 'vitest.peers.config.ts', 'packages/tokenizer']);
  console.log('test:peers passed: browser');
}

/** The service: its page in headless Chromium, under axe; npm's openai as its client; the example with express; PyPI's schemathesis on its OpenAPI document. */
function testService() {
  if (!existsSync('/usr/bin/chromium') && !installDebian('chromium'))
    return skip('service', "Debian's chromium cannot be installed");
  prepareAttune();
  ensureToolsInstalled('peers/serve');
  const checker = join(root, '.cache', 'schemathesis');
  const missing = prepareEnvironment(checker, ['schemathesis==4.32.5'], 'schemathesis');
  if (missing) skip("the service's OpenAPI document", missing);
  const program = missing ? {} : { SCHEMATHESIS: join(checker, 'bin', 'schemathesis') };
  run('npx', ['vitest', 'run', '--config', 'vitest.peers.config.ts', 'packages/serve'], {
    env: { ...quiet, ...program },
  });
  console.log('test:peers passed: service');
}

function prepareAttune() {
  ensureInstalled();
  build('build');
}

function skip(part, missing) {
  console.log(`test:peers skipped ${part}: ${missing}`);
}

/** Makes a virtual environment with these packages of PyPI; what is missing, where that cannot be done. */
function prepareEnvironment(directory, packages, imports) {
  const interpreter = join(directory, 'bin', 'python');
  const isReady = () => succeeds(interpreter, ['-c', `import ${imports}`]);
  if (isReady()) return undefined;
  if (!succeeds('python3', ['-m', 'venv', '--clear', directory])) return 'Python 3 with venv is missing';
  if (!succeeds(interpreter, ['-m', 'pip', 'install', '--quiet', ...packages]))
    return `pip cannot install ${packages.join(' and ')}`;
  return isReady() ? undefined : `${imports} do not load`;
}

/** Makes a virtual environment with torch and transformers; what is missing, where that cannot be done. */
function preparePython() {
  if (succeeds(python, ['-c', 'import torch, transformers'])) return undefined;
  const system = '/usr/bin/python3';
  if (!hasTorch(system) && !installTorch(system))
    return "Python has no torch, and Debian's python3-torch cannot be installed";
  if (!succeeds(system, ['-m', 'venv', '--clear', '--system-site-packages', environment]))
    return 'python3-venv is missing';
  // The last transformers that runs on Debian's torch 1.13.
  if (!succeeds(python, ['-m', 'pip', 'install', '--quiet', 'transformers==4.46.3']))
    return 'pip cannot install transformers';
  return succeeds(python, ['-c', 'import torch, transformers']) ? undefined : 'transformers does not load';
}

function installTorch(system) {
  return installDebian('python3-torch', 'python3-venv') && hasTorch(system);
}

/** Whether packages of Debian could be installed. */
function installDebian(...packages) {
  if (process.getuid?.() !== 0 || !succeeds('apt-get', ['--version'])) return false;
  console.log(`test:peers: installing Debian's ${packages.join(', ')}`);
  succeeds('apt-get', ['update']);
  return succeeds('apt-get', ['install', '-y', '--no-install-recommends', ...packages]);
}
