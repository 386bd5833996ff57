// Load on a server of this machine, by autocannon: so many connections, each with a request at a time.
import autocannon from 'autocannon';

/**
 * Asks about one text after the other for some seconds.
 *
 * @param nextText gives the text of the next request
 * @param onSecond is called with the figures so far; autocannon's own sampling
 * @returns requests answered 200 per second, percentiles of their latency in milliseconds, and how many answers had each status
 */
export function loadFor(seconds, { url, path, connections, nextText, timeout = 60 }) {
  const latencies = [];
  const statuses = {};
  const request = {
    ...{ method: 'POST', path, headers: { 'content-type': 'application/json' } },
    setupRequest: (own) => ({ ...own, body: JSON.stringify({ text: nextText() }) }),
  };
  return new Promise((resolve, reject) => {
    const running = autocannon(
      { url, connections, duration: seconds, timeout, requests: [request] },
      (error, { errors, timeouts, duration } = {}) => {
        if (error) return reject(error);
        const figures = { perSecond: latencies.length / duration, ...percentiles(latencies) };
        resolve({ connections, ...figures, statuses, errors, timeouts });
      },
    );
    running.on('response', (_client, status, _bytes, milliseconds) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status === 200) latencies.push(milliseconds);
    });
  });
}

/** The middle, and what 5 % and 1 % are above. */
export function percentiles(values) {
  const sorted = Float64Array.from(values).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
