import { z } from 'zod';
import type { Options } from '../command';

/** What is said on the command line alone. */
const typedOnly = ['config', 'resume'];

/** The options that a config file may hold: by name and by alias, each with its name. */
export function configKeys(options: Options): ReadonlyMap<string, string> {
  const names = Object.keys(options).filter((name) => !typedOnly.includes(name));
  return new Map(
    names.flatMap((name) => [name, options[name].alias ?? []].flat().map((key) => [key, name] as [string, string])),
  );
}

/** The schema of a config file: the options' own, none of them required, for the command line may hold the rest. */
export function configSchema(options: Options): z.ZodObject {
  const shape = Object.fromEntries(
    [...configKeys(options)].map(([key, name]) => {
      const { schema, help } = options[name];
      return [key, schema.optional().describe(key === name ? help : `${help} (the same as ${name})`)];
    }),
  );
  return z.strictObject({ $schema: z.string().optional().describe('where this schema is, for editors'), ...shape });
}

/** The same as JSON Schema, as `config.schema.json` publishes it. */
export function configJsonSchema(options: Options): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(configSchema(options), { io: 'input' });
  return { $schema, title: 'The options of attune train', ...schema };
}
