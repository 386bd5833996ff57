import { describe, expect, it } from 'vitest';
import { checkTopK, entityWriter, keptColumns, keptNames, keptReader, predictionWriter } from './predictions';

const header = { where: 'new.csv', columns: ['id', 'text', 'label', ''] };
const single = { label: '11', score: 0.7, scores: { '11': 0.7, b: 0.1, 'c,d': 0.2 } };
const several = { labels: ['a', 'b'], scores: { a: 0.9, b: 0.6, c: 0.1 } };
const ofClasses = { problemType: 'single_label_classification', labels: ['11', 'b', 'c,d'] } as const;
const ofSets = { problemType: 'multi_label_classification', labels: ['a', 'b', 'c'] } as const;
const options = { source: 'run', columns: [], model: ofClasses };

describe('keptColumns', () => {
  it('takes names, or all columns, and gives way to the names of predictions', () => {
    expect(keptColumns(header, ['label', 'id', 'id'])).toEqual(['label', 'id']);
    expect(keptColumns(header, ['columns'])).toEqual(['id', 'text', 'label']);
    expect(keptColumns({ ...header, columns: ['id', 'columns'] }, ['columns'])).toEqual(['columns']);
    expect(keptColumns(header)).toEqual([]);
    expect(() => keptColumns(header, ['idd'])).toThrow('did you mean "id"?');
  });
});

describe('keptReader', () => {
  const row = { line: 2, fields: { id: '7', text: 'a', label: 'farm' } };
  const values = { id: 7, tags: ['x'], ok: true, none: null };

  it('keeps texts of tables, and of JSON the values that a row has, all keys where columns are asked for', () => {
    expect(keptReader(header, { keep: ['id', 'label'] }).read(row)).toEqual({ id: '7', label: 'farm' });
    expect(keptReader(header, { keep: ['id', 'label'] }).read({ ...row, values })).toEqual({ id: 7 });
    expect(keptReader(header, { keep: ['columns'] }).read({ ...row, values })).toEqual(values);
  });

  it('has the columns of the header in CSV, and says what it leaves out', () => {
    const kept = keptReader(header, { keep: ['columns'], outputFormat: 'csv' });
    expect(kept.note()).toBeUndefined();
    expect(kept.read({ ...row, values })).toEqual(row.fields);
    expect(kept.note()).toBe(
      'new.csv: 3 columns left out, because the first row lacks them: tags, ok, none; name the columns to keep, such as --keep id,text, or write JSON lines',
    );
  });
});

describe('keptNames', () => {
  it('gives way to the names of the prediction, and to one another', () => {
    const names = (...columns: string[]) => [...keptNames(columns, ['label', 'score']).values()];
    expect(names('id', 'label', 'text')).toEqual(['id', 'input_label', 'text']);
    expect(names('label', 'input_label')).toEqual(['input_input_label', 'input_label']);
  });
});

describe('predictionWriter', () => {
  it('writes lines of JSON, kept columns first, and the likeliest labels in order', () => {
    const plain = predictionWriter(options);
    expect(plain.header).toBe('');
    expect(plain.line(single, { id: '7' })).toBe(
      '{"id":"7","label":"11","score":0.7,"scores":{"11":0.7,"b":0.1,"c,d":0.2}}\n',
    );
    const top = predictionWriter({ ...options, topK: 2 });
    expect(top.line(single, {})).toBe(
      '{"label":"11","score":0.7,"top":[{"label":"11","score":0.7},{"label":"c,d","score":0.2}]}\n',
    );
    expect(top.line(several, {})).toBe(
      '{"labels":["a","b"],"top":[{"label":"a","score":0.9},{"label":"b","score":0.6}]}\n',
    );
  });

  it('loses no kept column to a name of the prediction, and renames no other', () => {
    const kept = { label: 'x', input_label: 'y', text: 'z', top: 1 };
    const line = (own: object) => Object.keys(JSON.parse(predictionWriter({ ...options, ...own }).line(single, kept)));
    expect(line({})).toEqual(['input_input_label', 'input_label', 'text', 'top', 'label', 'score', 'scores']);
    expect(line({ topK: 1 }).slice(0, 4)).toEqual(['input_input_label', 'input_label', 'text', 'input_top']);
    const csv = predictionWriter({ ...options, outputFormat: 'csv', columns: Object.keys(kept) });
    expect(csv.header).toBe('input_input_label,input_label,text,top,label,score\n');
    expect(csv.line(single, kept)).toBe('x,y,z,1,11,0.7\n');
  });

  it('writes CSV of every kind, as many cells as the header', () => {
    const csv = { ...options, outputFormat: 'csv', columns: ['id', 'label'] } as const;
    const kept = { id: '7', label: 'a "b"' };
    const written = (
      own: Partial<Parameters<typeof predictionWriter>[0]>,
      prediction: Parameters<ReturnType<typeof predictionWriter>['line']>[0],
    ) => {
      const writer = predictionWriter({ ...csv, ...own });
      return [writer.header, writer.line(prediction, kept)];
    };
    expect(written({}, single)).toEqual(['id,input_label,label,score\n', '7,"a ""b""",11,0.7\n']);
    expect(written({ topK: 9 }, single)).toEqual([
      'id,input_label,label,score,label_2,score_2,label_3,score_3\n',
      '7,"a ""b""",11,0.7,"c,d",0.2,b,0.1\n',
    ]);
    // A decision may give another label than the likeliest.
    expect(written({ topK: 2 }, { ...single, label: 'b', score: 0.1 })[1]).toBe('7,"a ""b""",b,0.1,11,0.7\n');
    expect(written({ model: ofSets, topK: 1 }, several)).toEqual([
      'id,label,labels,label_1,score_1\n',
      '7,"a ""b""",a;b,a,0.9\n',
    ]);
    expect(written({ model: ofSets, separator: 'a' }, several)[1]).toBe('7,"a ""b""","[""a"",""b""]"\n');
    const alone = predictionWriter({ ...csv, columns: [], model: ofSets });
    expect(alone.line({ labels: [], scores: { a: 0.2 } }, {})).toBe('""\n'); // no blank line, which readers skip
    const numbers = { problemType: 'regression', labels: [] } as const;
    expect(written({ model: numbers }, { value: 1234.56789 })).toEqual(['id,label,value\n', '7,"a ""b""",1234.5679\n']);
  });

  it('refuses a number of labels that is none', () => {
    for (const topK of [0, -1, 1.5])
      expect(() => checkTopK(topK)).toThrow(`topK: expected an integer ≥ 1, got ${topK}`);
    checkTopK(undefined);
  });
});

describe('entityWriter', () => {
  const entities = [
    { label: 'SKILL', start: 0, end: 4, text: 'java', score: 0.123456789 },
    { label: 'SKILL', start: 6, end: 9, text: 'a,b', score: 1 },
  ];

  it('writes a row of CSV per entity, with the number of its text, and a line of JSON per text', () => {
    const csv = entityWriter('csv', ['id']);
    expect(csv.header).toBe('id,row,label,start,end,text,score\n');
    expect(csv.line({ entities }, { row: 3, kept: { id: 'x' } })).toBe(
      'x,3,SKILL,0,4,java,0.123457\nx,3,SKILL,6,9,"a,b",1\n',
    );
    expect(csv.line({ entities: [] }, { row: 4, kept: { id: 'y' } })).toBe('');
    const json = entityWriter();
    expect(json.line({ entities: [], words: ['we'], tags: ['O'] }, { row: 1 })).toBe(
      '{"entities":[],"words":["we"],"tags":["O"]}\n',
    );
    expect(entityWriter('jsonl').line({ entities: [] }, { row: 1, kept: { id: 'x' } })).toBe(
      '{"id":"x","entities":[]}\n',
    );
  });
});
