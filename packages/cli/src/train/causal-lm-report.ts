import { html, renderPage, tableSection } from '@attune/report';
import { formatDuration } from '@attune/train';
import type { CausalLmFitResult } from '@attune/train/node';
import { causalLmFigures } from './causal-lm-figures';

interface Data extends CausalLmFitResult {
  readonly title: string;
  readonly generatedAt: string;
}

const number = (name: string) => ({ name, number: true }) as const;
const shown = (value: unknown) => (typeof value === 'number' ? value.toFixed(4) : '');
const names = Object.keys(causalLmFigures) as (keyof typeof causalLmFigures)[];

/** Renders a run of causal language modelling as one HTML page: figures, evaluations, speed and size. No text is shown. */
export function renderCausalLmReport({ title, generatedAt, summary, history }: Data): string {
  const figures = tableSection({
    ...{ id: 'result', heading: `Result on ${summary.testExamples} ${summary.evaluatedOn} texts` },
    note: 'Of the tokens that are to be written; precision, recall and F1 have a class a token, weighted by how often it is to be written.',
    columns: ['Figure', number('Value')],
    rows: names.map((name) => [causalLmFigures[name], shown(summary[name])]),
  });
  const evaluations = tableSection({
    ...{ id: 'evaluations', heading: 'While it trained' },
    columns: [
      number('Step'),
      number('Epoch'),
      number('training loss'),
      ...names.map((name) => number(causalLmFigures[name])),
    ],
    rows: history.flatMap((event) =>
      event.type === 'eval'
        ? [
            [
              `${event.step}`,
              event.epoch.toFixed(2),
              shown(event.trainLoss),
              ...names.map((name) => shown(event[name])),
            ],
          ]
        : [],
    ),
  });
  return renderPage({ title, generatedAt }, [figures, evaluations, facts(summary)]);
}

function facts(summary: CausalLmFitResult['summary']) {
  const { trainExamples, epochs, seconds, tokensPerSecond, engine, maxLength } = summary;
  const { parameters, trainableParameters, trainableShare } = summary;
  const count = (value: number) => Math.round(value).toLocaleString('en');
  const share = html`${count(trainableParameters)} of ${count(parameters)} (${(100 * trainableShare).toFixed(2)} %)`;
  return tableSection({
    ...{ id: 'facts', heading: 'Speed and data', columns: ['Fact', number('Value')] },
    rows: [
      ['Training texts', count(trainExamples)],
      ['Most tokens a text', count(maxLength)],
      ['Epochs', count(epochs)],
      ['Trained parameters', share],
      ['Training time', formatDuration(seconds)],
      ['Tokens a second (padding not counted)', count(tokensPerSecond)],
      ['Engine', engine],
    ],
  });
}
