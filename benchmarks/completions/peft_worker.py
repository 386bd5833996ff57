"""Takes one step of PEFT's LoRA when told to: {"step"} in, {"seconds", "loss"} out."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "common"))

from peft_steps import adapted, read_plan, take_steps, torch, transformers  # noqa: E402


def padded(batch, pad):
    """Rows as long as the longest, which is how a collator makes them; prompts and padding have the label -100."""
    length = max(len(example["ids"]) for example in batch)
    ids, labels, mask = [], [], []
    for example in batch:
        own, prompt = example["ids"], example["promptLength"]
        rest = length - len(own)
        ids.append(own + [pad] * rest)
        labels.append([-100] * prompt + own[prompt:] + [-100] * rest)
        mask.append([1] * len(own) + [0] * rest)
    return {"input_ids": torch.tensor(ids), "labels": torch.tensor(labels), "attention_mask": torch.tensor(mask)}


def main(path):
    plan = read_plan(path)
    base = transformers.AutoModelForCausalLM.from_pretrained(plan["model"], dtype=torch.float32)
    model = adapted(base, plan["lora"])
    take_steps(plan, model, lambda line: padded(plan["batches"][json.loads(line)["step"]], plan["padTokenId"]))


main(sys.argv[1])
