// Labels as printed, with their names.
import { type Html, html } from '../page/html';

/** The labels of a classifier. */
export interface Labels {
  /** In the order of their ids. */
  readonly labels: readonly string[];
  /** Names of labels that differ from the label: `{ '31-33': 'Manufacturing' }`. */
  readonly labelNames?: Readonly<Record<string, string>>;
}

/** The name of a label, or undefined when it has no other. */
export function labelName({ labels, labelNames }: Labels, id: number): string | undefined {
  const label = labels[id];
  const name = labelNames && Object.hasOwn(labelNames, label) ? labelNames[label] : undefined;
  return name === label ? undefined : name;
}

/** Label and name as plain text: `31-33 Manufacturing`. */
export function fullLabel(data: Labels, id: number): string {
  const name = labelName(data, id);
  return name === undefined ? data.labels[id] : `${data.labels[id]} ${name}`;
}

/** Label and name as HTML, the name set lighter; `bdi` keeps a right-to-left label from reordering its neighbors. */
export function labelMarkup(data: Labels, id: number): Html {
  const name = labelName(data, id);
  return html`<bdi>${data.labels[id]}</bdi>${name !== undefined && html` <bdi class="name">${name}</bdi>`}`;
}
