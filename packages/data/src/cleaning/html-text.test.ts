import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlText } from './html-text';

describe('htmlText', () => {
  it.each([
    ['<p>Salaries &amp; <b>bonus</b>es</p><p>5 < 6</p>', ' Salaries & bonuses  5 < 6 '],
    ['a<br/>b<BR>c', 'a b c'],
    ['x<!-- <b> -->y<!-- open', 'x y<!-- open'],
    ['<script type="x">if (a < b) "</p>"</SCRIPT>t<style>p{}</style>u', ' t u'],
    ['<a href="x">link</a>, <3, <, a<b', 'link, <3, <, a<b'],
    [
      '&lt;b&gt; &amp;lt; &#228;&#xE4;&auml; &nope; &#0; &#xD800; &constructor; &',
      '<b> &lt; äää &nope; &#0; &#xD800; &constructor; &',
    ],
    ['co&shy;op &rarr; &check; &NotEqualTilde; &Eacute;t&eacute;', 'coop → ✓ ≂̸ Été'],
    ['We&#146;re &#150; &#147;now&#148; &#x80;50k &#129;', 'We’re – “now” €50k \u0081'],
    ['R&amp D &copy 2024 &copyright &ampx', 'R& D © 2024 &copyright &ampx'],
    ['<a title="5 > 3" href=\'x>y\'>Apply</a>', 'Apply'],
    ['<a href="x>now</a> <b class="y">then</b>', 'now then'],
    ['<!DOCTYPE html><?xml version="1"?>z', '  z'],
  ])('of %j', (html, text) => expect(htmlText(html)).toBe(text));

  it('leaves text without markup as it is', () => {
    const plain = fc.string().map((own) => own.replace(/[<&]/g, ''));
    fc.assert(
      fc.property(plain, (text) => {
        expect(htmlText(text)).toBe(text);
      }),
    );
  });

  it('gives back what was escaped', () => {
    const escaped = (text: string) => text.replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(htmlText(`<p>${escaped(text)}</p>`)).toBe(` ${text} `);
      }),
    );
  });

  it('takes time in proportion to its length', () => {
    for (const piece of ['<!--', '<a', '<script>', '</', '&', '<a>']) {
      const start = performance.now();
      htmlText(piece.repeat(100_000));
      expect(performance.now() - start).toBeLessThan(3000);
    }
  });
});
