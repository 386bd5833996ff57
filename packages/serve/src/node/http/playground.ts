// The page at `/`: one file without anything from elsewhere. Its script asks the service's own routes.

const style = `
:root { color-scheme: light dark; --ink: #16202c; --soft: #516072; --ground: #f6f7f9; --card: #fff; --line: #cdd5df; --bar: #2463a8; --mark: #ffe39a; --warn: #a12626; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf3; --soft: #a9b6c5; --ground: #12181f; --card: #1b232d; --line: #3a4756; --bar: #6aa7ee; --mark: #6b5310; --warn: #ff9a9a; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
main { max-width: 72rem; margin: 0 auto; padding: 1.25rem; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .25rem 0 .75rem; }
.soft { color: var(--soft); }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
textarea, input { width: 100%; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .6rem; }
textarea { min-height: 9rem; resize: vertical; }
button { font: inherit; font-weight: 600; color: #fff; background: #1f5797; border: 0; border-radius: .4rem; padding: .55rem 1rem; cursor: pointer; }
button.small { font-weight: 500; font-size: .9rem; padding: .3rem .7rem; color: var(--ink); background: transparent; border: 1px solid var(--line); }
button:disabled { opacity: .6; cursor: default; }
:focus-visible { outline: 3px solid var(--bar); outline-offset: 2px; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin: .75rem 0 1.25rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; min-width: 0; }
.bar { display: grid; grid-template-columns: minmax(0, 1fr) 3.5rem; gap: .1rem .5rem; margin: .4rem 0; }
.bar span { overflow-wrap: anywhere; }
.bar b { font-weight: 600; text-align: right; font-variant-numeric: tabular-nums; }
.bar i { grid-column: 1 / -1; height: .4rem; border-radius: .2rem; background: var(--bar); min-width: 2px; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0; }
mark { background: var(--mark); color: inherit; border-radius: .2rem; padding: 0 .1rem; }
mark small { margin-left: .25rem; font-style: italic; }
.problem { color: var(--warn); }
`;

const script = `
const el = (name, given = {}, ...inner) => { const node = Object.assign(document.createElement(name), given); node.append(...inner); return node; };
const $ = (id) => document.getElementById(id);
const cards = new Map();
let controller;

async function ask(path, body, signal) {
  const token = $('token').value.trim();
  const headers = { ...(body && { 'content-type': 'application/json' }), ...(token && { authorization: 'Bearer ' + token }) };
  const answer = await fetch(path, { method: body ? 'POST' : 'GET', headers, signal, body: body && JSON.stringify(body) });
  if (answer.status === 401) $('token-row').hidden = false;
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail ?? 'The service answered ' + answer.status);
  return answer;
}

async function load() {
  try {
    const { data } = await (await ask('/v1/models')).json();
    $('cards').replaceChildren(...data.map(card));
    $('status').textContent = data.length === 1 ? 'One model is ready.' : data.length + ' models are ready.';
  } catch (error) { $('status').textContent = error.message; }
}

function card(model) {
  const out = el('div', { className: 'out' });
  const why = el('button', { type: 'button', className: 'small', textContent: 'Which words mattered?', hidden: true });
  const node = el('section', {}, el('h2', { textContent: model.id }), el('p', { className: 'soft', textContent: words[model.task] ?? model.task }), out, why);
  node.setAttribute('aria-label', model.id);
  out.setAttribute('aria-live', 'polite');
  cards.set(model.id, { model, out, why });
  return node;
}
const words = { 'sequence-classification': 'labels the text', 'token-classification': 'marks parts of the text', 'causal-lm': 'writes on from the text' };

async function run() {
  controller?.abort();
  controller = new AbortController();
  const text = $('text').value;
  if (!text.trim()) { $('status').textContent = 'Paste a text first.'; $('text').focus(); return; }
  $('status').textContent = 'Asking the models …';
  await Promise.all([...cards.values()].map((own) => show(own, text, controller.signal)));
  if (!controller.signal.aborted) $('status').textContent = 'Done.';
}

async function show({ model, out, why }, text, signal) {
  why.hidden = true;
  try {
    if (model.task === 'causal-lm') await write(model, out, text, signal);
    else {
      const answer = await (await ask(at(model, 'predict'), { text }, signal)).json();
      const [prediction] = answer.predictions;
      out.replaceChildren(...shown(prediction, text));
      const isClassifier = prediction.scores && prediction.label !== undefined;
      why.hidden = !isClassifier;
      why.onclick = () => explain({ model, out, why }, text, prediction, signal);
    }
  } catch (error) { if (!signal.aborted) out.replaceChildren(el('p', { className: 'problem', textContent: error.message })); }
}
const at = (model, what) => '/v1/models/' + encodeURIComponent(model.id) + '/' + what;

function shown({ scores, value, entities }, text) {
  if (entities) return [marked(text, entities), ...(entities.length ? [] : [el('p', { className: 'soft', textContent: 'Nothing was found.' })])];
  if (value !== undefined) return [el('p', { textContent: value.toPrecision(4) })];
  return Object.entries(scores).sort((a, b) => b[1] - a[1]).slice(0, 5).map(([label, score]) => bar(label, score));
}

function bar(label, score) {
  const line = el('i');
  line.style.width = (100 * score).toFixed(1) + '%';
  return el('div', { className: 'bar' }, el('span', { textContent: label }), el('b', { textContent: (100 * score).toFixed(1) + ' %' }), line);
}

function marked(text, entities) {
  const node = el('div', { className: 'text' });
  let last = 0;
  for (const { start, end, label } of entities) {
    node.append(text.slice(last, start), el('mark', {}, text.slice(start, end), el('small', { textContent: label })));
    last = end;
  }
  node.append(text.slice(last));
  return node;
}

// Each word is left out in turn: it mattered as much as the label's probability falls without it.
async function explain({ model, out, why }, text, { label, scores }, signal) {
  why.disabled = true;
  try {
    const found = [...text.matchAll(/[\\p{L}\\p{N}]+/gu)].slice(0, 100);
    const texts = found.map(({ index, 0: word }) => text.slice(0, index) + text.slice(index + word.length));
    const answer = await (await ask(at(model, 'predict'), { texts }, signal)).json();
    const falls = answer.predictions.map((own) => scores[label] - own.scores[label]);
    const most = Math.max(0.01, ...falls.map(Math.abs));
    const node = el('div', { className: 'text' });
    let last = 0;
    found.forEach(({ index, 0: word }, i) => {
      node.append(text.slice(last, index));
      const share = Math.max(0, falls[i]) / most;
      const own = share > 0.15 ? el('mark', { textContent: word, title: 'without it: ' + (100 * (scores[label] - falls[i])).toFixed(1) + ' %' }) : word;
      if (own.style) own.style.fontWeight = share > 0.5 ? '700' : '500';
      node.append(own);
      last = index + word.length;
    });
    node.append(text.slice(last));
    out.append(el('p', { className: 'soft', textContent: 'Words without which \\u201c' + label + '\\u201d is less likely:' }), node);
    why.hidden = true;
  } catch (error) { if (!signal.aborted) out.append(el('p', { className: 'problem', textContent: error.message })); }
  why.disabled = false;
}

async function write(model, out, text, signal) {
  const node = el('div', { className: 'text' });
  out.replaceChildren(node);
  const answer = await ask(at(model, 'generate'), { prompt: text, stream: true }, signal);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = (rest + value).split('\\n\\n');
    rest = events.pop();
    for (const event of events) {
      const data = JSON.parse(event.slice(event.indexOf('data: ') + 6));
      if (event.startsWith('event: error')) throw new Error(data.detail);
      if (!event.startsWith('event: ')) node.append(data.text);
    }
  }
}

$('form').addEventListener('submit', (event) => { event.preventDefault(); run(); });
$('text').addEventListener('keydown', (event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run(); });
$('token').addEventListener('change', load);
load();
`;

/** The page, whole. */
export const playgroundPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Attune: try the models</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<h1>Try the models</h1>
<p class="soft" id="status" role="status">Asking for the models …</p>
<form id="form">
<div id="token-row" hidden><label for="token">Token</label><input id="token" type="password" autocomplete="off"></div>
<label for="text">Text, such as a job posting</label>
<textarea id="text" placeholder="Paste a text here"></textarea>
<div class="row"><button>Ask the models</button><span class="soft">or Ctrl + Enter</span></div>
</form>
<div class="cards" id="cards"></div>
</main>
<script>${script}</script>
</body>
</html>
`;
