"""Takes one step of Hugging Face's Trainer when told to: a line in, {"seconds", "loss", "tokens"} out."""

import json
import os
import platform
import resource
import sys
import time

# Libraries print; what they print must not get among the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import torch  # noqa: E402
import transformers  # noqa: E402
from transformers import (  # noqa: E402
    AutoModelForMaskedLM,
    AutoModelForSequenceClassification,
    AutoModelForTokenClassification,
    AutoTokenizer,
    DataCollatorForTokenClassification,
    DataCollatorWithPadding,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

CLASSES = {
    "sequence-classification": (AutoModelForSequenceClassification, DataCollatorWithPadding),
    "token-classification": (AutoModelForTokenClassification, DataCollatorForTokenClassification),
    # The texts come masked already, so that both sides predict the same tokens; what is left to do is to pad ids and labels.
    "masked-lm": (AutoModelForMaskedLM, DataCollatorForTokenClassification),
}


def answer(**value):
    unit = 1 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    print(json.dumps({**value, "memory": memory}), file=answers, flush=True)


class StepTrainer(Trainer):
    """The Trainer, keeping the last batch and its loss."""

    def training_step(self, model, inputs, *args, **kwargs):
        self.last_inputs = inputs
        self.last_loss = super().training_step(model, inputs, *args, **kwargs)
        return self.last_loss


class Turns(TrainerCallback):
    """Waits for its turn where a step begins, the batch being there; times the step to its end."""

    def __init__(self, versions):
        self.seconds = None
        self.versions = versions

    def on_step_begin(self, args, state, control, **kwargs):
        self.report()
        if not sys.stdin.readline():
            sys.exit()
        self.start = time.perf_counter()

    def on_step_end(self, args, state, control, **kwargs):
        self.seconds = time.perf_counter() - self.start

    def on_train_end(self, args, state, control, **kwargs):
        self.report()

    def report(self):
        """Of the step before; collating the next batch comes first, so that nothing runs in the other side's turn."""
        if self.seconds is None:
            return answer(versions=self.versions)
        tokens = int(self.trainer.last_inputs["attention_mask"].sum())
        answer(seconds=self.seconds, loss=float(self.trainer.last_loss), tokens=tokens)


def training_arguments(plan, directory):
    return TrainingArguments(
        output_dir=directory,
        per_device_train_batch_size=plan["batchSize"],
        max_steps=plan["warmup"] + plan["steps"],
        learning_rate=plan["learningRate"],
        lr_scheduler_type="constant",
        weight_decay=plan["weightDecay"],
        max_grad_norm=plan["maxGradNorm"],
        train_sampling_strategy="group_by_length" if plan["groupByLength"] else "sequential",
        seed=plan["seed"],
        use_cpu=True,
        report_to="none",
        save_strategy="no",
        disable_tqdm=True,
    )


def main(path):
    with open(path, encoding="utf-8") as file:
        plan = json.load(file)
    torch.set_num_threads(plan["threads"])
    model_class, collator_class = CLASSES[plan["task"]]
    tokenizer = AutoTokenizer.from_pretrained(plan["model"])
    examples = [
        {"input_ids": example["ids"], "attention_mask": [1] * len(example["ids"]), "labels": example["labels"]}
        for batch in plan["batches"]
        for example in batch
    ]
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }
    turns = Turns(versions)
    turns.trainer = StepTrainer(
        model=model_class.from_pretrained(plan["model"]),
        args=training_arguments(plan, os.path.dirname(path)),
        train_dataset=examples,
        data_collator=collator_class(tokenizer),
        processing_class=tokenizer,
        callbacks=[turns],
    )
    turns.trainer.train()


main(sys.argv[1])
