import { shorten } from '../format';
import { type Html, html } from '../html';
import type { RunData } from '../report-data';

const longestValue = 300;

/** Every option of the run, nested ones as `outer.inner`. */
export function configuration({ config }: RunData): Html {
  const rows = flatten(config);
  return html`<section aria-labelledby="configuration">
<h2 id="configuration">Configuration</h2>
${
  rows.length === 0
    ? html`<p class="note">No options were recorded.</p>`
    : html`<div class="scroll"><table class="plain options"><caption class="hidden">Options of the run</caption><tbody>${rows.map(
        ([name, value]) => html`<tr><th scope="row">${name}</th><td dir="auto">${shorten(value, longestValue)}</td></tr>
`,
      )}</tbody></table></div>`
}
</section>`;
}

function flatten(options: Readonly<Record<string, unknown>>, prefix = ''): [string, string][] {
  return Object.entries(options).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    if (isRecord(value) && Object.keys(value).length > 0) return flatten(value, `${prefix}${name}.`);
    return [[prefix + name, typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))]];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
