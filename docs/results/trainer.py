"""Trains with Hugging Face's Trainer on the parts and by the recipe of one of the runs here, and appends its metrics to the same file.

    pip install torch transformers accelerate seqeval scikit-learn
    python docs/results/trainer.py reed-mpnet|skillspan-skill-mpnet [--seed 1]

The recipe is the run's in docs/results/sectors.plan.json or skills.plan.json. Titles are split as `node docs/results/distill-data.mjs`
splits them. The epoch is the best on the validation part, and the test part is scored once. A run that was stopped goes on from
its last checkpoint in .cache/results/trainer; its seconds are then those since. The recipe has no constrained decoding: each word
gets its first piece's best tag.
"""

import argparse
import csv
import json
import os
import time

import numpy
import torch
from seqeval.metrics import f1_score, precision_score, recall_score
from seqeval.scheme import IOB2
from sklearn.metrics import accuracy_score
from sklearn.metrics import f1_score as class_f1
from transformers import (
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
    DataCollatorForTokenClassification,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
)

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SHARED = os.path.join(ROOT, "..", "shared")
RUNS = os.path.join(ROOT, ".cache", "results")
TAGS = ["O", "B", "I"]


def recipe(run):
    """Which file has the run, and its options by name."""
    for name in ("sectors", "skills"):
        with open(os.path.join(ROOT, "docs", "results", f"{name}.plan.json"), encoding="utf-8") as file:
            for entry in json.load(file):
                if entry["run"] == run:
                    words = entry["command"]
                    return name, {word[2:]: words[i + 1] for i, word in enumerate(words[:-1]) if word.startswith("--")}
    raise SystemExit(f"no run {run} in docs/results/sectors.plan.json or docs/results/skills.plan.json")


def titles(tokenizer, length, seed):
    """The parts of the Reed titles as examples, and the names of the classes."""
    parts = os.path.join(RUNS, "distill", "data")
    with open(os.path.join(parts, "reed-labels.txt"), encoding="utf-8") as file:
        names = file.read().split("\n")[:-1]

    def rows(path):
        with open(path, encoding="utf-8", newline="") as file:
            return [(row["title"], row["category"].strip()) for row in csv.DictReader(file) if row["title"].strip()]

    held_out = [rows(os.path.join(parts, f"reed-{seed}-{part}.csv")) for part in ("validation", "test")]
    seen = {title for part in held_out for title, _ in part}
    every = rows(os.path.join(SHARED, "data", "sectors", "reed_titles.csv"))
    train = [(title, label) for title, label in every if title not in seen]

    def examples(part):
        return [
            {**tokenizer(title, truncation=True, max_length=length), "labels": names.index(label)}
            for title, label in part
        ]

    return [examples(part) for part in (train, *held_out)], names


def sentences(tokenizer, length, options):
    """The parts of SkillSpan as examples: each word's tag at its first piece."""
    column = int(options["label"])

    def examples(path):
        made = []
        with open(path.replace("{shared}", SHARED), encoding="utf-8") as file:
            for sentence in file.read().strip().split("\n\n"):
                rows = [line.split("\t") for line in sentence.split("\n")]
                words, tags = [row[0] for row in rows], [row[column] for row in rows]
                encoded = tokenizer(words, is_split_into_words=True, truncation=True, max_length=length)
                owners = encoded.word_ids()
                first = [owner is not None and owner != owners[i - 1] for i, owner in enumerate(owners)]
                labels = [TAGS.index(tags[owner][:1]) if begins else -100 for owner, begins in zip(owners, first)]
                made.append({**encoded, "labels": labels})
        return made

    return [examples(options[part]) for part in ("data", "eval-data", "test-data")], TAGS


def class_metrics(prediction):
    best = prediction.predictions.argmax(-1)
    true = prediction.label_ids
    return {"accuracy": accuracy_score(true, best), "macroF1": class_f1(true, best, average="macro", zero_division=0)}


def entity_metrics(prediction):
    best = prediction.predictions.argmax(-1)
    kept = prediction.label_ids != -100
    true, found = (
        [[TAGS[i] if i == 0 else f"{TAGS[i]}-SKILL" for i in row[mask]] for row, mask in zip(rows, kept)]
        for rows in (prediction.label_ids, best)
    )
    how = {"mode": "strict", "scheme": IOB2, "zero_division": 0}
    scores = {"precision": precision_score, "recall": recall_score, "f1": f1_score}
    return {name: float(score(true, found, **how)) for name, score in scores.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    name, options = recipe(asked.run)
    tagging = options["task"] == "token-classification"
    model_at = os.path.realpath(options["model"].replace("{runs}", os.path.join(RUNS, name)))
    tokenizer = AutoTokenizer.from_pretrained(model_at)
    length = int(options["max-length"])
    parts, names = (
        sentences(tokenizer, length, options) if tagging else titles(tokenizer, length, asked.seed)
    )
    train, validation, test = parts
    auto = AutoModelForTokenClassification if tagging else AutoModelForSequenceClassification
    best = "f1" if tagging else options["metric-for-best-model"]
    out = os.path.join(RUNS, "trainer", f"{asked.run}-{asked.seed}")
    torch.manual_seed(asked.seed)
    arguments = TrainingArguments(
        output_dir=out,
        num_train_epochs=int(options["epochs"]),
        per_device_train_batch_size=int(options["batch-size"]),
        per_device_eval_batch_size=32,
        learning_rate=float(options["learning-rate"]),
        warmup_steps=float(options["warmup-ratio"]),
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model=best,
        seed=asked.seed,
        use_cpu=True,
        report_to="none",
        disable_tqdm=True,
    )
    trainer = Trainer(
        model=auto.from_pretrained(model_at, num_labels=len(names)),
        args=arguments,
        train_dataset=train,
        eval_dataset=validation,
        data_collator=(DataCollatorForTokenClassification if tagging else DataCollatorWithPadding)(tokenizer),
        compute_metrics=entity_metrics if tagging else class_metrics,
        processing_class=tokenizer,
    )
    stopped = os.path.isdir(out) and any(entry.startswith("checkpoint-") for entry in os.listdir(out))
    start = time.perf_counter()
    trainer.train(resume_from_checkpoint=stopped)
    seconds = time.perf_counter() - start
    kept = [{key[5:]: value for key, value in row.items() if key.startswith("eval_")} | {"epoch": row["epoch"]}
            for row in trainer.state.log_history if f"eval_{best}" in row]
    scores = trainer.predict(test).metrics
    line = {
        "run": f"trainer-{asked.run}",
        "seed": asked.seed,
        "command": f"python docs/results/trainer.py {asked.run} --seed {asked.seed}",
        "validation": max(kept, key=lambda row: row[best]),
        "epochs": kept,
        "summary": {key[5:]: value for key, value in scores.items() if key.startswith("test_")}
        | {"seconds": seconds, "resumed": stopped, "trainExamples": len(train), "testExamples": len(test)},
    }
    text = json.dumps(line, default=lambda value: numpy.asarray(value).item())
    with open(os.path.join(ROOT, "docs", "results", f"{name}.jsonl"), "a", encoding="utf-8") as file:
        file.write(text + "\n")
    print(text)


main()
