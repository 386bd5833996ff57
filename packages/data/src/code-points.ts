/** Orders strings by code point; JavaScript's `<` compares UTF-16 units and puts U+1F600 before U+FF5E. */
export function compareCodePoints(a: string, b: string): number {
  const left = Array.from(a, codePoint);
  const right = Array.from(b, codePoint);
  const differs = left.findIndex((point, i) => point !== right[i]);
  if (differs === -1) return left.length - right.length;
  return differs < right.length ? left[differs] - right[differs] : 1;
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0;
}
