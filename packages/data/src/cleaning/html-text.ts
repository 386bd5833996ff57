import { decodeHTMLStrict } from 'entities/decode';

/** Tags within a line, which are removed without leaving a space. */
const inline = new Set('a abbr b big code em font i mark s small span strong sub sup tt u'.split(' '));

/**
 * The text of HTML: without tags, comments, scripts and styles, and with entities decoded once.
 *
 * A `<` that does not start a tag is kept (`a < b`). A tag that ends a line or a cell becomes a space. Takes time proportional to the length
 * of the text.
 * @example htmlText('<p>Salaries &amp; <b>bonus</b>es</p><p>5 < 6</p>') // ' Salaries & bonuses  5 < 6 '
 */
export function htmlText(html: string): string {
  const pieces: string[] = [];
  const find = finder(html);
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) break;
    const tag = tagAt(html, open, find);
    pieces.push(entities(html.slice(at, open)), tag === undefined ? '<' : tag.text);
    at = tag?.end ?? open + 1;
  }
  pieces.push(entities(html.slice(at)));
  return pieces.join('');
}

type Find = (what: string, from: number) => number;

interface Tag {
  readonly end: number;
  /** The replacement. */
  readonly text: string;
}

function tagAt(html: string, open: number, find: Find): Tag | undefined {
  if (html.startsWith('<!--', open)) return until(find('-->', open + 4), 3);
  const name = /^<[/!?]?([a-z][a-z0-9]*)/i.exec(html.slice(open, open + 20))?.[1].toLowerCase();
  if (name === undefined) return undefined;
  const close = tagEnd(html, open, find);
  if (close < 0) return undefined;
  if ((name === 'script' || name === 'style') && html[open + 1] !== '/') {
    const end = find(`</${name}`, close);
    return until(end < 0 ? -1 : find('>', end), 1);
  }
  return { end: close + 1, text: inline.has(name) ? '' : ' ' };
}

/** The `>` that ends a tag. One in a quoted attribute does not; a quote whose value contains `<` is taken for one that is not closed. */
function tagEnd(html: string, open: number, find: Find): number {
  for (let at = open; ; ) {
    const close = find('>', at);
    if (close < 0) return -1;
    const quote = /=\s*(["'])/.exec(html.slice(at, close));
    if (!quote) return close;
    const begin = at + quote.index + quote[0].length;
    const end = html.indexOf(quote[1], begin);
    if (end < 0 || html.slice(begin, end).includes('<')) return close;
    at = end + 1;
  }
}

function until(found: number, length: number): Tag | undefined {
  return found < 0 ? undefined : { end: found + length, text: ' ' };
}

/** `indexOf` that ignores case and does not repeat a search that found nothing. */
function finder(html: string): Find {
  const missing = new Set<string>();
  const lower = html.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return (what, from) => {
    const found = missing.has(what) ? -1 : lower.indexOf(what, from);
    if (found < 0) missing.add(what);
    return found;
  };
}

/** References: numeric, named, and those that old pages write without a semicolon. */
const references =
  /&(?:#(\d{1,7});|#[xX]([\da-fA-F]{1,6});|[a-zA-Z]\w{1,31};|(amp|lt|gt|quot|nbsp|copy|reg|shy)(?![\w;]))/g;

/**
 * Decodes HTML's named characters and valid numeric ones, of which 128 to 159 are windows-1252, as the standard has it. Soft hyphens are
 * removed; other references are kept.
 */
function entities(text: string): string {
  return text.replace(references, (whole, decimal, hex, bare) => {
    if (whole === '&shy;' || bare === 'shy') return '';
    if (bare !== undefined) return decodeHTMLStrict(`&${bare};`);
    if (decimal === undefined && hex === undefined) return decodeHTMLStrict(whole);
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    const isCharacter = code > 0 && code < 0x110000 && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? decodeHTMLStrict(whole) : whole;
  });
}
