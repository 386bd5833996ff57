import { modelForTask, parseModelConfig } from '@attune/models';
import { describe, expect, it } from 'vitest';
import { frozenParameters } from './freeze';

const bert = { model_type: 'bert', num_hidden_layers: 3, hidden_size: 8, num_attention_heads: 2, intermediate_size: 8 };
const model = modelForTask(parseModelConfig(bert, 'test'), 'sequence-classification');
const names = Object.keys(model.specs);
const starting = (...prefixes: string[]) => names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
const sorted = (some: Iterable<string>) => [...some].sort();

describe('frozenParameters', () => {
  it('freezes nothing unless asked to', () => {
    expect(frozenParameters({}, model).size).toBe(0);
  });

  it('freezes what a pattern matches as a whole', () => {
    const frozen = frozenParameters({ freeze: ['bert.encoder.layer.1.*', 'classifier.bias'] }, model);
    expect(sorted(frozen)).toEqual(sorted([...starting('bert.encoder.layer.1.'), 'classifier.bias']));
    const norms = frozenParameters({ freeze: ['*.layer.*.LayerNorm.*'] }, model);
    expect(sorted(norms)).toEqual(sorted(starting('bert.encoder').filter((name) => name.includes('LayerNorm'))));
  });

  it('takes a dot for a dot', () => {
    expect(() => frozenParameters({ freeze: ['classifier?bias'] }, model)).toThrow('did you mean "classifier.bias"?');
    expect(() => frozenParameters({ freeze: ['classifierXbias'] }, model)).toThrow('did you mean "classifier.bias"?');
  });

  it('freezes the embeddings and the first layers', () => {
    const first = ['bert.embeddings.', 'bert.encoder.layer.0.', 'bert.encoder.layer.1.'];
    expect(sorted(frozenParameters({ freezeLayers: 2 }, model))).toEqual(sorted(starting(...first)));
    expect(sorted(frozenParameters({ freezeLayers: 0 }, model))).toEqual(sorted(starting(first[0])));
    const both = frozenParameters({ freezeLayers: 0, freeze: ['bert.pooler.*'] }, model);
    expect(sorted(both)).toEqual(sorted(starting(first[0], 'bert.pooler.')));
  });

  it.each([
    [{ freeze: ['bert.encodr.layer.0.*'] }, 'got "bert.encodr.layer.0.*"; did you mean "bert.encoder.layer.0.*"?'],
    [{ freeze: ['zzz'] }, 'got "zzz"; the model has bert.embeddings.word_embeddings.weight … classifier.bias'],
    [{ freeze: ['*'] }, 'freeze: expected a parameter left to train, got all of them frozen; freeze less'],
    [{ freezeLayers: 3, freeze: ['bert.pooler.*', 'classifier.*'] }, 'expected a parameter left to train'],
    [{ freezeLayers: 4 }, "freezeLayers: expected an integer in [0, 3], the model's layers, got 4"],
    [{ freezeLayers: 0.5 }, 'got 0.5'],
  ])('refuses %j', (args, message) => {
    const freeze = () => frozenParameters(args, model);
    expect(freeze).toThrow(message);
    expect(freeze).toThrow(expect.objectContaining({ name: 'AttuneError', code: 'FREEZE_INVALID' }));
  });
});
