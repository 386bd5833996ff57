// The card of a model on the page: its description, inputs, answer, and the words that mattered.
import { el, listIn, shownPrediction } from './answers.js';
import { ask, piecesOf, routeOf } from './ask.js';
import { inputsOf } from './inputs.js';
import { explained } from './why.js';

const tasks = {
  'sequence-classification': 'classifier',
  'token-classification': 'tagger',
  'causal-lm': 'text generator',
};

/** Whether the answer of a model is a text, which needs the full width. */
export const isWide = ({ task }) => task !== 'sequence-classification';

/** The card of a model. `run` sends a text, shows the answer, and returns a summary, with the code of a refusal. */
export function modelCard(model, { tokenOf }) {
  const id = `model-${encodeURIComponent(model.id)}`;
  const inputs = inputsOf(model);
  const out = el('div');
  const why = whyPart(model, { id, tokenOf });
  const about = `${tasks[model.task] ?? model.task}, up to ${model.maxLength.toLocaleString('en')} tokens`;
  const node = el('section', { className: isWide(model) ? 'wide' : '' });
  node.setAttribute('aria-labelledby', id);
  node.append(
    el('h2', { id, textContent: model.id }),
    el('p', { className: 'soft', textContent: about }),
    ...inputs.nodes,
    out,
    why.node,
  );

  const answer = async (text, signal) => {
    const body = inputs.body(text);
    const options = { signal, token: tokenOf() };
    if (model.task === 'causal-lm') return write(model, { out, body, ...options });
    const [prediction] = (await (await ask(routeOf(model, 'predict'), { ...options, body })).json()).predictions;
    const { nodes, summary } = shownPrediction(prediction, { text, labels: model.labels });
    out.replaceChildren(...nodes);
    if (!prediction.entities) why.offer({ text, prediction, signal, bodyOf: bodyWith(body, text) });
    return summary;
  };
  return {
    node,
    async run(text, signal) {
      why.withdraw();
      try {
        return { summary: `${model.id}: ${await answer(text, signal)}` };
      } catch (error) {
        if (!signal.aborted) out.replaceChildren(problem(error));
        const summary = `${model.id}: ${signal.aborted ? 'stopped' : error.message.replace(/\.$/, '')}`;
        return { summary, code: error.code };
      }
    },
  };
}

/** The body of a request for other texts in place of one, in the same field if the model has fields. */
function bodyWith({ fields }, text) {
  if (!fields) return (texts) => ({ texts });
  const name = Object.keys(fields).find((own) => fields[own] === text);
  return (texts) => ({ rows: texts.map((own) => (name === undefined ? fields : { ...fields, [name]: own })) });
}

const problem = ({ message }) => el('p', { className: 'problem', textContent: message });

/** Shows a text while it arrives; a JSON list of strings becomes a list. */
async function write(model, { out, body, ...options }) {
  const [text, list] = [el('div', { className: 'text' }), el('ul')];
  out.replaceChildren(list, text);
  const pieces = piecesOf(await ask(routeOf(model, 'generate'), { ...options, body: { ...body, stream: true } }));
  for (;;) {
    const { done, value } = await pieces.next();
    if (!done) text.append(value);
    const items = listIn(text.textContent);
    text.hidden = items.length > 0;
    list.append(...items.slice(list.childElementCount).map((textContent) => el('li', { textContent })));
    if (!done) continue;
    if (value.text.trim() === '')
      out.append(el('p', { className: 'soft', textContent: 'The generated text is empty.' }));
    if (['max-new-tokens', 'context'].includes(value.ended))
      out.append(el('p', { className: 'soft', textContent: `Stopped at the limit, after ${value.tokens} tokens.` }));
    return items.length > 0 ? `${items.length} generated: ${items.join(', ')}` : `${value.tokens} tokens generated`;
  }
}

/** The button "Which words mattered?", and the details that it opens. */
function whyPart(model, { id, tokenOf }) {
  const name = 'Which words mattered?';
  const out = el('div', { id: `${id}-why`, hidden: true });
  const button = el('button', { type: 'button', className: 'small', hidden: true, textContent: name });
  button.setAttribute('aria-controls', out.id);
  const status = el('p', { className: 'soft' });
  status.setAttribute('role', 'status');
  const unfold = (isOpen) => {
    out.hidden = !isOpen;
    button.setAttribute('aria-expanded', String(isOpen));
  };
  let asked;
  const explain = async ({ signal, ...own }) => {
    const onProgress = (count) => {
      status.textContent = `${count} words tested …`;
    };
    onProgress(0);
    try {
      const { summary, nodes } = await explained({ ...own, model, signal, token: tokenOf(), onProgress });
      if (signal.aborted) return;
      out.replaceChildren(...nodes);
      status.textContent = summary;
    } catch (error) {
      if (signal.aborted) return;
      out.replaceChildren(problem(error));
      status.textContent = '';
    }
    unfold(true);
  };
  return {
    node: el('div', {}, button, status, out),
    offer(own) {
      button.hidden = false;
      unfold(false);
      button.onclick = () => {
        if (asked === own) return unfold(out.hidden);
        asked = own;
        explain(own);
      };
    },
    withdraw() {
      button.hidden = true;
      status.textContent = '';
      unfold(false);
    },
  };
}
