import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openOnnxEngine } from '@attune/engine/node';
import { causalLanguageModel, initialize, parseModelConfig } from '@attune/models';
import { saveModel } from '@attune/models/node';
import { trainBpe, trainWordPiece } from '@attune/tokenizer';
import { saveTokenizer } from '@attune/tokenizer/node';
import { loadGenerator } from '@attune/train/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { temporaryDirectory } from '../../test/files';

describe('attune generate', () => {
  const model = join(temporaryDirectory(afterAll), 'model');
  beforeAll(async () => {
    mkdirSync(model);
    const tokenizer = trainWordPiece(['night', 'nurse', 'day', 'farm', 'wheat', 'corn', 'bank'], { vocabSize: 80 });
    const sizes = { hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 24 };
    const json = { ...sizes, max_position_embeddings: 64, vocab_size: tokenizer.vocabSize, initializer_range: 0.5 };
    const made = causalLanguageModel(parseModelConfig({ model_type: 'llama', ...json }, 'tiny'));
    await saveModel(model, { ...made, parameters: initialize(made.specs, made.config, 3) });
    await saveTokenizer(tokenizer, model);
  });
  const generate = (...flags: string[]) => attune(['generate', model, ...flags]);

  it('prints what the model writes, with each of its options', async () => {
    const generator = await loadGenerator(model, { engine: openOnnxEngine() });
    const [{ text: greedy }] = await generator.generate(['night'], { maxNewTokens: 12 });
    const plain = await generate('--prompt', 'night', '--max-new-tokens', '12');
    expect([plain.code, plain.stdout]).toEqual([0, `${greedy}\n`]);
    expect(plain.stderr).toMatch(/^12 tokens, \d+ per second; ended: --max-new-tokens\n$/);

    const drawing = { temperature: 2, topK: 30, topP: 0.9, repetitionPenalty: 1.3, seed: 9, maxNewTokens: 12 };
    const [{ text: drawn }] = await generator.generate(['night'], drawing);
    const flags = Object.entries(drawing).flatMap(([name, value]) => [
      `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      `${value}`,
    ]);
    expect((await generate('--prompt', 'night', ...flags)).stdout).toBe(`${drawn}\n`);
    expect(drawn).not.toBe(greedy);

    const stop = greedy.slice(3, 6);
    const stopped = await generate('--prompt', 'night', '--max-new-tokens', '12', '--stop', stop);
    expect(stopped.stdout).toBe(`${greedy.slice(0, greedy.indexOf(stop))}\n`);
    expect(stopped.stderr).toContain('ended: end token or --stop');
  });

  it('says what it cannot do', async () => {
    expect(await generate()).toMatchObject({ code: 2, stderr: expect.stringContaining('--prompt: required') });
    const cold = await generate('--prompt', 'night', '--temperature', '0');
    expect(cold).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--temperature: expected a number above 0'),
    });
    const long = await generate('--prompt', 'night '.repeat(80));
    expect(long).toMatchObject({ code: 1, stderr: expect.stringContaining("the model's context of 64") });
  });
});

describe('attune generate --json-schema', () => {
  const directory = temporaryDirectory(afterAll);
  const model = join(directory, 'model');
  const schema = join(directory, 'list.json');
  beforeAll(async () => {
    mkdirSync(model);
    const tokenizer = trainBpe(['night nurse, day farm'], { vocabSize: 270 });
    const sizes = { hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 24 };
    const end = { eos_token_id: tokenizer.tokenToId('<|endoftext|>') };
    const json = {
      ...sizes,
      ...end,
      max_position_embeddings: 256,
      vocab_size: tokenizer.vocabSize,
      initializer_range: 0.5,
    };
    const made = causalLanguageModel(parseModelConfig({ model_type: 'llama', ...json }, 'tiny'));
    await saveModel(model, { ...made, parameters: initialize(made.specs, made.config, 3) });
    await saveTokenizer(tokenizer, model);
    writeFileSync(
      schema,
      '{"type":"array","items":{"type":"string","minLength":1,"maxLength":4},"minItems":2,"maxItems":3}',
    );
  });
  const generate = (...flags: string[]) => attune(['generate', model, '--prompt', 'night', ...flags]);

  it('writes JSON that meets it, greedy and drawn', async () => {
    for (const flags of [[], ['--temperature', '2', '--seed', '5']]) {
      const { code, stdout, stderr } = await generate('--json-schema', schema, ...flags);
      const list = JSON.parse(stdout);
      expect([code, list.length >= 2 && list.length <= 3]).toEqual([0, true]);
      for (const item of list) expect(Array.from(item as string).length).toBeLessThanOrEqual(4);
      expect(stderr).toContain('ended: end token, end of the schema, or --stop');
    }
  });

  it('says that a length ended it within', async () => {
    const { code, stderr } = await generate('--json-schema', schema, '--max-new-tokens', '3');
    expect(code).toBe(0);
    expect(stderr).toContain('the JSON is incomplete: raise --max-new-tokens');
  });

  it('says what is wrong with a schema, and where', async () => {
    const own = join(directory, 'own.json');
    const refused = async (text: string) => {
      writeFileSync(own, text);
      const { code, stderr } = await generate('--json-schema', own);
      expect(code).toBeGreaterThan(0);
      return stderr;
    };
    expect(await refused('{"type": }')).toContain('own.json: expected a JSON schema, got "}" at column 10');
    expect(await refused('{"items": {"type": "text"}}')).toContain('JSON schema #/items/type: expected one of');
    expect(await refused('{"enum": []}')).toContain('JSON schema #/enum: expected a schema that allows a value');
    expect((await generate('--json-schema', join(directory, 'none.json'))).stderr).toContain(
      'expected a file with a JSON schema',
    );
  });

  it('writes a text of a grammar, greedy and drawn, and says what is wrong with one', async () => {
    const grammar = join(directory, 'own.gbnf');
    writeFileSync(grammar, 'root ::= " "? word ("," word){1,2}\nword ::= [a-z]{2}  # two letters\n');
    for (const flags of [[], ['--temperature', '2', '--seed', '5']]) {
      const { code, stdout, stderr } = await generate('--grammar', grammar, ...flags);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^ ?[a-z]{2}(,[a-z]{2}){1,2}\n$/)]);
      expect(stderr).toContain('ended: end token, end of the grammar, or --stop');
    }
    const cut = await generate('--grammar', grammar, '--max-new-tokens', '2');
    expect(cut.stderr).toContain('the text is incomplete: raise --max-new-tokens');
    expect(await generate('--grammar', grammar, '--json-schema', schema)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--grammar: cannot be used with --json-schema; remove one'),
    });
    writeFileSync(grammar, 'root ::= word\nwrod ::= "a"\n');
    expect(await generate('--grammar', grammar)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('grammar line 1 column 10: expected a rule among root, wrod, got word; did you'),
    });
    const none = await generate('--grammar', join(directory, 'none.gbnf'));
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('expected a file with a grammar')]);
  });

  it('gives a chat template further variables', async () => {
    const thinking = '{% if enable_thinking is defined and enable_thinking is false %}night night{% endif %}';
    const template = `{{ messages[0].content }}{% if add_generation_prompt %}${thinking}{% endif %}`;
    const path = join(model, 'chat_template.jinja');
    writeFileSync(path, template);
    const chat = ['--chat', '--max-new-tokens', '5'];
    const plain = await attune(['generate', model, '--prompt', 'farmnight night', '--max-new-tokens', '5']);
    const own = await attune([
      'generate',
      model,
      '--prompt',
      'farm',
      ...chat,
      '--chat-variables',
      '{"enable_thinking": false}',
    ]);
    const other = await attune(['generate', model, '--prompt', 'farm', ...chat]);
    expect([own.code, own.stdout]).toEqual([0, plain.stdout]);
    expect(other.stdout).not.toBe(plain.stdout);
    expect(
      await attune(['generate', model, '--prompt', 'farm', ...chat, '--chat-variables', 'thinking']),
    ).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        '--chat-variables: expected a JSON object, such as {"enable_thinking": false}, got',
      ),
    });
    rmSync(path);
  });

  it('reads conversations as the run was trained on them, with their tools, up to the answer', async () => {
    const run = join(directory, 'chat-run');
    cpSync(model, join(run, 'model'), { recursive: true });
    writeFileSync(join(run, 'config.json'), '{"messages":"{talk}{answer}"}');
    const template =
      '{% for t in tools or [] %}{{ t.name }} {% endfor %}{% for m in messages %}{{ m.role }}: {{ m.content }};{% endfor %}{% if add_generation_prompt %}a:{% endif %}';
    writeFileSync(join(run, 'model', 'chat_template.jinja'), template);
    const file = join(directory, 'talks.jsonl');
    const talk = [{ role: 'user', content: 'farm' }];
    const row = { id: 1, talk, answer: [{ role: 'assistant', content: 'day' }], tools: [{ name: 'night' }] };
    writeFileSync(file, `${JSON.stringify(row)}\n`);
    const written = async (...flags: string[]) => {
      const { code, stdout, stderr } = await attune(['generate', ...flags, '--max-new-tokens', '6']);
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('rror')]);
      return stdout.trim();
    };
    const expected = await written(run, '--prompt', 'night user: farm;a:');
    expect(JSON.parse(await written(run, '--chat', '--input', file)).text).toBe(expected);
    const typed = await written(run, '--chat', '--input', file, '--prompt-template', '{talk}');
    expect(JSON.parse(typed).text).toBe(await written(run, '--prompt', 'user: farm;a:'));
    expect(await written(run, '--chat', '--prompt', JSON.stringify(talk))).toBe(JSON.parse(typed).text);
    const plain = join(directory, 'chat-plain');
    cpSync(join(run, 'model'), plain, { recursive: true });
    writeFileSync(file, `${JSON.stringify({ id: 1, messages: talk, tools: null })}\n`);
    expect(JSON.parse(await written(plain, '--chat', '--input', file)).text).toBe(JSON.parse(typed).text);
    writeFileSync(file, '{"talk":[{"content":"farm"}]}\n');
    const wrong = await attune(['generate', run, '--chat', '--input', file]);
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('talks.jsonl line 1: messages: expected a'),
    });
  });

  it('draws other texts with each seed, in every group of rows', async () => {
    const file = join(directory, 'same.txt');
    writeFileSync(file, 'night\n'.repeat(8));
    const drawn = async (seed: string) => {
      const flags = ['--temperature', '2', '--max-new-tokens', '12', '--batch-size', '1', '--seed', seed];
      const { stdout } = await attune(['generate', model, '--input', file, ...flags]);
      return stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).text);
    };
    const both = [...(await drawn('1')), ...(await drawn('2'))];
    expect(both).toHaveLength(16);
    expect(new Set(both).size).toBe(16);
  });

  describe('from a file', () => {
    const input = join(directory, 'rows.csv');
    const output = join(directory, 'written.jsonl');
    const rows = Array.from({ length: 11 }, (_, i) => `${i},night ${'farm '.repeat(i === 3 ? 90 : i % 3)}day`);
    beforeAll(() => writeFileSync(input, `id,job\n${rows.join('\n')}\n`));
    const flags = [
      '--prompt-template',
      '{job}\\nSkills:',
      '--json-schema',
      schema,
      '--temperature',
      '1.5',
      '--batch-size',
      '1',
    ];
    const run = (...more: string[]) => attune(['generate', model, '--input', input, ...flags, ...more]);
    const linesOf = (text: string) => text.trimEnd().split('\n');

    it('writes a line per row, in order, and says what had no room', async () => {
      const { code, stderr } = await run('--output', output);
      expect([code, existsSync(`${output}.partial`), existsSync(`${output}.partial.json`)]).toEqual([0, false, false]);
      const lines = linesOf(readFileSync(output, 'utf8')).map((line) => JSON.parse(line));
      expect(lines.map(({ line }) => line)).toEqual(rows.map((_, i) => i + 2));
      expect(lines[3]).toEqual({ line: 5, text: '', tokens: 0, ended: 'prompt-too-long' });
      for (const { text, isWhole } of lines.filter((_, i) => i !== 3)) {
        expect(isWhole).toBe(true);
        expect(JSON.parse(text).length).toBeGreaterThan(1);
      }
      expect(stderr).toContain('1 prompt left no room in the context');
      expect(stderr).toContain('11 prompts completed');
      expect((await run()).stdout).toBe(readFileSync(output, 'utf8'));
    });

    it('says which rows have no text, where the tokenizer adds no token of its own', async () => {
      const plain = join(directory, 'plain');
      cpSync(model, plain, { recursive: true });
      const path = join(plain, 'tokenizer.json');
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), post_processor: null }));
      const file = join(directory, 'empty.csv');
      writeFileSync(file, 'id,job\n1,day\n2,\n3,night\n');
      const { code, stdout, stderr } = await attune([
        'generate',
        plain,
        '--input',
        file,
        '--prompt-template',
        '{job}',
        '--max-new-tokens',
        '2',
      ]);
      expect([code, linesOf(stdout).map((line) => JSON.parse(line).ended)]).toMatchObject([0, { 1: 'prompt-empty' }]);
      expect(linesOf(stdout)).toHaveLength(3);
      expect(stderr).toContain('1 prompt without text: their "ended" is "prompt-empty"');
    });

    it('cleans the rows of a run as its texts were cleaned', async () => {
      const trained = join(directory, 'cleaned-run');
      cpSync(model, join(trained, 'model'), { recursive: true });
      writeFileSync(join(trained, 'config.json'), '{"promptTemplate":"{job}:","completion":"x","clean":["html"]}');
      const written = async (text: string) => {
        const file = join(directory, 'one.csv');
        writeFileSync(file, `id,job\n1,${text}\n`);
        const { stdout } = await attune(['generate', trained, '--input', file, '--max-new-tokens', '8']);
        return JSON.parse(stdout).text;
      };
      expect(await written('night <b>farm</b>')).toBe(await written('night farm'));
      expect(await written('night farm')).not.toBe(await written('p farm'));
    });

    it('goes on where it was interrupted, to the same bytes, and with nothing else', async () => {
      const whole = readFileSync(output, 'utf8');
      const stopped = join(directory, 'stopped.jsonl');
      const reached = join(directory, 'stopped.jsonl.partial');
      const abort = new AbortController();
      const watching = setInterval(() => existsSync(reached) && statSync(reached).size > 0 && abort.abort(), 1);
      const first = await attune(['generate', model, '--input', input, ...flags, '--output', stopped], {
        signal: abort.signal,
      });
      clearInterval(watching);
      expect([first.code === 0, existsSync(stopped), existsSync(reached)]).toEqual([false, false, true]);
      const there = linesOf(readFileSync(reached, 'utf8'));
      expect(linesOf(whole).slice(0, there.length)).toEqual(there);
      writeFileSync(reached, `${there.slice(0, 6).join('\n')}\n{"line": 8, "te`);
      const other = await run('--output', stopped, '--seed', '7');
      expect(other).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('stopped.jsonl.partial: expected output that this command began'),
      });
      const settings = join(model, 'config.json');
      const config = readFileSync(settings, 'utf8');
      writeFileSync(settings, `${config} `);
      const changed = await run('--output', stopped);
      expect([changed.code, changed.stderr]).toEqual([1, expect.stringContaining('that of another command')]);
      writeFileSync(settings, config);
      const again = await run('--output', stopped);
      expect(again.stderr).toContain('4 prompts completed earlier');
      expect(readFileSync(stopped, 'utf8')).toBe(whole);
    });

    it('asks for a template where the file lacks a column of the run’s own', async () => {
      const run = mkdtempSync(join(directory, 'run-'));
      cpSync(model, join(run, 'model'), { recursive: true });
      writeFileSync(join(run, 'config.json'), JSON.stringify({ promptTemplate: '{title}: {job}' }));
      const { code, stderr } = await attune(['generate', run, '--input', input]);
      expect(code).toBe(2);
      expect(stderr).toContain('rows.csv line 1: expected a column "title", got "id", "job"');
      expect(stderr).toContain('pass --prompt-template "{title}: {job}", with columns of this file in the braces');
    });

    it('says what goes with what', async () => {
      const of = async (...own: string[]) => (await attune(['generate', model, ...own])).stderr;
      expect(await of('--input', input)).toContain('--prompt-template: required, because');
      expect(await of('--input', input, '--prompt', 'a')).toContain(
        '--input: cannot be used with --prompt; remove one',
      );
      expect(await of('--prompt', 'a', '--output', output)).toContain('--output');
      expect(await of('--input', input, '--output', input, '--prompt-template', 'a')).toContain(
        'expected a different file from --input',
      );
    });
  });
});
