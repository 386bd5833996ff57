/** m, v ← moments; p ← p·keep − rate·m/(√v·correction + ε), four elements at a time; see ../src/training/optimizers.ts. */
export function adamw(
  parameter: usize,
  gradient: usize,
  first: usize,
  second: usize,
  length: i32,
  beta1: f32,
  fresh1: f32,
  beta2: f32,
  fresh2: f32,
  keep: f32,
  rate: f32,
  correction: f32,
  epsilon: f32,
): void {
  const B1 = f32x4.splat(beta1),
    F1 = f32x4.splat(fresh1),
    B2 = f32x4.splat(beta2),
    F2 = f32x4.splat(fresh2);
  const K = f32x4.splat(keep),
    R = f32x4.splat(rate),
    C = f32x4.splat(correction),
    E = f32x4.splat(epsilon);
  const vanishing = f32x4.splat(7.888609052210118e-31);
  for (let i: usize = 0, end: usize = <usize>length * 4; i < end; i += 16) {
    const g = v128.load(gradient + i);
    let m = f32x4.add(f32x4.mul(B1, v128.load(first + i)), f32x4.mul(F1, g));
    let v = f32x4.add(f32x4.mul(B2, v128.load(second + i)), f32x4.mul(F2, f32x4.mul(g, g)));
    m = v128.and(m, f32x4.ge(f32x4.abs(m), vanishing));
    v = v128.and(v, f32x4.ge(v, vanishing));
    v128.store(first + i, m);
    v128.store(second + i, v);
    const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(v), C), E);
    v128.store(
      parameter + i,
      f32x4.sub(f32x4.mul(K, v128.load(parameter + i)), f32x4.div(f32x4.mul(R, m), denominator)),
    );
  }
}

/** The same with the decay in the gradient: g ← scale·g + decay·p; see ../src/training/optimizers.ts. */
export function adam(
  parameter: usize,
  gradient: usize,
  first: usize,
  second: usize,
  length: i32,
  beta1: f32,
  fresh1: f32,
  beta2: f32,
  fresh2: f32,
  scale: f32,
  decay: f32,
  rate: f32,
  correction: f32,
  epsilon: f32,
): void {
  const B1 = f32x4.splat(beta1),
    F1 = f32x4.splat(fresh1),
    B2 = f32x4.splat(beta2),
    F2 = f32x4.splat(fresh2);
  const S = f32x4.splat(scale),
    D = f32x4.splat(decay);
  const R = f32x4.splat(rate),
    C = f32x4.splat(correction),
    E = f32x4.splat(epsilon);
  const vanishing = f32x4.splat(7.888609052210118e-31);
  for (let i: usize = 0, end: usize = <usize>length * 4; i < end; i += 16) {
    const p = v128.load(parameter + i);
    const g = f32x4.add(f32x4.mul(S, v128.load(gradient + i)), f32x4.mul(D, p));
    let m = f32x4.add(f32x4.mul(B1, v128.load(first + i)), f32x4.mul(F1, g));
    let v = f32x4.add(f32x4.mul(B2, v128.load(second + i)), f32x4.mul(F2, f32x4.mul(g, g)));
    m = v128.and(m, f32x4.ge(f32x4.abs(m), vanishing));
    v = v128.and(v, f32x4.ge(v, vanishing));
    v128.store(first + i, m);
    v128.store(second + i, v);
    const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(v), C), E);
    v128.store(parameter + i, f32x4.sub(p, f32x4.div(f32x4.mul(R, m), denominator)));
  }
}

/** g ← scale·g + decay·p; b ← momentum·b + g; p ← p − rate·b, or with Nesterov's momentum p − rate·(g + momentum·b). */
export function sgd(
  parameter: usize,
  gradient: usize,
  buffer: usize,
  length: i32,
  scale: f32,
  decay: f32,
  momentum: f32,
  nesterov: i32,
  rate: f32,
): void {
  const S = f32x4.splat(scale),
    D = f32x4.splat(decay),
    M = f32x4.splat(momentum),
    R = f32x4.splat(rate);
  const vanishing = f32x4.splat(7.888609052210118e-31);
  for (let i: usize = 0, end: usize = <usize>length * 4; i < end; i += 16) {
    const p = v128.load(parameter + i);
    const g = f32x4.add(f32x4.mul(S, v128.load(gradient + i)), f32x4.mul(D, p));
    let b = f32x4.add(f32x4.mul(M, v128.load(buffer + i)), g);
    b = v128.and(b, f32x4.ge(f32x4.abs(b), vanishing));
    v128.store(buffer + i, b);
    const direction = nesterov ? f32x4.add(g, f32x4.mul(M, b)) : b;
    v128.store(parameter + i, f32x4.sub(p, f32x4.mul(R, direction)));
  }
}

/** sum ← sum + scale·x. */
export function addScaled(sum: usize, x: usize, length: i32, scale: f32): void {
  const S = f32x4.splat(scale);
  for (let i: usize = 0, end: usize = <usize>length * 4; i < end; i += 16)
    v128.store(sum + i, f32x4.add(v128.load(sum + i), f32x4.mul(S, v128.load(x + i))));
}

/**
 * p ← p·factors[0]·factors[1]·…, in that order: what updates do to elements whose gradients and moments are zero.
 *
 * `length` is a multiple of 32: eight vectors at a time hide the multiplication's latency.
 */
export function decay(parameter: usize, length: i32, factors: usize, count: i32): void {
  for (let i: usize = 0, end: usize = <usize>length * 4; i < end; i += 128) {
    const p = parameter + i;
    let a = v128.load(p, 0),
      b = v128.load(p, 16),
      c = v128.load(p, 32),
      d = v128.load(p, 48),
      e = v128.load(p, 64),
      f = v128.load(p, 80),
      g = v128.load(p, 96),
      h = v128.load(p, 112);
    for (let j = 0; j < count; j++) {
      const factor = v128.load32_splat(factors + ((<usize>j) << 2));
      a = f32x4.mul(a, factor);
      b = f32x4.mul(b, factor);
      c = f32x4.mul(c, factor);
      d = f32x4.mul(d, factor);
      e = f32x4.mul(e, factor);
      f = f32x4.mul(f, factor);
      g = f32x4.mul(g, factor);
      h = f32x4.mul(h, factor);
    }
    v128.store(p, a, 0);
    v128.store(p, b, 16);
    v128.store(p, c, 32);
    v128.store(p, d, 48);
    v128.store(p, e, 64);
    v128.store(p, f, 80);
    v128.store(p, g, 96);
    v128.store(p, h, 112);
  }
}

/**
 * Adds the squares of `length` floats, a multiple of 4, to the 16 float64 at `sums`, element i to the i-th of them modulo 16.
 *
 * An element that is zero changes nothing, so sums over parts that start at multiples of 16 are those over the whole.
 */
export function addSquares(values: usize, length: i32, sums: usize): void {
  let a = v128.load(sums, 0),
    b = v128.load(sums, 16),
    c = v128.load(sums, 32),
    d = v128.load(sums, 48),
    e = v128.load(sums, 64),
    f = v128.load(sums, 80),
    g = v128.load(sums, 96),
    h = v128.load(sums, 112);
  const whole: usize = <usize>(length & ~15) * 4;
  for (let i: usize = 0; i < whole; i += 64) {
    const p = values + i;
    const ab = v128.load(p, 0),
      cd = v128.load(p, 16),
      ef = v128.load(p, 32),
      gh = v128.load(p, 48);
    a = f64x2.add(a, square(ab));
    b = f64x2.add(b, square(upper(ab)));
    c = f64x2.add(c, square(cd));
    d = f64x2.add(d, square(upper(cd)));
    e = f64x2.add(e, square(ef));
    f = f64x2.add(f, square(upper(ef)));
    g = f64x2.add(g, square(gh));
    h = f64x2.add(h, square(upper(gh)));
  }
  v128.store(sums, a, 0);
  v128.store(sums, b, 16);
  v128.store(sums, c, 32);
  v128.store(sums, d, 48);
  v128.store(sums, e, 64);
  v128.store(sums, f, 80);
  v128.store(sums, g, 96);
  v128.store(sums, h, 112);
  for (let i: usize = whole, to = sums, end: usize = <usize>length * 4; i < end; i += 16, to += 32) {
    const x = v128.load(values + i);
    v128.store(to, f64x2.add(v128.load(to), square(x)));
    v128.store(to, f64x2.add(v128.load(to, 16), square(upper(x))), 16);
  }
}

/** The squares of the two lower floats, in float64. */
function square(x: v128): v128 {
  const wide = f64x2.promote_low_f32x4(x);
  return f64x2.mul(wide, wide);
}

function upper(x: v128): v128 {
  return i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
}
