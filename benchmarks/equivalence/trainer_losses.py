"""Trains a plan with Hugging Face's Trainer and prints {"losses", "versions"}, the loss of every step."""

import json
import os
import platform
import sys

# Libraries print; what they print must not get into the answer.
answer = os.fdopen(os.dup(1), "w")
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
    TrainingArguments,
)

CLASSES = {
    "sequence-classification": (AutoModelForSequenceClassification, DataCollatorWithPadding),
    "token-classification": (AutoModelForTokenClassification, DataCollatorForTokenClassification),
    # The texts come masked already, so that both sides guess the same tokens; what is left to do is to pad ids and labels.
    "masked-lm": (AutoModelForMaskedLM, DataCollatorForTokenClassification),
}


class NotingTrainer(Trainer):
    """The Trainer, keeping every step's loss."""

    def training_step(self, *args, **kwargs):
        loss = super().training_step(*args, **kwargs)
        self.losses.append(float(loss))
        return loss


def training_arguments(plan, directory):
    return TrainingArguments(
        output_dir=directory,
        per_device_train_batch_size=plan["batchSize"],
        max_steps=plan["steps"],
        learning_rate=plan["learningRate"],
        lr_scheduler_type=plan["schedule"],
        weight_decay=plan["weightDecay"],
        max_grad_norm=plan["maxGradNorm"],
        train_sampling_strategy="sequential",
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
    trainer = NotingTrainer(
        # In float64 the losses are what both sides' rounding hides.
        model=model_class.from_pretrained(plan["model"]).to(getattr(torch, plan["dtype"])),
        args=training_arguments(plan, os.path.dirname(path)),
        train_dataset=examples,
        data_collator=collator_class(tokenizer),
        processing_class=tokenizer,
    )
    trainer.losses = []
    trainer.train()
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }
    print(json.dumps({"losses": trainer.losses, "versions": versions}), file=answer, flush=True)


main(sys.argv[1])
