import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rulingSources, rulingWorker } from '../../../test/page-worker';
import { missingPeers, openBrowser, type Page, violationsOf } from '../../../test/peers';
import { openService, type Service, type ServiceOptions } from './server';

const text = 'A telephone company, no hospital, asks for Java, C++ and people who review contracts.';
const status = "document.getElementById('status').textContent";
/** Waits for an expression to be true; playwright's own way needs `eval`, which the page's policy forbids. */
const until = (page: Page, code: string) =>
  expect.poll(() => page.evaluate(code), { timeout: 20_000, interval: 20 }).toBe(true);
const isDone = `${status}.startsWith('Done')`;
const whyDone = "document.querySelector('#model-sectors-why table') !== null";

if (missingPeers) it.skip(`the page in a browser (needs ${missingPeers})`, () => {});
else describe('the page in a browser', testPage);

function testPage() {
  const directory = mkdtempSync(join(tmpdir(), 'attune-page-'));
  const program = rulingWorker(directory);
  const names = ['sectors', 'skills', 'lists'];
  const services: Service[] = [];
  const open = async (options: ServiceOptions = {}, some = names) => {
    const sources = rulingSources(directory, some);
    const service = await openService(sources, { port: 0, logLevel: 'silent', ...options }, program);
    services.push(service);
    return service.url;
  };
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  let url: string;
  beforeAll(async () => {
    browser = await openBrowser();
    url = await open();
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(services.map((service) => service.close()));
    rmSync(directory, { recursive: true });
  });

  /** Opens a page, and fails where a script of it does. */
  const withPage = async (
    { address = url, width = 1200, colorScheme = 'light' as 'light' | 'dark', bypassCSP = false },
    work: (page: Page) => Promise<void>,
  ) => {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, bypassCSP });
    const errors: Error[] = [];
    try {
      const page = await context.newPage();
      page.on('pageerror', (error) => errors.push(error));
      await page.goto(address);
      await work(page);
      expect(errors).toEqual([]);
    } finally {
      await context.close();
    }
  };
  const ready = `document.querySelectorAll('section').length === ${names.length}`;
  const texts = (page: Page, selector: string) =>
    page.evaluate<string[]>(`[...document.querySelectorAll('${selector}')].map((own) => own.textContent)`);

  it.each([
    [1200, 'light'],
    [390, 'dark'],
  ] as const)('has nothing that axe finds wrong at %i px, %s: before an answer, with it, with why', (width, scheme) =>
    withPage({ width, colorScheme: scheme, bypassCSP: true }, async (page) => {
      await until(page, ready);
      expect(await violationsOf(page)).toEqual([]);
      await page.fill('#text', text);
      await page.click('#model-lists ~ .field input');
      await page.keyboard.type('Clerk');
      await page.click('#ask');
      await until(page, isDone);
      expect(await violationsOf(page)).toEqual([]);
      await page.click('#model-sectors ~ div > button');
      await until(page, whyDone);
      await page.click('summary');
      expect(await violationsOf(page)).toEqual([]);
      const wider = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect(await page.evaluate(wider)).toBe(0);
    }),
  );

  it('is walked with the keyboard alone', () =>
    withPage({}, async (page) => {
      await until(page, ready);
      const focus = () => page.evaluate<string>('document.activeElement.id || document.activeElement.textContent');
      const tab = async (times = 1) => {
        for (let i = 0; i < times; i++) await page.keyboard.press('Tab');
        return focus();
      };
      expect(await tab()).toBe('text');
      await page.keyboard.type(text);
      expect(await tab()).toBe('ask');
      await page.keyboard.press('Enter');
      await until(page, isDone);
      expect(await page.evaluate(status)).toBe(
        'Done. sectors: Information 80.0 %; skills: 3 found; lists: Fill in all but one of the fields title, text: the text fills that one.',
      );
      expect(await focus()).toBe('ask');
      expect(await tab()).toBe('example');
      expect(await tab()).toBe('Which words mattered?');
      await page.keyboard.press('Enter');
      await until(page, whyDone);
      expect(await focus()).toBe('Which words mattered?');
      const isOpen = "document.activeElement.getAttribute('aria-expanded')";
      expect(await page.evaluate(isOpen)).toBe('true');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(isOpen)).toBe('false');
      expect(await tab()).toBe('As a list (3)');
    }));

  it('shows labels, marks in place, and the words that mattered, with numbers', () =>
    withPage({}, async (page) => {
      await until(page, ready);
      await page.fill('#text', text);
      await page.click('#ask');
      await until(page, isDone);
      expect(await texts(page, '.bars li')).toEqual(['Information80.0 %', 'Utilities20.0 %']);
      expect(await texts(page, '#model-skills ~ div mark')).toEqual([
        'JavaKNOWLEDGE',
        'C++KNOWLEDGE',
        'review contractsSKILL',
      ]);
      const unmarked = `(() => { const own = document.querySelector('#model-skills ~ div .text').cloneNode(true);
        own.querySelectorAll('small').forEach((label) => label.remove()); return own.textContent; })()`;
      expect(await page.evaluate(unmarked)).toBe(text);
      await page.click('#model-sectors ~ div > button');
      await until(page, whyDone);
      expect(await texts(page, '#model-sectors-why tbody tr')).toEqual([
        'telephone10.0 %supports',
        'hospital90.0 %opposes',
      ]);
      expect(await texts(page, '#model-sectors-why mark')).toEqual(['telephone']);
    }));

  it('asks a model of rows with the text in the field that is empty, and says which of its words mattered', async () =>
    withPage({ address: await open({ maxTexts: 5 }, ['titled']) }, async (page) => {
      await until(page, "document.querySelector('section') !== null");
      await page.fill('#text', text);
      await page.fill('.field input', 'Clerk');
      await page.click('#ask');
      await until(page, isDone);
      expect(await texts(page, '.bars li')).toEqual(['Information80.0 %', 'Utilities20.0 %']);
      await page.click('#model-titled ~ div > button');
      await until(page, "document.querySelector('#model-titled-why table') !== null");
      expect(await texts(page, '#model-titled-why caption')).toEqual(['“Information” is 80.0 %']);
      expect((await texts(page, '#model-titled-why tbody tr'))[0]).toBe('telephone10.0 %supports');
    }));

  it('shows several labels per text, none, and a number, each with the words that mattered', async () =>
    withPage({ address: await open({}, ['topics', 'pay']) }, async (page) => {
      await until(page, "document.querySelectorAll('section').length === 2");
      const ask = async (asked: string) => {
        await page.fill('#text', asked);
        await page.click('#ask');
        await until(page, `${isDone} && !document.querySelector('#stop:not([hidden])')`);
        return page.evaluate(status);
      };
      expect(await ask('A cook who knows Java')).toBe('Done. topics: it 90.0 %, food 80.0 %; pay: 52,000.');
      expect(await texts(page, '#model-topics ~ div .is-answer')).toEqual(['it90.0 %', 'food80.0 %']);
      for (const name of ['topics', 'pay']) {
        await page.click(`#model-${name} ~ div > button`);
        await until(page, `document.querySelector('#model-${name}-why table') !== null`);
      }
      expect(await texts(page, '#model-topics-why tbody tr')).toEqual(['Java10.0 %supports']);
      expect(await texts(page, '#model-pay-why tr')).toEqual(['wordwithout iteffect', 'Java31,000supports']);
      expect(await ask('A painter')).toBe('Done. topics: no label; pay: 31,000.');
      expect(await texts(page, '#model-topics ~ div p')).toContain('No label reaches its threshold.');
      expect(await page.evaluate("document.querySelector('#model-topics-why').hidden")).toBe(true);
    }));

  it('shows the list of a generator as it is written', () =>
    withPage({}, async (page) => {
      await until(page, ready);
      await page.fill('#text', text);
      await page.fill('#model-lists ~ .field input', 'Clerk');
      await page.click('#ask');
      const items = "[...document.querySelectorAll('#model-lists ~ div li')].map((own) => own.textContent)";
      await until(page, `${items}.length > 0`);
      expect((await page.evaluate<string[]>(items))[0]).toBe('Clerk');
      expect(await page.evaluate(`${items}.length < 4 && !${isDone}`)).toBe(true);
      await until(page, isDone);
      expect(await page.evaluate(items)).toEqual(['Clerk', 'Java', 'C++', 'review contracts']);
      await page.click('#ask');
      await until(page, `${items}.length > 0 && ${items}.length < 4`);
      await page.click('#stop');
      await until(page, `${status}.startsWith('Stopped')`);
      expect(await page.evaluate("document.getElementById('stop').hidden")).toBe(true);
    }));

  it('asks for a token where the service does, and says which are none', async () =>
    withPage({ address: await open({ tokens: ['secret'] }) }, async (page) => {
      await until(page, `${status}.includes('needs a token')`);
      expect(await page.evaluate('document.activeElement.id')).toBe('token');
      await page.keyboard.type('wrong');
      await page.keyboard.press('Enter');
      await until(page, `${status}.includes('token is not valid')`);
      await page.fill('#token', 'secret');
      await page.keyboard.press('Enter');
      await until(page, ready);
      expect(await page.evaluate("document.getElementById('token-row').hidden")).toBe(true);
      expect(await page.evaluate('document.activeElement.id')).toBe('text');
      await page.fill('#text', text);
      await page.click('#ask');
      await until(page, isDone);
      expect(await texts(page, '.bars li')).toHaveLength(2);
      await page.evaluate("document.getElementById('token').value = 'withdrawn'");
      await page.click('#ask');
      await until(page, "document.activeElement.id === 'token'");
      expect(await texts(page, '#model-sectors ~ div .problem')).toEqual(['The token is not valid.']);
      await page.fill('#token', 'secret');
      await page.keyboard.press('Enter');
      await until(page, "document.getElementById('token-row').hidden");
      expect(await texts(page, '.bars li')).toHaveLength(2);
    }));

  it('answers the typed client in a page of another origin, where that is named alone', async () => {
    const client = fileURLToPath(new URL('../../client/index.ts', import.meta.url));
    const { outputFiles } = await build({
      ...{ entryPoints: [client], bundle: true, write: false, format: 'iife', globalName: 'attune' },
    });
    const page = `<!doctype html><title>Elsewhere</title><script>${outputFiles[0].text}</script>`;
    const elsewhere = createServer((_, response) => response.setHeader('content-type', 'text/html').end(page));
    await new Promise<void>((resolve) => elsewhere.listen(0, resolve));
    const origin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const named = await open({ corsOrigins: [origin], tokens: ['secret'], maxQueue: 2 });
    try {
      await withPage({ address: origin }, async (own) => {
        const ask = (address: string, call: string) =>
          own.evaluate(`(async () => { const client = attune.serviceClient('${address}', { token: 'secret' }); ${call} })()
            .catch(({ name, retryAfter, problem }) => ({ name, retryAfter, code: problem?.code }))`);
        const predict = "return (await client.predict('sectors', { text: 'a telephone' })).predictions[0].label;";
        expect(await ask(named, predict)).toBe('Information');
        const stream = `const pieces = []; const fields = { title: 'Clerk', text: 'Java' };
          for await (const piece of client.stream('lists', { fields })) pieces.push(piece);
          return pieces.join('');`;
        expect(await ask(named, stream)).toBe('["Clerk","Java"]');
        const full = `const call = () => client.predict('sectors', { texts: ['slow', 'a'] });
          await Promise.all([call(), call(), call()]);`; // two texts run, two wait
        expect(await ask(named, full)).toEqual({ name: 'ServiceError', retryAfter: 1, code: 'QUEUE_FULL' });
        expect(await ask(url, predict)).toMatchObject({ name: 'TypeError' });
      });
    } finally {
      elsewhere.close();
    }
  });

  it('says in words that too much waits, that an answer took too long, and that nothing answers', async () => {
    const address = await open({ maxQueue: 1, timeoutMs: 1000 }, ['sectors']);
    const ask = (body: object) =>
      fetch(new URL('/v1/models/sectors/predict', address), {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      });
    await withPage({ address }, async (page) => {
      await until(page, "document.querySelector('section') !== null");
      await page.fill('#text', 'slow');
      await page.click('#ask');
      await until(page, isDone);
      expect(await texts(page, '.problem')).toContain('The response took too long. Try again, or use a shorter text.');
      const waiting = [ask({ text: 'slow' }), ask({ text: 'a' })];
      await new Promise((resolve) => setTimeout(resolve, 200));
      await page.click('#ask');
      await until(page, `${status}.includes('The service is busy')`);
      expect(await texts(page, 'section .problem')).toEqual(['The service is busy. Try again in 1 s.']);
      await Promise.all(waiting);
      await services.at(-1)?.close();
      await page.click('#ask');
      await until(page, `${status}.includes('does not respond')`);
    });
  });
}
