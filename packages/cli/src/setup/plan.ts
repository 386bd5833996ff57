import { join } from 'node:path';

/** A file of PyPI, and the destinations of its parts. */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  /** The expected hash of the download, if known here; otherwise pip checks the one of the index. */
  readonly sha256?: string;
  readonly megabytes?: number;
  /** Beginnings of names in the wheel, and what takes their place under `deps/`. */
  readonly places: readonly (readonly [string, string])[];
}

/** The packages, files and commands of `attune setup tfjs-node`. Paths are absolute. */
export interface SetupPlan {
  /** The package of npm, and its version. */
  readonly name: string;
  readonly version: string;
  /** Where npm puts it. */
  readonly directory: string;
  /** The stage directory, removed after the setup. */
  readonly stage: string;
  readonly wheels: readonly Wheel[];
  /** npm's arguments. */
  readonly install: readonly string[];
  readonly installHeaders: readonly string[];
  readonly uninstall: readonly string[];
  /** The compiler's arguments. */
  readonly compile: readonly string[];
}

interface SetupOptions {
  /** The directory of the project's package.json. */
  readonly project: string;
  readonly gpu: boolean;
}

const version = '4.22.0';
const tensorflowVersion = '2.18.1';
const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** The two libraries, and the headers that the addon's sources include. */
const tensorflowPlaces: Wheel['places'] = [
  ['tensorflow/libtensorflow_cc.so.2', 'lib/libtensorflow_cc.so.2'],
  ['tensorflow/libtensorflow_framework.so.2', 'lib/libtensorflow_framework.so.2'],
  ...['tensorflow/c/', 'tensorflow/core/platform/', 'tsl/platform/', 'xla/tsl/c/'].map(
    (headers) => [`tensorflow/include/${headers}`, `include/${headers}`] as const,
  ),
];

const processorWheel: Wheel = {
  name: 'tensorflow-cpu',
  version: tensorflowVersion,
  sha256: '8e0f27dbd92c6d380ae0ccfe73c7343f65c127b0aa98467c30c2e71eda7c76a4',
  megabytes: 230,
  places: tensorflowPlaces,
};

/** The packages that the wheel `tensorflow` lists in its extra `and-cuda`. */
const cudaVersions = {
  'nvidia-cublas-cu12': '12.5.3.2',
  'nvidia-cuda-cupti-cu12': '12.5.82',
  'nvidia-cuda-nvcc-cu12': '12.5.82',
  'nvidia-cuda-nvrtc-cu12': '12.5.82',
  'nvidia-cuda-runtime-cu12': '12.5.82',
  'nvidia-cudnn-cu12': '9.3.0.75',
  'nvidia-cufft-cu12': '11.2.3.61',
  'nvidia-curand-cu12': '10.3.6.82',
  'nvidia-cusolver-cu12': '11.6.3.83',
  'nvidia-cusparse-cu12': '12.5.1.3',
  'nvidia-nccl-cu12': '2.21.5',
  'nvidia-nvjitlink-cu12': '12.5.82',
};

/** `deps/nvidia` is next to `deps/lib`, as `nvidia` is next to `tensorflow` in Python, where the library looks for it. */
const gpuWheels: readonly Wheel[] = [
  { name: 'tensorflow', version: tensorflowVersion, megabytes: 615, places: tensorflowPlaces },
  ...Object.entries(cudaVersions).map(([name, cuda]) => ({
    name,
    version: cuda,
    places: [['nvidia/', 'nvidia/'] as const],
  })),
];

/** Which packages, files and commands make tfjs-node work in a project. */
export function setupPlan({ project, gpu }: SetupOptions): SetupPlan {
  const name = gpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
  const modules = join(project, 'node_modules');
  const directory = join(modules, name);
  const stage = join(modules, '.cache', 'attune-setup');
  return {
    name,
    version,
    directory,
    stage,
    wheels: gpu ? gpuWheels : [processorWheel],
    // Optional: if a later install runs the package's own script and that fails, the install of the project succeeds.
    install: ['install', '--save-optional', '--save-exact', ...quietly, `${name}@${version}`],
    installHeaders: ['install', '--prefix', stage, '--no-save', ...quietly, 'node-api-headers@1.9.0'],
    uninstall: ['uninstall', ...quietly, name],
    compile: compilerArguments(directory, stage),
  };
}

/** Compiles the unchanged sources with another version of the library, which the addon finds relative to itself. */
function compilerArguments(directory: string, stage: string): string[] {
  const deps = join(stage, 'deps');
  const includes = [directory, join(deps, 'include'), join(stage, 'node_modules', 'node-api-headers', 'include')];
  return [
    ...['-O2', '-std=c++17', '-shared', '-fPIC', '-DNAPI_VERSION=8'],
    ...includes.map((path) => `-I${path}`),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(directory, 'binding', file)),
    ...['-o', join(stage, 'lib', 'napi-v8', 'tfjs_binding.node')],
    ...[`-L${join(deps, 'lib')}`, '-ltensorflow', '-ltensorflow_framework', '-Wl,-rpath,$ORIGIN/../../deps/lib'],
  ];
}
