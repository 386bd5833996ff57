import { AttuneError, didYouMean, isStackOverflow } from '@attune/internal';
import { allBut, characterNode, everyCharacter } from './code-points';
import { type At, type Part, partsOf, type Wrong, wrong } from './ebnf-scanner';
import { choice, leastBytes, type Node, repeat, rule, sequence, text } from './nodes';
import { type TokenBytes, type TokenGrammar, tokenGrammar } from './token-grammar';

/** How `ebnfGrammar` reads. */
export interface EbnfOptions {
  /** Name used in errors, such as a file name; default `grammar`. */
  readonly where?: string;
}

/**
 * Compiles a grammar in llama.cpp's GBNF notation for the tokens of a vocabulary: rules `name ::= …`, where `root` matches the whole text.
 *
 * A rule consists of strings (`"…"` or `'…'`), character classes (`[a-z]`, `[^,
 ]`, `.` for any), rule names, groups in parentheses, alternatives
 * with `|`, and repetitions with `*`, `+`, `?`, `{m}`, `{m,}` and `{m,n}`. Comments begin with `#`. Rules may be recursive, but not left-recursive.
 *
 * @param tokens bytes of each token id, from `tokenBytes` of `@attune/tokenizer`
 * @throws AttuneError GRAMMAR, with line and column, for a syntax error, a rule that is missing, repeated or left-recursive,
 * and a grammar that matches no text
 * @example
 * const grammar = ebnfGrammar('root ::= "yes" | "no"', tokenBytes(tokenizer));
 * await tokenGenerator({ model, parameters, engine }).generate([[1, 403, 407]], { grammar });
 */
export function ebnfGrammar(source: string, tokens: TokenBytes, { where = 'grammar' }: EbnfOptions = {}): TokenGrammar {
  const grammar = tokenGrammar(ebnfNode(source, where), tokens)!; // `ebnfNode` throws if the grammar matches no text
  const { start } = grammar;
  if (start.goesOn || start.mayEnd) return grammar;
  throw refused(where, {
    expected: 'a text that the tokens of the model can begin',
    got: 'none that does',
    what: 'use another model',
  });
}

interface Rule {
  readonly name: string;
  readonly at: At;
  node: Node;
}

/** The nodes of a grammar. @throws AttuneError GRAMMAR */
export function ebnfNode(source: string, where = 'grammar'): Node {
  try {
    const grammar = rulesOf(partsOf(source));
    const { rules } = grammar;
    const names = Array.from(rules.keys());
    const root = rules.get('root');
    if (!root)
      throw wrong(0, {
        expected: 'a rule named root, which matches the whole text',
        got: names.length === 0 ? 'no rule' : names.slice(0, 8).join(', '),
        what: 'add root ::= …',
      });
    const least = leastBytes(choice(...Array.from(rules.values(), ({ node }) => node)));
    checkBeginnings(grammar, (node) => least.get(node) === 0);
    if (least.get(root.node) === Number.POSITIVE_INFINITY)
      throw wrong(root.at, {
        expected: 'a rule root that matches a text',
        got: 'one that matches none: it never ends, or needs a character that does not exist',
        what: 'add an alternative that ends',
      });
    return root.node;
  } catch (error) {
    if (isStackOverflow(error)) throw refused(where, tooDeep);
    if (error instanceof Error) throw error;
    const { at, ...why } = error as Wrong;
    throw refused(`${where} ${placeOf(source, at)}`, why);
  }
}

const tooDeep = { expected: 'parts within parts', got: 'ones that are nested too deeply', what: 'write fewer levels' };

/** Line and column, from 1, in characters. */
function placeOf(source: string, at: At): string {
  const lines = source.slice(0, at).split('\n');
  return `line ${lines.length} column ${Array.from(lines.at(-1)!).length + 1}`;
}

const refused = (where: string, { expected, got, what }: Omit<Wrong, 'at'>) =>
  new AttuneError('GRAMMAR', `${where}: expected ${expected}, got ${got}; ${what}`);

interface Grammar {
  readonly rules: ReadonlyMap<string, Rule>;
  /** The rule of a node, for nodes that stand for a rule. */
  readonly nameOf: ReadonlyMap<Node, string>;
}

/** Reads the rules. A rule ends at the start of the next one, or at the end of the text. */
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
      const node = rule(() => rules.get(part.text)!.node); // resolved lazily, because a rule may contain itself
      nameOf.set(node, part.text);
      return node;
    }
    if (part.kind !== '(')
      throw wrong(part.at, {
        expected: 'the name of a rule, a string in quotes, [characters] or (',
        got: shown(part),
        what: part.kind === 'repeat' ? 'put it after the part to repeat' : 'begin each rule with its name',
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
    what: advice ? advice.replace(/^; ?/, '') : `add ${name} ::= …, or put a string in quotes`,
  });
}

function shown(part: Part): string {
  if (part.kind === 'end') return 'the end of the grammar';
  if (part.kind === 'name') return part.text;
  if (part.kind === 'repeat') return 'a repetition';
  return part.kind === 'literal' ? JSON.stringify(part.text) : part.kind === 'class' ? '[…]' : part.kind;
}

/** Refuses left recursion, which would never end. */
function checkBeginnings({ rules, nameOf }: Grammar, canBeEmpty: (node: Node) => boolean): void {
  /** The rules at the start of a node, before any byte. */
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
        expected: `a rule ${name} that does not begin with itself`,
        got: [...path.slice(path.indexOf(name)), name].join(' → '),
        what: `write it with a repetition, such as ${name} ::= a b*`,
      });
    if (done.has(name)) return;
    for (const next of beginnings(node)) visit(next, [...path, name]);
    done.add(name);
  };
  for (const name of rules.keys()) visit(name, []);
}
