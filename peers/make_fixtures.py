"""Writes packages/models/fixtures: tiny random models with what transformers computes from them.

With torch 1.13.0 and transformers 4.46.3, the bare models with gradients and transformers-4, directories as that version
saves them: .cache/peers/bin/python peers/make_fixtures.py [NAME…]
With torch 2.15.0 and transformers 5.23.0, transformers-5: .cache/round-trips/bin/python peers/make_fixtures.py [NAME…]

Those of ELECTRA, MPNet and RoBERTa's kin are of torch 2.15.0 and transformers 4.57.6 and 5.24.0.
"""

import json
import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    ElectraConfig,
    ElectraForSequenceClassification,
    MPNetConfig,
    MPNetForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
)

from save_models import save

OUT = pathlib.Path(__file__).parent.parent / "packages" / "models" / "fixtures"
SAVED = [
    "bert-sequence",
    "bert-masked-untied",
    "distilbert-token",
    "distilbert-masked",
    "electra-sequence",
    "electra-masked",
    "roberta-sequence",
    "roberta-masked",
    "roberta-masked-untied",
    "xlm-roberta-token",
    "camembert-token",
    "mpnet-sequence",
    "mpnet-masked",
    "mpnet-masked-untied",
]
LENGTHS = [9, 3, 6, 1]
LABELS = {
    "single_label_classification": torch.tensor([2, 0, 1, 2]),
    "multi_label_classification": torch.tensor([[1.0, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]]),
}


def models():
    common = dict(vocab_size=40, max_position_embeddings=16, initializer_range=0.3, num_labels=3)
    bert = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, type_vocab_size=2)
    distilbert = dict(dim=16, n_layers=2, n_heads=2, hidden_dim=32)
    for problem in LABELS:
        yield "bert", problem, BertForSequenceClassification(BertConfig(**common, **bert, problem_type=problem))
        yield "distilbert", problem, DistilBertForSequenceClassification(DistilBertConfig(**common, **distilbert, problem_type=problem))
    roberta = dict(bert, type_vocab_size=1)
    for problem in LABELS:
        yield "electra", problem, ElectraForSequenceClassification(ElectraConfig(**common, **bert, embedding_size=8, problem_type=problem))
        yield "roberta", problem, RobertaForSequenceClassification(RobertaConfig(**common, **roberta, problem_type=problem))
    mpnet = {name: size for name, size in bert.items() if name != "type_vocab_size"}
    for problem in LABELS:
        yield "mpnet", problem, MPNetForSequenceClassification(MPNetConfig(**common, **mpnet, problem_type=problem))


def randomise(model):
    for name, parameter in model.named_parameters():
        torch.nn.init.normal_(parameter, 1.0 if "orm.weight" in name.lower().replace("layer_", "layer") else 0.0, 0.3)


def make_gradients():
    torch.manual_seed(0)
    for family, problem, model in models():
        randomise(model)
        model.eval()
        mask = torch.tensor([[1] * n + [0] * (max(LENGTHS) - n) for n in LENGTHS])
        pad = model.config.pad_token_id
        inputs = {"input_ids": torch.randint(pad + 1, 40, mask.shape) * mask + pad * (1 - mask), "attention_mask": mask}
        if model.config.model_type in ("bert", "electra"):
            inputs["token_type_ids"] = torch.randint(0, 2, mask.shape) * mask
        output = model(**inputs, labels=LABELS[problem])
        output.loss.backward()
        folder = OUT / f"{family}-{problem.split('_')[0]}"
        if sys.argv[1:] and folder.name not in sys.argv[1:]:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        state = {name: value.contiguous() for name, value in model.state_dict().items() if "position_ids" not in name}
        save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
        labels = LABELS[problem]
        io = {**inputs, "labels": labels, "logits": output.logits, "loss": output.loss}
        io = {name: value.to(torch.int32) if not value.is_floating_point() else value.detach() for name, value in io.items()}
        io.update({f"grad.{name}": parameter.grad for name, parameter in model.named_parameters()})
        save_file({name: value.contiguous() for name, value in io.items()}, folder / "io.safetensors")
        (folder / "config.json").write_text(json.dumps(model.config.to_dict() | {"architectures": [type(model).__name__]}, indent=1) + "\n")
        print(folder.name, float(output.loss))


version = transformers.__version__.split(".")[0]
if version == "4":
    make_gradients()
for name in sys.argv[1:] or SAVED:
    if name in SAVED:
        save(OUT / f"transformers-{version}", name)
