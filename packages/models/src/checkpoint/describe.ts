const longest = 60;

/** Text with its control characters escaped, so that a terminal shows them and does not execute them. */
export const printable = (text: string): string =>
  text.replace(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A value as shown in error messages: short, on one line, and safe for any JSON value. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = printable(typeof value === 'string' ? JSON.stringify(value) : String(value));
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
