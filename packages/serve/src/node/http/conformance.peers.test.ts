import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openCpuEngine } from '@attune/engine';
import { fitCausalLm, fitSequenceClassifier } from '@attune/train/node';
import { describe, expect, it } from 'vitest';
import { peersFolder } from '../../../test/peers';
import { bundledWorker } from '../../../test/worker-program';
import { openService } from './server';

const { SCHEMATHESIS: program } = process.env;

if (program === undefined) it.skip('the OpenAPI document (needs SCHEMATHESIS, the path of its program)', () => {});
else describe('the OpenAPI document', () => testConformance(program));

function testConformance(schemathesis: string) {
  it('describes every answer, accepts what it says and refuses the rest', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'attune-conformance-'));
    const run = (name: string) => join(directory, name);
    const shared = { engine: openCpuEngine(), model: 'new', arguments: { maxSteps: 1, perDeviceTrainBatchSize: 2 } };
    const texts = ['java and sql', 'cook for a hotel', 'more java', 'a cook'];
    const part = { texts, labels: ['it', 'food', 'it', 'food'] };
    try {
      await fitSequenceClassifier({ ...shared, data: { train: part, validation: part }, out: run('sectors') });
      await fitCausalLm({ ...shared, data: { train: texts, validation: texts }, out: run('writer') });
      const models = { sectors: run('sectors'), writer: run('writer') };
      const worker = await bundledWorker(directory);
      const service = await openService(models, { port: 0, logLevel: 'silent' }, worker);
      try {
        const config = join(peersFolder, 'schemathesis.toml');
        const options = ['--max-examples', '20', '--seed', '1', '--generation-database', 'none', '--no-color'];
        const { stdout, error } = await promisify(execFile)(
          ...([
            schemathesis,
            ['--config-file', config, 'run', `${service.url}/openapi.json`, ...options],
            { cwd: directory, maxBuffer: 1e8 },
          ] as const),
        ).then(
          ({ stdout }) => ({ stdout, error: undefined }),
          (error: Error & { stdout: string }) => ({ stdout: error.stdout, error }),
        );
        expect(error, stdout).toBeUndefined();
        expect(stdout).toMatch(/No issues found/);
      } finally {
        await service.close();
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}
