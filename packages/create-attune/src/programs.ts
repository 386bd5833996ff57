// predict.js of each task.
import type { TaskName } from './options';

/** The directory of the run, from the project's folder. */
export const run = 'runs/model';

interface Program {
  /** Packages that it imports. */
  readonly packages: readonly string[];
  readonly source: string;
}

/**
 * The program that loads the trained model and predicts.
 *
 * @param around the text that the template of training puts before and after a value, if any
 */
export function programOf(task: TaskName, around?: readonly [string, string]): Program {
  return programs[task](around);
}

const programs: Readonly<Record<TaskName, (around?: readonly [string, string]) => Program>> = {
  'sequence-classification': (around) => ({
    packages: ['@attune/train'],
    source: `// Predicts the label of each text: npm run predict -- "a text" "another text"
import { loadPredictor } from '@attune/train/node';

${readTexts(around)}
const model = await loadPredictor('${run}');
const predictions = await model.predict(texts);
predictions.forEach(({ label, score }, i) => console.log(\`\${label}\\t\${score.toFixed(3)}\\t\${texts[i]}\`));
await model.close();
`,
  }),
  'token-classification': () => ({
    packages: ['@attune/train'],
    source: `// Finds the entities of each text: npm run predict -- "a text" "another text"
import { loadTagger } from '@attune/train/node';

${readTexts()}
const tagger = await loadTagger('${run}');
const entities = await tagger.tag(texts);
texts.forEach((text, i) => {
  console.log(text);
  if (entities[i].length === 0) console.log('  no entities');
  for (const { label, start, end, score } of entities[i]) {
    console.log(\`  \${label}\\t\${score.toFixed(3)}\\t\${start}-\${end}\\t\${text.slice(start, end)}\`);
  }
});
await tagger.close();
`,
  }),
  'masked-lm': () => ({
    packages: ['@attune/engine', '@attune/models', '@attune/tokenizer'],
    source: `// Guesses the word at [MASK] in each text: npm run predict -- "a text with a [MASK] in it"
import { openEngine } from '@attune/engine/node';
import { packSequences, selectTokens } from '@attune/models';
import { loadModel } from '@attune/models/node';
import { loadTokenizer } from '@attune/tokenizer/node';

${readTexts(undefined, 'a text with a [MASK] in it', ".every((text) => text.includes('[MASK]'))")}
const directory = '${run}/model';
const engine = await openEngine();
const tokenizer = await loadTokenizer(directory);
const { model, parameters } = await loadModel(directory, { task: 'masked-lm' });
const program = engine.compile(model.program);
const mask = tokenizer.idToToken(tokenizer.maskId);
for (const text of texts) {
  const { ids } = tokenizer.encode(text.replace('[MASK]', mask));
  const batch = selectTokens(packSequences([{ ids }], { rowLength: ids.length }), [[ids.indexOf(tokenizer.maskId)]]);
  const { logits } = await program.run({ ...batch }, parameters); // [1, vocab]
  const likeliest = [...logits.data.keys()].sort((a, b) => logits.data[b] - logits.data[a]).slice(0, 5);
  console.log(\`\${text}\\t\${likeliest.map((id) => tokenizer.decode([id]).trim()).join(', ')}\`);
}
await engine.close();
`,
  }),
  'causal-lm': (around) => ({
    packages: ['@attune/train'],
    source: `// Completes each prompt: npm run predict -- "a prompt" "another prompt"
import { loadGenerator } from '@attune/train/node';

${readTexts(around, 'a prompt')}
const generator = await loadGenerator('${run}');
const completions = await generator.generate(texts, { maxNewTokens: 64 });
completions.forEach(({ text }, i) => console.log(\`\${texts[i]}\${text}\`));
await generator.close();
`,
  }),
};

/** The lines that read the texts of the command line. */
function readTexts(around?: readonly [string, string], example = 'a text', check?: string): string {
  const [before, after] = (around ?? ['', '']).map((text) => JSON.stringify(text));
  const sum = ['value', ...(after === '""' ? [] : [after])];
  const template = [...(before === '""' ? [] : [before]), ...sum].join(' + ');
  const map = around ? `.map((value) => ${template})` : '';
  const isWrong = check === undefined ? 'texts.length === 0' : `texts.length === 0 || !texts${check}`;
  return `const texts = process.argv.slice(2)${map};
if (${isWrong}) {
  console.error('usage: npm run predict -- "${example}"');
  process.exit(1);
}`;
}
