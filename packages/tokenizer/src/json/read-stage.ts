import { asArray, asObject, type JsonObject, stringField } from './fields';

/** How further types of a stage are read, and their names for error messages. */
export interface MoreTypes<Stage> {
  names: string;
  read(type: string, object: JsonObject): Stage | undefined;
}

/** A stage of the file with its type, `undefined` where there is none (`null`). */
export function typeOf(value: unknown, path: string): { type: string; object: JsonObject } | undefined {
  if (value === undefined || value === null) return undefined;
  const object = asObject(value, path);
  return { type: stringField(object, 'type'), object };
}

/** The stages of a `Sequence`, each with its path. */
export function stagesOf({ path, fields }: JsonObject, name: string): { value: unknown; path: string }[] {
  return asArray(fields[name], `${path}.${name}`).map((value, i) => ({ value, path: `${path}.${name}[${i}]` }));
}
