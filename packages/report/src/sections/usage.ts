// How to use the model that a run made, as code to copy.
import { inShell } from '@attune/internal';
import { type Html, html } from '../page/html';
import type { RunData } from '../run-data';

type Used = Pick<RunData, 'config' | 'place'> & { readonly problemType?: string };

/** The use of a run's model. */
type Kind = 'labels' | 'sets' | 'value' | 'entities' | 'mask' | 'text';

/** A section with the commands and programs that use the model: command line, TypeScript, Python and transformers.js. */
export function usageSection(data: Used): Html {
  const kind = kindOf(data);
  const run = data.place ?? 'path/to/run';
  const isMerged = data.config.mergeAdapter ?? data.config.quantize === undefined;
  const blocks = [
    ['Command line', commandLine(kind, run, data.config)],
    ['TypeScript', typeScript(kind, run, data.config)],
    ['Python', isMerged ? python(kind, `${run}/model`, data.config) : adapted(kind, run, data.config)],
    ...(isMerged ? [['transformers.js', transformersJs(kind, run, data.config)] as const] : []),
  ] as const;
  return html`<section aria-labelledby="usage" class="usage">
<h2 id="usage">Use this model</h2>
${blocks.map(
  ([
    name,
    code,
  ]) => html`<details${name === 'Command line' && html` open`}><summary>${name}</summary><pre tabindex="0"><code>${code}</code></pre></details>
`,
)}</section>`;
}

function kindOf({ config: { task }, problemType }: Used): Kind {
  if (task === 'token-classification') return 'entities';
  if (task === 'masked-lm') return 'mask';
  if (task === 'causal-lm') return 'text';
  if (problemType === 'regression') return 'value';
  return problemType === 'multi_label_classification' ? 'sets' : 'labels';
}

type Config = RunData['config'];

const hasPairs = (config: Config) => config.textPair !== undefined;

const quoted = (text: string) => JSON.stringify(text);

function commandLine(kind: Kind, run: string, config: Config): string {
  const place = inShell(run);
  if (kind === 'mask')
    return `npx attune train --task sequence-classification --model ${place} --data labeled.csv --text text --label label --out runs/next`;
  if (kind === 'text') return `npx attune generate ${place} --prompt 'The beginning of a text'`;
  if (kind === 'entities') return `npx attune predict ${place} --input new.txt > predictions.jsonl`;
  const typed = hasPairs(config) ? ' --text first --text-pair second' : ' --text text';
  const columns = config.text === undefined ? typed : ''; // they default to those of the run
  return `npx attune predict ${place} --input new.csv${columns} > predictions.jsonl`;
}

function typeScript(kind: Kind, run: string, config: Config): string {
  const place = quoted(run);
  const program = (load: string, use: string) =>
    `import { ${load} } from '@attune/train/node';\n\nconst model = await ${load}(${place});\n${use}\nawait model.close();`;
  if (kind === 'mask')
    return `import { evaluateMaskedLm } from '@attune/train/node';\n\nconsole.log(await evaluateMaskedLm(${place}, ['Texts like those it was trained on, enough of them to fill a chunk.'], { chunkLength: 8 }));`;
  if (kind === 'text')
    return program('loadGenerator', "console.log(await model.generate(['The beginning of a text']));");
  if (kind === 'entities') return program('loadTagger', "console.log(await model.tag(['A text']));");
  const input = hasPairs(config) ? "['First text', 'second text']" : "'A text'";
  return program(
    kind === 'labels' ? 'loadPredictor' : 'loadAnyPredictor',
    `console.log(await model.predict([${input}]));`,
  );
}

/** transformers' name of a pipeline, and its input. */
const pipelines: Readonly<Record<Kind, readonly [task: string, input: string]>> = {
  labels: ['text-classification', '"A text"'],
  sets: ['text-classification', '"A text"'],
  value: ['text-classification', '"A text"'],
  entities: ['token-classification', '"A text"'],
  mask: ['fill-mask', 'f"A {model.tokenizer.mask_token} text"'],
  text: ['text-generation', '"The beginning of a text"'],
};

const pythonOptions: Partial<Record<Kind, string>> = {
  sets: ', top_k=None, function_to_apply="sigmoid"',
  value: ', function_to_apply="none"',
  entities: ', aggregation_strategy="first"',
};

function python(kind: Kind, model: string, config: Config): string {
  const [task, text] = pipelines[kind];
  const input = hasPairs(config) ? '{"text": "First text", "text_pair": "second text"}' : text;
  return `from transformers import pipeline\n\nmodel = pipeline(${quoted(task)}, model=${quoted(model)}${pythonOptions[kind] ?? ''})\nprint(model(${input}))`;
}

/** Code for a run with an adapter but no merged model. The base may have another head, so the number of labels is given. */
function adapted(kind: Kind, run: string, { architecture }: Config): string {
  const classes: Partial<Record<Kind, string>> = {
    text: 'AutoPeftModelForCausalLM',
    entities: 'AutoPeftModelForTokenClassification',
  };
  const name = classes[kind] ?? (kind === 'mask' ? 'AutoPeftModel' : 'AutoPeftModelForSequenceClassification');
  const place = quoted(`${run}/adapter`);
  const { length } = (architecture as { readonly labels?: readonly string[] } | undefined)?.labels ?? [];
  const size = name.endsWith('Classification') && length > 0 ? `, num_labels=${length}` : '';
  return `from peft import ${name}\nfrom transformers import AutoTokenizer\n\nmodel = ${name}.from_pretrained(${place}${size})\ntokenizer = AutoTokenizer.from_pretrained(${place})`;
}

function transformersJs(kind: Kind, run: string, config: Config): string {
  const head = (names: string) =>
    `// npx attune export ${inShell(run)} --format onnx\nimport { ${names} } from '@huggingface/transformers';\n\nenv.localModelPath = ${quoted(run)};`;
  const options = "{ dtype: 'fp32', local_files_only: true }";
  if (kind === 'value' || hasPairs(config)) {
    const input = hasPairs(config) ? "'First text', { text_pair: 'second text' }" : "'A text'";
    const use = kind === 'value' ? 'logits.data[0]' : 'logits.tolist(), model.config.id2label';
    return `${head('AutoModelForSequenceClassification, AutoTokenizer, env')}\nconst tokenizer = await AutoTokenizer.from_pretrained('export', { local_files_only: true });\nconst model = await AutoModelForSequenceClassification.from_pretrained('export', ${options});\nconst { logits } = await model(await tokenizer(${input}));\nconsole.log(${use});`;
  }
  const [task, text] = pipelines[kind];
  const input = kind === 'mask' ? "'A ' + model.tokenizer.mask_token + ' text'" : text.replaceAll('"', "'");
  return `${head('env, pipeline')}\nconst model = await pipeline('${task}', 'export', ${options});\nconsole.log(await model(${input}${kind === 'sets' ? ', { top_k: null }' : ''}));`;
}
