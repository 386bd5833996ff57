import type { PostProcessor, TemplatePiece } from '../post-processor/template';
import {
  asArray,
  asCount,
  asObject,
  choiceField,
  countField,
  invalid,
  type JsonObject,
  stringField,
  unsupported,
} from './fields';

/** Reads a `TemplateProcessing`. */
export function readTemplates({ fields }: JsonObject): PostProcessor {
  const specialTokens = asObject(fields.special_tokens ?? {}, 'post_processor.special_tokens');
  return {
    single: readTemplate(fields.single, { path: 'post_processor.single', specialTokens, sequences: ['A'] }),
    pair: readTemplate(fields.pair, { path: 'post_processor.pair', specialTokens, sequences: ['A', 'B'] }),
  };
}

interface TemplateContext {
  path: string;
  specialTokens: JsonObject;
  sequences: readonly string[];
}

function readTemplate(value: unknown, context: TemplateContext): TemplatePiece[] {
  const template = asArray(value, context.path).map((piece, i) => readPiece(piece, `${context.path}[${i}]`, context));
  const used = template.flatMap((piece) => ('sequence' in piece ? [piece.sequence] : []));
  if (used.length !== context.sequences.length || new Set(used).size !== used.length) {
    throw unsupported(
      `${context.path} with the sequences ${used.map((sequence) => 'AB'[sequence]).join(', ') || '(none)'}`,
      `${context.sequences.join(' and ')}, once each`,
    );
  }
  return template;
}

function readPiece(value: unknown, path: string, { specialTokens, sequences }: TemplateContext): TemplatePiece {
  const { fields } = asObject(value, path);
  if (fields.Sequence !== undefined) {
    const piece = asObject(fields.Sequence, `${path}.Sequence`);
    const choices = Object.fromEntries(sequences.map((name, i) => [name, i as 0 | 1]));
    return { sequence: choiceField(piece, 'id', choices), typeId: countField(piece, 'type_id', 0) };
  }
  if (fields.SpecialToken === undefined) throw invalid(path, 'a Sequence or a SpecialToken', value);
  const piece = asObject(fields.SpecialToken, `${path}.SpecialToken`);
  const name = stringField(piece, 'id');
  const token = asObject(specialTokens.fields[name], `post_processor.special_tokens[${JSON.stringify(name)}]`);
  const ids = asArray(token.fields.ids, `${token.path}.ids`).map((id, i) => asCount(id, `${token.path}.ids[${i}]`));
  return { ids, typeId: countField(piece, 'type_id', 0) };
}
