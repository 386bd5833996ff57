import { suggest } from './suggest';

/** Names of other libraries for the same option, where no word is shared. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  answer: ['completion'],
  args: ['arguments'],
  context: ['prompt'],
  dataset: ['data'],
  decision: ['tuneThreshold'],
  dev: ['validation'],
  device: ['engine'],
  devFile: ['evalData'],
  eval: ['validation'],
  evalDataset: ['data'],
  lr: ['learningRate'],
  maxSeqLength: ['maxLength'],
  evalFile: ['evalData'],
  evaluationStrategy: ['evalStrategy'],
  input: ['prompt'],
  instruction: ['prompt'],
  loraRank: ['loraR'],
  lrScheduler: ['lrSchedulerType'],
  nSplits: ['folds'],
  nTrials: ['trials'],
  output: ['out', 'completion'],
  outputDir: ['out'],
  overwriteOutputDir: ['overwrite'],
  params: ['space'],
  patience: ['earlyStoppingPatience'],
  question: ['prompt'],
  randomState: ['seed'],
  rank: ['r'],
  response: ['completion'],
  resumeFromCheckpoint: ['resume'],
  second: ['pairs'],
  secondTexts: ['pairs'],
  testFile: ['testData'],
  testSize: ['fractions'],
  textB: ['pairs'],
  textPair: ['pairs'],
  textPairs: ['pairs'],
  trainData: ['data'],
  trainDataset: ['data'],
  trainFile: ['data'],
  validationData: ['evalData'],
  validationFile: ['evalData'],
  validationSplit: ['split'],
};

const otherNamesOf = (name: string) => (Object.hasOwn(otherNames, name) ? otherNames[name] : []);

/** A name in camel case, from snake or kebab case. */
export const camelCase = (name: string) => name.replace(/[_-]+(.)/g, (_, letter: string) => letter.toUpperCase());

/** The words of a name, in lowercase. */
const wordsOf = (name: string) => (name.match(/[A-Z]?[a-z0-9]+|[A-Z]+/g) ?? []).map((word) => word.toLowerCase());

type Search = (name: string, known: readonly string[]) => string | undefined;

/** Ways to find the intended name, the most reliable first. */
const searches: readonly Search[] = [
  (name, known) => known.find((candidate) => candidate.toLowerCase() === name.toLowerCase()),
  (name, known) => otherNamesOf(name).find((candidate) => known.includes(candidate)),
  (name, known) => withFewestWords(known.filter((candidate) => hasWords(candidate, name))),
  (name, known) => suggest(name, known),
  (name, known) => known.find((candidate) => candidate.length >= 4 && name.startsWith(candidate)),
  (name, known) => known.find((candidate) => name.length >= 3 && candidate.startsWith(name)),
  (name, known) => withFewestWords(known.filter((candidate) => hasWords(name, candidate)).reverse(), -1),
];

/** Whether a name has every word of another one. */
function hasWords(name: string, other: string): boolean {
  const words = wordsOf(name);
  return wordsOf(other).every((word) => words.includes(word));
}

function withFewestWords(names: readonly string[], sign: 1 | -1 = 1): string | undefined {
  return [...names].sort((a, b) => sign * (wordsOf(a).length - wordsOf(b).length))[0];
}

/**
 * The known name that an unknown name probably means: in camel case, under another library's name, with the same words, or misspelled.
 * Earlier groups of names take precedence over later ones.
 *
 * @example knownName('max_new_tokens', [['seed', 'maxNewTokens']]) // 'maxNewTokens'
 * @example knownName('epochs', [['numTrainEpochs']]) // 'numTrainEpochs'
 */
export function knownName(name: string, groups: readonly (readonly string[])[]): string | undefined {
  const wanted = camelCase(name);
  for (const search of searches)
    for (const known of groups) {
      const found = search(wanted, known);
      if (found !== undefined) return found;
    }
  return undefined;
}

/**
 * The end of an error about an unknown option: `; did you mean "x"?` if `knownName` finds one, else nothing.
 *
 * @example `got "outputDir"${didYouMeanOption('outputDir', ['out'])}` // got "outputDir"; did you mean "out"?
 */
export function didYouMeanOption(name: string, known: readonly string[]): string {
  const meant = knownName(name, [known]);
  return meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`;
}
