import type { StepEvent } from '@attune/train';
import { describe, expect, it } from 'vitest';
import { capture } from '../../test/capture';
import { epochLine, terminalListener } from './listener';

const step = (number: number): StepEvent => ({
  type: 'step',
  step: number,
  totalSteps: 20,
  epoch: 1,
  loss: 0.5,
  tokensPerSecond: 1234,
  secondsLeft: 65,
});

const epoch = {
  type: 'eval',
  step: 20,
  epoch: 1,
  trainLoss: 0.71284,
  trainAccuracy: 0.5,
  loss: 0.6,
  accuracy: 0.75,
  macroF1: 0.7,
  time: 3,
} as const;

describe('terminalListener', () => {
  it('prints a line every tenth of the steps into a log, without escapes', () => {
    const { stream, text } = capture();
    const listen = terminalListener(stream);
    for (let i = 1; i <= 20; i++) listen(step(i));
    const lines = text().trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe('step 2/20  epoch 1  loss 0.5000  1,234 tokens/s  1:05 left');
    expect(text()).not.toContain('\x1b');
  });

  it('says nothing of the first step of a run that is resumed, whose time is not that of the others', () => {
    const { stream, text } = capture();
    const listen = terminalListener(stream, { now: () => 0 });
    for (let i = 12; i <= 20; i++) listen({ ...step(i), totalSteps: 100 });
    expect(text().match(/^step \d+/gm)).toEqual(['step 20']);
  });

  it('prints a line every ten seconds between the tenths', () => {
    const { stream, text } = capture();
    let clock = 0;
    const listen = terminalListener(stream, { now: () => clock });
    for (let i = 1; i <= 120; i++) {
      clock += 4000;
      listen({ ...step(i), totalSteps: 1000 });
    }
    const steps = text()
      .trimEnd()
      .split('\n')
      .filter((line) => line.startsWith('step'))
      .map((line) => Number(/^step (\d+)/.exec(line)?.[1]));
    expect(steps.slice(0, 3)).toEqual([3, 6, 9]);
    expect(steps).toContain(100); // a tenth
    expect(steps).toHaveLength(40);
  });

  it('corrects the estimate after twenty steps, without those in which runtimes compile', () => {
    const noteOf = (secondsPerStep: number, totalSteps: number) => {
      const { stream, text } = capture();
      const listen = terminalListener(stream, { now: () => 0 });
      for (let i = 1; i <= 40; i++) {
        const running = 20 * Math.min(i, 4) + secondsPerStep * i; // 20 seconds more for each of the first four
        const perStep = i === 1 ? running : (running - 20 - secondsPerStep) / (i - 1);
        listen({ ...step(i), totalSteps, secondsLeft: (totalSteps - i) * perStep });
      }
      return text()
        .split('\n')
        .filter((line) => line.startsWith('note:'));
    };
    expect(noteOf(0.5, 1220)).toEqual([
      'note: at the speed of the first 20 steps, the remaining 1,200 take 10:00, without evaluations',
    ]);
    expect(noteOf(0.01, 1220)).toEqual([]);
    expect(noteOf(100, 20)).toEqual([]);
  });

  it('rewrites one line on a terminal, no wider than it, ten times a second at most', () => {
    const { stream, text } = capture({ isTTY: true, columns: 20 });
    let clock = 0;
    const listen = terminalListener(stream, { now: () => clock });
    for (let i = 1; i <= 20; i++) {
      listen(step(i));
      clock += 50;
    }
    const drawn = text().split('\x1b[K\r').slice(0, -1);
    expect(drawn).toHaveLength(11);
    expect(drawn.every((line) => line.length === 19 && !line.includes('\n'))).toBe(true);
  });

  it('counts the examples of a long evaluation, every ten seconds into a log', () => {
    const listed = (isTTY: boolean, secondsPerBatch: number) => {
      const { stream, text } = capture({ isTTY, columns: 80 });
      let clock = 0;
      const listen = terminalListener(stream, { now: () => clock });
      for (const atStep of [5, 10])
        for (let examples = 500; examples <= 2000; examples += 500) {
          listen({ type: 'eval-step', step: atStep, examples, totalExamples: 2000 });
          clock += 1000 * secondsPerBatch;
        }
      return text();
    };
    const twice = 'evaluating: 1,500 of 2,000 examples\n'.repeat(2);
    expect(listed(false, 6)).toBe(twice);
    expect(listed(false, 1)).toBe('');
    expect(listed(true, 1)).toContain('evaluating: 1,500 of 2,000 examples');
    expect(listed(true, 1).endsWith('\x1b[K\r')).toBe(true);
  });

  it('prints an epoch over the progress line', () => {
    const { stream, text } = capture({ isTTY: true });
    const listen = terminalListener(stream);
    listen(step(20));
    listen(epoch);
    expect(text().endsWith(`\r\x1b[K${epochLine(epoch)}\n`)).toBe(true);
  });
});

describe('epochLine', () => {
  it('has training and evaluation metrics', () => {
    expect(epochLine(epoch)).toBe(
      'epoch 1  training loss 0.7128, accuracy 0.5000; evaluation loss 0.6000, accuracy 0.7500, macro-F1 0.7000',
    );
  });

  it('leaves out what was not evaluated', () => {
    const { trainLoss, ...rest } = epoch;
    const bare = { type: 'eval', step: 1, epoch: 2, trainLoss, time: rest.time } as const;
    expect(epochLine(bare)).toBe('epoch 2  training loss 0.7128');
  });
});
