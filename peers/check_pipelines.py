"""Loads what peers/pipelines.mjs trained into Python's pipelines, one per task, and gives each model all that its tokenizer makes of a text."""

import sys
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, AutoModelForSequenceClassification
from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

TASKS = {
    "sequence-classification": ("text-classification", AutoModelForSequenceClassification),
    "token-classification": ("token-classification", AutoModelForTokenClassification),
    "masked-lm": ("fill-mask", AutoModelForMaskedLM),
    "causal-lm": ("text-generation", AutoModelForCausalLM),
}
LONG = "corn barn " * 100

if torch.__version__.startswith("1."):
    # Before it generates, transformers asks torch whether the model is sharded: torch 1 cannot be asked under Python 3.11.
    import transformers.generation.utils

    transformers.generation.utils.is_fsdp_managed_module = lambda model: False


def check(path: Path, task: str) -> None:
    name, model_class = TASKS[task]
    tokenizer = AutoTokenizer.from_pretrained(path)
    model = model_class.from_pretrained(path)
    positions = model.config.max_position_embeddings
    assert tokenizer.model_max_length <= positions, (path, tokenizer.model_max_length)
    inputs = tokenizer(LONG, truncation=True, return_tensors="pt")
    with torch.no_grad():
        assert model(**inputs).logits.isfinite().all(), path
    run = pipeline(name, str(path))
    if task == "masked-lm":
        assert len(run(f"corn {tokenizer.mask_token}")) > 0
    elif task == "causal-lm":
        model.generate(**tokenizer("corn", return_tensors="pt"), max_new_tokens=4)
        assert isinstance(run("corn", max_new_tokens=4)[0]["generated_text"], str)
    elif task == "token-classification":
        assert isinstance(run("Ada lives in Rome"), list)
    else:
        assert run(LONG, truncation=True)[0]["label"] in model.config.label2id


def main() -> None:
    checked = 0
    for path in sorted(Path(sys.argv[1]).glob("* */model")):
        check(path, path.parent.name.split(" ")[1])
        checked += 1
    assert checked == 16, checked
    print(f"{checked} models in pipelines of transformers {transformers.__version__}")


main()
