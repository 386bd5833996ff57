import type { Analyzer } from './analyzer';
import { AttuneError } from './attune-error';
import { compareCodePoints } from './code-points';

export interface TermLimits {
  /** Terms in fewer texts are left out: a count (an integer ≥ 1) or a share of the texts (below 1). Default 1. */
  minDf?: number;
  /** Terms in more texts are left out: a count (an integer ≥ 1) or a share of the texts (below 1). Default: none are. */
  maxDf?: number;
  /** Keep only this many terms, the most frequent over all texts (ties: by code point). Default: all. */
  maxFeatures?: number;
}

/**
 * The terms worth a column, by code point, and how often they occur.
 *
 * Too rare and too common ones go first, then `maxFeatures` counts: scikit-learn's order.
 */
export function selectTerms(texts: readonly string[], analyze: Analyzer, limits: TermLimits): [string, Frequency][] {
  const { minDf = 1, maxDf } = limits;
  const fewest = textLimit('minDf', minDf, texts.length);
  const most = maxDf === undefined ? Number.POSITIVE_INFINITY : textLimit('maxDf', maxDf, texts.length);
  if (most < fewest) throw new RangeError(`tfidf: maxDf expected at least minDf (${minDf}), got ${maxDf}`);
  const frequencies = countTerms(texts, analyze);
  const inBounds = [...frequencies].filter(([, count]) => count.texts >= fewest && count.texts <= most);
  const kept = mostFrequent(inBounds, limits.maxFeatures).sort(([a], [b]) => compareCodePoints(a, b));
  if (kept.length === 0) throw emptyVocabulary(texts.length, frequencies.size, [fewest, most]);
  return kept;
}

export interface Frequency {
  /** How many texts hold the term. */
  texts: number;
  /** How often it occurs over all texts. */
  total: number;
}

function countTerms(texts: readonly string[], analyze: Analyzer): Map<string, Frequency> {
  const frequencies = new Map<string, Frequency & { lastText: number }>();
  for (const [i, text] of texts.entries()) {
    for (const term of analyze(text)) {
      const frequency = frequencies.get(term);
      if (!frequency) {
        frequencies.set(term, { texts: 1, total: 1, lastText: i });
        continue;
      }
      frequency.total++;
      if (frequency.lastText !== i) frequency.texts++;
      frequency.lastText = i;
    }
  }
  return frequencies;
}

function mostFrequent(terms: [string, Frequency][], limit: number | undefined): [string, Frequency][] {
  if (limit === undefined) return terms;
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RangeError(`tfidf: maxFeatures expected an integer ≥ 1, got ${limit}`);
  }
  return terms.sort(([a, x], [b, y]) => y.total - x.total || compareCodePoints(a, b)).slice(0, limit);
}

/** A count of texts as it is, a share as that many of them. */
function textLimit(name: 'minDf' | 'maxDf', limit: number, texts: number): number {
  if (Number.isInteger(limit) && limit >= 1) return limit;
  if (limit >= 0 && limit < 1) return limit * texts;
  throw new RangeError(`tfidf: ${name} expected an integer ≥ 1 or a share below 1, got ${limit}`);
}

function emptyVocabulary(texts: number, terms: number, [fewest, most]: readonly [number, number]): AttuneError {
  const bounds = most < texts ? `between ${fewest} and ${most} texts` : `${fewest} texts or more`;
  const came = terms === 0 ? `${texts} texts with no words in them` : `${terms} terms, none of them in ${bounds}`;
  return new AttuneError(
    'EMPTY_VOCABULARY',
    `tfidf: expected texts with terms in common, got ${came}; check the text column, lower minDf or raise maxDf`,
  );
}
