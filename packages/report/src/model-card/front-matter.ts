import { type AnyReportData, partOf } from '../report-data';
import type { CardKind } from './card-kind';
import { fileName } from './markdown';
import type { AnyModelCardData } from './model-card';

/** The hub's metadata: YAML whose every string is quoted as JSON quotes it, which YAML reads. */
export function frontMatter(data: AnyModelCardData, kind: CardKind<AnyReportData>): string {
  const { title, summary, config, baseModel } = data;
  const text = JSON.stringify;
  const modelType = (config.architecture as { modelType?: string } | undefined)?.modelType;
  const metric = (type: string, name: string, value: number | null) =>
    value === null ? [] : [`    - type: ${text(type)}`, `      name: ${text(name)}`, `      value: ${value}`];
  return [
    '---',
    'library_name: transformers',
    'pipeline_tag: text-classification',
    'tags:',
    ...['attune', 'text-classification', ...(modelType ? [modelType] : [])].map((tag) => `- ${text(tag)}`),
    ...(baseModel ? [`base_model: ${text(baseModel)}`] : []),
    'metrics:',
    ...kind.metrics.map((name) => `- ${name}`),
    'model-index:',
    `- name: ${text(title)}`,
    '  results:',
    '  - task:',
    '      type: text-classification',
    '      name: Text Classification',
    '    dataset:',
    `      name: ${text(fileName(String(config.data ?? title)))}`,
    '      type: text',
    `      split: ${partOf(data)}`,
    '    metrics:',
    ...kind.figures(data).flatMap(({ type, name, value }) => metric(type, name, value)),
    ...metric('loss', 'Loss', summary.loss),
    '---',
  ].join('\n');
}
