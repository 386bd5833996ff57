"""Checkpoints as a stranger has them, and what Python makes of the models that were trained on them.

    python strangers.py make TOKENIZERS DIRECTORY   writes DIRECTORY/FAMILY: a small random model of every family, as save_pretrained does
    python strangers.py back CASES                  computes every case of a JSON file, and writes CASES.answers
"""

import json
import pathlib
import sys

import torch
import transformers
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification, AutoTokenizer

BERT = dict(num_hidden_layers=2, hidden_size=32, num_attention_heads=4, intermediate_size=64, initializer_range=0.2)
ELECTRA = dict(BERT, embedding_size=16, max_position_embeddings=64)
MPNET = dict(BERT, max_position_embeddings=66, pad_token_id=1, bos_token_id=0, eos_token_id=2, layer_norm_eps=1e-5)
ROBERTA = dict(MPNET, type_vocab_size=1)
MARKS = dict(bos_token="<s>", cls_token="<s>", eos_token="</s>", sep_token="</s>", unk_token="<unk>", pad_token="<pad>", mask_token="<mask>")


def tokenizer_of(file, **settings):
    return transformers.PreTrainedTokenizerFast(tokenizer_file=str(file), **MARKS, **settings)


def tokenizer_of_class(name, tokenizer, directory):
    """The same of a class of its own, which in transformers 5 has stages of its own."""
    tokenizer.save_pretrained(directory)
    path = directory / "tokenizer_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "tokenizer_class": name}))
    return AutoTokenizer.from_pretrained(directory)


def mpnet_tokenizer(bert, directory):
    """MPNet's: the vocabulary of BERT between special tokens of its own."""
    words = (bert / "vocab.txt").read_text().splitlines()
    directory.mkdir(parents=True)
    (directory / "vocab.txt").write_text("\n".join(["<s>", "<pad>", "</s>", "<unk>", *words, "<mask>"]) + "\n")
    return transformers.MPNetTokenizerFast.from_pretrained(directory)


def make(tokenizers, directory):
    torch.manual_seed(0)
    # The lengths of the tokenizers: that of the positions, less, and none.
    byte_level = tokenizer_of(tokenizers / "roberta-style" / "tokenizer.json", model_max_length=64)
    unigram = tokenizer_of(tokenizers / "xlmr-style" / "tokenizer.json", model_max_length=64)
    bert = AutoTokenizer.from_pretrained(tokenizers / "bert-base-uncased", model_max_length=48)
    families = {
        "roberta": (tokenizer_of_class("RobertaTokenizer", byte_level, directory / "byte-level"), transformers.RobertaForMaskedLM, ROBERTA),
        "xlm-roberta": (tokenizer_of_class("XLMRobertaTokenizer", unigram, directory / "unigram"), transformers.XLMRobertaForMaskedLM, ROBERTA),
        "camembert": (unigram, transformers.CamembertForMaskedLM, ROBERTA),
        "electra": (bert, transformers.ElectraForPreTraining, ELECTRA),
        "mpnet": (mpnet_tokenizer(tokenizers / "bert-base-uncased", directory / "vocabulary"), transformers.MPNetForMaskedLM, MPNET),
    }
    for family, (tokenizer, model, settings) in families.items():
        model(model.config_class(vocab_size=len(tokenizer), **settings)).save_pretrained(directory / family)
        tokenizer.save_pretrained(directory / family)


def answer(case):
    kind = AutoModelForSequenceClassification if case["task"] == "classes" else AutoModelForTokenClassification
    model = kind.from_pretrained(case["model"]).eval()
    labels = [model.config.id2label[i] for i in range(model.config.num_labels)]
    own = classes if case["task"] == "classes" else tags
    return {"labels": labels, **own(case, model, AutoTokenizer.from_pretrained(case["model"]))}


def computed(case, model, encoding):
    """The logits of torch, and how far those of the exported graph are off; of places that are padding neither counts."""
    with torch.no_grad():
        logits = model(**encoding).logits
    off = None
    if session := session_of(case["exported"]):
        asked = {given.name: encoding[given.name].numpy() for given in session.get_inputs()}
        found = torch.tensor(session.run(["logits"], asked)[0])
        difference = (found - logits).abs()
        off = float((difference * encoding["attention_mask"][..., None] if logits.dim() == 3 else difference).max())
    return logits, off


def session_of(exported):
    try:
        import onnxruntime
    except ImportError:
        return None
    return onnxruntime.InferenceSession(str(pathlib.Path(exported) / "onnx" / "model.onnx"))


def classes(case, model, tokenizer):
    texts = [row[0] for row in case["rows"]]
    pairs = [row[1] for row in case["rows"]] if case["pairs"] else None
    encoding = tokenizer(texts, pairs, truncation=True, padding=True, return_tensors="pt")
    logits, off = computed(case, model, encoding)
    return {"scores": logits.softmax(-1).tolist(), "lengths": encoding["attention_mask"].sum(-1).tolist(), "off": off}


def tags(case, model, tokenizer):
    """Of sentences that are words the probabilities at the first token of each, as run_ner reads them; of texts those at the places given, where the ids are those given."""
    encoding = tokenizer(case["sentences"], is_split_into_words=True, padding=True, return_tensors="pt")
    logits, off = computed(case, model, encoding)
    sentences = []
    for i, words in enumerate(case["sentences"]):
        ids = encoding.word_ids(i)
        sentences.append(logits[i, [ids.index(word) for word in range(len(words))]].softmax(-1).tolist())
    texts = []
    for text in case["texts"]:
        encoded = tokenizer(text["text"], return_tensors="pt", return_offsets_mapping=True)
        across = pieces_across(text, encoded.pop("offset_mapping")[0].tolist())
        found = None
        if encoded["input_ids"][0].tolist() == text["ids"]:
            with torch.no_grad():
                found = model(**encoded).logits[0, text["reads"]].softmax(-1).tolist()
        texts.append({"scores": found, "across": across})
    return {"sentences": sentences, "texts": texts, "off": off}


def pieces_across(text, offsets):
    """The pieces of a text that are one token of several words. The text has as many UTF-16 units as characters."""
    words = lambda start, end: [word for word in text["words"] if word[0] < end and start < word[1]]
    return [text["text"][start:end] for start, end in offsets if len(words(start, end)) > 1]


if __name__ == "__main__":
    torch.set_num_threads(1)
    command, *paths = sys.argv[1:]
    if command == "make":
        make(*map(pathlib.Path, paths))
    else:
        cases = json.loads(pathlib.Path(paths[0]).read_text())
        pathlib.Path(paths[0] + ".answers").write_text(json.dumps({name: answer(case) for name, case in cases.items()}))
