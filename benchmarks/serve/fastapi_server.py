"""A classifier behind FastAPI, on transformers and torch: what the service is measured against.

Takes the path of a plan: `model`, `threads`, `maxLength`, and `batching`. Says its port as a line of JSON, and ends with its standard input.

Without batching each request is a forward pass, in a pool of as many threads as there are to compute with, one of torch's each. With batching
what came while the last batch was computed is the next one, padded, within 2,048 tokens or so, with all threads: as the service does.
"""

import asyncio
import json
import os
import platform
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import fastapi
import torch
import transformers
import uvicorn
from pydantic import BaseModel
from transformers import AutoModelForSequenceClassification, AutoTokenizer

MAX_TOKENS = 2048

with open(sys.argv[1], encoding="utf-8") as file:
    plan = json.load(file)
torch.set_num_threads(plan["threads"] if plan["batching"] else 1)
torch.set_grad_enabled(False)
tokenizer = AutoTokenizer.from_pretrained(plan["model"])
model = AutoModelForSequenceClassification.from_pretrained(plan["model"], dtype=torch.float32).eval()
labels = [model.config.id2label[i] for i in range(model.config.num_labels)]
pool = ThreadPoolExecutor(max_workers=1 if plan["batching"] else plan["threads"])


@torch.inference_mode()
def label(texts):
    batch = tokenizer(texts, truncation=True, max_length=plan["maxLength"], padding=True, return_tensors="pt")
    rows = torch.softmax(model(**batch).logits, dim=-1).tolist()
    best = [max(range(len(row)), key=row.__getitem__) for row in rows]
    return [
        {"label": labels[i], "score": row[i], "scores": dict(zip(labels, row))} for i, row in zip(best, rows)
    ]


class Body(BaseModel):
    text: str


waiting = asyncio.Queue()


async def label_batches():
    """One batch after the other, of what waits."""
    loop = asyncio.get_running_loop()
    while True:
        batch = [await waiting.get()]
        tokens = cost(batch[0])
        while not waiting.empty() and tokens + cost(waiting._queue[0]) <= MAX_TOKENS:
            batch.append(waiting.get_nowait())
            tokens += cost(batch[-1])
        predictions = await loop.run_in_executor(pool, label, [text for text, _ in batch])
        for (_, future), prediction in zip(batch, predictions):
            future.set_result(prediction)


def cost(item):
    return len(item[0]) // 4 + 2


@asynccontextmanager
async def lifespan(_):
    batches = asyncio.create_task(label_batches()) if plan["batching"] else None
    yield
    if batches:
        batches.cancel()


app = fastapi.FastAPI(lifespan=lifespan)


@app.post("/predict")
async def predict(body: Body):
    loop = asyncio.get_running_loop()
    if not plan["batching"]:
        return (await loop.run_in_executor(pool, label, [body.text]))[0]
    future = loop.create_future()
    waiting.put_nowait((body.text, future))
    return await future


def end_with_input():
    sys.stdin.read()
    os._exit(0)


listening = socket.socket()
listening.bind(("127.0.0.1", 0))
listening.listen(1024)
label(["warm up"])
versions = {
    "fastapi": fastapi.__version__,
    "uvicorn": uvicorn.__version__,
    "torch": torch.__version__,
    "transformers": transformers.__version__,
    "python": platform.python_version(),
}
print(json.dumps({"port": listening.getsockname()[1], "versions": versions}), flush=True)
threading.Thread(target=end_with_input, daemon=True).start()
uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listening])
