import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { attune } from '../test/capture';
import { temporaryDirectory } from '../test/files';
import { drawCall, drawFrom } from '../test/fuzz/calls';
import { faultsOf } from '../test/fuzz/verdict';
import { contentsOf, makeWorld } from '../test/fuzz/world';

const calls = Number(process.env.FUZZ_CALLS ?? 5000);
const first = Number(process.env.FUZZ_FIRST ?? 0);
/** A call of this many seconds hangs. */
const patience = 60;

/** No hub and no proxy answers. */
const env = { HF_ENDPOINT: 'http://127.0.0.1:9', HF_TOKEN: 'hf_none' };

it('every command line ends with its result or with a reason, and loses no file', async () => {
  const directory = temporaryDirectory();
  const [template, world] = [join(directory, 'template'), join(directory, 'world')];
  await makeWorld(world);
  cpSync(world, template, { recursive: true, verbatimSymlinks: true });
  const home = process.cwd();
  onTestFinished(() => process.chdir(home));
  process.chdir(world);
  let before = contentsOf(world);
  const codes: Record<number, number> = {};
  const failures: string[] = [];
  for (let i = first; i < first + calls; i++) {
    const argv = await drawCall(world, drawFrom(24, i));
    const late = new Promise<'late'>((resolve) => setTimeout(resolve, patience * 1000, 'late').unref());
    const ended = await Promise.race([attune(argv, { env, stdin: 'corn and wheat\npython server\n' }), late]);
    if (ended === 'late') {
      failures.push(`${i}: attune ${argv.join(' ')}: more than ${patience} s`);
      break;
    }
    codes[ended.code] = (codes[ended.code] ?? 0) + 1;
    const faults = faultsOf({ argv, world, before }, ended);
    if (faults.length > 0)
      failures.push(
        `${i}: attune ${argv.join(' ')}\n  ${faults.slice(0, 4).join('\n  ')}\n  ${ended.stderr.slice(-400)}`,
      );
    const after = contentsOf(world);
    if (after.size !== before.size || [...after].some(([name, digest]) => before.get(name) !== digest)) {
      process.chdir(home);
      rmSync(world, { recursive: true });
      cpSync(template, world, { recursive: true, verbatimSymlinks: true });
      process.chdir(world);
      before = contentsOf(world);
    }
  }
  console.log(`exit codes: ${JSON.stringify(codes)}`);
  expect(failures.join('\n')).toBe('');
}, 7_200_000);
