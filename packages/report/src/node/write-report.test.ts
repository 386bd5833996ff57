import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleData } from '../../test/sample';
import { renderReport } from '../reports';
import { writeReport } from './write-report';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attune-report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writeReport', () => {
  it('writes the page, making the folder, and leaves nothing else behind', async () => {
    await writeReport(join(folder, 'runs', 'demo', 'report.html'), sampleData());
    expect(readdirSync(join(folder, 'runs', 'demo'))).toEqual(['report.html']);
    expect(readFileSync(join(folder, 'runs', 'demo', 'report.html'), 'utf8')).toBe(renderReport(sampleData()));
  });

  it('replaces an older report', async () => {
    const path = join(folder, 'report.html');
    writeFileSync(path, 'old');
    await writeReport(path, sampleData({ title: 'New' }));
    expect(readFileSync(path, 'utf8')).toContain('<title>New</title>');
  });

  it('leaves the older report when the data is wrong', async () => {
    const path = join(folder, 'report.html');
    writeFileSync(path, 'old');
    await expect(writeReport(path, sampleData({ labels: [] }))).rejects.toThrow(RangeError);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['report.html']);
  });

  it('says what stood in the way', async () => {
    writeFileSync(join(folder, 'file'), '');
    const refusal = { name: 'AttuneError', code: 'REPORT_NOT_WRITTEN' };
    await expect(writeReport(join(folder, 'file', 'report.html'), sampleData())).rejects.toMatchObject(refusal);
    await expect(writeReport(folder, sampleData())).rejects.toMatchObject(refusal);
    await expect(writeReport(folder, sampleData())).rejects.toThrow(`${folder}: expected a file that can be written`);
    expect(readdirSync(folder)).toEqual(['file']);
  });
});
