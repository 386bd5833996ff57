import type { Arrangement } from '../src/generator/posting';
import { plural, sectorWords } from '../src/generator/sectors';

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');
const count = (text: string, term: string) =>
  text.match(new RegExp(`\\b(${escaped(term)}|${escaped(plural(term))})\\b`, 'gi'))?.length ?? 0;

/** The sector with the most keywords in a text: a guess without word order. */
export function sectorByKeywords(text: string): string {
  const scores = Object.entries(sectorWords).map(([code, { kinds, offers }]) => {
    return [code, [...kinds, ...offers].reduce((sum, term) => sum + count(text, term), 0)] as const;
  });
  const [code, most] = scores.reduce((a, b) => (b[1] > a[1] ? b : a));
  return most === 0 ? '99' : code;
}

const place =
  '(remote|fully remote|home-based|done from home|hybrid|partly remote|split between home and office|on-site|on site|in person|done at the office)';

/** Patterns of the sentences about the arrangement of this role. */
const readings = [
  `\\bThis role is ${place}[.,]`,
  `\\bThe work is ${place}[.;]`,
  `\\bAll work in this team is ${place}\\.`,
  `\\bthis one is ${place}[.,]`,
  `\\bbut this role is ${place}\\.`,
  `: it is ${place}\\.`,
  `What used to be .* has been ${place} since last year`,
  `\\bThe work is ${place} now;`,
  `\\byou are ${place}[.,]`,
  `apply only if ${place} suits you`,
  `the job itself is ${place}[.;]`,
].map((pattern) => new RegExp(pattern, 'i'));

/** The arrangement by the sentences of a posting. */
export function arrangementOf(text: string): Arrangement | undefined {
  const named = readings.map((reading) => reading.exec(text)?.[1]).find((name) => name !== undefined);
  if (named === undefined) return undefined;
  if (/hybrid|partly|split/.test(named)) return 'hybrid';
  return /remote|home/.test(named) ? 'remote' : 'on-site';
}
