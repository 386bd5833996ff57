import { describe, expect, it } from 'vitest';
import type { PoolModel } from '../pool/options';
import { openApi } from './openapi';
import { requestSchemas } from './schemas';

type Served = Pick<PoolModel, 'name' | 'task' | 'hasChat' | 'hasPairs' | 'fields'>;

const labels: Served = { name: 'labels', task: 'sequence-classification', hasChat: false, hasPairs: false, fields: [] };
const writer: Served = { name: 'writer', task: 'causal-lm', hasChat: false, fields: [] };

interface Body {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly oneOf: readonly unknown[];
}

function documentOf(models: readonly Served[]) {
  const { paths } = openApi(requestSchemas(), { isSecured: false, models });
  type Path = { post: { requestBody: { content: { 'application/json': { schema: Body } } } } };
  const bodyOf = (path: string) =>
    (paths as unknown as Record<string, Path>)[path].post.requestBody.content['application/json'].schema;
  return { paths: Object.keys(paths), bodyOf };
}

describe('openApi', () => {
  it('offers inputs that a model of the service takes, and no others', () => {
    const { paths, bodyOf } = documentOf([labels, writer]);
    const predict = bodyOf('/v1/models/{name}/predict');
    expect(Object.keys(predict.properties)).toEqual(['text', 'texts', 'topK']);
    expect(predict.oneOf).toEqual([{ required: ['text'] }, { required: ['texts'] }]);
    const generate = bodyOf('/v1/models/{name}/generate');
    expect(generate.oneOf).toEqual([{ required: ['prompt'] }]);
    expect(Object.keys(generate.properties)).not.toContain('chatVariables');
    expect(paths).not.toContain('/v1/chat/completions');
  });

  it('offers pairs, rows and conversations where a model takes them', () => {
    const { paths, bodyOf } = documentOf([
      { ...labels, hasPairs: true, fields: ['title'] },
      { ...writer, hasChat: true, fields: ['title'] },
    ]);
    const keys = ['text', 'texts', 'pairs', 'fields', 'rows'];
    expect(bodyOf('/v1/models/{name}/predict').oneOf).toEqual(keys.map((key) => ({ required: [key] })));
    const written = ['prompt', 'messages', 'fields'];
    expect(bodyOf('/v1/models/{name}/generate').oneOf).toEqual(written.map((key) => ({ required: [key] })));
    expect(Object.keys(bodyOf('/v1/models/{name}/generate').properties)).toContain('chatVariables');
    expect(paths).toContain('/v1/chat/completions');
  });
});
