import { describe, expect, it } from 'vitest';
import { failure } from '../test/failure';
import { fieldsOfTemplate, textTemplate } from './template';

const header = { where: 'jobs.csv', columns: ['title', 'full text', '{odd}'], headerLine: 1 };
const row = { fields: { title: 'Welder', 'full text': 'Joins pipes', '{odd}': '!' } };

describe('textTemplate', () => {
  it.each([
    ['title', 'Welder'],
    ['{odd}', '!'],
    ['{title}', 'Welder'],
    ['{title}. {full text}', 'Welder. Joins pipes'],
    ['{{{title}}} {{x}}', '{Welder} {x}'],
    ['{title}{title}\n', 'WelderWelder\n'],
  ])('%j → %j', (template, text) => {
    expect(textTemplate(template, header)(row)).toBe(text);
  });

  it('reads a missing field of a JSON line as empty', () => {
    expect(textTemplate('{title}-{full text}', header)({ fields: { title: 'Cook' } })).toBe('Cook-');
  });

  it('does not expand braces that stand in the data', () => {
    expect(textTemplate('{title}', header)({ fields: { title: '{full text}' } })).toBe('{full text}');
  });

  it.each([
    ['titel', 'DATA_COLUMN_MISSING', 'jobs.csv line 1: expected a column "titel"'],
    ['{title}. {ful text}', 'DATA_COLUMN_MISSING', 'did you mean "full text"?'],
    ['{title', 'DATA_TEMPLATE', 'expected "{column}" at character 1, got "{title"'],
    ['{title}}', 'DATA_TEMPLATE', 'expected "{column}" at character 8, got "}"'],
    ['a {} b', 'DATA_TEMPLATE', 'expected "{column}" at character 3, got "{} b"'],
    ['{{title}}', 'DATA_TEMPLATE', 'expected at least one column in braces'],
  ])('refuses %j', (template, code, message) => {
    expect(failure(() => textTemplate(template, header))).toMatchObject({
      name: 'AttuneError',
      code,
      message: expect.stringContaining(message),
    });
  });
});

describe('fieldsOfTemplate', () => {
  it.each([
    ['title', ['title']],
    ['{title}: {full text} ({title})', ['title', 'full text']],
    ['{{x}} {title}', ['title']],
  ])('%j → %j', (template, fields) => {
    expect(fieldsOfTemplate(template)).toEqual(fields);
  });

  it('refuses what textTemplate does', () => {
    expect(failure(() => fieldsOfTemplate('{title'))).toMatchObject({ code: 'DATA_TEMPLATE' });
  });
});
