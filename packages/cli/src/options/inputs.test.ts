import { expect, it } from 'vitest';
import { inputsIn } from './inputs';
import { trainOptions } from './train';

it('finds what is read, by the names that are typed', () => {
  const flags = {
    data: 'a.csv',
    evalData: 'b.csv',
    labelList: ['names.txt'],
    model: 'runs/a/model',
    modelConfig: 'c.json',
    out: 'runs/a',
    text: 't',
  };
  expect(inputsIn(flags, trainOptions)).toEqual([
    { name: '--model', path: 'runs/a/model' },
    { name: '--model-config', path: 'c.json' },
    { name: '--data', path: 'a.csv' },
    { name: '--label-list', path: 'names.txt' },
    { name: '--eval-data', path: 'b.csv' },
  ]);
  expect(inputsIn({ data: '-', model: 'new' }, trainOptions)).toEqual([]);
  const student = { model: 'runs/large', teacher: ['runs/large', 'runs/other'], beside: ['runs/alone'] };
  expect(inputsIn(student, trainOptions)).toEqual([
    { name: '--teacher', path: 'runs/large' },
    { name: '--teacher', path: 'runs/other' },
    { name: '--beside', path: 'runs/alone' },
  ]);
});
