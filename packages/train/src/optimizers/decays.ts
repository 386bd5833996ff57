/** Whether weight decay applies to a parameter: not to biases and norms, as Hugging Face's Trainer has it. */
export function decays(parameter: string): boolean {
  return !parameter.endsWith('.bias') && !/norm\.weight$/i.test(parameter);
}
