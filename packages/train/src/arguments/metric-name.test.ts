import { isAttuneError } from '@attune/internal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricNames } from '../tasks/metric-names';
import { metricNamed } from './metric-name';

const sequence = metricNames({ task: 'sequence-classification' });
const token = metricNames({ task: 'token-classification' });
const everyName = [
  sequence,
  token,
  metricNames({ task: 'sequence-classification', problemType: 'multi_label_classification' }),
  metricNames({ task: 'sequence-classification', problemType: 'regression' }),
  metricNames({ task: 'token-classification', scheme: 'none' }),
  metricNames({ task: 'masked-lm' }),
  metricNames({ task: 'causal-lm' }),
];

describe('metricNamed', () => {
  it.each([
    ['loss', 'loss'],
    ['eval_loss', 'loss'],
    ['eval-accuracy', 'accuracy'],
    ['macro_f1', 'macroF1'],
    ['eval_macro_f1', 'macroF1'],
    ['evalMacroF1', 'macroF1'],
    ['macro-F1', 'macroF1'],
    ['MacroF1', 'macroF1'],
    ['macrof1', 'macroF1'],
    ['f1_macro', 'macroF1'],
    ['eval/weighted f1', 'weightedF1'],
    ['precision_macro', 'macroPrecision'],
  ])('reads %s as %s', (written, name) => expect(metricNamed(written, sequence)).toBe(name));

  it('reads what a tagger measures', () => {
    expect(metricNamed('eval_f1', token)).toBe('f1');
    expect(metricNamed('Recall', token)).toBe('recall');
  });

  it.each([
    ['f1', 'macroF1'],
    ['eval_f1', 'macroF1'],
    ['precision', 'macroPrecision'],
    ['macroF2', 'macroF1'],
    ['acuracy', 'accuracy'],
  ])('refuses %s, naming %s', (written, near) => {
    expect(() => metricNamed(written, sequence)).toThrow(
      `metricForBestModel: there is no metric ${JSON.stringify(written)}; use one of loss, accuracy, macroF1, weightedF1, ` +
        `macroPrecision, macroRecall; did you mean "${near}"?`,
    );
  });

  it('lists what there is for what is like none, and never fails otherwise', () => {
    expect(() => metricNamed('', sequence)).toThrow(/no metric ""; use one of loss, .*macroRecall$/);
    fc.assert(
      fc.property(fc.string(), (written) => {
        try {
          expect(sequence).toContain(metricNamed(written, sequence));
        } catch (error) {
          expect(isAttuneError(error, 'ARGUMENT_INVALID')).toBe(true);
        }
      }),
    );
  });

  it('reads every name of every task, however its words are joined', () => {
    for (const names of everyName)
      for (const name of names) {
        const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
        for (const written of [name, snake, `eval_${name}`, `eval_${snake}`, snake.toUpperCase()])
          expect([written, metricNamed(written, names)]).toEqual([written, name]);
      }
  });
});
