// Normalizes the names of labels: blanks, Unicode forms, integers with .0, casings of true and false.

import { cleanLabel, foldedLabel } from '@attune/data';
import { firstOf } from '@attune/internal';

interface LabelNames {
  /** The normalized form of a name of the file. */
  nameOf(name: string): string;
  /** Notes on names that were merged, and on similar names that were not, with counts. */
  readonly notes: readonly string[];
}

interface NamesOptions {
  readonly where: string;
  /** Names that stay unchanged, and that others are changed to. */
  readonly known?: readonly string[];
}

/** Normalizes the names of all labels of a file; repeated names count. */
export function labelNames(names: readonly string[], { where, known = [] }: NamesOptions): LabelNames {
  const counts = countsOf(names);
  const bases = new Map([...counts.keys()].map((name) => [name, cleaned(name, known)]));
  const forms = mergedForms([...new Set([...bases.values(), ...known])], known);
  const nameOf = (name: string): string => {
    const base = bases.get(name) ?? cleaned(name, known);
    return forms.get(base) ?? base;
  };
  const notes = [trimmedNote(counts, bases), mergedNote(counts, bases, forms), alikeNote(counts, { nameOf, known })];
  return { nameOf, notes: notes.flatMap((note) => (note === undefined ? [] : `${where}: ${note}`)) };
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** A known name unchanged, otherwise the known name that is equal after trimming, otherwise the trimmed name. */
function cleaned(name: string, known: readonly string[]): string {
  if (known.includes(name)) return name;
  const own = cleanLabel(name);
  if (known.includes(own)) return own;
  const [same, ...others] = known.filter((each) => cleanLabel(each) === own);
  return same !== undefined && others.length === 0 ? same : own;
}

const integer = /^-?(?:0|[1-9]\d*)(?:\.0+)?$/;
const truth = /^(?:true|false)$/i;

/** Replacements of names, if all labels are integers (some with .0) or all are true or false (in several casings). */
function mergedForms(names: readonly string[], known: readonly string[]): Map<string, string> {
  const one = [
    { is: integer, form: (name: string) => name.replace(/\.0+$/, '') },
    { is: truth, form: (name: string) => name.toLowerCase() },
  ].find(({ is }) => names.length > 0 && names.every((name) => is.test(name)));
  if (one === undefined) return new Map();
  const groups = groupsOf(names, one.form);
  if ([...groups.values()].every((group) => group.length === 1)) return new Map();
  const forms = new Map<string, string>();
  for (const [form, group] of groups) {
    const kept = group.filter((name) => known.includes(name));
    if (known.length > 0 && kept.length !== 1) continue;
    const target = kept[0] ?? form;
    for (const name of group) if (name !== target) forms.set(name, target);
  }
  return forms;
}

function groupsOf(names: readonly string[], form: (name: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) groups.set(form(name), [...(groups.get(form(name)) ?? []), name]);
  return groups;
}

function trimmedNote(counts: ReadonlyMap<string, number>, bases: ReadonlyMap<string, string>): string | undefined {
  const changed = [...counts].filter(([name]) => bases.get(name) !== name);
  if (changed.length === 0) return undefined;
  const total = changed.reduce((sum, [, count]) => sum + count, 0);
  const [[first, count]] = changed;
  return `${total} of ${sumOf(counts)} labels normalized (surrounding blanks, invisible characters, Unicode form): ${shown(first)} (${count}) as ${shown(bases.get(first)!)}${changed.length > 1 ? ', …' : ''}`;
}

function mergedNote(
  counts: ReadonlyMap<string, number>,
  bases: ReadonlyMap<string, string>,
  forms: ReadonlyMap<string, string>,
): string | undefined {
  const merged = new Map<string, number>();
  for (const [name, count] of counts) {
    const base = bases.get(name)!;
    if (forms.has(base)) merged.set(base, (merged.get(base) ?? 0) + count);
  }
  if (merged.size === 0) return undefined;
  const list = [...merged].map(([name, count]) => `${shown(name)} (${count}) as ${shown(forms.get(name)!)}`);
  return `different spellings of one value are one label: ${firstOf(list)}`;
}

/** Note on names that differ only in case, inner blanks, or zeros of a number. */
function alikeNote(
  counts: ReadonlyMap<string, number>,
  { nameOf, known }: { readonly nameOf: (name: string) => string; readonly known: readonly string[] },
): string | undefined {
  const totals = new Map<string, number>();
  for (const [name, count] of counts) totals.set(nameOf(name), (totals.get(nameOf(name)) ?? 0) + count);
  const alike = [...groupsOf([...totals.keys()], fold).values()].filter(
    (group) => group.length > 1 && group.some((name) => !known.includes(name) || known.length === 0),
  );
  if (alike.length === 0) return undefined;
  const list = alike.map((group) => group.map((name) => `${shown(name)} (${totals.get(name)})`).join(' and '));
  return `labels that differ only in case, blanks or zeros are separate classes: ${firstOf(list, { separator: '; ' })}; spell them the same if they mean the same`;
}

/** A number by its value, other names by their letters. */
const fold = (name: string): string =>
  /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(name) && Number.isSafeInteger(Math.trunc(Number(name))) && name.length < 16
    ? String(Number(name))
    : foldedLabel(name);

const shown = (name: string) => JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);

const sumOf = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);
