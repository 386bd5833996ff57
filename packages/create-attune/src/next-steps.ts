// The last lines: what was created, and the commands that follow.
import type { Answers } from './answers';
import type { TaskName } from './options';

/** Text for the end of the program. */
export function nextSteps({ folder, task, examples }: Pick<Answers, 'folder' | 'task' | 'examples'>): string {
  const enter = folder === '.' ? '' : `  cd ${quoted(folder)}\n`;
  return `
Created ${folder}:
  package.json        Attune's packages, and the scripts train and predict
  attune.config.yaml  options of the training
  predict.js          loads the trained model and predicts

Next:
${enter}  npm install --ignore-scripts
  npm run train
  npm run predict -- "${exampleFor(task, examples)}"

--ignore-scripts keeps onnxruntime-node from downloading GPU files that Attune does not need.
`;
}

/** The first words of an example that a shell takes as they are. */
function exampleFor(task: TaskName, examples: readonly string[]): string {
  const [words = ['some', 'text']] = examples
    .map(plainWords)
    .filter((each) => each.length >= (task === 'masked-lm' ? 3 : 1));
  if (task !== 'masked-lm') return words.join(' ');
  return words.with(Math.floor(words.length / 2), '[MASK]').join(' ');
}

function plainWords(text: string): readonly string[] {
  const words = text.trim().split(/\s+/).slice(0, 8);
  return words.map((word) => word.replace(/[^\p{L}\p{M}\p{N}.,:;'()/+-]/gu, '')).filter((word) => word !== '');
}

const quoted = (path: string) => (/^[\w./~+-]+$/.test(path) ? path : `"${path}"`);
