import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Content, escapeHtml, html, toMarkup, trusted } from './html';

describe('html', () => {
  it('escapes text in elements and attributes, and keeps nested HTML', () => {
    const inner = html`<b>${'a & b'}</b>`;
    expect(toMarkup(html`<td title="${`"'<>`}">${inner}${[inner, 1]}</td>`)).toBe(
      '<td title="&quot;&#39;&lt;&gt;"><b>a &amp; b</b><b>a &amp; b</b>1</td>',
    );
  });

  it('leaves out what is empty, but not zero', () => {
    expect(toMarkup(html`[${undefined}${null}${false}${''}${0}]`)).toBe('[0]');
  });

  it('takes nothing that JSON can hold for HTML', () => {
    const forged = JSON.parse('[["<b>", {"markup": "<script>"}]]') as Content;
    expect(() => toMarkup(html`${forged}`)).toThrow(TypeError);
    expect(toMarkup(trusted('<i>'))).toBe('<i>');
  });

  it('never lets a character through that could open a tag or close an attribute', () => {
    const hostile = fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '/', 'a', '\0', '\ud800') });
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/);
      }),
    );
  });
});
