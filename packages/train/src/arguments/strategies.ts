/** The values of `evalStrategy` and `saveStrategy`. */
export const strategies = ['no', 'steps', 'epoch'] as const;
/** When to evaluate or save. */
export type Strategy = (typeof strategies)[number];
