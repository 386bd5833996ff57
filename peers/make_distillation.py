"""Writes what PyTorch's kl_div recipe makes of a student's logits beside a teacher's, with its gradients.

With torch 2.15.0: .cache/round-trips/bin/python peers/make_distillation.py
"""

import json
import pathlib

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, kl_div, log_softmax, logsigmoid, mse_loss, softmax

FIXTURES = pathlib.Path(__file__).parent.parent / "packages" / "engine" / "fixtures"
LABELS = torch.tensor([2, 1, 0, 3, 1])
PRESENT = torch.tensor([[1, 0, 0, 1], [0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 0]], dtype=torch.float64)


def of_softmax(student, teacher, temperature):
    """The recipe of PyTorch's tutorial of knowledge distillation, and of transformers' examples."""
    log_p, q = log_softmax(student / temperature, -1), softmax(teacher / temperature, -1)
    return kl_div(log_p, q, reduction="batchmean") * temperature**2


def of_sigmoid(student, teacher, temperature):
    """The same of a coin per label: the divergences of all coins, in the mean over examples and labels."""
    x, z = student / temperature, teacher / temperature
    log_p = torch.stack([logsigmoid(x), logsigmoid(-x)], -1).flatten(0, 1)
    q = torch.stack([z.sigmoid(), (-z).sigmoid()], -1).flatten(0, 1)
    return kl_div(log_p, q, reduction="batchmean") * temperature**2


def main():
    torch.manual_seed(0)
    student, teacher = (torch.randn(5, 4) * 2).double(), (torch.randn(5, 4) * 3).double()
    # What is read from the file is float32.
    student, teacher = student.float().double(), teacher.float().double()
    soft = {"softmax": of_softmax, "sigmoid": of_sigmoid, "squared": lambda x, z, _: mse_loss(x, z)}
    hard = {
        "softmax": lambda x: cross_entropy(x, LABELS),
        "sigmoid": lambda x: binary_cross_entropy_with_logits(x, PRESENT),
        "squared": lambda x: mse_loss(x, PRESENT),
    }
    cases = []
    for kind in soft:
        for temperature in (1, 2, 5) if kind != "squared" else (1,):
            for alpha in (1, 0.5, 0.9):
                x = student.clone().requires_grad_()
                value = alpha * soft[kind](x, teacher, temperature) + (1 - alpha) * hard[kind](x)
                value.backward()
                gradient = x.grad.flatten().tolist()
                cases.append(dict(kind=kind, temperature=temperature, alpha=alpha, loss=value.item(), gradient=gradient))
    lists = dict(student=student.flatten().tolist(), teacher=teacher.flatten().tolist())
    fixture = dict(**lists, labels=LABELS.tolist(), present=PRESENT.flatten().tolist(), cases=cases)
    (FIXTURES / "distillation.json").write_text(json.dumps(fixture) + "\n")


main()
