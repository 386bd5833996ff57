const markup = Symbol('markup');

/** Text that is already HTML. Only `html` and `trusted` create it, so data from a file is never treated as HTML. */
export interface Html {
  /** The text, with every special character of data escaped. */
  readonly [markup]: string;
}

/** A value in a template: text and numbers are escaped, `Html` is not, empty values vanish, lists are joined. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

/**
 * Builds HTML and escapes every value in it. All data of a page goes through it.
 *
 * ```ts
 * toMarkup(html`<td title="${'"'}">${'<b>'}</td>`); // '<td title="&quot;">&lt;b&gt;</td>'
 * ```
 */
export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  return trusted(strings.reduce((built, string, i) => built + markupOf(values[i - 1]) + string));
}

/** A string as HTML without escaping: for constants and charts, never for data. */
export function trusted(text: string): Html {
  return { [markup]: text };
}

/** The text of HTML. */
export function toMarkup(content: Html): string {
  return content[markup];
}

/** Text with the special characters of HTML escaped, for elements and quoted attributes. */
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
