"""Loads what Attune saved with Python's transformers and compares logits: python check_transformers.py DIRECTORY

Prints a line each and writes them to DIRECTORY/differences.json.
"""

import json
import pathlib
import sys

import torch
import transformers
from transformers import (
    AutoModelForMaskedLM,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
)

from logits import logits_of

LIMIT = 1e-4
CLASSES = {
    "sequence-classification": AutoModelForSequenceClassification,
    "token-classification": AutoModelForTokenClassification,
    "masked-lm": AutoModelForMaskedLM,
}


def check(run):
    expected = json.loads((run / "logits.json").read_text())
    tokenizer = AutoTokenizer.from_pretrained(run / "model")
    model, loading = CLASSES[expected["task"]].from_pretrained(run / "model", output_loading_info=True)
    logits = logits_of(model, tokenizer, expected["texts"])
    ours = torch.tensor(expected["logits"]).reshape(logits.shape)
    labels = expected.get("labels")
    named = labels is None or labels == [model.config.id2label[i] for i in range(len(labels))]
    clean = named and not any(loading.values())
    difference = (logits - ours).abs().max().item()
    print(f"{run.name}: transformers {transformers.__version__}, logits differ by {difference:.1e}, {'loaded clean' if clean else loading}")
    return {"name": run.name, "texts": len(expected["texts"]), "difference": difference, "clean": clean, "version": transformers.__version__}


directory = pathlib.Path(sys.argv[1])
results = [check(path.parent) for path in sorted(directory.glob("*/logits.json"))]
(directory / "differences.json").write_text(json.dumps(results))
sys.exit(any(result["difference"] > LIMIT or not result["clean"] for result in results))
