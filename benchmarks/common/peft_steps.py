"""Steps of PEFT's LoRA, one for each line that comes: what the benchmarks' workers have in common."""

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


def read_plan(path):
    with open(path, encoding="utf-8") as file:
        plan = json.load(file)
    torch.set_num_threads(plan["threads"])
    torch.manual_seed(1)
    return plan


def adapted(base, lora):
    options = peft.LoraConfig(
        r=lora["r"], lora_alpha=lora["alpha"], target_modules=lora["targetModules"], task_type="CAUSAL_LM"
    )
    model = peft.get_peft_model(base, options)
    model.config.use_cache = False
    return model


def take_steps(plan, model, batch_of):
    """`batch_of` makes the inputs of a step of the line that asks for it, before the clock starts."""
    model.train()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=plan["learningRate"], weight_decay=plan["weightDecay"])
    versions = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "peft": peft.__version__,
    }
    answer(versions=versions)
    for line in sys.stdin:
        batch = batch_of(line)
        start = time.perf_counter()
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, plan["maxGradNorm"])
        optimizer.step()
        optimizer.zero_grad()
        answer(seconds=time.perf_counter() - start, loss=loss.item())
