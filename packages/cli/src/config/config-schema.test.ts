import { describe, expect, it } from 'vitest';
import published from '../../config.schema.json' with { type: 'json' };
import { type TrainConfig, trainOptions } from '../options/train';
import { configJsonSchema, configSchema } from './stored-options';

const schema = configSchema(trainOptions);

describe('the schema of a config file', () => {
  it('is published as JSON Schema (npm run schema -w attune writes it anew)', () => {
    expect(configJsonSchema(trainOptions)).toEqual(published);
  });

  it('refuses unknown keys, and requires none', () => {
    expect(published).toMatchObject({ additionalProperties: false });
    expect(published).not.toHaveProperty('required');
    expect(Object.keys(published.properties)).toEqual(expect.arrayContaining(['$schema', 'epochs', 'numTrainEpochs']));
    expect(Object.keys(published.properties)).not.toEqual(expect.arrayContaining(['config']));
    expect(Object.keys(published.properties)).not.toEqual(expect.arrayContaining(['resume']));
  });

  it('takes typed values, and gives what the flags give', () => {
    const config = {
      epochs: 2,
      learningRate: 1e-3,
      sgdNesterov: true,
      optimizer: 'sgd',
      freeze: ['bert.embeddings.*', 'bert.pooler.*'],
      classWeights: { rare: 5 },
    } as const satisfies TrainConfig;
    const typed = { epochs: '2', learningRate: '1e-3', freeze: config.freeze.join(), classWeights: '{"rare":5}' };
    expect(schema.parse(config)).toMatchObject(config);
    expect(schema.parse({ ...config, ...typed })).toEqual(schema.parse(config));
  });

  it.each([
    ['epochs', true, 'expected a number, got true'],
    ['epochs', Number.POSITIVE_INFINITY, 'expected a number, got Infinity'],
    ['seed', null, 'expected a number, got null'],
    ['text', 2024, 'expected text, got 2024; write it in quotes: "2024"'],
    ['label', true, 'expected text, got true; write it in quotes: "true"'],
    ['overwrite', 'yes', 'expected true or false, got "yes"'],
    ['optim', 'lion', 'expected one of adamw, adam, sgd, got "lion"'],
    ['freeze', [1], 'expected names separated by commas, or a list of names, got [1]'],
    ['classWeights', { rare: '5' }, 'expected balanced, or a JSON object of weights by label, got {"rare":"5"}'],
    ['classWeights', 'even', 'expected balanced, or a JSON object of weights by label, got "even"'],
    ['split', '80/30', 'expected'],
  ])('says what %s expects beside %j', (key, value, message) => {
    const [issue] = schema.safeParse({ [key]: value }).error?.issues ?? [];
    expect(issue).toMatchObject({ path: [key], message: expect.stringContaining(message) });
  });
});
