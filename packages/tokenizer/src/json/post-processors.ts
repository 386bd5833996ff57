import {
  bertTemplate,
  noSpecialTokens,
  type PostProcessor,
  robertaTemplate,
  type TemplatePiece,
  type TrimRule,
} from '../post-processor/post-processor';
import {
  asArray,
  asCount,
  asObject,
  booleanField,
  choiceField,
  countField,
  invalid,
  type JsonObject,
  stringField,
  unsupported,
} from './fields';
import { readInOrder, type StageKind } from './stages';

/** The post-processor of tokenizers made from a `vocab.txt`. */
export const bertPostProcessors: StageKind<PostProcessor> = {
  field: 'post_processor',
  types: { TemplateProcessing: readTemplates },
};

/** All post-processors. */
export const allPostProcessors: StageKind<PostProcessor> = {
  field: 'post_processor',
  types: {
    TemplateProcessing: readTemplates,
    BertProcessing: (object) => bertTemplate(readEnds(object)),
    RobertaProcessing: (object) => ({ ...robertaTemplate(readEnds(object)), trim: readTrim(object) }),
    ByteLevel: (object) => ({ ...noSpecialTokens, trim: readTrim(object) }),
    Sequence: readSequence,
  },
  none: { ...noSpecialTokens, overflow: 'by place' },
};

/** At most one post-processor of a sequence may add special tokens. */
function readSequence(object: JsonObject, readInner: (value: unknown, path: string) => PostProcessor): PostProcessor {
  const processors = readInOrder(object, 'processors', (value) => readInner(value, object.path));
  const templates = processors.filter(({ single }) => single !== noSpecialTokens.single);
  if (templates.length > 1) throw unsupported('post_processor "Sequence" of more than one template', 'one template');
  return { ...(templates[0] ?? noSpecialTokens), trim: processors.flatMap(({ trim }) => trim ?? []) };
}

function readTrim(object: JsonObject): TrimRule[] {
  const addPrefixSpace = booleanField(object, 'add_prefix_space', true);
  return booleanField(object, 'trim_offsets', true) ? [{ addPrefixSpace }] : [];
}

function readEnds({ fields }: JsonObject): { clsId: number; sepId: number } {
  const id = (name: 'cls' | 'sep') => {
    const pair = asArray(fields[name], `post_processor.${name}`);
    return asCount(pair[1], `post_processor.${name}[1]`);
  };
  return { clsId: id('cls'), sepId: id('sep') };
}

function readTemplates({ fields }: JsonObject): PostProcessor {
  const specialTokens = asObject(fields.special_tokens ?? {}, 'post_processor.special_tokens');
  return {
    single: readTemplate(fields.single, { path: 'post_processor.single', specialTokens, sequences: ['A'] }),
    pair: readTemplate(fields.pair, { path: 'post_processor.pair', specialTokens, sequences: ['A', 'B'] }),
    overflow: 'by text',
  };
}

interface TemplateContext {
  readonly path: string;
  readonly specialTokens: JsonObject;
  readonly sequences: readonly string[];
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
