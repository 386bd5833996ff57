import type { ReportData } from '../src/kinds/single-label-data';
import type { MetricLine } from '../src/run-data';

/** A small run of three classes and six test texts, two of them wrong. */
export function sampleData(overrides: Partial<ReportData> = {}): ReportData {
  return {
    title: 'Sectors',
    config: { task: 'sequence-classification', seed: 42, model: { layers: 4, hidden: 256 }, eval: null },
    history: sampleHistory(2),
    summary: {
      accuracy: 4 / 6,
      macroF1: 0.6556,
      loss: 0.91,
      baseline: { accuracy: 0.5, macroF1: 0.4889 },
      trainExamples: 13870,
      testExamples: 6,
      epochs: 2,
      seconds: 71.34,
      tokensPerSecond: 9241.7,
      engine: 'onnx',
    },
    labels: ['11', '21', '31-33'],
    labelNames: { '21': 'Mining', '31-33': 'Manufacturing' },
    test: {
      texts: ['wheat farming', 'corn farming', 'coal mining', 'lime production', 'steel mills', 'gold milling'],
      yTrue: [0, 0, 1, 1, 2, 2],
      yPred: [0, 0, 1, 2, 2, 1],
      scores: [0.9, 0.8, 0.7, 0.61, 0.95, 0.973],
      trueScores: [0.9, 0.8, 0.7, 0.21, 0.95, 0.02],
    },
    baseline: { yPred: [0, 1, 1, 1, 1, 0] },
    generatedAt: '2026-01-31 12:00 UTC',
    ...overrides,
  };
}

/** Ten training steps and one evaluation an epoch. */
export function sampleHistory(epochs: number): MetricLine[] {
  return Array.from({ length: epochs }, (_, i): MetricLine[] => [
    ...Array.from({ length: 10 }, (_, k): MetricLine => {
      const step = 10 * i + k + 1;
      return { type: 'train', step, epoch: i, loss: 3 / step, learningRate: 1e-4, tokensPerSecond: 9000, time: step };
    }),
    {
      type: 'eval',
      step: 10 * (i + 1),
      epoch: i + 1,
      trainLoss: 0.5 / (i + 1),
      trainAccuracy: 0.8,
      loss: 0.7312 + i,
      accuracy: 0.61 + 0.1 * i,
      macroF1: 0.5,
      time: 10,
    },
  ]).flat();
}

/** The page as a reader sees it: tags gone, entities back, spaces single. */
export function visibleText(page: string): string {
  const body = page.slice(page.indexOf('<body>')).replace(/<script>[\s\S]*?<\/script>/g, '');
  const text = body.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** The markup of the section with this heading id. */
export function drawings(page: string, section: string): string {
  const from = page.indexOf(`<h2 id="${section}"`);
  return page.slice(from, page.indexOf('</section>', from));
}

/** The cells of every row of the table in the section with this heading id. */
export function tableRows(page: string, section: string): string[][] {
  const from = page.indexOf(`<h2 id="${section}"`);
  const table = page.slice(from, page.indexOf('</section>', from));
  return [...table.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row]) =>
    [...row.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) => visibleText(`<body>${cell}`).trim()),
  );
}
