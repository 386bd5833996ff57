import { AttuneError, parseJson, reasonOf } from '@attune/internal';
import { checkString, checkStrings, describe, outOfRange } from '../arguments';
import { type BatchEncoderFactory, encodeBatch } from '../batch/encode-batch';
import {
  checkBatch,
  checkTokenIds,
  noTokenId,
  resolveDecodeOptions,
  streamSkips,
  type TakesIds,
  tokenId,
} from '../decoder/decode-arguments';
import type { Decoder } from '../decoder/decoder';
import { cleanUpSpaces } from '../decoder/words';
import { type AddedToken, addedTokenMatchers } from '../encode/added-tokens';
import { encodeSequences } from '../encode/encoding';
import { encodeSequence, encodeWordSequence, type Pipeline } from '../encode/sequence';
import { asObject, stringField, unsupported } from '../json/fields';
import { type ModelTypes, readModel } from '../json/models';
import type { ReadPreTokenizer } from '../json/pre-tokenizers';
import { readStage, type StageKind } from '../json/stages';
import { readAddedTokens, readPadding, readTruncation, type TokenizerJson } from '../json/tokenizer-json';
import type { Model } from '../model/model';
import type { Normalizer } from '../normalizer/normalizer';
import { type PostProcessor, spaceCounter } from '../post-processor/post-processor';
import { bertSpecialTokens, type DecodeOptions, type SpecialTokens, type TokenIds, type Tokenizer } from '../tokenizer';

/**
 * Settings of a tokenizer from `tokenizer_config.json` that `tokenizer.json` does not contain.
 *
 * @example
 * const settings = { specialTokens: { padToken: '<pad>' }, modelMaxLength: 512 };
 * const tokenizer = tokenizerFromJson(json, settings);
 */
export interface TokenizerSettings {
  /** Special tokens by role; default BERT's. */
  readonly specialTokens?: Partial<SpecialTokens>;
  /** Maximum number of tokens that the model accepts; default no limit. */
  readonly modelMaxLength?: number;
  /** Side from which texts that are too long lose tokens; default that of `tokenizer.json`, or `right`. */
  readonly truncationSide?: 'right' | 'left';
}

/** The stages that a loader supports. A bundle contains only their code. */
export interface Supported {
  readonly normalizers: StageKind<Normalizer>;
  readonly preTokenizers: StageKind<ReadPreTokenizer>;
  readonly models: ModelTypes;
  readonly postProcessors: StageKind<PostProcessor>;
  readonly readDecoder: (value: unknown) => Decoder;
  readonly batchEncoder: BatchEncoderFactory;
}

/** Makes a tokenizer from a `tokenizer.json` with supported stages. */
export function makeTokenizer(json: string | object, settings: TokenizerSettings, supported: Supported): Tokenizer {
  const source = typeof json === 'string' ? parsed(json) : json;
  const stages = readTokenizerJson(source, supported);
  const { pipeline, tokens, defaults, processor, batchEncoder } = stages;
  const roles = { ...bertSpecialTokens, ...settings.specialTokens };
  const padId = tokens.idOf(roles.padToken);
  const truncationSide = settings.truncationSide ?? defaults.truncation?.direction ?? 'right';
  const truncation = defaults.truncation && { ...defaults.truncation, direction: truncationSide };
  const context = {
    processor,
    tokenOf: (id: number) => tokens.tokenOf(id) ?? '',
    defaults: { ...defaults, truncation, truncationSide, padId: defaults.padding?.padId ?? padId ?? 0 },
  };
  const decode = (named: NamedIds, { skipSpecialTokens, cleanUpTokenizationSpaces }: Required<DecodeOptions>) => {
    const text = tokens.decode(named, skipSpecialTokens);
    return cleanUpTokenizationSpaces ? cleanUpSpaces(text) : text;
  };
  return {
    encode(text, options = {}) {
      checkString('encode', 'text', text);
      return encodeSequences('encode', [encodeSequence(pipeline, text)], options, context);
    },
    encodePair(first, second, options = {}) {
      checkString('encodePair', 'first', first);
      checkString('encodePair', 'second', second);
      const sequences = [encodeSequence(pipeline, first), encodeSequence(pipeline, second)];
      return encodeSequences('encodePair', sequences, options, context);
    },
    encodeWords(words, { joined, ...options } = {}) {
      checkStrings('encodeWords', 'words', words);
      checkJoined(words, joined);
      return encodeSequences('encodeWords', [encodeWordSequence(pipeline, words, joined)], options, context);
    },
    encodeBatch: ((texts, options = {}) => {
      checkStrings('encodeBatch', 'texts', texts);
      return encodeBatch(texts, options, { ...context, pipeline, batchEncoder });
    }) as Tokenizer['encodeBatch'],
    decode: (ids, options = {}) =>
      decode({ where: 'decode', name: 'ids', ids }, resolveDecodeOptions('decode', options)),
    decodeBatch(batch, options = {}) {
      checkBatch(batch);
      const resolved = resolveDecodeOptions('decodeBatch', options);
      return batch.map((ids, i) => decode({ where: 'decodeBatch', name: `batch[${i}]`, ids }, resolved));
    },
    decodeStream(options = {}) {
      const { push, end } = tokens.streamDecode(streamSkips(options));
      return { push: (id) => push(pushedId(id)), end };
    },
    tokenToId: tokens.idOf,
    idToToken: (id) => tokens.tokenOf(typeof id === 'bigint' ? Number(id) : id),
    vocabSize: tokens.size,
    unkId: pipeline.model.unkId,
    padId,
    clsId: tokens.idOf(roles.clsToken),
    sepId: tokens.idOf(roles.sepToken),
    maskId: tokens.idOf(roles.maskToken),
    modelMaxLength: settings.modelMaxLength,
    truncationSide,
    toJson: () => structuredClone(source) as TokenizerJson,
  };
}

/** Ids, and their place among the arguments of a public function. */
interface NamedIds {
  readonly where: TakesIds;
  readonly name: string;
  readonly ids: TokenIds;
}

function pushedId(value: number | bigint): number {
  const id = tokenId(value);
  if (id === undefined) throw noTokenId('push', 'id', value);
  return id;
}

function checkJoined(words: readonly string[], joined: readonly boolean[] | undefined): void {
  if (joined === undefined || (Array.isArray(joined) && joined.length === words.length)) return;
  throw outOfRange(
    `encodeWords: joined expected ${words.length} booleans, one per word, got ${Array.isArray(joined) ? joined.length : describe(joined)}`,
  );
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new AttuneError('TOKENIZER_NOT_JSON', `tokenizer.json: expected JSON, got ${reason}; is the file complete?`, {
      cause,
    });
  }
}

function readTokenizerJson(source: unknown, supported: Supported) {
  const { fields } = readFile(source);
  const normalizer = readStage(fields.normalizer, supported.normalizers);
  const {
    preTokenizer,
    within = preTokenizer,
    byteLevel = false,
    needsPlaces = false,
    movesText = false,
    metaspace,
  } = readStage(fields.pre_tokenizer, supported.preTokenizers);
  const model = readModel(fields.model, supported.models, { byteLevel });
  const addedTokens = readAddedTokens(fields.added_tokens, model.vocabulary);
  const processor = readStage(fields.post_processor, supported.postProcessors);
  const decoder = supported.readDecoder(fields.decoder);
  const tokens = tokenTable(model, addedTokens, { decoder, normalizer });
  const pipeline: Pipeline = {
    addedTokens: addedTokenMatchers(addedTokens, normalizer),
    normalizer,
    preTokenizer,
    within,
    model,
    spacesOf: processor.trim?.length ? spaceCounter(tokens.tokenOf) : undefined,
  };
  return {
    pipeline,
    processor,
    tokens,
    defaults: { truncation: readTruncation(fields.truncation), padding: readPadding(fields.padding) },
    batchEncoder: supported.batchEncoder({ pipeline, addedTokens, needsPlaces, movesText, metaspace }),
  };
}

function readFile(source: unknown) {
  const file = asObject(source, '');
  const version = stringField(file, 'version', '1.0');
  if (version !== '1.0') throw unsupported(`version ${describe(version)}`, '"1.0"');
  return file;
}

/** Makes the table of tokens and ids. Added tokens take precedence over the vocabulary. */
function tokenTable(
  { vocabulary, tokens: byId = [] }: Model,
  addedTokens: readonly AddedToken[],
  { decoder, normalizer }: { decoder: Decoder; normalizer: Normalizer },
) {
  const ids = new Map([...vocabulary, ...addedTokens.map(({ content, id }) => [content, id] as const)]);
  const tokens = new Map([...byId.entries(), ...[...ids].map(([token, id]) => [id, token] as const)]);
  const decodedForms = new Map(addedTokens.map((token) => [token.id, decodedForm(token, normalizer)]));
  const special = new Set(addedTokens.filter((token) => token.special).map(({ content }) => content));

  function streamDecode(skipSpecialTokens: boolean) {
    let text = '';
    const stage = decoder({ push: (part) => (text += part), end: () => {} });
    const take = () => {
      const taken = text;
      text = '';
      return taken;
    };
    return {
      push(id: number) {
        const token = tokens.get(id);
        if (token === undefined || (skipSpecialTokens && special.has(token))) return '';
        stage.push(decodedForms.get(id) ?? token, true);
        return take();
      },
      end() {
        stage.end();
        return take();
      },
    };
  }
  return {
    size: largest(tokens.keys()) + 1,
    idOf: (token: string) => ids.get(token),
    tokenOf: (id: number) => tokens.get(id),
    streamDecode,
    decode({ where, name, ids }: NamedIds, skipSpecialTokens: boolean) {
      checkTokenIds(where, name, ids);
      const stream = streamDecode(skipSpecialTokens);
      const parts: string[] = [];
      for (let i = 0; i < ids.length; i++) {
        const id = tokenId(ids[i]);
        if (id === undefined) throw noTokenId(where, `${name}[${i}]`, ids[i]);
        parts.push(stream.push(id));
      }
      return parts.join('') + stream.end();
    },
  };
}

/** Text that an added token decodes to: the normalized text, if it is looked for in normalized text. */
function decodedForm({ content, normalized }: AddedToken, normalizer: Normalizer): string {
  return normalized ? normalizer.normalize(content).text : content;
}

function largest(ids: Iterable<number>): number {
  let most = -1;
  for (const id of ids) most = Math.max(most, id);
  return most;
}
