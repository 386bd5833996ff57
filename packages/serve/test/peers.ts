import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

// What the service is tried with, which is no dependency of its own: a browser, axe, OpenAI's client, express.

const chromiumPath = '/usr/bin/chromium';
/** The folder in which the others are installed. */
export const peersFolder = fileURLToPath(new URL('../../../peers/serve/', import.meta.url));
const packages = createRequire(`${peersFolder}package.json`);

/** What is missing, for the titles of tests that are skipped; undefined where all is there. */
export const missingPeers: string | undefined = !existsSync(chromiumPath)
  ? chromiumPath
  : !existsSync(`${peersFolder}node_modules`)
    ? 'npm install --prefix peers/serve'
    : undefined;

/** A page of playwright's, as far as tests use it. */
export interface Page {
  goto(url: string): Promise<unknown>;
  click(selector: string): Promise<void>;
  fill(selector: string, value: string): Promise<void>;
  evaluate<Result>(code: string): Promise<Result>;
  addScriptTag(script: { content: string; type?: string }): Promise<unknown>;
  textContent(selector: string): Promise<string | null>;
  on(event: 'pageerror', listener: (error: Error) => void): void;
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
}

interface Context {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

interface Browser {
  newContext(options: {
    viewport: { width: number; height: number };
    colorScheme: 'light' | 'dark';
    bypassCSP: boolean;
  }): Promise<Context>;
  close(): Promise<void>;
}

/** Starts Debian's chromium. */
export function openBrowser(): Promise<Browser> {
  const { chromium } = packages('playwright-core') as {
    chromium: { launch(options: object): Promise<Browser> };
  };
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
}

/** What axe finds wrong with a page, a line each. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: readFileSync(packages.resolve('axe-core/axe.min.js'), 'utf8') });
  return page.evaluate<string[]>(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)].join(" ")))',
  );
}

/** npm's openai, as far as tests use it. */
export interface OpenAiClient {
  readonly models: { list(): Promise<{ data: { id: string }[] }> };
  readonly completions: { create(body: object): Promise<Completion> };
  readonly chat: { readonly completions: { create(body: object): Promise<Completion & AsyncIterable<Chunk>> } };
}

interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
}

interface Completion {
  readonly choices: readonly { text: string; message: { content: string }; finish_reason: string }[];
  readonly usage: Usage;
}

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
  readonly usage?: Usage;
}

/** A client of OpenAI's API. */
export function openAiClient(options: { baseURL: string; apiKey: string; maxRetries?: number }): OpenAiClient {
  const { OpenAI } = packages('openai') as { OpenAI: new (own: object) => OpenAiClient };
  return new OpenAI(options);
}
