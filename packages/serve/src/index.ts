/** `@attune/serve`: asks a service. What serves, in Node, is in `@attune/serve/node`. */
export * from './client';
