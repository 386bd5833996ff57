import { classificationReport } from '../classification-report';
import type { Label } from '../labels';
import type { BootstrapOptions } from './_resample';
import { type PairedBootstrap, pairedBootstrap } from './paired-bootstrap';

/**
 * How far one classifier's macro-F1 is ahead of another's on the same examples, with its interval: `pairedBootstrap` of both.
 *
 * Macro-F1 of a resample is over the classes that are in it. Options and errors as `pairedBootstrap`.
 * @example macroF1Difference(yTrue, { a: ofModel, b: ofBaseline }, { groups }).difference
 */
export function macroF1Difference<Class extends Label>(
  yTrue: ArrayLike<Class>,
  { a, b }: { readonly a: ArrayLike<Class>; readonly b: ArrayLike<Class> },
  options: BootstrapOptions = {},
): PairedBootstrap {
  const macroF1 = (yPred: ArrayLike<Class>) => (drawn: Uint32Array) =>
    classificationReport(
      Array.from(drawn, (i) => yTrue[i]),
      Array.from(drawn, (i) => yPred[i]),
    ).macro.f1;
  return pairedBootstrap(yTrue.length, macroF1(a), macroF1(b), options);
}
