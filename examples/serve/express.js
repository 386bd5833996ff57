// A model inside an express app: its route asks worker threads, and the app goes on with its other requests meanwhile.
//
//   npm install express
//   node express.js [runs/serve/sectors] [3000]

import { openPredictorPool } from '@attune/serve/node';
import express from 'express';

const [run = 'runs/serve/sectors', port = '3000'] = process.argv.slice(2);
const pool = await openPredictorPool({ sectors: run }, { cacheSize: 10_000, maxQueue: 200 });

const app = express();
app.use(express.json({ limit: '100kb' }));

app.post('/label', async (request, response) => {
  const gone = new AbortController();
  response.once('close', () => gone.abort()); // who has left is not waited for: the text leaves the queue
  const [{ label, score }] = await pool.predict([request.body?.text], { signal: gone.signal });
  response.json({ label, score });
});

// Errors of the pool have a code: the body has no text, too much waits, or a worker is being started again.
const statuses = { ARGUMENT_INVALID: 400, POOL_FULL: 429, POOL_WORKER: 503, POOL_CLOSED: 503 };
app.use((error, _request, response, next) => {
  if (response.headersSent || response.destroyed) return;
  const status = statuses[error.code];
  if (status === undefined) return next(error);
  if (status !== 400) response.set('retry-after', '1');
  response.status(status).json({ error: error.message });
});

const server = app.listen(Number(port), () => console.log(`http://127.0.0.1:${server.address().port}`));
process.once('SIGTERM', () => server.close(() => pool.close())); // what has been asked is answered first
