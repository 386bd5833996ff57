// Tokens that tokenizer_config.json and older files name.
import { isObject } from '@attune/internal';
import type { AddedTokenJson } from '../json/tokenizer-json';

interface Naming {
  /** The id of every token of the tokenizer; asked for only where a token is missing, since vocabularies are large. */
  readonly idsOf: () => ReadonlyMap<string, number>;
  /** Its added tokens. */
  readonly added: readonly AddedTokenJson[];
  /** Fields of `tokenizer_config.json`, and of `special_tokens_map.json` and `added_tokens.json` where they count. */
  readonly settings: Readonly<Record<string, unknown>>;
}

type Flags = Omit<AddedTokenJson, 'id' | 'content'>;

const plain: Flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };

/**
 * The added tokens, by id, with those that are named elsewhere: those of `added_tokens_decoder`, whose flags count, and of `added_tokens.json`, with
 * their ids, and special tokens of the vocabulary. A special token that is nowhere in the vocabulary has no id that a model knows, and is left
 * out. The same list where there is nothing to change.
 */
export function namedTokens({ idsOf, added, settings }: Naming): readonly AddedTokenJson[] {
  const known = new Map(added.map((token) => [token.content, token]));
  let all: ReturnType<typeof places> | undefined;
  let isChanged = false;
  const add = (content: string, flags: Flags, given?: number) => {
    if (content === '' || known.has(content)) return;
    all ??= places(idsOf());
    if (given === undefined && !all.ids.has(content)) return;
    const isFree = given !== undefined && (all.taken.get(given) ?? content) === content;
    const id = all.ids.get(content) ?? (isFree ? given : all.next);
    all.next = Math.max(all.next, id + 1);
    known.set(content, { id, content, ...flags });
    all.taken.set(id, content);
    isChanged = true;
  };
  /** Sets the flags of a token that is an added one already. */
  const change = (content: string, flags: Flags) => {
    const before = known.get(content);
    if (before === undefined || JSON.stringify(flagsOf({ ...before })) === JSON.stringify(flags)) return;
    known.set(content, { ...before, ...flags });
    isChanged = true;
  };
  const specials = specialTokens(settings);
  for (const [id, token] of entriesOf(settings.added_tokens_decoder).sort(([a], [b]) => Number(a) - Number(b)))
    if (isObject(token) && /^\d+$/.test(id)) {
      change(contentOf(token), flagsOf(token, specials));
      add(contentOf(token), flagsOf(token, specials), Number(id));
    }
  for (const [content, id] of entriesOf(settings.added_tokens).sort(([, a], [, b]) => Number(a) - Number(b))) {
    const flags = specials.get(content) ?? { ...plain, special: false, normalized: true };
    if (Number.isInteger(id)) add(content, flags, id as number);
  }
  for (const [content, flags] of specials) add(content, flags);
  return isChanged ? [...known.values()].sort((a, b) => a.id - b.id) : added;
}

/** The ids of tokens, the token of each id, and the first id that none has. */
function places(ids: ReadonlyMap<string, number>) {
  const taken = new Map([...ids].map(([content, id]) => [id, content]));
  let largest = -1;
  for (const id of taken.keys()) largest = Math.max(largest, id);
  return { ids, taken, next: largest + 1 };
}

/** The special tokens that are named, with their flags. */
function specialTokens(settings: Naming['settings']): Map<string, Flags> {
  const named = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'].map((role) => settings[`${role}_token`]);
  const others = [settings.additional_special_tokens, settings.extra_special_tokens].flatMap((value) =>
    isObject(value) ? Object.values(value) : [value].flat(),
  );
  return new Map(
    [...named, ...others].flatMap((token): [string, Flags][] => {
      if (typeof token === 'string') return [[token, plain]];
      return isObject(token) ? [[contentOf(token), flagsOf({ ...token, special: true })]] : [];
    }),
  );
}

const contentOf = ({ content }: Readonly<Record<string, unknown>>) => (typeof content === 'string' ? content : '');

/** The flags of a token as an object describes it. */
function flagsOf(token: Readonly<Record<string, unknown>>, specials?: ReadonlyMap<string, Flags>): Flags {
  const special = token.special === true || specials?.has(contentOf(token)) === true;
  const usual: Flags = { ...plain, special, normalized: !special };
  const own = Object.entries(usual).map(([name, value]) => [
    name,
    typeof token[name] === 'boolean' ? token[name] : value,
  ]);
  return { ...(Object.fromEntries(own) as Flags), special };
}

const entriesOf = (value: unknown): [string, unknown][] => (isObject(value) ? Object.entries(value) : []);
