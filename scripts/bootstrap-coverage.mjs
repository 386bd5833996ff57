// How often intervals of a difference hold the true one, by simulation: classifiers over many classes, few texts of each.
//
//     npm run build && node scripts/bootstrap-coverage.mjs [trials]
//
// Each class has its own share of texts (Zipf) and its own accuracy. The model is a little better than the baseline, or knows
// nothing, as after two steps of training. The true difference is the mean of the statistic over 2,000 test parts of the same
// size; a trial draws one test part, and every method's interval from it.
import { pairedBootstrap } from '@attune/metrics';

const trials = Number(process.argv[2] ?? 200);
const samples = 400;

/** Uniform numbers in [0, 1), the same for the same seed (mulberry32). */
function uniforms(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const uniform = uniforms(1);
const next = (bound) => Math.floor(uniform() * bound);

/** Cumulative shares of classes, and the accuracy of two models on each. */
function world(classes, isTrained) {
  const shares = Array.from({ length: classes }, (_, i) => 1 / (i + 3));
  const total = shares.reduce((a, b) => a + b);
  let sum = 0;
  const ends = shares.map((share) => (sum += share / total));
  const skill = shares.map(() => 0.4 + 0.5 * uniform());
  return { classes, ends, a: skill.map((p) => (isTrained ? Math.min(0.98, p + 0.05) : 0)), b: skill };
}

function draw({ classes, ends, a, b }, texts) {
  const part = { truth: new Int32Array(texts), a: new Int32Array(texts), b: new Int32Array(texts) };
  for (let i = 0; i < texts; i++) {
    const u = uniform();
    let own = ends.findIndex((end) => u < end);
    if (own < 0) own = classes - 1;
    const hard = uniform(); // both models find the same texts hard
    part.truth[i] = own;
    for (const [name, skill] of [
      ['a', a],
      ['b', b],
    ])
      part[name][i] = hard * 0.7 + uniform() * 0.3 < skill[own] ? own : next(classes);
  }
  return part;
}

const metrics = {
  accuracy: (drawn, truth, predicted) => {
    let right = 0;
    for (const i of drawn) if (truth[i] === predicted[i]) right += 1;
    return right / drawn.length;
  },
  'macro-F1': (drawn, truth, predicted) => {
    const [hits, named] = [new Map(), new Map()];
    const add = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
    for (const i of drawn) {
      add(named, truth[i]);
      add(named, predicted[i]);
      if (truth[i] === predicted[i]) add(hits, truth[i]);
    }
    let sum = 0;
    for (const [label, count] of named) sum += (2 * (hits.get(label) ?? 0)) / count;
    return sum / named.size;
  },
};
const worlds = [5, 50, 300, 1000].flatMap((classes) => [true, false].map((isTrained) => [classes, isTrained]));
const textsOf = { 5: 200, 50: 400, 300: 900, 1000: 2000 };
const methods = ['bca', 'percentile', 'shifted'];
/** The percentile interval as it was: without a look at the estimate. */
const plain = 'quantiles alone';

console.log(
  'metric     model      classes  texts  bias of resamples  coverage at 95 %: held by the interval of a difference',
);
for (const [classes, isTrained] of worlds) {
  const texts = textsOf[classes];
  const own = world(classes, isTrained);
  const all = Uint32Array.from({ length: texts }, (_, i) => i);
  for (const [name, metric] of Object.entries(metrics)) {
    const difference = (part, drawn) => metric(drawn, part.truth, part.a) - metric(drawn, part.truth, part.b);
    let truth = 0;
    for (let i = 0; i < 2000; i++) truth += difference(draw(own, texts), all) / 2000;
    const held = Object.fromEntries([...methods, plain].map((method) => [method, 0]));
    let bias = 0;
    for (let trial = 0; trial < trials; trial++) {
      const part = draw(own, texts);
      const statistics = ['a', 'b'].map((model) => (drawn) => metric(drawn, part.truth, part[model]));
      for (const method of methods) {
        if (method === 'bca' && texts > 250) continue; // a jackknife of as many statistics
        const { low, high } = pairedBootstrap(texts, ...statistics, { samples, method, seed: trial });
        if (low <= truth && truth <= high) held[method] += 1;
      }
      const random = uniforms(trial + 1000);
      const values = Array.from({ length: samples }, () =>
        difference(
          part,
          all.map(() => Math.floor(random() * texts)),
        ),
      );
      values.sort((x, y) => x - y);
      if (values[Math.floor(0.025 * samples)] <= truth && truth <= values[Math.ceil(0.975 * samples) - 1])
        held[plain] += 1;
      const mean = values.reduce((x, y) => x + y) / samples;
      const deviation = Math.sqrt(values.reduce((x, y) => x + (y - mean) ** 2, 0) / samples);
      bias += (mean - difference(part, all)) / deviation / trials;
    }
    const shares = Object.entries(held).map(([method, count]) =>
      method === 'bca' && texts > 250 ? 'bca –' : `${method} ${((100 * count) / trials).toFixed(1)} %`,
    );
    console.log(
      `${name.padEnd(10)} ${(isTrained ? 'trained' : 'untrained').padEnd(10)} ${`${classes}`.padStart(7)}  ${`${texts}`.padStart(5)}  ${`${bias.toFixed(2)} deviations`.padStart(17)}  ${shares.join(', ')}`,
    );
  }
}
