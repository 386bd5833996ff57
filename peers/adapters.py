"""PEFT's side of the round trips of adapters: python adapters.py save|check DIRECTORY

save:  a tiny random base, an adapter of it as PEFT saves it, and logits.json (ids, logits): DIRECTORY/NAME/{base,peft}.
check: loads DIRECTORY/NAME/attune over the base and compares with the logits there; writes DIRECTORY/differences.json.
"""

import json
import pathlib
import sys

import peft
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    BertConfig,
    BertForTokenClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    ElectraConfig,
    ElectraForTokenClassification,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    MPNetConfig,
    MPNetForTokenClassification,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen2ForSequenceClassification,
    Qwen3Config,
    Qwen3ForCausalLM,
    RobertaConfig,
    RobertaForSequenceClassification,
)

IDS = [[2, 7, 9, 11, 3], [2, 30, 3], [2, 5, 6, 5, 6, 8, 12, 13, 3]]
LLAMA = dict(vocab_size=64, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2)
GEMMA = dict(**LLAMA, head_dim=6, sliding_window=4, query_pre_attn_scalar=20, layer_types=["sliding_attention", "full_attention"])
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
# Name: task, class, configuration, LoRA's options.
ADAPTERS = {
    "distilbert": (
        "sequence-classification",
        DistilBertForSequenceClassification,
        DistilBertConfig(vocab_size=64, dim=16, n_layers=2, n_heads=2, hidden_dim=32, num_labels=3),
        dict(r=4, lora_alpha=8, target_modules=["q_lin", "v_lin"], modules_to_save=["pre_classifier", "classifier"], task_type="SEQ_CLS"),
    ),
    "bert": (
        "token-classification",
        BertForTokenClassification,
        BertConfig(vocab_size=64, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, num_labels=3),
        dict(r=2, lora_alpha=4, use_rslora=True, target_modules=["query", "value", "dense"], modules_to_save=["classifier"], task_type="TOKEN_CLS"),
    ),
    "electra": (
        "token-classification",
        ElectraForTokenClassification,
        ElectraConfig(vocab_size=64, embedding_size=8, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, num_labels=3),
        dict(r=2, lora_alpha=4, target_modules=["embeddings_project", "query", "dense"], modules_to_save=["classifier"], task_type="TOKEN_CLS"),
    ),
    "mpnet": (
        "token-classification",
        MPNetForTokenClassification,
        MPNetConfig(vocab_size=64, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, num_labels=3),
        dict(r=2, lora_alpha=4, target_modules=["q", "k", "v", "o"], modules_to_save=["classifier"], task_type="TOKEN_CLS"),
    ),
    "roberta": (
        "sequence-classification",
        RobertaForSequenceClassification,
        RobertaConfig(vocab_size=64, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, num_labels=3, type_vocab_size=1),
        dict(r=4, lora_alpha=8, target_modules=["query", "value"], modules_to_save=["classifier"], task_type="SEQ_CLS"),
    ),
    "llama": ("causal-lm", LlamaForCausalLM, LlamaConfig(**LLAMA, tie_word_embeddings=False), dict(r=4, lora_alpha=8, target_modules=[*ALL, "lm_head"], task_type="CAUSAL_LM")),
    "qwen2": ("causal-lm", Qwen2ForCausalLM, Qwen2Config(**LLAMA, tie_word_embeddings=True), dict(r=4, lora_alpha=8, target_modules=ALL, task_type="CAUSAL_LM")),
    "qwen3": ("causal-lm", Qwen3ForCausalLM, Qwen3Config(**LLAMA, head_dim=6), dict(r=4, lora_alpha=8, target_modules="all-linear", task_type="CAUSAL_LM")),
    "mistral": ("causal-lm", MistralForCausalLM, MistralConfig(**LLAMA, sliding_window=4), dict(r=4, lora_alpha=8, target_modules=ALL, task_type="CAUSAL_LM")),
    "gemma3": ("causal-lm", Gemma3ForCausalLM, Gemma3TextConfig(**GEMMA), dict(r=4, lora_alpha=8, target_modules=ALL, task_type="CAUSAL_LM")),
    "qwen2-classifier": (
        "sequence-classification",
        Qwen2ForSequenceClassification,
        Qwen2Config(**LLAMA, num_labels=3, pad_token_id=0),
        dict(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"], modules_to_save=["score"], task_type="SEQ_CLS"),
    ),
    "llama-tied": ("causal-lm", LlamaForCausalLM, LlamaConfig(**LLAMA, tie_word_embeddings=True), dict(r=4, lora_alpha=8, target_modules=ALL, task_type="CAUSAL_LM")),
}
LOADERS = {
    "sequence-classification": AutoModelForSequenceClassification,
    "token-classification": AutoModelForTokenClassification,
    "causal-lm": AutoModelForCausalLM,
}


def logits_of(model):
    """A row a text, or a row a token where the head reads tokens."""
    model.eval()
    with torch.no_grad():
        rows = [model(input_ids=torch.tensor([ids])).logits.reshape(-1) for ids in IDS]
    return torch.cat(rows).tolist()


def save(directory):
    for number, (name, (task, model_class, config, options)) in enumerate(ADAPTERS.items()):
        torch.manual_seed(number)
        base = model_class(config)
        for parameter in base.parameters():
            torch.nn.init.normal_(parameter, std=0.3)
        base.save_pretrained(directory / name / "base")
        model = get_peft_model(base, LoraConfig(**options))
        for parameter in model.parameters():
            if parameter.requires_grad:
                torch.nn.init.normal_(parameter, std=0.3)
        model.save_pretrained(directory / name / "peft")
        record = {"task": task, "ids": IDS, "logits": logits_of(model), "version": peft.__version__}
        (directory / name / "logits.json").write_text(json.dumps(record))


def check(directory):
    results = []
    for name, (task, *_) in ADAPTERS.items():
        ours = json.loads((directory / name / "attune" / "logits.json").read_text())["logits"]
        base = LOADERS[task].from_pretrained(directory / name / "base")
        logits = logits_of(PeftModel.from_pretrained(base, directory / name / "attune"))
        difference = max(abs(a - b) for a, b in zip(logits, ours, strict=True))
        results.append({"name": name, "texts": len(IDS), "difference": difference, "clean": True, "version": peft.__version__})
    (directory / "differences.json").write_text(json.dumps(results))


{"save": save, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]))
