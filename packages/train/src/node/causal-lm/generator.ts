import {
  AttuneError,
  checkArgument,
  checkItems,
  checkOptions,
  type TableOf,
  texts as textItems,
} from '@attune/internal';
import {
  ebnfGrammar,
  type GeneratedTokens,
  type GenerateOptions,
  type JsonSchema,
  jsonSchemaGrammar,
  type ModelConfig,
  type TokenGenerator,
  type TokenGrammar,
} from '@attune/models';
import { type Tokenizer, tokenBytes } from '@attune/tokenizer';
import { type Closable, openForEver } from '../border/closable';
import { tokenDecoder } from './text-pieces';

/** Options of `stream` and `generate`. */
export interface TextOptions extends Omit<GenerateOptions, 'endsAfter' | 'grammar'> {
  /** Texts at which generation stops; they are not part of the output. Default none. */
  readonly stopStrings?: readonly string[];
  /** Whether the prompts have their special tokens already, as from a chat template; then none is added. Default false. */
  readonly hasSpecialTokens?: boolean;
  /**
   * Writes only JSON that meets this schema, with the keywords of `jsonSchemaGrammar` of `@attune/models`. A text
   * that a limit cuts is incomplete; `isWhole` is then false. Default any text.
   */
  readonly jsonSchema?: JsonSchema;
  /** Writes only a text of this grammar, in the notation of `ebnfGrammar` of `@attune/models`. Default any text. */
  readonly grammar?: string;
}

/** The completion of a prompt. */
export interface GeneratedText {
  /** The generated text, without the prompt and without a stop string. */
  readonly text: string;
  /** Number of generated tokens, including those of a stop string. */
  readonly tokens: number;
  /** Why it ended: a stop token, a stop string or the end of the JSON or grammar; `maxNewTokens`; the end of the model's context; or no allowed next token. */
  readonly ended: GeneratedTokens['ended'];
  /** Whether it is a whole text of `jsonSchema` or `grammar`; present only with these. False where a limit or a stop string cut it. */
  readonly isWhole?: boolean;
}

/** A causal LM that completes prompts. */
export interface TextGenerator {
  /** The model's tokenizer. */
  readonly tokenizer: Tokenizer;
  /** Configuration of the model, under one set of names. */
  readonly config: ModelConfig;
  /** Pieces of the text, and finally the whole completion. */
  stream(prompt: string, options?: TextOptions): AsyncGenerator<string, GeneratedText>;
  /** Completes prompts, `batchSize` at a time. Greedy output is the same as one prompt at a time. */
  generate(prompts: readonly string[], options?: TextOptions): Promise<GeneratedText[]>;
  /** Completes one prompt. */
  generate(prompt: string, options?: TextOptions): Promise<GeneratedText>;
  /** Completes one prompt, or each of an array. */
  generate(prompts: string | readonly string[], options?: TextOptions): Promise<GeneratedText | GeneratedText[]>;
  /** Frees the model once, after the pending calls. Later calls are refused. */
  close(): Promise<void>;
}

interface GeneratorParts extends Pick<TextGenerator, 'tokenizer' | 'config'> {
  readonly generator: TokenGenerator;
  /** Defaults of the calls. */
  readonly stopTokenIds: readonly number[];
  /** Default: never closed. */
  readonly state?: Pick<Closable, 'use'>;
}

const textTable = {
  doSample: 'boolean',
  temperature: 'number',
  topK: 'number',
  topP: 'number',
  repetitionPenalty: 'number',
  batchSize: 'number',
  maxNewTokens: 'number',
  stopTokenIds: 'array',
  seed: 'number',
  stopStrings: 'strings',
  hasSpecialTokens: 'boolean',
  jsonSchema: 'any',
  grammar: 'string',
} satisfies TableOf<TextOptions>;

/** A text generator from its parts; the caller provides `close`. */
export function textGeneratorOf({
  generator,
  tokenizer,
  config,
  stopTokenIds,
  state = openForEver,
}: GeneratorParts): Omit<TextGenerator, 'close'> {
  const grammarOf = grammars(tokenizer);

  /** Pieces in order, each with the index of its prompt. */
  async function* write(
    prompts: readonly string[],
    { stopStrings: stops = [], hasSpecialTokens = false, jsonSchema, grammar: source, ...options }: TextOptions,
  ) {
    const grammar = grammarOf({ jsonSchema, grammar: source });
    const encoding = { truncation: false, padding: false, addSpecialTokens: !hasSpecialTokens } as const;
    const ids = prompts.map((prompt) => tokenizer.encode(prompt, encoding).ids);
    const decoders = ids.map((prompt) => tokenDecoder(tokenizer, { prompt, stops }));
    const endsAfter: GenerateOptions['endsAfter'] = ({ prompt, id }) => decoders[prompt].add(id);
    const tokens = generator.stream(ids, { stopTokenIds, ...options, endsAfter, grammar });
    for (;;) {
      const { done, value } = await tokens.next();
      if (done) {
        for (const [prompt, writer] of decoders.entries()) yield { prompt, text: writer.end() };
        return value;
      }
      yield { prompt: value.prompt, text: decoders[value.prompt].take() };
    }
  }

  async function* stream(prompt: string, options: TextOptions = {}): AsyncGenerator<string, GeneratedText> {
    let pieces: ReturnType<typeof write> | undefined;
    const next = async () => {
      if (pieces === undefined) {
        checkArgument('stream', { prompt }, 'string');
        checkOptions('stream', options, textTable);
        pieces = write([prompt], options);
      }
      return pieces.next();
    };
    let whole = '';
    for (;;) {
      // Held while a piece is generated, not while its reader is busy: a reader that stops does not keep the model open.
      const { done, value } = await state.use('stream', next);
      if (done) return asText(value[0], whole);
      whole += value.text;
      if (value.text !== '') yield value.text;
    }
  }

  async function generate(prompts: readonly string[], options?: TextOptions): Promise<GeneratedText[]>;
  async function generate(prompt: string, options?: TextOptions): Promise<GeneratedText>;
  async function generate(
    prompts: string | readonly string[],
    options?: TextOptions,
  ): Promise<GeneratedText | GeneratedText[]>;
  async function generate(
    given: string | readonly string[],
    options: TextOptions = {},
  ): Promise<GeneratedText | GeneratedText[]> {
    return state.use('generate', async () => {
      const prompts = typeof given === 'string' ? [given] : given;
      checkItems('generate', { prompts }, { ...textItems, whole: 'a text, or an array of texts' });
      checkOptions('generate', options, textTable);
      const written = prompts.length === 0 ? [] : await generateAll(prompts, options);
      return typeof given === 'string' ? written[0] : written;
    });
  }

  async function generateAll(prompts: readonly string[], options: TextOptions): Promise<GeneratedText[]> {
    const pieces = write(prompts, options);
    const texts = prompts.map(() => '');
    for (;;) {
      const { done, value } = await pieces.next();
      if (done) return value.map((tokens, i) => asText(tokens, texts[i]));
      texts[value.prompt] += value.text;
    }
  }

  return { tokenizer, config, stream, generate };
}

const asText = ({ ids, ended, isWhole }: GeneratedTokens, text: string): GeneratedText => ({
  ...{ text, tokens: ids.length, ended },
  ...(isWhole !== undefined && { isWhole }),
});

/** Grammars of schemas and grammar texts. The last one is cached with its allowed tokens. */
function grammars(tokenizer: Tokenizer): (of: Pick<TextOptions, 'jsonSchema' | 'grammar'>) => TokenGrammar | undefined {
  let bytes: ReturnType<typeof tokenBytes> | undefined;
  let last: { readonly text: string; readonly grammar: TokenGrammar } | undefined;
  return ({ jsonSchema, grammar: source }) => {
    if (jsonSchema === undefined && source === undefined) return undefined;
    if (jsonSchema !== undefined && source !== undefined)
      throw new AttuneError('ARGUMENT_INVALID', 'grammar: expected either grammar or jsonSchema, got both; remove one');
    const text = source ?? JSON.stringify(jsonSchema);
    const key = `${source === undefined} ${text}`;
    if (last?.text !== key) {
      bytes ??= tokenBytes(tokenizer);
      last = {
        text: key,
        grammar: source === undefined ? jsonSchemaGrammar(jsonSchema!, bytes) : ebnfGrammar(source, bytes),
      };
    }
    return last.grammar;
  };
}
