import { openEngine } from '@attune/engine/node';
import { type GeneratedText, loadGenerator, type TextGenerator } from '@attune/train/node';
import type { GenerateInput } from '../commands/generate';
import type { Io } from '../io';
import { refuseFlags } from '../refuse-flags';
import { openChatTemplate } from '../rows/open-chat-template';
import { downloadListener } from '../terminal/listener';
import { printLine, printNote } from '../terminal/print';
import { writeText } from '../terminal/write-text';

/** What `attune generate` does: print text as a model writes it. */
export async function runGenerate({ flags, argument: source, io }: GenerateInput): Promise<void> {
  const { engine: name, revision, prompt, stop, adapter, quantize, chat, system, chatTemplate, ...options } = flags;
  const text = chat ? await chatPrompt(source, { prompt, system, chatTemplate, revision }, io) : prompt;
  if (!chat) refuseFlags(flags, ['system', 'chatTemplate'], 'a plain prompt; --chat makes a message of it');
  const engine = await openEngine({ name });
  try {
    const listeners = { onProgress: downloadListener(io.stderr), onNote: (note: string) => printNote(io.stderr, note) };
    const generator = await loadGenerator(source, { ...listeners, engine, revision, adapter, quantize });
    const stopStrings = stop === undefined ? [] : [stop];
    const started = performance.now();
    const { tokens, ended } = await print(
      generator.stream(text, { ...options, stopStrings, hasSpecialTokens: chat }),
      io,
    );
    const perSecond = (1000 * tokens) / (performance.now() - started);
    printLine(io.stderr, `${tokens} tokens, ${perSecond.toFixed(0)} a second; ended: ${reasons[ended]}`);
  } finally {
    await engine.close();
  }
}

interface Question {
  readonly prompt: string;
  readonly system?: string;
  readonly chatTemplate?: string;
  readonly revision?: string;
}

/** A question as the model's chat template writes it, up to where the answer begins. */
async function chatPrompt(source: string, { prompt, system, ...which }: Question, io: Io): Promise<string> {
  const template = await openChatTemplate(source, { ...which, messages: 'prompt' }, io);
  const before = system === undefined ? [] : [{ role: 'system', content: system }];
  return template!.render([...before, { role: 'user', content: prompt }], { addGenerationPrompt: true });
}

const reasons: Readonly<Record<GeneratedText['ended'], string>> = {
  stop: 'as the model or --stop says',
  'max-new-tokens': '--max-new-tokens',
  context: "the end of the model's context",
};

async function print(pieces: ReturnType<TextGenerator['stream']>, io: Io): Promise<GeneratedText> {
  for (;;) {
    io.signal?.throwIfAborted();
    const { done, value } = await pieces.next();
    await writeText(io.stdout, done ? '\n' : value);
    if (done) return value;
  }
}
