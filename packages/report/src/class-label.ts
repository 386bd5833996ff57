import { type Html, html } from './html';
import type { ReportData } from './report-data';

type Labels = Pick<ReportData, 'labels' | 'labelNames'>;

/** What a label means, or undefined when it says so itself. */
export function labelName({ labels, labelNames }: Labels, id: number): string | undefined {
  const label = labels[id];
  const name = labelNames && Object.hasOwn(labelNames, label) ? labelNames[label] : undefined;
  return name === label ? undefined : name;
}

/** `31-33 Manufacturing`, as plain text. */
export function fullLabel(data: Labels, id: number): string {
  const name = labelName(data, id);
  return name === undefined ? data.labels[id] : `${data.labels[id]} ${name}`;
}

/** The same with the name set lighter; `bdi` keeps a right-to-left label from turning its neighbours round. */
export function labelMarkup(data: Labels, id: number): Html {
  const name = labelName(data, id);
  return html`<bdi>${data.labels[id]}</bdi>${name !== undefined && html` <bdi class="name">${name}</bdi>`}`;
}
