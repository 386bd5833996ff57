// The page: sends one text to all models of the service, and shows their answers side by side.
import { ask } from './ask.js';
import { isWide, modelCard } from './card.js';

const $ = (id) => document.getElementById(id);
const tokenOf = () => $('token').value.trim();
let cards = [];
let controller = new AbortController();

/** An invented posting. */
const example = `Project Manager wanted in Elmbridge, Ohio. Marlowe & Pike is not a bank: it is a telephone company that uses hospital equipment every day.

What you will do:
- Report on visitor lists on short notice
- Take care of the shared calendar for all sites

You bring:
- You know GIS mapping and CRM software
- You can compare contracts and review customer offers
- Someone to check monthly reports is what we need
- Java is not required

All work in this team is remote.`;

const say = (text) => {
  $('status').textContent = text;
};

/** Loads the list of models and shows their cards. */
async function load() {
  try {
    const { data } = await (await ask('v1/models', { token: tokenOf() })).json();
    const inOrder = data.toSorted((a, b) => isWide(a) - isWide(b)); // classifiers next to one another
    cards = inOrder.map((model) => modelCard(model, { tokenOf }));
    $('cards').replaceChildren(...cards.map(({ node }) => node));
    hideToken();
    say(data.length === 1 ? 'One model is ready.' : `${data.length} models are ready.`);
  } catch (error) {
    say(error.message);
    if (error.code === 'NOT_AUTHORIZED') askForToken();
  }
}

function askForToken() {
  $('token-row').hidden = false;
  $('token').focus();
}

/** Hides the field, and moves the focus from it to the text. */
function hideToken() {
  if (document.activeElement === $('token')) $('text').focus();
  $('token-row').hidden = true;
}

async function run() {
  controller.abort();
  controller = new AbortController();
  const { signal } = controller;
  if (cards.length === 0) await load();
  if (cards.length === 0) return;
  const text = $('text').value;
  if (text.trim() === '') {
    say('Paste a text first.');
    return $('text').focus();
  }
  say('Running the models …');
  $('stop').hidden = false;
  const answers = await Promise.all(cards.map((card) => card.run(text, signal)));
  if (controller.signal !== signal) return; // another request has started
  if (document.activeElement === $('stop')) $('ask').focus();
  $('stop').hidden = true;
  say(`${signal.aborted ? 'Stopped' : 'Done'}. ${answers.map(({ summary }) => summary).join('; ')}.`);
  if (answers.some(({ code }) => code === 'NOT_AUTHORIZED')) askForToken();
  else hideToken();
}

$('form').addEventListener('submit', (event) => {
  event.preventDefault();
  run();
});
$('stop').addEventListener('click', () => controller.abort());
$('example').addEventListener('click', () => {
  $('text').value = example;
  $('text').focus();
});
$('text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
});
load();
