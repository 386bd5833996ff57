// One workload on both sides, a round here, a round there.
import { fileURLToPath } from 'node:url';
import { median, sum } from '../common/statistics.mjs';
import { openWorker } from '../common/worker.mjs';

const scripts = { attune: 'attune-worker.mjs', transformersJs: 'transformers-js-worker.mjs' };

/**
 * @param plan as `prepareWorkload` wrote it
 * @returns for `attune` and for `transformersJs` seconds a round and what they come to; and how far their predictions agree
 */
export async function compareSides(plan) {
  const sides = {};
  for (const [name, script] of Object.entries(scripts)) {
    const path = fileURLToPath(new URL(script, import.meta.url));
    sides[name] = await openWorker(process.execPath, [path, plan.path]);
  }
  const warmup = {};
  for (const [name, side] of Object.entries(sides)) warmup[name] = await side.ask({ details: true });
  const answers = { attune: [], transformersJs: [] };
  for (let round = 0; round < plan.rounds; round++)
    for (const [name, side] of Object.entries(sides)) answers[name].push(await side.ask({}));
  for (const side of Object.values(sides)) await side.close();
  const summarize = (name) => ({ ...summaryOf(answers[name], plan), versions: sides[name].ready.versions });
  return {
    attune: summarize('attune'),
    transformersJs: summarize('transformersJs'),
    agreement: agreementOf(warmup.attune, warmup.transformersJs),
  };
}

function summaryOf(answers, { texts, lengths }) {
  const seconds = median(answers.map((answer) => answer.seconds));
  const speed = { textsPerSecond: texts.length / seconds, tokensPerSecond: sum(lengths) / seconds };
  return { rounds: answers.map((answer) => answer.seconds), seconds, ...speed, memory: answers.at(-1).memory };
}

/** The share of texts with the same label, and the largest difference of a score. */
function agreementOf(ours, theirs) {
  const same = ours.best.filter((label, i) => label === theirs.best[i]).length;
  const differences = ours.scores.map((score, i) => Math.abs(score - theirs.scores[i]));
  return {
    sameLabels: same / ours.best.length,
    scoresDifferBy: differences.reduce((most, value) => Math.max(most, value), 0),
  };
}
