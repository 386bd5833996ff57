"""Logits as Python's transformers computes them."""

import inspect

import torch

MAX_LENGTH = 64


def logits_of(model, tokenizer, texts):
    """[rows, outputs]: a row a text, or a row a token where the head reads tokens; padding is left out."""
    model.eval()
    known = inspect.signature(model.forward).parameters
    rows = []
    for start in range(0, len(texts), 32):
        options = dict(padding=True, truncation=True, max_length=MAX_LENGTH, return_tensors="pt")
        encoded = tokenizer(texts[start : start + 32], **options)
        with torch.no_grad():
            logits = model(**{name: value for name, value in encoded.items() if name in known}).logits
        rows.append(logits[encoded["attention_mask"].bool()] if logits.dim() == 3 else logits)
    return torch.cat(rows)
