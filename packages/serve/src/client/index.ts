/** `@attune/serve/client`: a client of the service, for Node, a browser or any other runtime with `fetch`. */
import type { ServedPrediction } from '../node/http/predictions';
import type { Problem } from '../node/http/problems';
import type { GenerateAnswer, GenerateBody, ListedModel, PredictAnswer, PredictBody } from '../node/http/schemas';

export type {
  EntitiesPrediction,
  LabelPrediction,
  LabelsPrediction,
  ScoredLabel,
  ServedEntity,
  TopLabelPrediction,
  TopLabelsPrediction,
  ValuePrediction,
} from '../node/http/predictions';
export type { GenerateAnswer, GenerateBody, ListedModel, PredictAnswer, PredictBody, Problem, ServedPrediction };

/** Options of `serviceClient`. */
export interface ClientOptions {
  /** Bearer token to send, one that the service was started with; default none. */
  readonly token?: string;
  /** Function that sends requests; default the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/** Options of one request. */
export interface AskOptions {
  /** Aborts the request; default none. */
  readonly signal?: AbortSignal;
}

/** Error for a request that the service refused or failed to answer. */
export class ServiceError extends Error {
  /** The problem in the service's answer. */
  readonly problem: Problem;
  /** Seconds after which to try again; absent where the service does not name a time. */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.detail);
    this.name = 'ServiceError';
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** Client of a service. */
export interface ServiceClient {
  /** Lists the models of the service, with their tasks and labels. */
  models(options?: AskOptions): Promise<ListedModel[]>;
  /**
   * Predicts with a model: one prediction per text, in order. Where the kind of model is known, name the type of a prediction:
   * `predict<TopLabelPrediction>(…)` for a classifier asked with `topK`.
   */
  predict<Prediction = ServedPrediction>(
    model: string,
    body: PredictBody,
    options?: AskOptions,
  ): Promise<PredictAnswer<Prediction>>;
  /** Generates the text after a prompt. */
  generate(model: string, body: Omit<GenerateBody, 'stream'>, options?: AskOptions): Promise<GenerateAnswer>;
  /** Streams the text after a prompt; the generator returns the result of `generate`. */
  stream(
    model: string,
    body: Omit<GenerateBody, 'stream'>,
    options?: AskOptions,
  ): AsyncGenerator<string, GenerateAnswer, void>;
}

/**
 * Creates a client of the service at an address.
 *
 * @throws ServiceError from its functions where the service refuses a request; `problem.code` is stable
 * @example
 * const client = serviceClient('http://127.0.0.1:8000');
 * const { predictions } = await client.predict('sectors', { texts: ['Dry bean farming'] });
 */
export function serviceClient(url: string, { token, fetch: own = fetch }: ClientOptions = {}): ServiceClient {
  const base = url.endsWith('/') ? url : `${url}/`; // a service may lie below a path
  const ask = async (path: string, body: object | undefined, { signal }: AskOptions = {}) => {
    const answer = await own(new URL(path, base), {
      ...{ method: body ? 'POST' : 'GET', signal, body: body && JSON.stringify(body) },
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    });
    if (answer.ok) return answer;
    const problem = (await answer.json().catch(() => undefined)) as Problem | undefined;
    const after = answer.headers.get('retry-after');
    throw new ServiceError(problem ?? unknownProblem(answer.status), after === null ? undefined : Number(after));
  };
  const at = (model: string, what: string) => `v1/models/${encodeURIComponent(model)}/${what}`;
  return {
    async models(options) {
      return ((await (await ask('v1/models', undefined, options)).json()) as { data: ListedModel[] }).data;
    },
    async predict<Prediction>(model: string, body: PredictBody, options?: AskOptions) {
      return (await ask(at(model, 'predict'), body, options)).json() as Promise<PredictAnswer<Prediction>>;
    },
    async generate(model, body, options) {
      return (await ask(at(model, 'generate'), body, options)).json() as Promise<GenerateAnswer>;
    },
    async *stream(model, body, options) {
      const answer = await ask(at(model, 'generate'), { ...body, stream: true }, options);
      for await (const { event, data } of events(answer.body as ReadableStream<Uint8Array>)) {
        if (event === 'done') return data as GenerateAnswer;
        if (event === 'error') throw new ServiceError(data as Problem);
        yield (data as { text: string }).text;
      }
      throw new ServiceError(unknownProblem(502));
    },
  };
}

/** Server-sent events with data in JSON. */
async function* events(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ event?: string; data: unknown }, void, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const whole = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = whole.pop() as string;
      for (const text of whole) {
        const lines = text
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]);
        const { event, data } = Object.fromEntries(lines);
        yield { event, data: JSON.parse(data) };
      }
    }
  } finally {
    await reader.cancel();
  }
}

const unknownProblem = (status: number): Problem => ({
  ...{ type: 'about:blank', title: 'Not an answer of this service', status, code: 'INTERNAL' },
  detail: `expected an answer of the service, got another one with status ${status}; check the address`,
});
