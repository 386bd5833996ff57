"""Takes one step of TensorFlow's own tf.function when told to: a line in, {"seconds", "processor", "loss"} out.

DistilBERT as its paper has it, written for speed: fused Adam on the variables, clipping by the global norm, the tokens' embedding
derived by rows and made dense for the update, as an ordinary gather's is.
"""

import json
import os
import resource
import struct
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
# Libraries print; what they print must not get among the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

HEADS, LAYERS, EPSILON = 12, 6, 1e-12


def answer(**value):
    unit = 1 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    print(json.dumps({**value, "memory": memory}), file=answers, flush=True)


def read_safetensors(path):
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    tensors = {}
    for name, about in json.loads(content[8 : 8 + length]).items():
        if name == "__metadata__":
            continue
        start, end = (8 + length + offset for offset in about["data_offsets"])
        tensors[name] = np.frombuffer(content[start:end], "float32").reshape(about["shape"])
    return tensors


class Classifier:
    def __init__(self, weights, plan):
        self.plan = plan
        self.parameters = {name: tf.Variable(value) for name, value in weights.items()}
        self.first = {name: tf.Variable(tf.zeros_like(value)) for name, value in weights.items()}
        self.second = {name: tf.Variable(tf.zeros_like(value)) for name, value in weights.items()}
        self.steps = tf.Variable(0.0)

    def linear(self, x, name):
        weight, bias = self.parameters[f"{name}.weight"], self.parameters[f"{name}.bias"]
        return tf.nn.bias_add(tf.matmul(x, weight, transpose_b=True), bias)

    def norm(self, x, name):
        mean, variance = tf.nn.moments(x, [-1], keepdims=True)
        normal = (x - mean) * tf.math.rsqrt(variance + EPSILON)
        return normal * self.parameters[f"{name}.weight"] + self.parameters[f"{name}.bias"]

    def layer(self, x, name):
        rows, length = self.plan["rows"], self.plan["length"]
        width = x.shape[-1]

        def split(y):
            return tf.transpose(tf.reshape(y, [rows, length, HEADS, width // HEADS]), [0, 2, 1, 3])

        query, key, value = (split(self.linear(x, f"{name}.attention.{part}_lin")) for part in "qkv")
        scores = tf.matmul(query / np.sqrt(width // HEADS), key, transpose_b=True)
        context = tf.matmul(tf.nn.softmax(scores), value)
        context = tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [rows * length, width])
        x = self.norm(x + self.linear(context, f"{name}.attention.out_lin"), f"{name}.sa_layer_norm")
        inner = tf.nn.gelu(self.linear(x, f"{name}.ffn.lin1"))
        return self.norm(x + self.linear(inner, f"{name}.ffn.lin2"), f"{name}.output_layer_norm")

    def loss(self, ids, labels):
        rows, length = self.plan["rows"], self.plan["length"]
        embeddings = "distilbert.embeddings"
        words = tf.gather(self.parameters[f"{embeddings}.word_embeddings.weight"], tf.reshape(ids, [-1]))
        positions = self.parameters[f"{embeddings}.position_embeddings.weight"][:length]
        x = self.norm(words + tf.tile(positions, [rows, 1]), f"{embeddings}.LayerNorm")
        for i in range(LAYERS):
            x = self.layer(x, f"distilbert.transformer.layer.{i}")
        first = tf.reshape(x, [rows, length, -1])[:, 0]
        logits = self.linear(tf.nn.relu(self.linear(first, "pre_classifier")), "classifier")
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))

    @tf.function
    def step(self, ids, labels):
        names = list(self.parameters)
        with tf.GradientTape() as tape:
            loss = self.loss(ids, labels)
        gradients = tape.gradient(loss, [self.parameters[name] for name in names])
        clipped, _ = tf.clip_by_global_norm([tf.convert_to_tensor(g) for g in gradients], self.plan["maxGradNorm"])
        self.steps.assign_add(1.0)
        for name, gradient in zip(names, clipped):
            self.update(name, gradient)
        return loss

    def update(self, name, gradient):
        rate, parameter = self.plan["learningRate"], self.parameters[name]
        if not (name.endswith(".bias") or "norm" in name.lower()):
            parameter.assign_sub(rate * self.plan["weightDecay"] * parameter)
        tf.raw_ops.ResourceApplyAdam(
            var=parameter.handle,
            m=self.first[name].handle,
            v=self.second[name].handle,
            beta1_power=tf.pow(0.9, self.steps),
            beta2_power=tf.pow(0.999, self.steps),
            lr=rate,
            beta1=0.9,
            beta2=0.999,
            epsilon=1e-8 * tf.sqrt(1 - tf.pow(0.999, self.steps)),  # beside the uncorrected root
            grad=gradient,
        )


def batch_of(step, plan):
    row, place = np.arange(plan["rows"])[:, None], np.arange(plan["length"])[None]
    ids = (row * 7919 + place * 10_473 + step * 31) % plan["vocabulary"]
    labels = (np.arange(plan["rows"]) + step) % plan["labels"]
    return tf.constant(ids, tf.int32), tf.constant(labels, tf.int32)


def main(path):
    with open(path) as file:
        plan = json.load(file)
    classifier = Classifier(read_safetensors(os.path.join(plan["model"], "model.safetensors")), plan)
    answer(versions={"tensorflow": tf.__version__, "python": sys.version.split()[0]})
    for line in sys.stdin:
        ids, labels = batch_of(json.loads(line)["step"], plan)
        start, before = time.perf_counter(), time.process_time()
        loss = float(classifier.step(ids, labels))
        answer(seconds=time.perf_counter() - start, processor=time.process_time() - before, loss=loss)


main(sys.argv[1])
