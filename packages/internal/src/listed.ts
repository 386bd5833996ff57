// Lists in messages.

/**
 * The first items of a list, with an ellipsis if there are more.
 *
 * @example firstOf(['a', 'b', 'c', 'd', 'e', 'f']) // 'a, b, c, d, e, …'
 */
export function firstOf(items: readonly string[], { separator = ', ', most = 5 } = {}): string {
  return [...items.slice(0, most), ...(items.length > most ? ['…'] : [])].join(separator);
}

/**
 * A list in a sentence.
 *
 * @example joined(['bert', 'mpnet', 'llama'], 'or') // 'bert, mpnet or llama'
 */
export function joined(items: readonly string[], word: 'and' | 'or'): string {
  const [last = ''] = items.slice(-1);
  return items.length > 1 ? `${items.slice(0, -1).join(', ')} ${word} ${last}` : last;
}
