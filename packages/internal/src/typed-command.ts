/** The command line of Attune, as it is started in a project that has installed it. */
const program = 'npx attune';

/**
 * A command of Attune as a user types it, for the advice of messages and for examples.
 *
 * @example typedCommand('report runs/a') // 'npx attune report runs/a'
 */
export const typedCommand = (args: string): string => `${program} ${args}`;

/**
 * A word of a command, quoted where a shell would read it otherwise.
 *
 * @example typedCommand(`report ${inShell('my runs/a')}`) // "npx attune report 'my runs/a'"
 */
export const inShell = (text: string): string =>
  /^[\w./:,@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
