import { expect, it } from 'vitest';
import { setupPlan } from './plan';

const everyPath = (plan: ReturnType<typeof setupPlan>) =>
  [...plan.compile, ...plan.installHeaders, plan.stage, plan.directory].flatMap((text) => text.match(/\/\S+/g) ?? []);

it('takes the processor’s wheel, of which it knows the hash', () => {
  const plan = setupPlan({ project: '/home/ada/jobs', gpu: false });
  expect(plan.directory).toBe('/home/ada/jobs/node_modules/@tensorflow/tfjs-node');
  expect(plan.wheels.map(({ name, version, sha256 }) => [name, version, sha256?.length])).toEqual([
    ['tensorflow-cpu', '2.18.1', 64],
  ]);
  expect(plan.install.at(-1)).toBe('@tensorflow/tfjs-node@4.22.0');
  expect(plan.install).toContain('--ignore-scripts');
  expect(plan.compile).toContain('/home/ada/jobs/node_modules/@tensorflow/tfjs-node/binding/tfjs_binding.cc');
});

it('takes the wheel with CUDA and what its metadata names, beside the library, for the package with -gpu', () => {
  const plan = setupPlan({ project: '/home/ada/jobs', gpu: true });
  expect(plan.install.at(-1)).toBe('@tensorflow/tfjs-node-gpu@4.22.0');
  expect(plan.uninstall.at(-1)).toBe('@tensorflow/tfjs-node-gpu');
  const [tensorflow, ...cuda] = plan.wheels;
  expect(`${tensorflow.name}==${tensorflow.version}`).toBe('tensorflow==2.18.1');
  expect(cuda.map(({ name, version }) => `${name}==${version}`)).toEqual([
    'nvidia-cublas-cu12==12.5.3.2',
    'nvidia-cuda-cupti-cu12==12.5.82',
    'nvidia-cuda-nvcc-cu12==12.5.82',
    'nvidia-cuda-nvrtc-cu12==12.5.82',
    'nvidia-cuda-runtime-cu12==12.5.82',
    'nvidia-cudnn-cu12==9.3.0.75',
    'nvidia-cufft-cu12==11.2.3.61',
    'nvidia-curand-cu12==10.3.6.82',
    'nvidia-cusolver-cu12==11.6.3.83',
    'nvidia-cusparse-cu12==12.5.1.3',
    'nvidia-nccl-cu12==2.21.5',
    'nvidia-nvjitlink-cu12==12.5.82',
  ]);
  expect(cuda.every(({ places }) => places.length === 1 && places[0].join() === 'nvidia/,nvidia/')).toBe(true);
  expect(plan.compile).toContain('/home/ada/jobs/node_modules/@tensorflow/tfjs-node-gpu/binding/tfjs_binding.cc');
});

it.each([false, true])('names no path outside the project’s node_modules (gpu: %s)', (gpu) => {
  for (const path of everyPath(setupPlan({ project: '/p', gpu })))
    if (path !== '/../../deps/lib' && !/^\/(tfjs|node-api)/.test(path)) expect(path).toMatch(/^\/p\/node_modules\//);
});
