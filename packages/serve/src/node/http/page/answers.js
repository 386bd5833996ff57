// Elements of the page for the answers of models.

/** An element with properties and children. */
export const el = (name, given = {}, ...inner) => {
  const node = Object.assign(document.createElement(name), given);
  node.append(...inner);
  return node;
};

export const percent = (score) => `${(100 * score).toFixed(1)} %`;

/** Maximum labels shown per classifier. */
const most = 5;

/** The elements of a prediction, and a summary for screen readers. */
export function shownPrediction(prediction, { text, labels }) {
  if (prediction.entities) return shownEntities(prediction.entities, { text, labels });
  if (prediction.value !== undefined) {
    const value = Number(prediction.value.toPrecision(4)).toLocaleString('en');
    return { nodes: [el('p', { textContent: value })], summary: value };
  }
  return shownScores(prediction);
}

/** The most likely labels of a classifier as bars; predicted labels are bold, and first. */
function shownScores({ label, labels = [label], scores }) {
  const chosen = new Set(labels);
  const inOrder = Object.entries(scores).sort((a, b) => chosen.has(b[0]) - chosen.has(a[0]) || b[1] - a[1]);
  const shown = inOrder.slice(0, Math.max(most, labels.length));
  const bars = shown.map(([name, score]) => {
    const line = el('i', { ariaHidden: 'true' });
    line.style.width = `${100 * score}%`;
    const isAnswer = chosen.has(name);
    return el(
      'li',
      { className: isAnswer ? 'is-answer' : '' },
      el('span', { textContent: name }),
      el('b', { textContent: percent(score) }),
      line,
    );
  });
  const rest = inOrder.length - shown.length;
  const nodes = [el('ul', { className: 'bars' }, ...bars)];
  if (labels.length === 0) nodes.unshift(el('p', { textContent: 'No label reaches its threshold.' }));
  if (rest > 0) nodes.push(el('p', { className: 'soft', textContent: `${rest} further labels are less likely.` }));
  const summary = labels.map((name) => `${name} ${percent(scores[name])}`).join(', ') || 'no label';
  return { nodes, summary };
}

/** Entities marked in their text, and as a list. */
function shownEntities(entities, { text, labels }) {
  const kinds = kindsOf(labels);
  if (entities.length === 0)
    return { nodes: [el('p', { textContent: 'No entities found.' })], summary: 'no entities found' };
  const marks = entities.map(({ start, end, label }) => {
    const mark = el('mark', { className: `kind-${kinds.indexOf(label) % 4}` }, text.slice(start, end));
    if (kinds.length > 1) mark.append(el('small', { textContent: label }));
    return { start, end, mark };
  });
  const rows = entities.map((own) => [own.text, own.label, percent(own.score)]);
  const list = el(
    'details',
    {},
    el('summary', { textContent: `As a list (${entities.length})` }),
    tableOf(['entity', 'type', 'probability'], rows),
  );
  return { nodes: [markedText(text, marks), list], summary: `${entities.length} found` };
}

/** The entity types among the labels of a tagger, such as SKILL of B-SKILL and I-SKILL. */
const kindsOf = (labels) => [
  ...new Set(labels.filter((label) => label !== 'O').map((label) => label.replace(/^[A-Z]-/, ''))),
];

/** A text with marks at ranges that do not overlap. */
export function markedText(text, marks) {
  const node = el('div', { className: 'text' });
  let last = 0;
  for (const { start, end, mark } of marks) {
    node.append(text.slice(last, start), mark);
    last = end;
  }
  node.append(text.slice(last));
  return node;
}

/** A table whose first cell per row is a heading. */
export function tableOf(head, rows, caption) {
  const heads = head.map((textContent) => el('th', { textContent, scope: 'col' }));
  const body = rows.map(([first, ...cells]) =>
    el(
      'tr',
      {},
      el('th', { textContent: first, scope: 'row' }),
      ...cells.map((textContent) => el('td', { textContent })),
    ),
  );
  const node = el('table', {}, el('thead', {}, el('tr', {}, ...heads)), el('tbody', {}, ...body));
  if (caption) node.prepend(el('caption', { textContent: caption }));
  return node;
}

/** The strings of a JSON list, also of an unfinished one; empty for other texts. */
export function listIn(text) {
  if (!/^\s*\[\s*"/.test(text)) return [];
  return [...text.matchAll(/"(?:[^"\\]|\\.)*"/g)].flatMap(([own]) => {
    try {
      return [JSON.parse(own)];
    } catch {
      return [];
    }
  });
}
