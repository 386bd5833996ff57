const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const open = new Set([0x7b, 0x5b]);
const close = new Set([0x7d, 0x5d]);

/**
 * The keys of a JSON object as its text has them, repeated ones included, which `JSON.parse` would silently merge.
 *
 * @param json an object's text that `JSON.parse` accepts
 */
export function topLevelKeys(json: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  let lastString = '';
  for (let i = 0; i < json.length; i++) {
    const character = json.charCodeAt(i);
    if (open.has(character)) depth++;
    else if (close.has(character)) depth--;
    else if (character === colon && depth === 1) keys.push(JSON.parse(lastString));
    else if (character === quote) {
      const end = endOfString(json, i);
      if (depth === 1) lastString = json.slice(i, end);
      i = end - 1;
    }
  }
  return keys;
}

/** The index after the string that starts at `start`. */
function endOfString(json: string, start: number): number {
  let i = start + 1;
  while (json.charCodeAt(i) !== quote) i += json.charCodeAt(i) === backslash ? 2 : 1;
  return i + 1;
}
