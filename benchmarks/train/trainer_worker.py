"""Takes one step of Hugging Face's Trainer when told to: a line in, {"seconds", "loss", "tokens"} out."""

import json
import os
import resource
import sys
import time

import torch

# Libraries print; what they print must not get among the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "common"))
from trainer import make_trainer, read_plan, versions  # noqa: E402
from transformers import Trainer, TrainerCallback  # noqa: E402


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

    def __init__(self):
        self.seconds = None

    def on_step_begin(self, args, state, control, **kwargs):
        self.report()
        if not sys.stdin.readline():
            sys.exit()
        self.start = time.perf_counter()

    def on_step_end(self, args, state, control, **kwargs):
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        self.seconds = time.perf_counter() - self.start

    def on_train_end(self, args, state, control, **kwargs):
        self.report()

    def report(self):
        """Of the step before; collating the next batch comes first, so that nothing runs in the other side's turn."""
        if self.seconds is None:
            return answer(versions=versions())
        tokens = int(self.trainer.last_inputs["attention_mask"].sum())
        answer(seconds=self.seconds, loss=float(self.trainer.last_loss), tokens=tokens)


def main(path):
    plan = read_plan(path)
    turns = Turns()
    turns.trainer = make_trainer(
        StepTrainer,
        plan,
        max_steps=plan["warmup"] + plan["steps"],
        schedule="constant",
        sampling="group_by_length" if plan["groupByLength"] else "sequential",
        callbacks=[turns],
    )
    turns.trainer.train()


main(sys.argv[1])
