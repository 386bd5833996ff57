import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary';
import { packSequences } from '../batch';
import type { Task } from '../checkpoint/model-config';
import { selectTokens } from '../select-tokens';
import { loadModel } from './load-model';
import { saveModel } from './save-model';

/** Directories as each version's `save_pretrained` writes them, with its logits: see peers/make_fixtures.py. */
const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

interface Recorded {
  readonly task: Task;
  readonly ids: readonly (readonly number[])[];
  /** A row a text, or a row a token where the head reads tokens. */
  readonly logits: readonly number[];
  readonly labels: readonly string[] | null;
}

const engine = openOnnxEngine();
const recorded = (directory: string): Recorded => JSON.parse(readFileSync(join(directory, 'logits.json'), 'utf8'));

function batchOf({ task, ids }: Recorded) {
  const sequences = ids.map((own) => ({ ids: own }));
  const packed = packSequences(sequences, { rowLength: 64 });
  if (task === 'sequence-classification') return { ...packed };
  const everyToken = ids.map((own) => [...own.keys()]);
  return { ...selectTokens(packed, everyToken) };
}

describe.each(['transformers-4', 'transformers-5'])('a directory saved by %s', (version) => {
  it.each([
    ...['bert-sequence', 'bert-masked-untied', 'distilbert-token', 'distilbert-masked'],
    ...['electra-sequence', 'electra-masked'],
    ...['mpnet-sequence', 'mpnet-masked', 'mpnet-masked-untied'],
    ...['roberta-sequence', 'roberta-masked', 'roberta-masked-untied', 'xlm-roberta-token', 'camembert-token'],
  ])('%s has its logits, and has them again once saved here', async (name) => {
    const source = join(fixtures, version, name);
    const expected = recorded(source);
    const { task, labels } = expected;
    const { model, parameters, initialized, unexpected } = await loadModel(source, { task });
    expect([initialized, unexpected]).toEqual([[], []]);
    if (labels) expect(model.config.labels).toEqual(labels);
    const batch = batchOf(expected);
    const ours = await engine.compile(model.program).run(batch, parameters);
    expect(largestDifference(ours.logits.data, Float32Array.from(expected.logits)).absolute).toBeLessThan(2e-5);

    const directory = temporaryDirectory();
    await saveModel(directory, { ...model, parameters });
    const again = await loadModel(directory, { task });
    const repeated = await engine.compile(again.model.program).run(batch, again.parameters);
    expect(repeated.logits.data).toEqual(ours.logits.data);
  });
});
