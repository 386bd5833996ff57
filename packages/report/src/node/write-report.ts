import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AttuneError } from '@attune/internal';
import { makeDirectory, obstacleTo, reasonUnwritten } from '@attune/internal/node';
import { type AnyModelCardData, type AnyReportData, renderModelCard, renderReport } from '../reports';

/**
 * Renders a report and writes it to `path`, completely or not at all: a temporary file next to it is synced, then renamed.
 *
 * Missing folders are created.
 * @throws RangeError as `renderReport`, before anything is written; AttuneError `REPORT_NOT_WRITTEN` when the file cannot be written.
 * @example await writeReport('runs/demo/report.html', data);
 */
export function writeReport(path: string, data: AnyReportData): Promise<void> {
  return writeWhole(path, () => renderReport(data));
}

/**
 * Renders a model card and writes it to `path`, as `writeReport`.
 *
 * @throws RangeError as `renderModelCard`, AttuneError `REPORT_NOT_WRITTEN`.
 * @example await writeModelCard('runs/demo/model/README.md', data);
 */
export function writeModelCard(path: string, data: AnyModelCardData): Promise<void> {
  return writeWhole(path, () => renderModelCard(data));
}

/**
 * Writes the text of `render`, such as the report of another task, to `path`, as `writeReport`.
 *
 * @throws AttuneError `REPORT_NOT_WRITTEN`, and any error of `render` before anything is written.
 * @example await writeRendered('report.html', () => renderTokenReport(data));
 */
export function writeRendered(path: string, render: () => string): Promise<void> {
  return writeWhole(path, render);
}

async function writeWhole(path: string, render: () => string): Promise<void> {
  const text = render();
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await makeDirectory(dirname(path));
    await writeSynced(temporary, text);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first failure is reported
    const reason = obstacleTo(path) ?? reasonUnwritten(cause);
    const message = `${path}: expected a file that can be written, got ${reason}; check the folder and the free space`;
    throw new AttuneError('REPORT_NOT_WRITTEN', message, { cause });
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
}
