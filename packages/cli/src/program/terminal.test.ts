import { expect, it } from 'vitest';
import { capture } from '../../test/capture';
import { reportFailure } from './failure';
import { printFailure, printLine, printNote, printStatus, table, visible, writeText } from './terminal';

const hostile = 'a\x1b]0;title\x07\x1b[2J\r\x9b31m\u202eb\x7f';
const shown = 'a\\u001b]0;title\\u0007\\u001b[2J\\u000d\\u009b31m\\u202eb\\u007f';

it('shows controls as JSON writes them, and leaves text of any language alone', () => {
  expect(visible(hostile)).toBe(shown);
  expect(JSON.parse(visible('"\x9b31m\u202e\x7f"'))).toBe('\x9b31m\u202e\x7f');
  const text = 'Größe 世界 👩‍💻\t\u200fעברית\u200e\n';
  expect(visible(text)).toBe(text);
});

it('lets no control of labels, texts and names through', async () => {
  const { stream, text } = capture();
  printLine(stream, hostile);
  printNote(stream, hostile);
  printFailure(stream, hostile);
  await writeText(stream, `${hostile}\n`);
  printLine(
    stream,
    table([
      ['', 'F1'],
      [`${hostile}\nb`, '1'],
    ]),
  );
  expect(text()).not.toMatch(/(?![\t\n])[\p{Cc}\u202e]/u);
  expect(text().split(shown)).toHaveLength(6);
  const terminal = capture({ isTTY: true, columns: 200 });
  printStatus(terminal.stream, hostile);
  expect(terminal.text()).toBe(`${shown}\x1b[K\r`);
});

it('writes text for a file as it is', async () => {
  const { stream, text } = capture();
  await writeText(stream, hostile, { isRaw: true });
  expect(text()).toBe(hostile);
});

it('prints no token or key with a failure', () => {
  const { stream, text } = capture();
  const env = { HF_TOKEN: 'secret-token', WANDB_API_KEY: 'k'.repeat(40), ATTUNE_DEBUG: '1' };
  const error = new Error(`bad secret-token, ${'k'.repeat(40)}`, { cause: new Error('hf_abcdefghijklmnop') });
  expect(reportFailure(error, { stderr: stream, env })).toBe(1);
  expect(text()).toContain('bad ***, ***');
  expect(text()).not.toMatch(/secret-token|kkkk|hf_abc/);
});

it('says which output is full', async () => {
  const failure = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
  });
  const write = (_: string, written?: (error?: Error) => void) => {
    written?.(failure);
    return false;
  };
  const full = { on: () => {}, write };
  await expect(writeText(full, 'text')).rejects.toThrow(
    /^standard output: expected a writable place, got ENOSPC.*make room/,
  );
  await expect(writeText(full, 'text', { name: '/dev/full' })).rejects.toThrow(
    /^\/dev\/full: expected a writable place/,
  );
});
