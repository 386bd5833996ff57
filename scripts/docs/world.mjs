// The files and models that the pages' commands name, small: what a reader has at hand.
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { csvText, generatePostings } from '@attune/data';
import { openEngine } from '@attune/engine/node';
import { initialize, modelForTask, parseModelConfig } from '@attune/models';
import { saveModel } from '@attune/models/node';
import { trainWordPiece } from '@attune/tokenizer';
import { saveTokenizer } from '@attune/tokenizer/node';
import { fitCausalLm } from '@attune/train/node';

/** Writes the reader's files into a directory, and models of random weights into `path/to/` there. */
export async function makeWorld(directory) {
  mkdirSync(join(directory, 'path', 'to'), { recursive: true });
  const postings = generatePostings({ count: 240, seed: 1 });
  writeTables(directory, postings);
  writeTagged(directory, postings);
  writeForExamples(directory, postings);
  const texts = postings.map(({ text }) => text);
  const at = (name) => join(directory, 'path', 'to', name);
  for (const family of ['bert', 'distilbert']) await writeEncoder(at(family), family, texts);
  await writeLlama(
    at('llama'),
    texts.map((text) => text.slice(0, 200)),
  );
  for (const name of ['large-llama', 'chat-llama']) cpSync(at('llama'), at(name), { recursive: true });
  writeFileSync(join(at('chat-llama'), 'chat_template.jinja'), chatTemplate);
}

function writeTables(directory, postings) {
  const rows = postings.map(({ title, text, sector, skills }, i) => {
    const description = text.slice(0, 200);
    const phrases = [...new Set(skills.map(({ text }) => text))].slice(0, 4);
    return {
      id: `${i + 1}`,
      title,
      description,
      sector: sector < '50' ? 'goods' : 'services',
      skills: JSON.stringify(phrases),
    };
  });
  const write = (name, part) => writeFileSync(join(directory, name), csvText(part));
  write('jobs.csv', rows.slice(0, 120));
  write('postings.csv', rows.slice(0, 120));
  write('held-out.csv', rows.slice(120, 160));
  write('more.csv', rows.slice(160, 200));
  write(
    'new.csv',
    rows.slice(200).map(({ id, title, description }) => ({ id, title, description })),
  );
  const lines = (name, part) =>
    writeFileSync(join(directory, name), part.map((row) => `${JSON.stringify(row)}\n`).join(''));
  lines(
    'held-out.jsonl',
    rows.slice(160).map(({ description: text }) => ({ text })),
  );
  lines(
    'talks.jsonl',
    rows.slice(0, 80).map(({ title, skills }) => ({
      messages: [
        { role: 'user', content: `Skills of: ${title}` },
        { role: 'assistant', content: skills },
      ],
    })),
  );
  writeFileSync(
    join(directory, 'texts.txt'),
    rows
      .slice(0, 100)
      .map(({ description }) => `${description.replaceAll('\n', ' ')}\n`)
      .join(''),
  );
  writeFileSync(join(directory, 'space.json'), '{ "learningRate": [1e-3, 1e-4] }\n');
  writeFileSync(
    join(directory, 'attune.config.yaml'),
    'task: sequence-classification\ndata: jobs.csv\ntext: description\nlabel: sector\nmodel: path/to/bert\nepochs: 1\nout: runs/configured\n',
  );
}

/** What the examples' pages call the reader's own files. */
function writeForExamples(directory, postings) {
  const annotated = postings.slice(0, 160).map((posting) => `${JSON.stringify(excerpt(posting))}\n`);
  writeFileSync(join(directory, 'postings.jsonl'), annotated.join(''));
  // Others than those: an example leaves out what is nearly so in both.
  const labeled = generatePostings({ count: 160, seed: 2 }).map(({ text, arrangement: label }) => ({
    text: text.slice(0, 300),
    label,
  }));
  writeFileSync(join(directory, 'labeled.csv'), csvText(labeled));
  const districts = Array.from({ length: 120 }, (_, i) => {
    const enrolments = `${1000 + ((i * 7919) % 9000)}`;
    return { state: `State ${i % 12}`, region: `Region ${i % 4}`, district: `District ${i}`, enrolments };
  });
  writeFileSync(join(directory, 'districts.csv'), csvText(districts));
}

/** The sentence or two of a posting that begin shortly before its first skill, with the places of the skills. */
function excerpt({ text, skills }) {
  const from = text.lastIndexOf(' ', (skills[0]?.start ?? 40) - 30) + 1;
  const to = text.indexOf(' ', from + 160);
  const spans = skills
    .filter(({ start, end }) => start >= from && end <= to)
    .map(({ start, end, type: label }) => ({ start: start - from, end: end - from, label }));
  return { text: text.slice(from, to), spans };
}

/** Words and their tags, a file for each part. */
function writeTagged(directory, postings) {
  const sentences = postings.map(excerpt).map(({ text, spans }) =>
    [...text.matchAll(/\S+/g)]
      .map(({ 0: word, index }) => {
        const span = spans.find(({ start, end }) => start <= index && index < end);
        return `${word} ${span ? `${span.start === index ? 'B' : 'I'}-${span.label}` : 'O'}\n`;
      })
      .join(''),
  );
  const parts = {
    'skills.conll': [0, 80],
    'train.conll': [0, 80],
    'dev.conll': [80, 110],
    'test.conll': [110, 140],
    'more.conll': [140, 170],
  };
  for (const [name, [from, to]] of Object.entries(parts))
    writeFileSync(join(directory, name), sentences.slice(from, to).join('\n'));
}

const sizes = { hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 64 };

/** An encoder with its pooler and a head for masked words, as most on the hub have it. */
async function writeEncoder(directory, family, texts) {
  const tokenizer = trainWordPiece(texts, { vocabSize: 500 });
  const named = family === 'bert' ? sizes : { dim: 32, n_layers: 2, n_heads: 2, hidden_dim: 64 };
  const json = {
    ...named,
    model_type: family,
    vocab_size: tokenizer.vocabSize,
    max_position_embeddings: 256,
    pad_token_id: tokenizer.padId,
  };
  const config = parseModelConfig(json, directory);
  const model = modelForTask(config, 'masked-lm');
  const { specs } = modelForTask(config, 'sequence-classification');
  const pooler = Object.fromEntries(Object.entries(specs).filter(([name]) => name.includes('pooler')));
  await saveModel(directory, { ...model, parameters: initialize({ ...pooler, ...model.specs }, config, 1) });
  await saveTokenizer(tokenizer, directory);
}

/** A Llama that has read the texts, so that adapters have something to adapt. */
async function writeLlama(directory, texts) {
  const engine = await openEngine();
  const out = `${directory}-run`;
  await fitCausalLm({
    data: { train: texts, validation: texts.slice(0, 20) },
    model: 'new',
    newConfig: { ...sizes, vocab_size: 500, max_position_embeddings: 512, tie_word_embeddings: false },
    arguments: { numTrainEpochs: 12, learningRate: 5e-3 },
    engine,
    out,
  });
  await engine.close();
  renameSync(join(out, 'model'), directory);
  rmSync(out, { recursive: true });
}

const chatTemplate =
  "{% for message in messages %}<s>{{ message['role'] }}: {{ message['content'] }}</s>{% endfor %}{% if add_generation_prompt %}<s>assistant:{% endif %}";
