// Which words mattered: each word is removed in turn, and matters as much as the answer changes without it.
import { el, markedText, percent, tableOf } from './answers.js';
import { predictAll } from './ask.js';

/** Maximum words to test; in a longer text the first ones. */
const most = 300;
/** Maximum words in the table. */
const listed = 8;
/** Smaller changes are ignored: of a probability, and of a regression's value relative to it. */
const least = 0.01;

/** The words that a prediction depends on: a summary, and the elements that show them. */
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
  const note = words.length > most ? ` Only the first ${most} of ${words.length} words were tested.` : '';
  if (changes.length === 0)
    return {
      summary: `No single word matters: ${name} stays at ${shown(whole)} without any one of them.${note}`,
      nodes: [],
    };
  const inOrder = changes.toSorted((a, b) => Math.abs(b.fall) - Math.abs(a.fall)).slice(0, listed);
  const rows = inOrder.map(({ word, without, fall }) => [word, shown(without), fall > 0 ? 'supports' : 'opposes']);
  return {
    summary: `Without the marked words, ${name} is lower.${note}`,
    nodes: [
      markedText(text, marksOf(changes)),
      tableOf(['word', 'without it', 'effect'], rows, `${name} is ${shown(whole)}`),
    ],
  };
}

/** Words and their positions; C++ and on-site are one word each. */
const wordsOf = (text) =>
  [...text.matchAll(/[\p{L}\p{N}](?:[^\s,;:!?()"“”]*[\p{L}\p{N}+#])?/gu)].map(({ index, 0: word }) => ({
    ...{ word, start: index, end: index + word.length },
  }));

/** Marks on the words that support the answer; stronger marks for more support. */
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

/** The number to compare: the probability of the first label, or the value. */
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
