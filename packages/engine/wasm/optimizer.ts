/** m, v ← moments; p ← p·keep − rate·m/(√v·correction + ε), four elements at a time; see ../adamw.ts for the formula. */
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

/** Sum of squares in float64, in two lanes: always the same order. */
export function squaredNorm(values: usize, length: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i: usize = 0, end: usize = <usize>length * 4; i < end; i += 16) {
    const x = v128.load(values + i);
    const a = f64x2.promote_low_f32x4(x);
    const b = f64x2.promote_low_f32x4(i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
