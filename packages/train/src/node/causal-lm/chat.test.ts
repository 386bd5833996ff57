import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { chatExample, chatTemplate, loadChatTemplate } from './chat';
import { type ChatMessage, parseMessages } from './messages';

const user = (content: string): ChatMessage => ({ role: 'user', content });
const assistant = (content: string): ChatMessage => ({ role: 'assistant', content });

/** Llama 2's, but for the system message. */
const llama2 = `{{- bos_token }}
{%- for message in messages %}
  {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
    {{- raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}
  {%- endif %}
  {%- if message['role'] == 'user' %}
    {{- '[INST] ' + message['content'].strip() + ' [/INST]' }}
  {%- elif message['role'] == 'assistant' %}
    {{- ' ' + message['content'].strip() + ' ' + eos_token }}
  {%- endif %}
{%- endfor %}`;

/** Llama 3's, without tools. */
const llama3 =
  "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

const variables = { bos_token: '<s>', eos_token: '</s>' };
const talk = [user(' Hi '), assistant('Hello'), user('Bye'), assistant('Bye')];

describe('chatTemplate', () => {
  it("writes Llama 2's and Llama 3's conversations as their makers have them", () => {
    expect(chatTemplate(llama2, { where: 'a', variables }).render(talk)).toBe(
      '<s>[INST] Hi [/INST] Hello </s>[INST] Bye [/INST] Bye </s>',
    );
    const turn = (role: string, content: string) => `<|start_header_id|>${role}<|end_header_id|>\n\n${content}`;
    const template = chatTemplate(llama3, { where: 'a', variables });
    expect(template.render(talk.slice(0, 1), { addGenerationPrompt: true })).toBe(
      `<s>${turn('user', 'Hi<|eot_id|>')}${turn('assistant', '')}`,
    );
    expect(template.render(talk.slice(0, 2))).toBe(
      `<s>${turn('user', 'Hi<|eot_id|>')}${turn('assistant', 'Hello<|eot_id|>')}`,
    );
  });

  it.each([
    ['brackets', `${'('.repeat(20_000)}1${')'.repeat(20_000)}`],
    ['lists', `${'['.repeat(20_000)}1${']'.repeat(20_000)}`],
  ])('says that %s are nested too deep, and on which line', (_, nested) => {
    expect(() => chatTemplate(`hello\n{{ ${nested} }}`, { where: 'chat.jinja' })).toThrow(
      'chat.jinja line 2: expected a Jinja template, got brackets or blocks that are nested too deeply; fix it',
    );
  });

  it.each([
    ["{{ 'xxhixx'.strip('x') }}|{{ 'xyhi'.lstrip('yx') }}|{{ 'hi.,'.rstrip('.,') }}", 'hi|hi|hi'],
    ["{{ m.lstrip('\n') }}|{{ m.strip('\n') }}|{{ m.rstrip('\n') }}|{{ m.strip() }}", '  a\n|  a|\n  a|a'],
    ["{{ ('a' ~ m)[1:].lstrip('\n ').rstrip() }}|{{ 'aaa'.strip('a') }}|{{ ''.strip() }}", 'a||'],
    ['{{ tools is none }} {{ documents is none }} {{ tools is defined }}', 'true true true'],
  ])('computes as Python does: %s', (source, expected) => {
    const template = chatTemplate(source, { where: 'mine' });
    expect(template.render([], { variables: { m: '\n  a\n' } })).toBe(expected);
  });

  it("gets the arguments of tool calls as objects, which OpenAI's API has as JSON in a text", () => {
    const qwen =
      '{% for m in messages %}{% for c in m.tool_calls %}{% if c.function %}{% set c = c.function %}{% endif %}{{ c.name }} {{ c.arguments | tojson }};{% endfor %}{% endfor %}';
    const template = chatTemplate(qwen, { where: 'a' });
    const calls = (...given: object[]): ChatMessage[] => [{ role: 'assistant', content: null, tool_calls: given }];
    const pay = (value: unknown) => ({ type: 'function', function: { name: 'pay', arguments: value } });
    expect(template.render(calls(pay('{"sum": 5}'), pay({ sum: 6 }), pay(''), { name: 'pay', arguments: '{}' }))).toBe(
      'pay {"sum": 5};pay {"sum": 6};pay {};pay {};',
    );
    expect(template.render(calls(pay('{"sum": ')))).toBe('pay "{\\"sum\\": ";');
  });

  it('takes further variables', () => {
    const source = "{{ messages[0].content }}{% for tool in tools %} {{ tool.name }}{% endfor %}{{ '!' if loud }}";
    const template = chatTemplate(source, { where: 'a' });
    expect(template.render([user('x')], { variables: { tools: [{ name: 'a' }, { name: 'b' }], loud: true } })).toBe(
      'x a b!',
    );
  });

  it.each([
    ['{{ a }}\n\n{% for x in %}\n{{ x }}{% endfor %}', 3],
    ['{{ a }}\n{{ b | }}\n{{ c }}', 2],
    ['{# {{ #}\n{% if a %}\n{{ "%}" }}\n{% endfor %}', 4],
    ['{{ a }}\n{{ b }}\n{{ ! }}', 3],
    ['{% if a %}\n{{ b }}\n{% frob %}\n{% endif %}', 3],
  ])('says on which line it cannot be read: %j', (source, line) => {
    expect(() => chatTemplate(source, { where: 'chat.jinja' })).toThrow(
      expect.objectContaining({ code: 'CHAT_TEMPLATE', message: expect.stringMatching(`^chat.jinja line ${line}: `) }),
    );
  });

  it.each([
    [llama2, [assistant('I first')], 4, 'Conversation roles must alternate'],
    ['{{ bos_token }}\n{% for m in messages %}\n{{ m.content }}\n{{ nothing() }}\n{% endfor %}', [user('x')], 4, ''],
    ['{% if false %}\n{% elif true %}\n\n{{ messages.frob() }}\n{% endif %}', [user('x')], 4, ''],
    ['{# a #}\n{% macro m(x) %}\n{{ x.a() }}\n{% endmacro %}\n{{ m(messages) }}', [user('x')], 3, ''],
    ['{% for i in range(3) %}\n{% if i == 1 %}{% break %}{% endif %}\n{% endfor %}\n{{ f() }}', [user('x')], 4, ''],
  ])('says on which line it fails: %j', (source, messages, line, reason) => {
    const template = chatTemplate(source, { where: 'chat.jinja', variables });
    expect(() => template.render(messages)).toThrow(
      expect.objectContaining({
        code: 'CHAT_TEMPLATE',
        message: expect.stringMatching(`^chat.jinja line ${line}: .*${reason}`),
      }),
    );
  });
});

describe('a template that does too much', () => {
  it.each([
    ['a range of 1,000,000,000', '{% set a = 1 %}\n{% for i in range(1000000000) %}{% endfor %}'],
    ['steps', '{% for i in range(99999) %}\n{% for j in range(99999) %}{% endfor %}{% endfor %}'],
    ['steps', '\n{% for i in range(9999) %}{% for j in range(999) %}{{ i * j }}{% endfor %}{% endfor %}'],
    ['a value', '{% set n = namespace(s="ab") %}{% for i in range(99) %}\n{% set n.s = n.s + n.s %}{% endfor %}'],
    ['steps', '{% set n = namespace(l=[1]) %}{% for i in range(99) %}\n{% set n.l = n.l + n.l %}{% endfor %}'],
    [
      'a value',
      '{% set n = namespace(l=1) %}{% for i in range(99) %}\n{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l }}',
    ],
    ['', '{% macro m(x) %}{{ m(x) }}{{ m(x) }}{% endmacro %}{{ m(1) }}'],
  ])('is refused, by its line: %s in %j', (what, source) => {
    expect(() => chatTemplate(source, { where: 'chat.jinja' }).render(talk)).toThrow(
      expect.objectContaining({
        code: 'CHAT_TEMPLATE',
        message: expect.stringMatching(`^chat.jinja line \\d: expected a template that .*${what}`),
      }),
    );
  });

  it('is refused when it is read, unless it refuses the conversation that it is tried on', () => {
    expect(() => chatTemplate('{{ range(1000000000) }}', { where: 'a' })).toThrow('a line 1');
    expect(() => chatTemplate("{{ raise_exception('no') }}", { where: 'a' })).not.toThrow();
  });

  it('is refused where it first does', () => {
    const source = "{% if messages | length > 3 %}\n{% for i in range(1000000) %}{% endfor %}{% endif %}{{ 'so far' }}";
    const template = chatTemplate(source, { where: 'chat.jinja' });
    expect(template.render(talk.slice(0, 2))).toBe('so far');
    expect(() => template.render(talk)).toThrow(
      'chat.jinja line 2: expected a template that renders the conversation in few steps',
    );
  });

  it('is none that writes a long conversation', () => {
    const long = Array.from({ length: 4000 }, (_, i) => (i % 2 ? assistant : user)('word '.repeat(400)));
    expect(chatTemplate(llama3, { where: 'a', variables }).render(long).length).toBeGreaterThan(8_000_000);
  });
});

describe('loadChatTemplate', () => {
  function directoryWith(config: object, files: Readonly<Record<string, string>> = {}): string {
    const directory = mkdtempSync(join(tmpdir(), 'attune-chat-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const all = { 'tokenizer_config.json': JSON.stringify(config), ...files };
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    return directory;
  }

  it("reads the tokenizer's own, with its special tokens, as texts or as objects", async () => {
    const config = { bos_token: { content: '<s>', special: true }, eos_token: '</s>', chat_template: llama2 };
    const template = await loadChatTemplate(directoryWith(config));
    expect(template.render(talk.slice(0, 2))).toBe('<s>[INST] Hi [/INST] Hello </s>');
  });

  it('reads one of several by name, and a file of its own first', async () => {
    const several = [
      { name: 'default', template: 'a' },
      { name: 'tool_use', template: 'b{{ oops() }}' },
    ];
    const directory = directoryWith({ chat_template: several });
    expect((await loadChatTemplate(directory)).render([])).toBe('a');
    const tools = await loadChatTemplate(directory, 'tool_use');
    expect(() => tools.render([])).toThrow(/tokenizer_config.json: chat_template "tool_use" line 1: /);
    await expect(loadChatTemplate(directory, 'tool_uses')).rejects.toThrow(
      /expected a chat template "tool_uses", found default, tool_use; did you mean "tool_use"\?/,
    );
    const own = directoryWith({ chat_template: several }, { 'chat_template.jinja': 'c{{ bos_token }}' });
    expect((await loadChatTemplate(own)).render([])).toBe('c');
    const beside = { 'chat_template.jinja': 'c', 'additional_chat_templates/rag.jinja': 'd{{ oops() }}' };
    const rag = await loadChatTemplate(directoryWith({}, beside), 'rag');
    expect(() => rag.render([])).toThrow(/additional_chat_templates.rag\.jinja line 1: /);
  });

  it('refuses a model without one, and what is none', async () => {
    await expect(loadChatTemplate(directoryWith({}))).rejects.toThrow(
      /expected a chat template, found none; use a chat model/,
    );
    await expect(loadChatTemplate(directoryWith({ chat_template: 7 }))).rejects.toThrow(/chat_template: .*, got 7/);
  });
});

describe('chatExample', () => {
  it('learns the last answer and what ends it, after all before it', () => {
    const two = chatTemplate(llama2, { where: 'a', variables });
    expect(chatExample(two, talk)).toEqual({
      ...{ prompt: '<s>[INST] Hi [/INST] Hello </s>[INST] Bye [/INST]', completion: ' Bye </s>' },
      hasSpecialTokens: true,
    });
    const three = chatTemplate(llama3, { where: 'a', variables });
    expect(chatExample(three, talk.slice(0, 2)).completion).toBe('Hello<|eot_id|>');
  });

  it('ends a prompt where the whole conversation goes another way', () => {
    const thinking =
      '{{ messages[0].content }}{% if add_generation_prompt %}A:<think>{% else %}A:{{ messages[1].content }}{% endif %}';
    const example = chatExample(chatTemplate(thinking, { where: 'a' }), [user('Q'), assistant('x')]);
    expect(example).toMatchObject({ prompt: 'QA:', completion: 'x' });
  });

  it('learns no answer of weight 0', () => {
    const template = chatTemplate(llama3, { where: 'a', variables });
    const weighed = [...talk.slice(0, 3), { ...talk[3], weight: 0 }];
    expect(chatExample(template, weighed)).toEqual(chatExample(template, talk.slice(0, 2)));
    expect(() => chatExample(template, [talk[0], { ...talk[1], weight: 0 }])).toThrow(/only ones with "weight": 0/);
  });

  it('refuses a conversation without an answer, and what is no conversation', () => {
    const template = chatTemplate(llama3, { where: 'a', variables });
    expect(() => chatExample(template, talk.slice(0, 1))).toThrow(
      /the assistant's message at the end.*got one of "user"/,
    );
    expect(parseMessages(talk)).toEqual(talk);
    expect(() => parseMessages('Hi')).toThrow(/expected a list of {"role", "content"}, got "Hi"/);
    expect(() => parseMessages([{ role: 'user' }])).toThrow(/both texts, got {"role":"user"}/);
    expect(() => parseMessages([null])).toThrow(/both texts, got null/);
    const call = { role: 'assistant', tool_calls: [{ function: { name: 'pay' } }] };
    expect(parseMessages([call])).toEqual([{ ...call, content: null }]);
  });
});
