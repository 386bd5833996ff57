import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory, tinyConfig } from '../../../test/files';

function setUp() {
  const directory = temporaryDirectory();
  const data = fileIn(directory, 'data.csv', csv(farmAndCode(40)));
  const model = ['--model', 'new', '--model-config', fileIn(directory, 'tiny.json', tinyConfig)];
  const flags = ['train', '--task', 'sequence-classification', '--text', 'title', '--label', 'label', ...model];
  const out = join(directory, 'run');
  return { data, out, flags: [...flags, '--baseline', 'none', '--engine', 'onnx', '--epochs', '1', '--out', out] };
}

describe('--metric-for-best-model', () => {
  it.each([[], ['--folds', '3', '--test-data', 'test.csv']])(
    'is refused before a file is looked for where there is no such metric (%j)',
    async (...more) => {
      const { flags, out } = setUp();
      const typed = [...flags, ...more.flat(), '--data', 'no-such-file.csv', '--metric-for-best-model', 'eval_f1'];
      const { code, stderr } = await attune(typed);
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining(
          '--metric-for-best-model: there is no metric "eval_f1"; use one of loss, accuracy, macroF1, weightedF1, macroPrecision, macroRecall; did you mean "macroF1"?',
        ),
      ]);
      expect(existsSync(out)).toBe(false);
    },
  );

  it('takes the names of Hugging Face, and says what another option makes meaningless', async () => {
    const { flags, out, data } = setUp();
    const typed = [...flags, '--data', data, '--metric-for-best-model', 'eval_macro_f1', '--warmup-steps', '1'];
    const { code, stderr } = await attune([...typed, '--warmup-ratio', '0.1']);
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('note: --warmup-ratio is ignored because --warmup-steps is set\n'),
    ]);
    const { arguments: args } = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
    expect(args.metricForBestModel).toBe('macroF1');
  });

  it('is said to do nothing where nothing is evaluated, as early stopping is', async () => {
    const { flags, data } = setUp();
    const never = ['--eval-strategy', 'no', '--early-stopping-patience', '1', '--metric-for-best-model', 'loss'];
    const { code, stderr } = await attune([...flags, '--data', data, ...never]);
    const notes = stderr.match(/^note: --[\w-]+ is ignored because --eval-strategy is no: nothing is evaluated/gm);
    expect([code, notes]).toEqual([0, expect.objectContaining({ length: 2 })]);
  });
});
