// Inputs of a model in addition to the text of the page: the fields of its template, and options of generation.
import { el } from './answers.js';

let ids = 0;

/** An input or a text area, with its label. */
function field(textContent, { rows, ...given } = {}) {
  const id = `field-${ids++}`;
  const input = rows ? el('textarea', { ...given, id, rows }) : el('input', { ...given, id });
  return { input, node: el('div', { className: 'field' }, el('label', { htmlFor: id, textContent }), input) };
}

/** The inputs of a model: their nodes, and the request that they make with the text of the page. */
export function inputsOf({ fields = [], task, hasChat }) {
  const columns = fields.length > 1 ? fields.map((name) => ({ name, ...field(name) })) : [];
  const hint =
    columns.length > 0
      ? [el('p', { className: 'soft', textContent: 'The text above fills the field that you leave empty.' })]
      : [];
  const writing = task === 'causal-lm' ? writingInputs(hasChat && fields.length === 0) : undefined;
  const nodes = [...hint, ...columns.map(({ node }) => node), ...(writing ? [writing.node] : [])];
  return {
    nodes,
    body(text) {
      const asked = fields.length > 0 ? { fields: fieldsOf(fields, columns, text) } : undefined;
      if (!writing) return asked ?? { text };
      return { ...(asked ?? writing.prompt(text)), ...writing.options() };
    },
  };
}

/** The values of a template's fields. With several fields, the text fills the empty one. */
function fieldsOf(fields, columns, text) {
  if (columns.length === 0) return { [fields[0]]: text };
  const empty = columns.filter(({ input }) => input.value.trim() === '');
  if (empty.length > 1) {
    const names = columns.map(({ name }) => name).join(', ');
    throw new Error(`Fill in all but one of the fields ${names}: the text fills that one.`);
  }
  return Object.fromEntries(columns.map(({ name, input }) => [name, input === empty[0]?.input ? text : input.value]));
}

/** Options of generation: length, temperature, system message, JSON schema. */
function writingInputs(isChat) {
  const length = field('Maximum tokens', { type: 'number', min: 1, value: 128 });
  const temperature = field('Temperature (empty: always the most likely token)', {
    type: 'number',
    min: 0,
    max: 10,
    step: 'any',
  });
  const system = field('System message', { rows: 2 });
  const schema = field('JSON schema of the text', {
    rows: 3,
    spellcheck: false,
    placeholder: '{"type": "array", "items": {"type": "string"}}',
  });
  const shown = [length, temperature, ...(isChat ? [system] : []), schema];
  const node = el('details', {}, el('summary', { textContent: 'Generation options' }), ...shown.map((own) => own.node));
  const told = () => (system.input.value.trim() ? [{ role: 'system', content: system.input.value }] : []);
  return {
    node,
    prompt: (text) => (isChat ? { messages: [...told(), { role: 'user', content: text }] } : { prompt: text }),
    options: () => ({
      ...(length.input.value && { maxNewTokens: Number(length.input.value) }),
      ...(Number(temperature.input.value) > 0 && { doSample: true, temperature: Number(temperature.input.value) }),
      ...(schema.input.value.trim() && { jsonSchema: schemaOf(schema.input.value) }),
    }),
  };
}

function schemaOf(text) {
  try {
    return JSON.parse(text);
  } catch ({ message }) {
    throw new Error(`The JSON schema is not valid JSON: ${message}`);
  }
}
