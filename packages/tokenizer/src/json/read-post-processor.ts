import { bertTemplate, noSpecialTokens, type PostProcessor, robertaTemplate } from '../post-processor/template';
import type { TrimRule } from '../post-processor/trim-offsets';
import { asArray, asCount, asObject, booleanField, type JsonObject, stringField, unsupported } from './fields';
import { readTemplates } from './read-template';

/** Reads `post_processor`: a template, BERT's or RoBERTa's fixed one, the trimming of offsets, a sequence of these, or none. */
export function readPostProcessor(value: unknown): PostProcessor {
  if (value === undefined || value === null) return noSpecialTokens;
  const object = asObject(value, 'post_processor');
  const type = stringField(object, 'type');
  if (type === 'Sequence') return readSequence(object);
  if (type === 'BertProcessing') return bertTemplate(readEnds(object));
  if (type === 'TemplateProcessing') return readTemplates(object);
  if (type === 'ByteLevel') return { ...noSpecialTokens, trim: readTrim(object) };
  if (type === 'RobertaProcessing') return { ...robertaTemplate(readEnds(object)), trim: readTrim(object) };
  throw unsupported(
    `post_processor type "${type}"`,
    '"TemplateProcessing", "BertProcessing", "RobertaProcessing", "ByteLevel", "Sequence", null',
  );
}

/** At most one of a sequence may set special tokens. */
function readSequence({ fields }: JsonObject): PostProcessor {
  const processors = asArray(fields.processors, 'post_processor.processors').map(readPostProcessor);
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
