"""Takes one step of PEFT's LoRA when told to: a line in, {"seconds", "loss"} out."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "common"))

from peft_steps import adapted, read_plan, take_steps, torch, transformers  # noqa: E402


def make_model(plan):
    """Weights are made in the dtype they are kept in."""
    config = transformers.LlamaConfig(**plan["config"])
    torch.set_default_dtype(getattr(torch, plan["dtype"]))
    base = transformers.LlamaForCausalLM(config)
    torch.set_default_dtype(torch.float32)
    model = adapted(base, plan["lora"])
    if plan["gradientCheckpointing"]:
        model.enable_input_require_grads()
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    return model


def main(path):
    plan = read_plan(path)
    ids = torch.tensor([plan["ids"]])
    take_steps(plan, make_model(plan), lambda _: {"input_ids": ids, "labels": ids})


main(sys.argv[1])
