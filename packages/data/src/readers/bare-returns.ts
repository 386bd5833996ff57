/** Lone carriage returns that end a line of CSV. */
export interface BareReturns {
  /** Reads a further part of the text. */
  see(chunk: string): void;
  /** Whether a lone return ends a line, in a file with other line ends. */
  isAt(line: number): boolean;
  warnings(): string[];
}

/** Number of lines kept for errors. */
const maxLines = 10_000;

/** Counts lone carriage returns outside quotes that end a line in a file with LF: they may have been meant as text. */
export function bareReturns(where: string, linesBefore = 0): BareReturns {
  const lines = new Set<number>();
  let line = linesBefore + 1;
  let count = 0;
  let hasFeeds = false;
  let isQuoted = false;
  let held = '';

  const scan = (text: string): void => {
    for (const [found] of text.matchAll(/"|\r\r\n|\r\n|\r|\n/g)) {
      if (found === '"') {
        isQuoted = !isQuoted;
        continue;
      }
      if (found.length === 3) line++; // a doubled line end, with an empty line in between
      if (!isQuoted && found === '\r') {
        count++;
        if (lines.size < maxLines) lines.add(line);
      } else if (!isQuoted) hasFeeds = true;
      line++;
    }
  };
  const skip = (text: string): void => {
    const feeds = occurrences(text, '\n');
    line += feeds;
    if (occurrences(text, '"') % 2 === 1) isQuoted = !isQuoted;
    hasFeeds ||= feeds > 0;
  };

  return {
    see(chunk) {
      const text = `${held}${chunk}`;
      held = /\r*$/.exec(text)?.[0] ?? '';
      const whole = text.slice(0, text.length - held.length);
      if (whole.includes('\r')) scan(whole);
      else skip(whole);
    },
    isAt: (at) => hasFeeds && lines.has(at),
    warnings() {
      if (!hasFeeds || count === 0) return [];
      const [first] = lines;
      return [
        `${where}: a lone carriage return (CR) ends ${count} ${count === 1 ? 'line' : 'lines'} (first line ${first}), while others end in LF: the text after it is read as a new row; put a field that contains one in double quotes`,
      ];
    },
  };
}

function occurrences(text: string, character: string): number {
  let count = 0;
  for (let i = text.indexOf(character); i !== -1; i = text.indexOf(character, i + 1)) count++;
  return count;
}
