import { parse, type Template, tokenize } from '@huggingface/jinja';

type Statement = Template['parsed']['body'][number];
type Tokens = ReturnType<typeof tokenize>;

/** The settings with which transformers reads chat templates. */
const options = { lstrip_blocks: true, trim_blocks: true };

/** Tags, whose strings may hold the end of a tag. */
const tags = /\{#[\s\S]*?#\}|\{[%{](?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^"'])*?[%}]\}/g;

/** Statements that only end or divide an earlier one. */
const closing = /^(else|end\w+)$/;

/** The line, from 1, on which each tag of a template begins. */
function tagLines(source: string): number[] {
  return [...source.matchAll(tags)].map(({ index }) => source.slice(0, index).split('\n').length);
}

const opens = ({ type }: Tokens[number]) => type === 'OpenStatement' || type === 'OpenExpression' || type === 'Comment';

/**
 * The line, from 1, of the fault in a template that cannot be parsed; undefined for a valid one.
 *
 * The parser reports no places: the last token that it read lies in the faulty tag.
 */
export function syntaxErrorLine(source: string): number | undefined {
  let tokens: Tokens;
  try {
    tokens = tokenize(source, options);
  } catch (error) {
    return unreadableLine(source, (error as Error).message);
  }
  let last = 0;
  const watched = new Proxy(tokens, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) last = Math.max(last, Math.min(Number(key), tokens.length - 1));
      return Reflect.get(target, key);
    },
  });
  try {
    parse(watched);
    return undefined;
  } catch {
    const count = tokens.slice(0, last + 1).filter(opens).length;
    return tagLines(source)[count - 1];
  }
}

/** Text that cannot be split into tokens fails in the same way from its line on. */
function unreadableLine(source: string, message: string): number {
  const lines = source.split('\n');
  const fails = (count: number) => {
    try {
      tokenize(lines.slice(0, count).join('\n'), options);
      return false;
    } catch (error) {
      return (error as Error).message === message;
    }
  };
  return lines.findIndex((_, i) => fails(i + 1)) + 1;
}

/** The line, from 1, of the first statement with a line; undefined without one. */
export function lineOf(
  statements: readonly object[],
  { source, body }: { readonly source: string; readonly body: readonly Statement[] },
): number | undefined {
  const lines = statementLines(source, tokenize(source, options), body);
  return statements.map((each) => lines.get(each as Statement)).find((line) => line !== undefined);
}

/** Statements are in the order of the tags that open them. */
function statementLines(source: string, tokens: Tokens, body: readonly Statement[]): Map<Statement, number> {
  const lines = tagLines(source);
  let tag = -1;
  const openers = tokens.flatMap((token, i) => {
    if (opens(token)) tag += 1;
    const isClosing = token.type === 'OpenStatement' && closing.test(tokens[i + 1]?.value ?? '');
    return (opens(token) && !isClosing) || token.type === 'Text' ? [lines[Math.max(tag, 0)]] : [];
  });
  const all = [...inOrder(body)];
  return all.length === openers.length ? new Map(all.map((statement, i) => [statement, openers[i]])) : new Map();
}

type Parent = Statement & Partial<Record<'body' | 'alternate' | 'defaultBlock', readonly Statement[]>>;

function* inOrder(body: readonly Statement[]): Generator<Statement> {
  for (const statement of body) {
    yield statement;
    const { body: own = [], alternate = [], defaultBlock = [] } = statement as Parent;
    yield* inOrder([...own, ...alternate, ...defaultBlock]);
  }
}
