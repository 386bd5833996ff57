// Numbers and texts as they are printed.
const missing = '–';

/** 0.7943 → `79.4%`. */
export function percent(share: number | null | undefined, digits = 1): string {
  return isNumber(share) ? `${(100 * share).toFixed(digits)}%` : missing;
}

/** A difference of shares in percentage points: 0.0332 → `+3.3`, with a real minus sign. */
export function points(difference: number): string {
  const rounded = (100 * difference).toFixed(1);
  if (Number(rounded) === 0) return '±0.0';
  return difference > 0 ? `+${rounded}` : `−${rounded.slice(1)}`;
}

/** A score in [0, 1] with three digits. */
export function score(value: number | null | undefined): string {
  return isNumber(value) ? value.toFixed(3) : missing;
}

/** A loss with four digits after the point. */
export function loss(value: number | null | undefined): string {
  return isNumber(value) ? value.toFixed(4) : missing;
}

/** 13870 → `13,870`. */
export function count(value: number | null | undefined): string {
  return isNumber(value) ? Math.round(value).toLocaleString('en-US') : missing;
}

/** Any number to four significant digits: 0.69314 → `0.6931`, 0.00002 → `0.00002`, 1e-12 → `1e-12`. */
export function decimal(value: number | null | undefined): string {
  if (!isNumber(value)) return missing;
  if (Math.abs(value) >= 1000) return count(value);
  return String(Number(value.toPrecision(4)));
}

/** A duration for people: `8.4 s`, `1 min 15 s`, `2 h 05 min`. */
export function duration(seconds: number | null | undefined): string {
  if (!isNumber(seconds)) return missing;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** `1 text`, `2 texts`. */
export function plural(number: number, noun: string, plural = `${noun}s`): string {
  return `${count(number)} ${number === 1 ? noun : plural}`;
}

/** The first `length` characters (code points), with an ellipsis when there are more. */
export function shorten(text: string, length: number): string {
  // A code point has at most two units, so a prefix is enough.
  const characters = Array.from(text.slice(0, 2 * length + 2));
  return characters.length > length ? `${characters.slice(0, length).join('')}…` : text;
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
