"""Saves tiny random models of every task as Python's save_pretrained lays them out: python save_models.py DIRECTORY [NAME…]

Each directory has the model, its tokenizer, and logits.json: texts, their tokens and logits, to 5 decimals.
"""

import json
import pathlib
import sys
import tempfile

import torch
from transformers import (
    AutoTokenizer,
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    BertForTokenClassification,
    CamembertConfig,
    CamembertForTokenClassification,
    DistilBertConfig,
    DistilBertForMaskedLM,
    DistilBertForSequenceClassification,
    DistilBertForTokenClassification,
    ElectraConfig,
    ElectraForMaskedLM,
    ElectraForSequenceClassification,
    ElectraForTokenClassification,
    MPNetConfig,
    MPNetForMaskedLM,
    MPNetForSequenceClassification,
    MPNetForTokenClassification,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForMaskedLM,
    RobertaForSequenceClassification,
    RobertaForTokenClassification,
    XLMRobertaConfig,
    XLMRobertaForMaskedLM,
    XLMRobertaForSequenceClassification,
    XLMRobertaForTokenClassification,
)

from logits import MAX_LENGTH, logits_of

TEXTS = ["Wheat and barley farming", "Café-bar — “日本” 12,5 %", "", "wheatfarming ferries"]
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCAB = [*SPECIAL, *LETTERS, *("##" + letter for letter in LETTERS), *"-,%“”", "wheat", "farming", "##farming", "and"]
BERT = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32)
SIZES = {
    "bert": BERT,
    "distilbert": dict(dim=16, n_layers=2, n_heads=2, hidden_dim=32),
    "electra": dict(BERT, embedding_size=8),
    "mpnet": BERT,
    **dict.fromkeys(["roberta", "xlm-roberta", "camembert"], dict(BERT, type_vocab_size=1)),
}
CONFIGS = {
    "bert": BertConfig,
    "distilbert": DistilBertConfig,
    "electra": ElectraConfig,
    "roberta": RobertaConfig,
    "xlm-roberta": XLMRobertaConfig,
    "camembert": CamembertConfig,
    "mpnet": MPNetConfig,
}
# Families whose padding id is 1, positions starting behind it.
PADDED_BY_ONE = ("roberta", "xlm-roberta", "camembert", "mpnet")
SEQUENCE, TOKEN, MASKED = "sequence-classification", "token-classification", "masked-lm"
CLASSES = {
    ("bert", SEQUENCE): BertForSequenceClassification,
    ("bert", TOKEN): BertForTokenClassification,
    ("bert", MASKED): BertForMaskedLM,
    ("distilbert", SEQUENCE): DistilBertForSequenceClassification,
    ("distilbert", TOKEN): DistilBertForTokenClassification,
    ("distilbert", MASKED): DistilBertForMaskedLM,
    ("electra", SEQUENCE): ElectraForSequenceClassification,
    ("electra", TOKEN): ElectraForTokenClassification,
    ("electra", MASKED): ElectraForMaskedLM,
    ("roberta", SEQUENCE): RobertaForSequenceClassification,
    ("roberta", TOKEN): RobertaForTokenClassification,
    ("roberta", MASKED): RobertaForMaskedLM,
    ("xlm-roberta", SEQUENCE): XLMRobertaForSequenceClassification,
    ("xlm-roberta", TOKEN): XLMRobertaForTokenClassification,
    ("xlm-roberta", MASKED): XLMRobertaForMaskedLM,
    ("camembert", TOKEN): CamembertForTokenClassification,
    ("mpnet", SEQUENCE): MPNetForSequenceClassification,
    ("mpnet", TOKEN): MPNetForTokenClassification,
    ("mpnet", MASKED): MPNetForMaskedLM,
}
LABELS = {SEQUENCE: ["farm", "bank", "ship"], TOKEN: ["O", "B-PLACE", "I-PLACE"]}
# Name: family, task, more of the configuration, save_pretrained's options.
MODELS = {
    "bert-sequence": ("bert", SEQUENCE, {}, {}),
    "bert-token": ("bert", TOKEN, {}, {}),
    "bert-masked": ("bert", MASKED, {}, {}),
    "bert-masked-untied": ("bert", MASKED, {"tie_word_embeddings": False}, {}),
    "bert-sharded": ("bert", SEQUENCE, {}, {"max_shard_size": "8KB"}),
    "distilbert-sequence": ("distilbert", SEQUENCE, {}, {}),
    "distilbert-token": ("distilbert", TOKEN, {}, {}),
    "distilbert-masked": ("distilbert", MASKED, {}, {}),
    "distilbert-masked-untied": ("distilbert", MASKED, {"tie_word_embeddings": False}, {}),
    "electra-sequence": ("electra", SEQUENCE, {}, {}),
    "electra-token": ("electra", TOKEN, {}, {}),
    "electra-masked": ("electra", MASKED, {}, {}),
    "electra-masked-untied": ("electra", MASKED, {"tie_word_embeddings": False}, {}),
    "electra-wide": ("electra", SEQUENCE, {"embedding_size": 16}, {}),
    "roberta-sequence": ("roberta", SEQUENCE, {}, {}),
    "roberta-token": ("roberta", TOKEN, {}, {}),
    "roberta-masked": ("roberta", MASKED, {}, {}),
    "roberta-masked-untied": ("roberta", MASKED, {"tie_word_embeddings": False}, {}),
    "roberta-two-segments": ("roberta", SEQUENCE, {"type_vocab_size": 2}, {}),
    "xlm-roberta-sequence": ("xlm-roberta", SEQUENCE, {}, {}),
    "xlm-roberta-token": ("xlm-roberta", TOKEN, {}, {}),
    "xlm-roberta-masked": ("xlm-roberta", MASKED, {}, {}),
    "camembert-token": ("camembert", TOKEN, {}, {}),
    "mpnet-sequence": ("mpnet", SEQUENCE, {}, {}),
    "mpnet-token": ("mpnet", TOKEN, {}, {}),
    "mpnet-masked": ("mpnet", MASKED, {}, {}),
    "mpnet-masked-untied": ("mpnet", MASKED, {"tie_word_embeddings": False}, {}),
}


def tokenizer_of(family):
    """BERT's own class for BERT and ELECTRA, and the class of any tokenizer.json for others."""
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory)
        (path / "vocab.txt").write_text("\n".join(vocab_of(family)) + "\n", encoding="utf-8")
        config = {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": MAX_LENGTH}
        (path / "tokenizer_config.json").write_text(json.dumps(config))
        bert = AutoTokenizer.from_pretrained(path)
    if family in ("bert", "electra"):
        return bert
    names = {f"{token[1:-1].lower()}_token": token for token in SPECIAL}
    if family in PADDED_BY_ONE:
        names["model_input_names"] = ["input_ids", "attention_mask"]
    return PreTrainedTokenizerFast(tokenizer_object=bert.backend_tokenizer, model_max_length=MAX_LENGTH, **names)


def vocab_of(family):
    pad, unknown, *others = VOCAB
    return [unknown, pad, *others] if family in PADDED_BY_ONE else VOCAB


def model_of(family, task, more):
    if task in LABELS:
        names = dict(enumerate(LABELS[task]))
        more = {**more, "id2label": names, "label2id": {name: i for i, name in names.items()}}
    positions = MAX_LENGTH + (2 if family in PADDED_BY_ONE else 0)
    config = CONFIGS[family](vocab_size=len(VOCAB), max_position_embeddings=positions, **{**SIZES[family], **more})
    config._name_or_path = f"your-name/tiny-{family}"  # version 4 writes where a model came from
    model = CLASSES[family, task](config)
    for name, parameter in model.named_parameters():
        torch.nn.init.normal_(parameter, 1.0 if "orm.weight" in name else 0.0, 0.3)
    return model


def save(directory, name):
    family, task, more, options = MODELS[name]
    torch.manual_seed(list(MODELS).index(name))
    model, tokenizer = model_of(family, task, more), tokenizer_of(family)
    logits = logits_of(model, tokenizer, TEXTS)  # which leaves its padding and truncation in tokenizer.json
    model.save_pretrained(directory / name, **options)
    tokenizer.save_pretrained(directory / name)
    ids = [tokenizer(text, truncation=True, max_length=MAX_LENGTH)["input_ids"] for text in TEXTS]
    values = [round(value, 5) for value in logits.flatten().tolist()]
    record = {"task": task, "texts": TEXTS, "ids": ids, "labels": LABELS.get(task), "logits": values}
    (directory / name / "logits.json").write_text(json.dumps(record, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[2:] or MODELS:
        save(pathlib.Path(sys.argv[1]), name)
