"""Times PyTorch's training step as Hugging Face's Trainer takes it; prints {"seconds": [...]}. Called by train-step.mjs."""

import json
import os
import sys
import time

import torch
from transformers import DistilBertConfig, DistilBertForSequenceClassification


def lengths(work):
    if work == "postings":
        return [200] * 16
    return [5 + ((i * i * 7) % 27) * (i % 3) // 2 for i in range(32)]


torch.manual_seed(1)
torch.set_num_threads(os.cpu_count())
model = DistilBertForSequenceClassification(DistilBertConfig(num_labels=21)).train()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5, weight_decay=0.01)
counts = lengths(sys.argv[1])
seconds = []
for step in range(10):
    mask = torch.tensor([[1] * n + [0] * (max(counts) - n) for n in counts])
    ids = torch.randint(1000, 21000, mask.shape) * mask
    labels = torch.arange(len(counts)) % 21
    start = time.perf_counter()
    model(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds[3:]}))
