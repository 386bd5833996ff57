"""Hugging Face's Trainer on a plan of batches: what the benchmarks' Trainers have in common."""

import json
import os
import platform

import torch
import transformers
from transformers import (
    AutoModelForMaskedLM,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
    DataCollatorForTokenClassification,
    DataCollatorWithPadding,
    TrainingArguments,
)

CLASSES = {
    "sequence-classification": (AutoModelForSequenceClassification, DataCollatorWithPadding),
    "token-classification": (AutoModelForTokenClassification, DataCollatorForTokenClassification),
    # The texts come masked already, so that both sides predict the same tokens; what is left to do is to pad ids and labels.
    "masked-lm": (AutoModelForMaskedLM, DataCollatorForTokenClassification),
}


def read_plan(path):
    with open(path, encoding="utf-8") as file:
        plan = json.load(file)
    torch.set_num_threads(plan["threads"])
    return {**plan, "directory": os.path.dirname(path)}


def make_trainer(trainer_class, plan, *, max_steps, schedule, dtype="float32", sampling="sequential", **others):
    model_class, collator_class = CLASSES[plan["task"]]
    tokenizer = AutoTokenizer.from_pretrained(plan["model"])
    examples = [
        {"input_ids": example["ids"], "attention_mask": [1] * len(example["ids"]), "labels": example["labels"]}
        for batch in plan["batches"]
        for example in batch
    ]
    arguments = TrainingArguments(
        output_dir=plan["directory"],
        per_device_train_batch_size=plan["batchSize"],
        max_steps=max_steps,
        learning_rate=plan["learningRate"],
        lr_scheduler_type=schedule,
        weight_decay=plan["weightDecay"],
        max_grad_norm=plan["maxGradNorm"],
        train_sampling_strategy=sampling,
        seed=plan["seed"],
        use_cpu=not plan.get("onGpu"),
        bf16=bool(plan.get("bf16")),
        report_to="none",
        save_strategy="no",
        disable_tqdm=True,
    )
    return trainer_class(
        model=model_class.from_pretrained(plan["model"]).to(getattr(torch, dtype)),
        args=arguments,
        train_dataset=examples,
        data_collator=collator_class(tokenizer),
        processing_class=tokenizer,
        **others,
    )


def versions():
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }
