// Which words mattered: each is left out in turn, and mattered as much as the answer changes without it.
import { el, markedText, percent, tableOf } from './answers.js';
import { predictAll } from './ask.js';

/** Words that are left out, of a longer text the first. */
const most = 300;
/** Words in the table. */
const listed = 8;
/** Smaller changes are none: of a probability, and of the value of a regression as a share of it. */
const least = 0.01;

/** Words that a prediction rests on: in words what is shown, and the elements that show it. */
export async function explained({ model, text, prediction, ...options }) {
  const words = wordsOf(text);
  const tried = words.slice(0, most);
  if (tried.length === 0) return { summary: 'The text has no words.', nodes: [] };
  const texts = tried.map(({ start, end }) => text.slice(0, start) + text.slice(end));
  const found = await predictAll(model, texts, options);
  const { name, measured, shown, scale } = measureOf(prediction);
  const whole = measured(prediction);
  const changes = tried
    .map((own, i) => ({ ...own, without: measured(found[i]), fall: (whole - measured(found[i])) / scale }))
    .filter(({ fall }) => Math.abs(fall) >= least);
  const note = words.length > most ? ` Of ${words.length} words the first ${most} were tried.` : '';
  if (changes.length === 0)
    return { summary: `No single word matters: ${name} stays at ${shown(whole)} without any one.${note}`, nodes: [] };
  const inOrder = changes.toSorted((a, b) => Math.abs(b.fall) - Math.abs(a.fall)).slice(0, listed);
  const rows = inOrder.map(({ word, without, fall }) => [word, shown(without), fall > 0 ? 'for it' : 'against it']);
  return {
    summary: `Marked are the words without which ${name} is lower.${note}`,
    nodes: [
      markedText(text, marksOf(changes)),
      tableOf(['word', 'without it', 'speaks'], rows, `${name} is ${shown(whole)}`),
    ],
  };
}

/** Words and their places: C++ and on-site are one each. */
const wordsOf = (text) =>
  [...text.matchAll(/[\p{L}\p{N}](?:[^\s,;:!?()"“”]*[\p{L}\p{N}+#])?/gu)].map(({ index, 0: word }) => ({
    ...{ word, start: index, end: index + word.length },
  }));

/** Marks of the words that speak for the answer, the stronger the more they do. */
function marksOf(changes) {
  const top = Math.max(...changes.map(({ fall }) => fall));
  return changes
    .filter(({ fall }) => fall > 0 && fall >= top / 10)
    .map(({ word, start, end, fall }) => {
      const mark = el('mark', { className: 'why', textContent: word });
      mark.style.setProperty('--share', (0.08 + (0.27 * fall) / top).toFixed(2));
      return { start, end, mark };
    });
}

/** What is looked at: the probability of the first label, or the value. */
function measureOf({ label, labels, value, scores }) {
  if (value !== undefined)
    return {
      name: 'the value',
      measured: (own) => own.value,
      shown: (number) => Number(number.toPrecision(4)).toLocaleString('en'),
      scale: Math.abs(value) || 1,
    };
  const first = label ?? labels[0] ?? Object.entries(scores).sort((a, b) => b[1] - a[1])[0][0];
  return { name: `“${first}”`, measured: (own) => own.scores[first], shown: percent, scale: 1 };
}
