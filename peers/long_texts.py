"""Writes a tiny random tagger of every family of encoders, with what transformers computes of long texts: python long_texts.py DIRECTORY

Each DIRECTORY/FAMILY is as `testEncoder` of @attune/models/testing reads it, but for optimizer steps.
"""

import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForTokenClassification

LENGTHS = [400, 123, 37]
LABELS = 5
BERT = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, max_position_embeddings=512)
ROBERTA = dict(BERT, max_position_embeddings=514, type_vocab_size=1)
FAMILIES = {
    "bert": BERT,
    "camembert": ROBERTA,
    "distilbert": dict(dim=32, n_layers=2, n_heads=4, hidden_dim=64),
    "electra": dict(BERT, embedding_size=16),
    "mpnet": dict(BERT, max_position_embeddings=514),
    "roberta": ROBERTA,
    "xlm-roberta": ROBERTA,
}


def write(directory, family):
    config = AutoConfig.for_model(family, vocab_size=120, num_labels=LABELS, **FAMILIES[family])
    config._attn_implementation = "eager"
    model = AutoModelForTokenClassification.from_config(config).eval()
    for name, parameter in model.named_parameters():
        torch.nn.init.normal_(parameter, 1.0 if "orm.weight" in name else 0.0, 0.2)
    longest = max(LENGTHS)
    mask = torch.tensor([[1] * length + [0] * (longest - length) for length in LENGTHS])
    ids = torch.randint(config.pad_token_id + 1, 120, mask.shape)
    inputs = {"input_ids": ids * mask + config.pad_token_id * (1 - mask), "attention_mask": mask}
    if getattr(config, "type_vocab_size", 1) > 1:
        inputs["token_type_ids"] = torch.randint(0, 2, mask.shape) * mask
    labels = torch.randint(0, LABELS, mask.shape) * mask - 100 * (1 - mask)
    output = model(**inputs, labels=labels, output_hidden_states=True)
    output.loss.backward()
    integers = {name: value.int() for name, value in {**inputs, "labels": labels}.items()}
    states = {f"hidden_states.{i}": state.detach() for i, state in enumerate(output.hidden_states)}
    gradients = {f"grad.{name}": parameter.grad for name, parameter in model.named_parameters()}
    computed = {"logits": output.logits.detach(), "loss": output.loss.detach(), **states, **gradients}
    folder = directory / family
    model.save_pretrained(folder)
    save_file({name: value.contiguous() for name, value in {**integers, **computed}.items()}, folder / "io.safetensors")


if __name__ == "__main__":
    directory = pathlib.Path(sys.argv[1])
    torch.manual_seed(0)
    for family in FAMILIES:
        write(directory, family)
    print(json.dumps(list(FAMILIES)))
