import { chatTemplate } from '@attune/train/node';
import { afterAll, describe, expect, it } from 'vitest';
import { fileIn, temporaryDirectory } from '../../test/files';
import { messagesIn } from './conversations';
import { readCausalTexts } from './texts';

const directory = temporaryDirectory(afterAll);
const template = chatTemplate(
  '{% for t in tools or [] %}[{{ t.name }}]{% endfor %}{{ mood }}{% for m in messages %}{{ m.role }}: {{ m.content }};{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}',
  { where: 'own' },
);
const user = { role: 'user', content: 'Hi' };
const assistant = { role: 'assistant', content: 'Hello' };

const read = (columns: object, ...rows: object[]) => {
  const path = fileIn(directory, 'talks.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
  return readCausalTexts(path, { columns, template, onNote: () => {} });
};

describe('conversations of a table', () => {
  const learned = { prompt: 'user: Hi;assistant: ', completion: 'Hello;', hasSpecialTokens: true };

  it('are joined of the columns that TRL has them in', async () => {
    expect(await read({ messages: 'talk' }, { talk: [user, assistant] })).toEqual([learned]);
    const row = { prompt: [user], completion: [assistant] };
    expect(await read({ messages: '{prompt}{completion}' }, row)).toEqual([learned]);
    await expect(read({ promptTemplate: '{prompt}', completion: 'completion' }, row)).rejects.toThrow(
      "talks.jsonl line 1: expected a text to learn, got messages; pass --messages '{prompt}{completion}' in place of",
    );
  });

  it('have the tools and variables of their rows', async () => {
    const talk = [user, assistant];
    const tools = [{ name: 'pay' }];
    const rows = [
      { talk, tools, chat_template_kwargs: { mood: 'sad ' } },
      { talk, tools: JSON.stringify(tools) },
      { talk, tools: null },
    ];
    const prompts = (await read({ messages: 'talk' }, ...rows)).map((text) =>
      typeof text === 'string' ? text : text.prompt,
    );
    expect(prompts).toEqual([`[pay]sad ${learned.prompt}`, `[pay]${learned.prompt}`, learned.prompt]);
    await expect(read({ messages: 'talk' }, { talk, tools: 'pay' })).rejects.toThrow(/talks.jsonl line 1: /);
    await expect(read({ messages: 'talk' }, { talk, tools: { name: 'pay' } })).rejects.toThrow(
      /line 1: tools: expected a list of tools, got {"name":"pay"}; correct it/,
    );
  });

  it('are told from other texts', () => {
    expect(messagesIn(JSON.stringify([user]))).toEqual([user]);
    for (const text of ['Hi', '[1]', '[{"a": 1}]', '[{"role": "user"', '["a", {"role": "user"}]', '[]'])
      expect(messagesIn(text), text).toBeUndefined();
  });
});
