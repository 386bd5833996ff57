/** The functions of a WebAssembly module in base64, over the caller's memory. */
export function instantiate<Exports>(base64: string, memory: WebAssembly.Memory): Exports {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return exports as unknown as Exports;
}
