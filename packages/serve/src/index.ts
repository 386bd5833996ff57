/** `@attune/serve`: the client of a service. The service itself, for Node, is in `@attune/serve/node`. */
export * from './client';
