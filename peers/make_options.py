"""Writes what transformers and PyTorch make of a training run's options: losses with smoothing and focus, and schedules.

With torch 2.15.0 and transformers 5.23.0: .cache/round-trips/bin/python peers/make_options.py
"""

import json
import pathlib

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, log_softmax
from transformers import get_scheduler
from transformers.trainer_pt_utils import LabelSmoother

PACKAGES = pathlib.Path(__file__).parent.parent / "packages"
LABELS = torch.tensor([2, -100, 0, 3, 1])
WEIGHTS = torch.tensor([1, 1, 0.5, 2, 0.25], dtype=torch.float64)
PRESENT = torch.tensor([[1, 0, 0, 1], [0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 0]], dtype=torch.float64)


def smoothed(logits, epsilon):
    return LabelSmoother(epsilon)({"logits": logits}, LABELS)


def focal(logits, gamma):
    """Lin et al. 2017, equation 4, over the labels that count."""
    counted = LABELS >= 0
    log_p = log_softmax(logits[counted], -1).gather(-1, LABELS[counted].unsqueeze(-1))
    return ((1 - log_p.exp()) ** gamma * -log_p).mean()


def sigmoid_smoothed(logits, epsilon):
    return binary_cross_entropy_with_logits(logits, PRESENT * (1 - epsilon) + epsilon / 2)


def sigmoid_focal(logits, gamma):
    """torchvision.ops.sigmoid_focal_loss with alpha=-1, reduction="mean"."""
    p = logits.sigmoid()
    p_t = p * PRESENT + (1 - p) * (1 - PRESENT)
    return (binary_cross_entropy_with_logits(logits, PRESENT, reduction="none") * (1 - p_t) ** gamma).mean()


def losses():
    torch.manual_seed(0)
    logits = (torch.randn(5, 4) * 2).double()

    def case(kind, options, weights, loss):
        x = logits.clone().requires_grad_()
        value = loss(x)
        value.backward()
        return dict(kind=kind, options=options, weights=weights, loss=value.item(), gradient=x.grad.flatten().tolist())

    ones = [1.0] * 5
    cases = [case("softmax", {}, ones, lambda x: cross_entropy(x, LABELS))]
    # A weight an example is a weight a class where each class has one example.
    by_class = WEIGHTS[[2, 4, 0, 3]]
    cases += [case("softmax", {}, WEIGHTS.tolist(), lambda x: cross_entropy(x, LABELS, weight=by_class))]
    cases += [case("softmax", {"labelSmoothing": e}, ones, lambda x, e=e: smoothed(x, e)) for e in (0.1, 0.4)]
    cases += [case("softmax", {"focalGamma": g}, ones, lambda x, g=g: focal(x, g)) for g in (0.5, 1, 2, 5)]
    cases += [case("sigmoid", {}, ones, lambda x: binary_cross_entropy_with_logits(x, PRESENT))]
    cases += [case("sigmoid", {"labelSmoothing": e}, ones, lambda x, e=e: sigmoid_smoothed(x, e)) for e in (0.1, 0.4)]
    cases += [case("sigmoid", {"focalGamma": g}, ones, lambda x, g=g: sigmoid_focal(x, g)) for g in (0.5, 1, 2, 5)]
    return dict(logits=logits.flatten().tolist(), labels=LABELS.tolist(), present=PRESENT.flatten().tolist(), cases=cases)


def schedule(name, total, warmup, learning_rate=3e-4, **kwargs):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=learning_rate)
    scheduler = get_scheduler(name, optimizer, num_warmup_steps=warmup, num_training_steps=total, scheduler_specific_kwargs=kwargs)
    rates = []
    for _ in range(total + 3):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return dict(lrSchedulerType=name, totalSteps=total, warmupSteps=warmup, learningRate=learning_rate, **kwargs, rates=rates)


def schedules():
    for name in ("linear", "cosine", "constant_with_warmup", "polynomial"):
        for total, warmup in ((10, 0), (10, 4), (7, 6)):
            yield schedule(name, total, warmup)
    yield schedule("constant", 5, 2)
    yield schedule("cosine", 12, 2, num_cycles=2)
    yield schedule("cosine", 12, 2, num_cycles=1.25)
    yield schedule("polynomial", 12, 3, power=2, lr_end=1e-5)
    yield schedule("polynomial", 12, 3, learning_rate=1, power=0.5, lr_end=0.25)


def write(package, name, value):
    path = PACKAGES / package / "fixtures" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value) + "\n")


write("engine", "losses.json", losses())
write("train", "schedules.json", list(schedules()))
