import { AttuneError } from '@attune/engine';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { type ConfigFile, namedValues } from './config-values';
import { jsonErrorOffset } from './json-error-offset';

/**
 * What a JSON or YAML text says.
 *
 * JSON is YAML too, so one reader knows where its keys are; that it is JSON proper is for JSON.parse to say.
 *
 * @throws AttuneError CONFIG_INVALID with line and column
 */
export function parseTextConfig(path: string, text: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path} line ${line} column ${col}`;
  };
  const read = path.toLowerCase().endsWith('.json') ? jsonValue : yamlValue;
  return {
    values: namedValues(read({ text, document, place }), path),
    where: (...keys) => {
      const offset = keyOffset(document, keys);
      return offset === undefined ? path : place(offset);
    },
  };
}

interface Parsed {
  readonly text: string;
  readonly document: Document.Parsed;
  readonly place: (offset: number) => string;
}

function jsonValue({ text, document, place }: Parsed): unknown {
  const twice = document.errors.find(({ code }) => code === 'DUPLICATE_KEY');
  try {
    const value = JSON.parse(text);
    if (!twice) return value;
  } catch (cause) {
    throw invalid(place(jsonErrorOffset(text)), `expected JSON, got ${(cause as Error).message}; correct it`, cause);
  }
  throw repeatedKey(place(twice.pos[0]));
}

function yamlValue({ document, place }: Parsed): unknown {
  const [error] = document.errors;
  if (error?.code === 'DUPLICATE_KEY') throw repeatedKey(place(error.pos[0]));
  if (error) throw invalid(place(error.pos[0]), `expected YAML, got: ${error.message}; correct it`, error);
  try {
    return document.toJS();
  } catch (cause) {
    throw invalid(place(0), `expected YAML, got: ${(cause as Error).message}; correct it`, cause);
  }
}

const repeatedKey = (where: string) => invalid(where, 'expected each key once, got this one again; drop one');

function invalid(where: string, problem: string, cause?: unknown): AttuneError {
  return new AttuneError('CONFIG_INVALID', `${where}: ${problem}`, { cause });
}

/** Where the last of the keys stands, each inside the one before it. */
function keyOffset({ contents }: Document.Parsed, keys: readonly string[]): number | undefined {
  let node: unknown = contents;
  let offset: number | undefined;
  for (const name of keys) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && `${key.value}` === name) : undefined;
    if (!pair) return undefined;
    node = pair.value;
    if (isScalar(pair.key)) offset = pair.key.range?.[0];
  }
  return offset;
}
