/** Φ(x): the share of a standard normal distribution below x; to 1e-15 of itself below 0, of 1 above. */
export function normalCdf(x: number): number {
  if (x > 0) return 1 - normalCdf(-x);
  return x < -3 ? density(x) / millsFraction(-x) : 0.5 + x * density(x) * series(x);
}

/** 1 + x²/3 + x⁴/(3·5) + … (Marsaglia 2004). */
function series(x: number): number {
  let sum = 1;
  let term = 1;
  for (let i = 3; term > 1e-18; i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return sum;
}

/** x + 1/(x + 2/(x + 3/(…))), which far out converges fast where the series cancels. */
function millsFraction(x: number): number {
  let fraction = x;
  for (let i = 100; i >= 1; i--) fraction = x + i / fraction;
  return fraction;
}

/** The x below which a share p of a standard normal distribution lies; ±Infinity at 0 and 1. */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  // Abramowitz and Stegun 26.2.23 is good to 4.5e-4; Newton's steps, held below 0, do the rest.
  const t = Math.sqrt(-2 * Math.log(p));
  let x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 6; step++) x -= (normalCdf(x) - p) / density(x);
  return x;
}

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
