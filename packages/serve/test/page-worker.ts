import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A worker whose models follow rules, so that what a page shows of them is known: `sectors` is Information where the text has
 * `telephone` (.9, without it .2; each `hospital` takes .1), `skills` marks Java, C++ and "review contracts", `lists` writes its title and the
 * skills of its text as a JSON list, a character every few milliseconds. `titled` is `sectors` of rows; `topics` has several
 * labels per text, `pay` a number. The text `slow` takes a while.
 */
export function rulingWorker(directory: string): URL {
  const file = join(directory, 'ruling.mjs');
  writeFileSync(
    file,
    `import { parentPort } from 'node:worker_threads';
import { setTimeout as wait } from 'node:timers/promises';
const base = { maxLength: 512, hasChat: false, fields: [] };
const facts = {
  sectors: { ...base, task: 'sequence-classification', problemType: 'single_label_classification', labels: ['Information', 'Utilities'] },
  skills: { ...base, task: 'token-classification', labels: ['O', 'B-KNOWLEDGE', 'I-KNOWLEDGE', 'B-SKILL', 'I-SKILL'] },
  lists: { ...base, task: 'causal-lm', labels: [], fields: ['title', 'text'] },
};
facts.topics = { ...facts.sectors, problemType: 'multi_label_classification', labels: ['it', 'food', 'art'] };
facts.pay = { ...facts.sectors, problemType: 'regression', labels: ['pay'] };
facts.titled = { ...facts.sectors, fields: ['title', 'text'] };
const say = (message) => parentPort.postMessage(message);
const skillsIn = (text) => [...text.matchAll(/Java|C\\+\\+|review contracts/g)];
const labeled = {
  topics(text) {
    const scores = { it: text.includes('Java') ? 0.9 : 0.1, food: text.includes('cook') ? 0.8 : 0.2, art: 0.3 };
    return { labels: Object.keys(scores).filter((name) => scores[name] > 0.5), scores };
  },
  pay: (text) => ({ value: text.includes('Java') ? 52000.25 : 31000 }),
  titled: ({ title, text }) => labeled.sectors(title + text),
  sectors(text) {
    const score = (text.includes('telephone') ? 0.9 : 0.2) - 0.1 * text.split('hospital').length + 0.1;
    return { label: score > 0.5 ? 'Information' : 'Utilities', score, scores: { Information: score, Utilities: 1 - score } };
  },
  skills: (text) => ({
    entities: skillsIn(text).map(({ index, 0: found }) => ({
      ...{ start: index, end: index + found.length, text: found, score: 0.9 },
      label: found.startsWith('review') ? 'SKILL' : 'KNOWLEDGE',
    })),
  }),
};
async function answer({ kind, id, key, spec, inputs, prompt }) {
  if (kind === 'open') return say({ kind: 'opened', id, facts: facts[spec.source.split('/').at(-1)] });
  if (kind === 'predict') {
    if (inputs.includes('slow')) await wait(1500);
    return say({ kind: 'predicted', id, predictions: inputs.map(labeled[key.split('@')[0]]) });
  }
  if (kind === 'write') {
    const text = JSON.stringify([prompt.title, ...skillsIn(prompt.text).map(([found]) => found)]);
    for (const piece of text) {
      await wait(40);
      say({ kind: 'piece', id, text: piece });
    }
    return say({ kind: 'written', id, promptTokens: 5, result: { text, tokens: text.length, ended: 'stop' } });
  }
  if (kind === 'close') parentPort.close();
}
parentPort.on('message', (request) => answer(request).catch(({ message }) => say({ kind: 'failed', id: request.id, error: { message } })));
`,
  );
  return pathToFileURL(file);
}

/** Sources of the worker's models, as far as the pool looks at them itself. */
export function rulingSources(directory: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const place = join(directory, name);
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, 'config.json'), '{}');
      return [name, place];
    }),
  );
}
