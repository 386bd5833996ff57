// docs/reference/config.md: the keys of a config file of `attune train`, from the published JSON Schema.
import schema from '../../packages/cli/config.schema.json' with { type: 'json' };
import { cell, generatedNote, table } from './markdown';

interface Property {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly items?: Property;
  readonly anyOf?: readonly Property[];
}

/** The page, as Markdown. */
export function configReference(): string {
  const rows = Object.entries(schema.properties as Readonly<Record<string, Property>>).map(([key, property]) => [
    `\`${key}\``,
    cell(typeOf(property)),
    property.default === undefined ? '' : `\`${JSON.stringify(property.default)}\``,
    cell(property.description ?? ''),
  ]);
  return [
    '# Config file',
    generatedNote,
    '`attune train --config FILE` reads the options of [`attune train`](cli.md#attune-train) from a file in JSON, YAML, JavaScript or TypeScript. An option that is typed takes precedence. A name with dashes is written in camelCase: `--learning-rate` is `learningRate`.',
    'Editors complete the keys by the published schema:',
    '```json attune.json\n{\n  "$schema": "./node_modules/attune/config.schema.json",\n  "task": "sequence-classification",\n  "learningRate": 2e-5\n}\n```',
    table(['key', 'type', 'default', 'description'], rows),
    '',
  ].join('\n\n');
}

function typeOf({ type, enum: choices, items, anyOf }: Property): string {
  if (choices) return choices.map((choice) => JSON.stringify(choice)).join(', ');
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(' or ');
  if (type === 'array') return items ? `list of ${typeOf(items)}` : 'list';
  return Array.isArray(type) ? type.join(' or ') : String(type ?? 'any');
}
