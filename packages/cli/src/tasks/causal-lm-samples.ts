// Completions of some prompts of the reported part, for the report of a causal language model.
import type { Completion } from '@attune/report';
import type { PromptedText } from '@attune/train';
import { type CausalLmFitResult, type CausalLmTextParts, loadGenerator, type RunOptions } from '@attune/train/node';

/** Limit of parameters: a larger model takes too long, and too much memory when loaded again. */
const mostParameters = 3e8;
const mostSamples = 12;
const mostTokens = 128;
/** No further sample is started after this time. */
const mostSeconds = 60;

interface Writing extends Pick<RunOptions, 'out' | 'engine' | 'signal'> {
  /** Whether prompts are of a chat template, which writes their special tokens. */
  readonly hasChat: boolean;
}

/** Greedy completions of evenly chosen prompts, with the true ones. Empty for a large model. */
export async function writtenSamples(
  { test, validation = [] }: CausalLmTextParts,
  { parameters }: Pick<CausalLmFitResult['summary'], 'parameters'>,
  { out, engine, signal, hasChat }: Writing,
): Promise<Completion[]> {
  if (parameters > mostParameters) return [];
  const texts = (test ?? validation).map(divided).filter(({ completion }) => completion.trim() !== '');
  const count = Math.min(mostSamples, texts.length);
  const chosen = Array.from({ length: count }, (_, i) => texts[Math.floor((i * texts.length) / count)]);
  const generator = await loadGenerator(out, { engine });
  const until = performance.now() + 1000 * mostSeconds;
  const samples: Completion[] = [];
  try {
    for (const { prompt, completion: truth } of chosen) {
      if (performance.now() > until || signal?.aborted) break;
      const options = { maxNewTokens: mostTokens, hasSpecialTokens: hasChat };
      const [written] = await generator.generate([prompt], options).catch(() => []); // a prompt that is too long is skipped
      if (!written) continue;
      const { text, tokens, ended } = written;
      samples.push({ prompt, truth, written: text, tokens, isWhole: ended === 'stop' });
    }
  } finally {
    await generator.close();
  }
  return samples;
}

/** Divides a text into prompt and completion: a plain text after about a third, at the end of a word. */
function divided(text: PromptedText | string): { readonly prompt: string; readonly completion: string } {
  if (typeof text !== 'string') return { prompt: text.prompt ?? '', completion: text.completion };
  const at = text.indexOf(' ', Math.min(200, Math.floor(text.length / 3)));
  return at < 1 ? { prompt: text, completion: '' } : { prompt: text.slice(0, at), completion: text.slice(at) };
}
