/** Makes a character map as SentencePiece writes it, of keys and their texts. */
export function characterMap(rules: Readonly<Record<string, string>>): string {
  const encoder = new TextEncoder();
  const units = new Map<number, number>([[0, 0]]);
  const bases = new Set<number>();
  let texts = '';
  const root: Node = { children: new Map() };
  for (const [key, text] of Object.entries(rules)) {
    let node = root;
    for (const byte of encoder.encode(key)) {
      const next: Node = node.children.get(byte) ?? { children: new Map() };
      node.children.set(byte, next);
      node = next;
    }
    node.value = encoder.encode(texts).length;
    texts += `${text}\0`;
  }

  function place(node: Node, position: number, label: number): void {
    const steps = [...node.children.keys(), ...(node.value === undefined ? [] : [0])];
    let base = 1;
    while (bases.has(base) || base === position || steps.some((step) => units.has(base ^ step))) base++;
    bases.add(base);
    for (const step of steps) units.set(base ^ step, 0);
    units.set(position, ((position ^ base) << 10) | label | (node.value === undefined ? 0 : 0x100));
    if (node.value !== undefined) units.set(base, node.value | 0x80000000);
    for (const [byte, child] of node.children) place(child, base ^ byte, byte);
  }
  place(root, 0, 0);
  const count = (Math.max(...units.keys()) | 255) + 1;
  const view = new DataView(new ArrayBuffer(4 + 4 * count));
  view.setUint32(0, 4 * count, true);
  for (const [at, unit] of units) view.setUint32(4 + 4 * at, unit >>> 0, true);
  const bytes = [...new Uint8Array(view.buffer), ...encoder.encode(texts)];
  return btoa(bytes.map((byte) => String.fromCharCode(byte)).join(''));
}

interface Node {
  readonly children: Map<number, Node>;
  value?: number;
}
