import { expect, it } from 'vitest';
import { attune } from '../../test/capture';

it('knows one engine', async () => {
  const { code, stderr } = await attune(['setup', 'cuda']);
  expect(code).toBe(2);
  expect(stderr).toContain('engine: expected tfjs-node, got "cuda"');
});

it('says in its help what it needs and what it writes', async () => {
  const { code, stdout } = await attune(['setup', '--help']);
  expect(code).toBe(0);
  for (const text of ['python3 with pip', 'C++ compiler', 'package.json', '--gpu'])
    expect(stdout.replace(/\s+/g, ' ')).toContain(text);
});
