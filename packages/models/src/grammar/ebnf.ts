import { AttuneError, didYouMean } from '@attune/internal';
import { allBut, characterNode, everyCharacter } from './code-points';
import { type At, type Part, partsOf, type Wrong, wrong } from './ebnf-scanner';
import { choice, leastBytes, type Node, repeat, rule, sequence, text } from './nodes';
import { type TokenBytes, type TokenGrammar, tokenGrammar } from './token-grammar';

/** How `ebnfGrammar` reads. */
export interface EbnfOptions {
  /** What errors name, such as a file; default `grammar`. */
  readonly where?: string;
}

/**
 * A grammar in the notation of llama.cpp's GBNF files, over the tokens of a vocabulary: rules `name ::= …`, of which `root` is the whole text.
 *
 * A rule is made of texts (`"…"` or `'…'`), characters (`[a-z]`, `[^,\n]`, `.` for any), names of rules, groups in parentheses, alternatives
 * with `|`, and repetitions with `*`, `+`, `?`, `{m}`, `{m,}` and `{m,n}`. Comments begin with `#`. A rule may contain itself, but not begin with itself.
 *
 * @param tokens what each id writes, from `tokenBytes` of `@attune/tokenizer`
 * @throws AttuneError GRAMMAR, naming line and column, for a text that is no grammar, a rule that is not there, twice, or begins with itself,
 * and a grammar that no text is of
 * @example
 * const grammar = ebnfGrammar('root ::= "yes" | "no"', tokenBytes(tokenizer));
 * await tokenGenerator({ model, parameters, engine }).generate([[1, 403, 407]], { grammar });
 */
export function ebnfGrammar(source: string, tokens: TokenBytes, { where = 'grammar' }: EbnfOptions = {}): TokenGrammar {
  const grammar = tokenGrammar(ebnfNode(source, where), tokens)!; // it has a text, or `ebnfNode` throws
  const { start } = grammar;
  if (start.goesOn || start.mayEnd) return grammar;
  throw refused(where, {
    expected: 'a text that the tokens of the model can begin',
    got: 'none that does',
    what: 'take another model',
  });
}

interface Rule {
  readonly name: string;
  readonly at: At;
  node: Node;
}

/** What a grammar describes, as nodes. @throws AttuneError GRAMMAR */
export function ebnfNode(source: string, where = 'grammar'): Node {
  try {
    const grammar = rulesOf(partsOf(source));
    const { rules } = grammar;
    const names = Array.from(rules.keys());
    const root = rules.get('root');
    if (!root)
      throw wrong(0, {
        expected: 'a rule named root, of which the whole text is',
        got: names.length === 0 ? 'no rule' : names.slice(0, 8).join(', '),
        what: 'add root ::= …',
      });
    const least = leastBytes(choice(...Array.from(rules.values(), ({ node }) => node)));
    checkBeginnings(grammar, (node) => least.get(node) === 0);
    if (least.get(root.node) === Number.POSITIVE_INFINITY)
      throw wrong(root.at, {
        expected: 'a rule root that a text is of',
        got: 'one of none: each would contain another one, without end, or a character that there is not',
        what: 'add an alternative that ends',
      });
    return root.node;
  } catch (error) {
    if (error instanceof Error) throw error;
    const { at, ...why } = error as Wrong;
    throw refused(`${where} ${placeOf(source, at)}`, why);
  }
}

/** Line and column, from 1, in characters. */
function placeOf(source: string, at: At): string {
  const lines = source.slice(0, at).split('\n');
  return `line ${lines.length} column ${Array.from(lines.at(-1)!).length + 1}`;
}

const refused = (where: string, { expected, got, what }: Omit<Wrong, 'at'>) =>
  new AttuneError('GRAMMAR', `${where}: expected ${expected}, got ${got}; ${what}`);

interface Grammar {
  readonly rules: ReadonlyMap<string, Rule>;
  /** The rule that a node stands for, of those that stand for one. */
  readonly nameOf: ReadonlyMap<Node, string>;
}

/** Reads the rules. One ends where the next one begins, or the text. */
function rulesOf(parts: readonly Part[]): Grammar {
  const rules = new Map<string, Rule>();
  const nameOf = new Map<Node, string>();
  const used: { readonly name: string; readonly at: At }[] = [];
  let i = 0;
  const isRule = () => parts[i].kind === 'name' && parts[i + 1].kind === '::=';

  function alternatives(): Node {
    const all = [inSequence()];
    while (parts[i].kind === '|') {
      i++;
      all.push(inSequence());
    }
    return all.length === 1 ? all[0] : choice(...all);
  }

  function inSequence(): Node {
    const items: Node[] = [];
    while (!isRule() && parts[i].kind !== '|' && parts[i].kind !== ')' && parts[i].kind !== 'end') items.push(item());
    return items.length === 1 ? items[0] : sequence(...items);
  }

  function item(): Node {
    let node = atom();
    for (let part = parts[i]; part.kind === 'repeat'; part = parts[++i]) node = repeat(node, part.least, part.most);
    return node;
  }

  function atom(): Node {
    const part = parts[i++];
    if (part.kind === 'literal') return text(part.text);
    if (part.kind === '.') return characterNode(everyCharacter);
    if (part.kind === 'class') return characterNode(part.isNegated ? allBut(part.ranges) : part.ranges);
    if (part.kind === 'name') {
      used.push({ name: part.text, at: part.at });
      const node = rule(() => rules.get(part.text)!.node); // made when it is met: a rule may contain itself
      nameOf.set(node, part.text);
      return node;
    }
    if (part.kind !== '(')
      throw wrong(part.at, {
        expected: 'the name of a rule, a text in quotes, [characters] or (',
        got: shown(part),
        what: part.kind === 'repeat' ? 'put it behind what is repeated' : 'begin each rule with its name',
      });
    const node = alternatives();
    if (parts[i].kind !== ')')
      throw wrong(part.at, { expected: 'a ) that closes this (', got: shown(parts[i]), what: 'add )' });
    i++;
    return node;
  }

  while (parts[i].kind !== 'end') {
    const part = parts[i];
    if (part.kind !== 'name' || parts[i + 1].kind !== '::=')
      throw wrong(part.at, { expected: 'a rule, such as item ::= "a" | "b"', got: shown(part), what: 'correct it' });
    if (rules.has(part.text))
      throw wrong(part.at, {
        expected: 'each rule once',
        got: `${part.text} again`,
        what: 'join them with |, or rename one',
      });
    i += 2;
    const own: Rule = { name: part.text, at: part.at, node: sequence() };
    rules.set(part.text, own);
    own.node = alternatives();
  }
  for (const { name, at } of used) if (!rules.has(name)) throw unknown(name, at, rules);
  return { rules, nameOf };
}

function unknown(name: string, at: At, rules: ReadonlyMap<string, Rule>): Wrong {
  const names = Array.from(rules.keys());
  const advice = didYouMean(name, names);
  return wrong(at, {
    expected: `a rule among ${names.slice(0, 12).join(', ')}`,
    got: name,
    what: advice ? advice.replace(/^; ?/, '') : `add ${name} ::= …, or put a text in quotes`,
  });
}

function shown(part: Part): string {
  if (part.kind === 'end') return 'the end of the grammar';
  if (part.kind === 'name') return part.text;
  if (part.kind === 'repeat') return 'a repetition';
  return part.kind === 'literal' ? JSON.stringify(part.text) : part.kind === 'class' ? '[…]' : part.kind;
}

/** A rule that begins with itself would be entered for ever before a byte is written. */
function checkBeginnings({ rules, nameOf }: Grammar, canBeEmpty: (node: Node) => boolean): void {
  /** The rules that stand where nothing need be written before them. */
  const beginnings = (node: Node): readonly string[] => {
    if (node.kind === 'rule') return [nameOf.get(node)!];
    if (node.kind === 'bytes') return [];
    if (node.kind === 'repeat') return beginnings(node.item);
    if (node.kind === 'choice') return node.items.flatMap(beginnings);
    const end = node.items.findIndex((item) => !canBeEmpty(item));
    return node.items.slice(0, end === -1 ? undefined : end + 1).flatMap(beginnings);
  };
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    const { at, node } = rules.get(name)!;
    if (path.includes(name))
      throw wrong(at, {
        expected: `a rule ${name} that begins with something else than itself`,
        got: [...path.slice(path.indexOf(name)), name].join(' → '),
        what: `write it with a repetition, such as ${name} ::= a b*`,
      });
    if (done.has(name)) return;
    for (const next of beginnings(node)) visit(next, [...path, name]);
    done.add(name);
  };
  for (const name of rules.keys()) visit(name, []);
}
