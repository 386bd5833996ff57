// Questions on a terminal. An empty answer selects the default. After a wrong answer the error is shown and the question repeated.
import type { Interface } from 'node:readline/promises';
import { visible } from './visible';

/** Asks the user. */
export interface Questions {
  /**
   * Asks for a text until `check` accepts it.
   *
   * @throws Interrupted after Ctrl-C or Ctrl-D
   */
  text<Value>(question: string, options: TextQuestion<Value>): Promise<Value>;
  /** Asks for one of several values, by number or by name. */
  choice<Value extends string>(question: string, options: ChoiceQuestion<Value>): Promise<Value>;
  /** Releases the terminal. */
  close(): void;
}

interface TextQuestion<Value> {
  /** Used for an empty answer; without it an answer is required. */
  readonly default?: string | undefined;
  /** Converts an answer. If it throws, the message is shown and the question repeated. */
  readonly check: (answer: string) => Value | Promise<Value>;
}

interface ChoiceQuestion<Value extends string> {
  /** Values and their descriptions. */
  readonly choices: Readonly<Record<Value, string>>;
  readonly default: Value;
}

/** Ctrl-C or Ctrl-D was pressed at a question. */
export class Interrupted extends Error {}

/** Asks on a terminal. */
export function terminalQuestions(terminal: Interface, output: { write(text: string): unknown }): Questions {
  const closed = new Promise<never>((_, reject) => {
    terminal.once('close', () => reject(new Interrupted('interrupted')));
  });
  closed.catch(() => {}); // no question may be open
  terminal.on('SIGINT', () => terminal.close());

  async function text<Value>(question: string, { default: usual, check }: TextQuestion<Value>): Promise<Value> {
    const shown = usual === undefined ? `${question}: ` : `${question} (${visible(usual)}): `;
    for (;;) {
      const answer = (await Promise.race([terminal.question(shown), closed])).trim() || (usual ?? '');
      if (answer === '') continue;
      try {
        return await check(answer);
      } catch (error) {
        output.write(`${visible(error instanceof Error ? error.message : String(error))}\n`);
      }
    }
  }

  async function choice<Value extends string>(
    question: string,
    { choices, default: usual }: ChoiceQuestion<Value>,
  ): Promise<Value> {
    const values = Object.keys(choices) as Value[];
    const width = Math.max(...values.map((value) => value.length));
    output.write(`${question}:\n`);
    for (const [i, value] of values.entries()) output.write(`  ${i + 1}. ${value.padEnd(width)}  ${choices[value]}\n`);
    return text('number or name', {
      default: usual,
      check: (answer) => {
        const value = values[Number(answer) - 1] ?? values.find((each) => each === answer);
        if (value === undefined)
          throw new Error(`expected a number from 1 to ${values.length} or a name, got ${JSON.stringify(answer)}`);
        return value;
      },
    });
  }

  return { text, choice, close: () => terminal.close() };
}
