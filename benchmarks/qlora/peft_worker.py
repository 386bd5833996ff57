"""Takes one step of PEFT's LoRA when told to: a line in, {"seconds", "loss"} out."""

import json
import os
import platform
import resource
import sys
import time

# Libraries print; what they print must not get among the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import peft  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402


def answer(**value):
    unit = 1 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    print(json.dumps({**value, "memory": memory}), file=answers, flush=True)


def make_model(plan):
    """Weights are made in the dtype they are kept in."""
    config = transformers.LlamaConfig(**plan["config"])
    torch.set_default_dtype(getattr(torch, plan["dtype"]))
    base = transformers.LlamaForCausalLM(config)
    torch.set_default_dtype(torch.float32)
    lora = plan["lora"]
    options = peft.LoraConfig(
        r=lora["r"], lora_alpha=lora["alpha"], target_modules=lora["targetModules"], task_type="CAUSAL_LM"
    )
    model = peft.get_peft_model(base, options)
    model.config.use_cache = False
    if plan["gradientCheckpointing"]:
        model.enable_input_require_grads()
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    return model.train()


def versions():
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "peft": peft.__version__,
    }


def main(path):
    with open(path, encoding="utf-8") as file:
        plan = json.load(file)
    torch.set_num_threads(plan["threads"])
    torch.manual_seed(1)
    model = make_model(plan)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=plan["learningRate"], weight_decay=plan["weightDecay"])
    ids = torch.tensor([plan["ids"]])
    answer(versions=versions())
    for _ in sys.stdin:
        start = time.perf_counter()
        loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, plan["maxGradNorm"])
        optimizer.step()
        optimizer.zero_grad()
        answer(seconds=time.perf_counter() - start, loss=loss.item())


main(sys.argv[1])
