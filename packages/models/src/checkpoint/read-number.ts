import { invalid } from './_config-errors';
import { describe, type JsonObject } from './_describe';
import type { Field } from './config-fields';

interface NumberContext<Key extends string> {
  readonly field: Field<Key>;
  /** Fields already read, for one whose default is another's value. */
  readonly before: Readonly<Record<Key, number>>;
  readonly where: string;
}

/** One number of a `config.json`. @throws AttuneError CHECKPOINT_CONFIG for one that cannot be */
export function readNumber<Key extends string>(json: JsonObject, { field, before, where }: NumberContext<Key>): number {
  const { name, alias, absent, kind, nullable } = field;
  const given = json[name] === undefined && alias ? json[alias] : json[name];
  if (given === undefined || (given === null && nullable)) return typeof absent === 'string' ? before[absent] : absent;
  if (typeof given === 'number' && kind.accepts(given)) return given;
  throw invalid(where, `${name} expected ${kind.expected}, got ${describe(given)}`);
}
