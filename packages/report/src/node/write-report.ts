import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AttuneError } from '../attune-error';
import { type AnyModelCardData, renderModelCard } from '../model-card/model-card';
import { renderReport } from '../render-report';
import type { AnyReportData } from '../report-data';

/**
 * Renders a report and writes it to `path`, whole or not at all: a temporary file beside it is synced, then renamed.
 *
 * Missing folders are made. Throws what `renderReport` throws, before anything is touched, and AttuneError
 * `REPORT_NOT_WRITTEN` when the file cannot be written.
 *
 * ```ts
 * await writeReport('runs/demo/report.html', data);
 * ```
 */
export function writeReport(path: string, data: AnyReportData): Promise<void> {
  return writeWhole('writeReport', path, () => renderReport(data));
}

/** Renders a model card and writes it to `path`, as `writeReport` does. */
export function writeModelCard(path: string, data: AnyModelCardData): Promise<void> {
  return writeWhole('writeModelCard', path, () => renderModelCard(data));
}

/** Writes what `render` gives, a report of another task for one, as `writeReport` does. */
export function writeRendered(path: string, render: () => string): Promise<void> {
  return writeWhole('writeRendered', path, render);
}

async function writeWhole(where: string, path: string, render: () => string): Promise<void> {
  const text = render();
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeSynced(temporary, text);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first failure is the one to report
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `${where}: expected to write ${path}, got ${reason}; check the folder and the free space`;
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
