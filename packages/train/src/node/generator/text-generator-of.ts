import type { GeneratedTokens, GenerateOptions, ModelConfig, TokenGenerator } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import { textWriter } from './text-writer';

export interface TextOptions extends Omit<GenerateOptions, 'endsAfter'> {
  /** Texts that end what is written, and are not part of it. */
  readonly stopStrings?: readonly string[];
  /** The prompts bring their special tokens themselves, as what a chat template writes does: none is added. */
  readonly hasSpecialTokens?: boolean;
}

/** What was written after a prompt. */
export interface GeneratedText {
  readonly text: string;
  /** Tokens written, those of a stop string among them. */
  readonly tokens: number;
  /** Why it ended: a stop token or stop string, `maxNewTokens`, or the end of the model's context. */
  readonly ended: GeneratedTokens['ended'];
}

/** A model that goes on from texts. */
export interface TextGenerator {
  readonly tokenizer: Tokenizer;
  readonly config: ModelConfig;
  /** Text as it becomes certain, and at the end all that is known of it. */
  stream(prompt: string, options?: TextOptions): AsyncGenerator<string, GeneratedText>;
  /** Goes on from prompts, `batchSize` of them together; each text is what it is alone, but for what is drawn. */
  generate(prompts: readonly string[], options?: TextOptions): Promise<GeneratedText[]>;
  close(): Promise<void>;
}

interface GeneratorParts extends Pick<TextGenerator, 'tokenizer' | 'config'> {
  readonly generator: TokenGenerator;
  /** Unless a call gives others. */
  readonly stopTokenIds: readonly number[];
}

/** A text generator from its parts; `close` is its maker's. */
export function textGeneratorOf({
  generator,
  tokenizer,
  config,
  stopTokenIds,
}: GeneratorParts): Omit<TextGenerator, 'close'> {
  /** Pieces as they come, each with its prompt's index. */
  async function* write(
    prompts: readonly string[],
    { stopStrings: stops = [], hasSpecialTokens = false, ...options }: TextOptions,
  ) {
    const encoding = { truncation: false, padding: false, addSpecialTokens: !hasSpecialTokens } as const;
    const ids = prompts.map((prompt) => tokenizer.encode(prompt, encoding).ids);
    const writers = ids.map((prompt) => textWriter(tokenizer, { prompt, stops }));
    const endsAfter: GenerateOptions['endsAfter'] = ({ prompt, id }) => writers[prompt].add(id);
    const tokens = generator.stream(ids, { stopTokenIds, ...options, endsAfter });
    for (;;) {
      const { done, value } = await tokens.next();
      if (done) {
        for (const [prompt, writer] of writers.entries()) yield { prompt, text: writer.end() };
        return value;
      }
      yield { prompt: value.prompt, text: writers[value.prompt].take() };
    }
  }

  async function* stream(prompt: string, options: TextOptions = {}): AsyncGenerator<string, GeneratedText> {
    const pieces = write([prompt], options);
    let whole = '';
    for (;;) {
      const { done, value } = await pieces.next();
      if (done) return asText(value[0], whole);
      whole += value.text;
      if (value.text !== '') yield value.text;
    }
  }

  async function generate(prompts: readonly string[], options: TextOptions = {}): Promise<GeneratedText[]> {
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

const asText = ({ ids, ended }: GeneratedTokens, text: string): GeneratedText => ({ text, tokens: ids.length, ended });
