import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { csv, fileIn, temporaryDirectory, tinyLlamaConfig } from '../../test/files';
import { skillSentences } from '../../test/sentences';

const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

/** A text, and the words of it that are tagged, as a list. */
const rows = (count: number, seed: number) =>
  skillSentences(count, seed).map(({ words, tags }) => ({
    description: words.join(' '),
    skills: JSON.stringify(words.filter((_, i) => tags[i] !== 'O')),
  }));
const template = 'Job: {description}\\nSkills:';
const columns = ['--prompt-template', template, '--completion', ' {skills}'];

describe('attune train --task causal-lm', () => {
  const directory = temporaryDirectory(afterAll);
  let data: string;
  let held: string;
  let run: string;
  let flags: string[];
  beforeAll(async () => {
    data = fileIn(directory, 'data.csv', csv(rows(240, 1)));
    held = fileIn(directory, 'held.csv', csv(rows(40, 2)));
    const config = fileIn(directory, 'tiny.json', tinyLlamaConfig);
    run = join(directory, 'run');
    const what = ['train', '--task', 'causal-lm', '--data', data, ...columns];
    flags = [...what, '--learning-rate', '1e-2', '--engine', 'onnx'];
    const { code, stdout, stderr } = await attune([
      ...[...flags, '--model', 'new', '--model-config', config],
      ...['--epochs', '2', '--out', run],
    ]);
    if (code !== 0) throw new Error(stderr);
    expect(stderr).toMatch(/note: \d+ training, \d+ validation, \d+ test texts: split 80\/10\/10, equal prompts kept/);
    expect(stderr).toMatch(/note: tokens per text: .*as the maximum length cuts/);
    expect(stdout).toMatch(
      /^loss .*\nperplexity .*\naccuracy of next tokens .*\nweighted precision .*\nweighted recall /,
    );
    expect(stdout).toMatch(/\nweighted F1 .*\non \d+ test texts; trained on/);
  }, 60_000);

  it('has the lengths that attune check reports for its texts', async () => {
    const model = ['--model', join(run, 'model')];
    const more = ['--eval-data', held, '--max-steps', '1', '--out', join(directory, 'measured')];
    const { stderr } = await attune([...flags, ...model, ...more]);
    const [, median, longest] = /tokens per text: .* half up to (\d+), .* the longest (\d+);/.exec(stderr) ?? [];
    const { stdout } = await attune(['check', data, '--task', 'causal-lm', ...columns, ...model, '--json']);
    expect(JSON.parse(stdout).files[0].lengths).toMatchObject({ median: Number(median), longest: Number(longest) });
  }, 60_000);

  it('writes what decided it, what it came to, and a page and a card of it', () => {
    expect(json(run, 'config.json')).toMatchObject({
      ...{ task: 'causal-lm', split: '80/10/10', promptTemplate: template, completion: ' {skills}' },
    });
    const { perplexity, loss, weightedF1 } = json(run, 'summary.json');
    expect(perplexity).toBeCloseTo(Math.exp(loss), 10);
    const report = readFileSync(join(run, 'report.html'), 'utf8');
    expect(report).toContain(weightedF1.toFixed(4));
    expect(report).toContain('Every evaluation');
    const [about, first] = readFileSync(join(run, 'predictions.jsonl'), 'utf8')
      .split('\n')
      .map((line) => line && JSON.parse(line));
    expect(about).toEqual({ about: { kind: 'completions', title: 'run' } });
    expect(Object.keys(first)).toEqual(['prompt', 'truth', 'written', 'tokens', 'isWhole']);
    expect(report).toContain('<h2 id="samples">Generated and true completions</h2>');
    expect(report).toContain('Malformed: no JSON');
    const card = readFileSync(join(run, 'model', 'README.md'), 'utf8');
    expect(card).toMatch(/^pipeline_tag: text-generation$/m);
    expect(card).toContain(`perplexity: ${perplexity.toFixed(4)}`);
  });

  it('exports what transformers.js writes with: keys and values of earlier tokens go in and out', async () => {
    const output = join(directory, 'exported');
    const { code, stdout } = await attune([
      'export',
      run,
      '--format',
      'onnx',
      '--precision',
      'both',
      '--output',
      output,
    ]);
    expect([code, stdout.match(/onnx\/model(_quantized)?\.onnx/g)]).toEqual([
      0,
      ['onnx/model.onnx', 'onnx/model_quantized.onnx'],
    ]);
    expect(json(output, 'config.json')).toMatchObject({ model_type: 'llama', architectures: ['LlamaForCausalLM'] });
    for (const file of ['model.onnx', 'model_quantized.onnx']) {
      const bytes = readFileSync(join(output, 'onnx', file));
      for (const name of ['position_ids', 'past_key_values.0.key', 'present.0.value', 'logits'])
        expect(bytes.includes(name)).toBe(true);
    }
  });

  it('evaluates other rows by the same template, writes, and labels nothing', async () => {
    const { stdout, code } = await attune(['eval', run, '--data', held, '--json']);
    expect(code).toBe(0);
    const metrics = JSON.parse(stdout);
    expect(Object.keys(metrics)).toEqual([
      ...['loss', 'perplexity', 'accuracy', 'weightedPrecision', 'weightedRecall', 'weightedF1', 'examples'],
    ]);
    expect(metrics.examples).toBe(40);
    const other = await attune(['eval', run, '--data', held, '--text', 'description', '--json']);
    const plain = JSON.parse(other.stdout);
    expect(plain.loss).toBeGreaterThan(metrics.loss);
    expect(Object.keys(plain).slice(0, 3)).toEqual(['loss', 'perplexity', 'perplexityWithoutEnd']);
    expect(Math.abs(Math.log(plain.perplexityWithoutEnd / plain.perplexity))).toBeGreaterThan(1e-3);
    const shown = await attune(['eval', run, '--data', held, '--text', 'description']);
    expect(shown.stdout).toContain(`perplexity without end tokens  ${plain.perplexityWithoutEnd.toFixed(4)}`);
    const written = await attune(['generate', run, '--prompt', 'Job: we need java\nSkills:', '--max-new-tokens', '20']);
    expect(written.stdout).toMatch(/^ \["/);
    expect(await attune(['predict', run, '--input', held])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('got a causal language model; generate text with it: npx attune generate'),
    });
    expect(await attune(['eval', run, '--data', held, '--label', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--label: not used by .*, a causal language model; remove it/),
    });
  });

  it('trains adapters, which are used beside their base as in it, and goes on with the same options', async () => {
    const base = join(run, 'model');
    const lora = ['--lora-r', '4', '--lora-alpha', '16', '--lora-target-modules', 'q_proj,v_proj', '--lora-use-rslora'];
    const out = join(directory, 'lora');
    const training = [...flags, '--model', base, ...lora, '--lora-dropout', '0.1', '--epochs', '1'];
    const { code, stderr } = await attune([...training, '--keep-checkpoints', '--out', out]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/note: trains 448 of [\d,]+ parameters/)]);
    expect(json(out, 'config.json').lora).toEqual({
      ...{ r: 4, alpha: 16, dropout: 0.1, targetModules: ['q_proj', 'v_proj'], useRslora: true },
    });
    expect(json(out, 'adapter', 'adapter_config.json')).toMatchObject({ r: 4, use_rslora: true, lora_dropout: 0.1 });
    const metrics = async (...source: string[]) => JSON.parse((await attune(['eval', ...source, '--json'])).stdout);
    const merged = await metrics(out, '--data', held);
    const adapter = ['--adapter', join(out, 'adapter')];
    const length = ['--max-length', `${json(out, 'summary.json').maxLength}`];
    const apart = await metrics(base, '--data', held, ...columns, ...adapter, ...length);
    expect(apart.loss).toBeCloseTo(merged.loss, 5);
    expect((await metrics(base, '--data', held, ...columns, ...length)).loss).not.toBeCloseTo(merged.loss, 5);
    const write = ['--prompt', 'Job: sql and rust soon\nSkills:', '--max-new-tokens', '12'];
    const [one, two] = [
      await attune(['generate', out, ...write]),
      await attune(['generate', base, ...adapter, ...write]),
    ];
    expect([two.code, two.stdout]).toEqual([0, one.stdout]);
    expect((await attune(['train', '--resume', '--out', out])).code).toBe(0);
    expect(readdirSync(join(out, 'adapter'))).toHaveLength(2);
    const again = json(out, 'config.json');
    expect(again.lora.r).toBe(4);
  });

  it('learns answers of conversations, by the chat template of the model', async () => {
    const model = join(directory, 'chat');
    cpSync(join(run, 'model'), model, { recursive: true });
    const chat =
      "{{ bos_token }}{% for m in messages %}\n{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}\n{{ m.role }}: {{ m.content }}{% if m.role == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}{% if add_generation_prompt %}assistant{{ mood }}:{% endif %}";
    const config = { ...json(model, 'tokenizer_config.json'), chat_template: chat };
    writeFileSync(join(model, 'tokenizer_config.json'), JSON.stringify(config));
    const talk = ({ description, skills }: ReturnType<typeof rows>[number], role = 'assistant') =>
      JSON.stringify({
        talk: [
          { role: 'user', content: description },
          { role, content: skills },
        ],
      });
    const talks = fileIn(
      directory,
      'talks.jsonl',
      rows(60, 3)
        .map((row) => talk(row))
        .join('\n'),
    );
    const training = ['train', '--task', 'causal-lm', '--model', model, '--messages', 'talk', '--engine', 'onnx'];
    const out = join(directory, 'talks');
    const trained = await attune([...training, '--data', talks, '--max-steps', '4', '--out', out]);
    expect([trained.code, trained.stderr]).toEqual([0, expect.stringMatching(/texts: split/)]);
    expect(json(out, 'model', 'tokenizer_config.json').chat_template).toBe(chat);
    expect((await attune(['eval', out, '--data', talks])).stdout).toMatch(/^loss .*[\s\S]*\n60 texts\n$/);
    const answer = await attune(['generate', out, '--chat', '--prompt', 'we need java', '--max-new-tokens', '5']);
    const plain = ['--prompt', 'user: we need javaassistant:', '--max-new-tokens', '5'];
    expect(answer.stdout).toBe((await attune(['generate', out, ...plain])).stdout);
    const moody = join(directory, 'moody');
    const variables = ['--chat-variables', '{"mood": " farm"}'];
    expect((await attune([...training, '--data', talks, ...variables, '--max-steps', '1', '--out', moody])).code).toBe(
      0,
    );
    const chatting = ['generate', moody, '--chat', '--prompt', 'we need java', '--max-new-tokens', '5'];
    for (const [mood, more] of [
      [' farm', []],
      ['', ['--chat-variables', '{}']],
    ] as const) {
      const whole = ['--prompt', `user: we need javaassistant${mood}:`, '--max-new-tokens', '5'];
      expect((await attune([...chatting, ...more])).stdout).toBe((await attune(['generate', moody, ...whole])).stdout);
    }
    const system = await attune(['generate', out, '--chat', '--system', 'x', '--prompt', 'y']);
    expect(system.stderr).toMatch(/tokenizer_config.json: chat_template line 2: .*"no system"/);
    const wrong = fileIn(directory, 'wrong.jsonl', [talk(rows(1, 4)[0]), talk(rows(1, 5)[0], 'user')].join('\n'));
    const refused = await attune([...training, '--data', wrong, '--out', join(directory, 'refused')]);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/wrong.jsonl line 2: messages: expected the assistant.s message at the end/),
    });
  }, 60_000);

  it('learns plain texts whole', async () => {
    const texts = fileIn(
      directory,
      'texts.txt',
      rows(60, 6)
        .map(({ description }) => description)
        .join('\n'),
    );
    const out = join(directory, 'plain');
    const what = ['train', '--task', 'causal-lm', '--model', join(run, 'model'), '--data', texts, '--max-steps', '2'];
    expect((await attune([...what, '--out', out])).code).toBe(0);
    expect((await attune(['eval', out, '--data', texts])).stdout).toMatch(/\n60 texts\n$/);
  });

  it.each<[string, string[], number, RegExp]>([
    ['a template without what is learned', ['--completion', ''], 2, /--completion: expected a value/],
    ['text beside it', ['--text', 'description'], 2, /--completion: cannot be used with --text/],
    ['an unknown column', ['--completion', 'skill'], 1, /expected a column "skill".*did you mean "skills"\?/],
    ['an unknown column in it', ['--prompt-template', '{descripton}:'], 1, /did you mean "description"\?/],
    ['a label', ['--label', 'x'], 2, /--label: only used with --task .*, got --task causal-lm/],
    ['adapters without a rank', ['--lora-alpha', '8'], 2, /--lora-alpha: requires --lora-r/],
    ['adapters of a new model', ['--lora-r', '8', '--model', 'new'], 1, /expected a trained model, got "new"/],
    ['adapters of nothing', ['--lora-r', '8', '--lora-target-modules', '.*qq'], 1, /".\*qq", which matches nothing/],
    ['a template of no messages', ['--chat-template', 'x'], 2, /--chat-template: requires --messages/],
    ['variables of no messages', ['--chat-variables', '{}'], 2, /--chat-variables: requires --messages/],
  ])('refuses %s', async (_, more, code, message) => {
    const all = [...flags, '--model', join(run, 'model'), ...more, '--out', join(directory, 'refused')];
    expect(await attune(all)).toMatchObject({ code, stderr: expect.stringMatching(message) });
    expect(existsSync(join(directory, 'refused'))).toBe(false);
  });
});
