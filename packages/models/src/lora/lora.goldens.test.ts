import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gradientName, openCpuEngine, record, withGradients } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference, replayFloat64 } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { golden, hasGolden, openLoraGolden } from '../../test/lora-golden';
import { loadModel } from '../node';
import { loadAdapter, saveAdapter, weightsFile } from '../node/adapter/adapter';
import { inAdapter } from '../node/adapter/adapter-config';
import { goldenLogits, tensorOf } from '../testing/golden';
import { mergeAdapter, unmergeAdapter } from './merge-adapter';

const engines = [openCpuEngine(), openOnnxEngine()];
const numbers = ({ data }: { data: unknown }) => data as Float32Array;

describe.skipIf(!hasGolden)("PEFT's adapter on a tiny Llama (needs ../shared/goldens)", () => {
  it.each(['adapter', 'adapter-lean'])('has the logits and the loss in float64, from %s', async (name) => {
    const { model, parameters, io, batch, every } = await openLoraGolden(name);
    const run = (inputs: typeof batch) =>
      replayFloat64(record(model.program, inputs, parameters), { ...inputs, ...parameters });
    expect(largestDifference(run(every).logits.data, goldenLogits(io)).absolute).toBeLessThan(5e-5);
    expect(Math.abs(run(batch).loss.data[0] / numbers(io.loss)[0] - 1)).toBeLessThan(1e-6);
  });

  it.each(engines)('has the logits and the loss on $name', async (engine) => {
    const { model, parameters, io, batch, every } = await openLoraGolden();
    const program = engine.compile(model.program);
    const { logits } = await program.run(every, parameters);
    expect(largestDifference(logits.data, goldenLogits(io)).absolute).toBeLessThan(5e-5);
    const { loss } = await program.run(batch, parameters);
    expect(Math.abs(loss.data[0] / numbers(io.loss)[0] - 1)).toBeLessThan(1e-5);
  });

  it('has the gradients of every A and B, in float64 and on each engine', async () => {
    const { model, parameters, io, batch } = await openLoraGolden();
    const trained = Object.keys(model.specs).filter(model.isTrainable);
    expect(trained.length).toBe(30);
    const fn = withGradients(model.program, trained);
    const exact = replayFloat64(record(fn, batch, parameters), { ...batch, ...parameters });
    const single = await Promise.all(engines.map((engine) => engine.compile(fn).run(batch, parameters)));
    for (const out of [exact, ...single])
      for (const name of trained) {
        const expected = numbers(tensorOf(io, `grad.${inAdapter(name)}`));
        expect(largestDifference(out[gradientName(name)].data, expected).relative, name).toBeLessThan(3e-5);
      }
  });

  it.each(engines)('takes the three steps on $name, and leaves the base as it is', async (engine) => {
    const { model, parameters, base, after, meta, batch } = await openLoraGolden();
    const training = await engine.openTraining(engine.compile(model.program), parameters, {
      name: 'adamw',
      weightDecay: 0.01,
      maxGradNorm: 1,
      isTrainable: model.isTrainable,
    });
    for (const { loss, grad_norm, lr } of meta.steps) {
      const step = await training.step(batch, { learningRate: lr });
      expect(Math.abs(step.loss / loss - 1)).toBeLessThan(1e-5);
      expect(Math.abs(step.gradientNorm / grad_norm - 1)).toBeLessThan(1e-5);
    }
    expect(Math.abs((await training.gradients(batch)).loss / meta.loss_after - 1)).toBeLessThan(1e-5);
    const trained = await training.readParameters();
    await training.close();
    for (const name of Object.keys(model.specs).filter(model.isTrainable)) {
      const { absolute } = largestDifference(trained[name].data, numbers(tensorOf(after, inAdapter(name))));
      expect(absolute, name).toBeLessThan(5e-5);
    }
    for (const [name, { data }] of Object.entries(base.parameters)) expect(parameters[name].data).toEqual(data);
    const own = Object.keys(trained).filter((name) => name in base.parameters);
    for (const name of own) expect(trained[name].data).toEqual(base.parameters[name].data);
  });

  it('merges to the checkpoint that PEFT merges to, and back', async () => {
    const { model, parameters, base, io, every } = await openLoraGolden();
    const merged = mergeAdapter(model, parameters);
    const reference = await loadModel(`${golden}merged`, { task: 'causal-lm' });
    expect(Object.keys(merged).sort()).toEqual(Object.keys(reference.parameters).sort());
    for (const [name, { data }] of Object.entries(reference.parameters))
      expect(largestDifference(merged[name].data, numbers({ data })).absolute, name).toBeLessThan(1e-6);
    const { logits } = await engines[1].compile(model.base.program).run(every, merged);
    const expected = goldenLogits({ ...io, logits: io.merged_logits });
    expect(largestDifference(logits.data, expected).absolute).toBeLessThan(5e-5);
    const back = unmergeAdapter(model, { merged, adapters: parameters });
    expect(Object.keys(back).sort()).toEqual(Object.keys(parameters).sort());
    for (const [name, { data }] of Object.entries(base.parameters))
      expect(largestDifference(back[name].data, numbers({ data })).absolute, name).toBeLessThan(1e-6);
  });

  it('is saved byte for byte as PEFT saves it without the frozen decoder, and comes back', async () => {
    const { model, parameters, base } = await openLoraGolden();
    const directory = mkdtempSync(join(tmpdir(), 'attune-adapter-'));
    try {
      await saveAdapter(directory, { model, parameters, baseModel: '../base' });
      const bytes = (path: string) => readFileSync(join(path, weightsFile));
      expect(bytes(directory).equals(bytes(`${golden}adapter-lean`))).toBe(true);
      expect((await loadAdapter(directory, base)).parameters).toEqual(parameters);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
