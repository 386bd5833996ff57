/** A vocabulary that grows: ids are given in order of arrival. */
export class VocabularyBuilder {
  readonly tokens: string[] = [];
  private readonly ids = new Map<string, number>();

  /** The id of a token, which is added where it is new. */
  add(token: string): number {
    const known = this.ids.get(token);
    if (known !== undefined) return known;
    this.ids.set(token, this.tokens.length);
    return this.tokens.push(token) - 1;
  }

  has(token: string): boolean {
    return this.ids.has(token);
  }
}
