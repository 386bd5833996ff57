import { createInterface } from 'node:readline/promises';
import { terminalQuestions } from './ask';
import { main } from './main';

const { stdin, stdout, stderr } = process;
const isTerminal = Boolean(stdin.isTTY && stdout.isTTY);
const questions = () => terminalQuestions(createInterface({ input: stdin, output: stdout }), stdout);

process.exitCode = await main(process.argv.slice(2), {
  stdout,
  stderr,
  ...(isTerminal && { questions }),
});
