const markup = Symbol('markup');

/** Text that is already HTML. Only `html` and `trusted` make it, so no data read from a file can pass for it. */
export interface Html {
  readonly [markup]: string;
}

/** What may stand in a template: text and numbers are escaped, `Html` is not, empty values vanish, lists are joined. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

/**
 * Builds HTML, escaping every value put in: the one way that data gets into the page.
 *
 * ```ts
 * toMarkup(html`<td title="${'"'}">${'<b>'}</td>`); // '<td title="&quot;">&lt;b&gt;</td>'
 * ```
 */
export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  return trusted(strings.reduce((built, string, i) => built + markupOf(values[i - 1]) + string));
}

/** Takes a string for HTML as it is: for our own constants and charts, never for data. */
export function trusted(text: string): Html {
  return { [markup]: text };
}

export function toMarkup(content: Html): string {
  return content[markup];
}

/** Text with the characters that mean something in HTML, in elements and in quoted attributes, replaced. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function markupOf(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (typeof content === 'string' || typeof content === 'number') return escapeHtml(String(content));
  return isHtml(content) ? content[markup] : content.map(markupOf).join('');
}

function isHtml(content: Html | readonly Content[]): content is Html {
  return markup in content;
}
