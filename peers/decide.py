"""Logits and answers of a classifier's own files, as transformers gives them: python decide.py MODEL TEXTS.json

Prints JSON: logits [texts, labels], the label of each text; and with a decision beside the model (attune_decision in config.json) the sets of
labels that its thresholds give, by the lines that the model card says.
"""

import json
import pathlib
import sys

import torch
import transformers
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from logits import logits_of

directory, texts = pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text())
tokenizer = AutoTokenizer.from_pretrained(directory)
model = AutoModelForSequenceClassification.from_pretrained(directory)
logits = logits_of(model, tokenizer, texts)
names = [model.config.id2label[i] for i in range(model.config.num_labels)]
result = {
    "version": transformers.__version__,
    "logits": logits.tolist(),
    "answers": [names[i] for i in logits.argmax(-1).tolist()],
    "halves": [[name for name, x in zip(names, row) if x >= 0] for row in logits.tolist()],
}
decision = getattr(model.config, "attune_decision", None)
if decision:
    scores = torch.sigmoid(logits / decision.get("temperature", 1))
    rows = [[name for name, score in zip(names, row) if score >= decision["threshold"][name]] for row in scores.tolist()]
    result["sets"] = rows
print(json.dumps(result))
