/** The functions of a WebAssembly module given in base64, over a memory of the caller's. */
export function instantiate<Exports>(base64: string, memory: WebAssembly.Memory): Exports {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return exports as unknown as Exports;
}
