import { printTable, wholeNumber } from '../common/table.mjs';

const milliseconds = (value) => value.toFixed(value < 10 ? 1 : 0);

/** Prints what each side did at each number of connections. */
export function printFigures({ says, sides }) {
  const columns = ['side', 'connections', 'requests/s', 'p50 ms', 'p95 ms', 'p99 ms', 'loop p99 ms'];
  const rows = Object.entries(sides).flatMap(([name, figures]) =>
    figures.map(({ connections, perSecond, p50, p95, p99, loop }, i) => [
      ...[i === 0 ? name : '', String(connections), wholeNumber(perSecond)],
      ...[p50, p95, p99].map(milliseconds),
      loop === undefined ? '' : milliseconds(loop),
    ]),
  );
  console.log(`\n${says}`);
  printTable(columns, rows);
}

/** The most requests per second at which 95 % are answered within some milliseconds, between two rows on a straight line. */
export function perSecondWithin(figures, bound) {
  const rows = figures.toSorted((a, b) => a.p95 - b.p95);
  let most = 0;
  rows.forEach((row, i) => {
    if (row.p95 <= bound) most = Math.max(most, row.perSecond);
    const next = rows[i + 1];
    if (next === undefined || row.p95 > bound || next.p95 <= bound) return;
    const share = (bound - row.p95) / (next.p95 - row.p95);
    most = Math.max(most, row.perSecond + share * (next.perSecond - row.perSecond));
  });
  return most;
}

/** Requests per second of two sides at the p95 of each row of the peer, and their ratio. */
export function atEqualP95(own, peer) {
  return peer.map(({ p95 }) => {
    const [ours, theirs] = [own, peer].map((figures) => perSecondWithin(figures, p95));
    return { p95, ours, theirs, ratio: ours / theirs };
  });
}
