"""Trains a plan with Hugging Face's Trainer and prints {"losses", "versions"}, the loss of every step."""

import json
import os
import sys

# Libraries print; what they print must not get into the answer.
answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "common"))
from trainer import make_trainer, read_plan, versions  # noqa: E402
from transformers import Trainer  # noqa: E402


class NotingTrainer(Trainer):
    """The Trainer, keeping every step's loss."""

    def training_step(self, *args, **kwargs):
        loss = super().training_step(*args, **kwargs)
        self.losses.append(float(loss))
        return loss


def main(path):
    plan = read_plan(path)
    # In float64 the losses are what both sides' rounding hides.
    trainer = make_trainer(
        NotingTrainer, plan, max_steps=plan["steps"], schedule=plan["schedule"], dtype=plan["dtype"]
    )
    trainer.losses = []
    trainer.train()
    print(json.dumps({"losses": trainer.losses, "versions": versions()}), file=answer, flush=True)


main(sys.argv[1])
