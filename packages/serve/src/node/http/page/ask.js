// Sends requests to the service, and words its refusals.

/** Messages for refusals, by code; other refusals show their own detail. */
const words = {
  NOT_AUTHORIZED: ({ hasToken }) =>
    hasToken ? 'The token is not valid.' : 'The service needs a token: type it and press Enter.',
  QUEUE_FULL: ({ seconds }) => `The service is busy. Try again in ${seconds} s.`,
  UNAVAILABLE: ({ seconds }) => `The service is not ready at the moment. Try again in ${seconds} s.`,
  TIMEOUT: () => 'The response took too long. Try again, or use a shorter text.',
  BODY_TOO_LARGE: () => 'The text is longer than the service accepts.',
};

/** A refusal with a message for the reader of the page. */
export class Refusal extends Error {
  constructor({ code, detail, status }, { hasToken, seconds }) {
    super(words[code]?.({ hasToken, seconds }) ?? detail ?? `The service answered with status ${status}.`);
    this.code = code;
  }
}

/** The response of a route, relative to the page's address. A request with a body is a POST. */
export async function ask(path, { body, signal, token }) {
  const headers = {
    ...(body && { 'content-type': 'application/json' }),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  const answer = await fetch(path, {
    ...{ method: body ? 'POST' : 'GET', headers, signal },
    body: body && JSON.stringify(body),
  }).catch((error) => {
    if (signal?.aborted) throw error;
    throw new Error('The service does not respond. Check that it is running.');
  });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  const seconds = answer.headers.get('retry-after') ?? 1;
  throw new Refusal({ status: answer.status, ...problem }, { hasToken: Boolean(token), seconds });
}

/** Address of a route of a model. */
export const routeOf = (model, what) => `v1/models/${encodeURIComponent(model.id)}/${what}`;

/** Predictions of texts, several per request, fewer where the service refuses; `onProgress` receives the number of texts done. */
export async function predictAll(model, texts, { bodyOf, onProgress, ...options }) {
  const predictions = [];
  for (let size = 32; predictions.length < texts.length; ) {
    const some = texts.slice(predictions.length, predictions.length + size);
    try {
      const answer = await ask(routeOf(model, 'predict'), { ...options, body: bodyOf(some) });
      predictions.push(...(await answer.json()).predictions);
      onProgress(predictions.length);
    } catch (error) {
      if (size === 1 || !['BODY_INVALID', 'BODY_TOO_LARGE', 'QUEUE_FULL'].includes(error.code)) throw error;
      size = Math.ceil(size / 4);
    }
  }
  return predictions;
}

/** The pieces of a generated text, from a response of server-sent events; returns the data of the last event. */
export async function* piecesOf(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new Error('The service ended in the middle of the text.');
      const events = (rest + value).split('\n\n');
      rest = events.pop();
      for (const event of events) {
        const data = JSON.parse(event.slice(event.indexOf('data: ') + 6));
        if (event.startsWith('event: error')) throw new Refusal(data, { seconds: 1 });
        if (event.startsWith('event: done')) return data;
        yield data.text;
      }
    }
  } finally {
    await reader.cancel();
  }
}
