import type { ClassScores } from '@attune/metrics';
import { table } from '../terminal/table';

interface Figures {
  readonly precision?: number;
  readonly recall?: number;
  readonly f1?: number;
  readonly accuracy: number;
  readonly loss: number;
  readonly perEntity: Readonly<Record<string, ClassScores>>;
  readonly scheme: string;
  readonly mode: string;
}

/** A tagger's figures for people: a line a type of entity, then all together. */
export function entityLines({ perEntity, precision, recall, f1, ...figures }: Figures): string {
  const fixed = (value: number) => value.toFixed(4);
  const types = Object.entries(perEntity).map(([type, own]) => [
    type,
    ...[own.precision, own.recall, own.f1].map(fixed),
    String(own.support),
  ]);
  const all =
    precision === undefined || recall === undefined || f1 === undefined
      ? []
      : [['all entities', ...[precision, recall, f1].map(fixed)]];
  const { accuracy, loss, scheme, mode } = figures;
  const counted = scheme === 'none' ? 'each tag by itself' : `${scheme}, ${mode}`;
  return `${table([['', 'precision', 'recall', 'F1', 'support'], ...types, ...all])}\n\n${table([
    ['accuracy of tags', fixed(accuracy)],
    ['loss', fixed(loss)],
  ])}\n(${counted})`;
}
