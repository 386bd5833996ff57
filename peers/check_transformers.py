"""Loads what Attune saved with Python's transformers and compares logits: python check_transformers.py DIRECTORY"""

import inspect
import json
import pathlib
import sys

import torch
import transformers
from transformers import AutoModelForSequenceClassification, AutoTokenizer

LIMIT = 1e-4
failed = False
for run in sorted(path.parent for path in pathlib.Path(sys.argv[1]).glob("*/logits.json")):
    expected = json.loads((run / "logits.json").read_text())
    tokenizer = AutoTokenizer.from_pretrained(run / "model")
    model, loading = AutoModelForSequenceClassification.from_pretrained(run / "model", output_loading_info=True)
    model.eval()
    inputs = tokenizer(expected["texts"], padding=True, truncation=True, max_length=64, return_tensors="pt")
    inputs = {name: value for name, value in inputs.items() if name in inspect.signature(model.forward).parameters}
    with torch.no_grad():
        logits = model(**inputs).logits
    ours = torch.tensor(expected["logits"]).reshape(logits.shape)
    difference = (logits - ours).abs().max().item()
    labels = [model.config.id2label[i] for i in range(len(expected["labels"]))]
    clean = not loading["missing_keys"] and not loading["unexpected_keys"] and labels == expected["labels"]
    failed |= difference > LIMIT or not clean
    print(f"{run.name}: transformers {transformers.__version__}, logits differ by {difference:.1e}, {'loaded clean' if clean else loading}")
sys.exit(1 if failed else 0)
