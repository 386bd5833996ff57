"""Reads what Attune's callbacks wrote with TensorBoard and with W&B: python check_callbacks.py DIRECTORY WANDB...

DIRECTORY is what write-callbacks.mjs wrote. Each WANDB is a command line of wandb, which uploads the run to a server of our own.
Python's own wandb has to be one with a DataStore, which later versions read in their binary alone.
"""

import gzip
import http.server
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
import wandb

wandb._assert_is_internal_process = True
from wandb.proto import wandb_internal_pb2  # noqa: E402
from wandb.sdk.internal.datastore import DataStore  # noqa: E402

RENAMED = {
    "learningRate": "train/learning_rate",
    "gradNorm": "train/grad_norm",
    "tokensPerSecond": "train/tokens_per_second",
    "trainLoss": "train/epoch_loss",
}


def main(directory, commands):
    written = json.loads((directory / "events.json").read_text())
    events, config = written["events"], written["config"]
    check_tensorboard(directory / "tensorboard", events)
    [run] = (directory / "wandb").iterdir()
    check_records(run, events, config)
    for command in commands:
        check_sync(command, run, events, config)


def scalars(event):
    figures = {k: float(v) for k, v in event.items() if k not in ("type", "step", "epoch", "time")}
    return {RENAMED.get(k, f"{event['type']}/{k}"): v for k, v in figures.items()}


def check_tensorboard(directory, events):
    [file] = directory.iterdir()
    first, *others = LegacyEventFileLoader(str(file)).Load()
    assert first.file_version == "brain.Event:2", first
    assert len(others) == len(events), len(others)
    accumulator = EventAccumulator(str(directory), size_guidance={"scalars": 0}).Reload()
    expected = {}
    for event in events:
        for tag, value in scalars(event).items():
            expected.setdefault(tag, []).append((event["step"], value))
    assert sorted(accumulator.Tags()["scalars"]) == sorted(expected)
    for tag, points in expected.items():
        read = [(point.step, point.value) for point in accumulator.Scalars(tag)]
        assert [step for step, _ in read] == [step for step, _ in points], tag
        for (_, value), (_, wanted) in zip(read, points):
            assert same(value, wanted, 1e-7), (tag, value, wanted)  # float32
    print(f"TensorBoard reads {len(events)} events, {len(expected)} charts")


def check_records(run, events, config):
    [file] = run.glob("*.wandb")
    store = DataStore()
    store.open_for_scan(str(file))
    records = []
    while (data := store.scan_data()) is not None:
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        assert record.SerializeToString(), "a record without a field"
        records.append(record)
    kinds = [record.WhichOneof("record_type") for record in records]
    assert kinds == ["header", "run", "metric", "metric"] + ["summary", "history"] * len(events) + ["exit"], kinds
    assert [record.num for record in records] == list(range(1, len(records) + 1))
    check_run(records[1].run, run, config)
    rows = [
        {item.key: json.loads(item.value_json) for item in record.history.item}
        for record in records
        if record.WhichOneof("record_type") == "history"
    ]
    check_rows(rows, events)
    print(f"W&B's DataStore reads {len(records)} records")


def check_run(record, run, config):
    assert run.name.endswith(f"-{record.run_id}"), run.name
    assert (record.project, record.display_name) == ("attune-peers", "a run")
    assert record.start_time.ToDatetime().year >= 2025
    assert {item.key: json.loads(item.value_json) for item in record.config.update} == {**config, "_wandb": {}}


def check_rows(rows, events):
    assert len(rows) == len(events), len(rows)
    for i, (row, event) in enumerate(zip(rows, events)):
        wanted = {**scalars(event), "_step": i, "train/global_step": event["step"], "train/epoch": event["epoch"]}
        assert set(row) == set(wanted) | {"_timestamp", "_runtime"}, row
        for key, value in wanted.items():
            assert same(row[key], value, 1e-15), (i, key, row[key], value)


def check_sync(command, run, events, config):
    version = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    with tempfile.TemporaryDirectory() as temporary:
        copied = pathlib.Path(temporary) / "wandb" / run.name
        shutil.copytree(run, copied)
        calls = sync(command, copied, temporary)
    upserts = [body["variables"] for path, body in calls if path == "/graphql" and "upsertBucket" in body["query"]]
    assert (upserts[0]["project"], upserts[0]["displayName"]) == ("attune-peers", "a run"), upserts[0]
    sent = json.loads(upserts[-1]["config"])
    assert {key: item["value"] for key, item in sent.items() if key != "_wandb"} == config
    assert any("train/global_step" in json.dumps(json.loads(upsert["config"]).get("_wandb")) for upsert in upserts)
    stream = [body for path, body in calls if path == f"/files/somebody/attune-peers/{run.name[-8:]}/file_stream"]
    lines = [
        line for body in stream for line in body.get("files", {}).get("wandb-history.jsonl", {}).get("content", [])
    ]
    check_rows([json.loads(line) for line in lines], events)
    assert (stream[-1]["complete"], stream[-1]["exitcode"]) == (True, 0), stream[-1]
    print(f"wandb {version} sync uploads {len(lines)} rows")


def sync(command, run, home):
    """What `wandb sync` sends to a server of our own: paths and bodies."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    server.calls = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    own = {"WANDB_BASE_URL": f"http://127.0.0.1:{server.server_port}", "WANDB_API_KEY": "a" * 40, "HOME": home}
    env = {**os.environ, **own, "WANDB_CONFIG_DIR": home, "WANDB_CACHE_DIR": home, "WANDB_ERROR_REPORTING": "false"}
    try:
        done = subprocess.run(
            [command, "sync", str(run)], cwd=home, env=env, capture_output=True, text=True, timeout=120
        )
    finally:
        server.shutdown()
    assert done.returncode == 0, done.stdout + done.stderr
    return server.calls


class StandIn(http.server.BaseHTTPRequestHandler):
    """As much of W&B's server as `wandb sync` needs."""

    def do_POST(self):
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        try:
            body = json.loads(data)
        except ValueError:  # the client's own telemetry
            return self.answer({})
        self.server.calls.append((self.path, body))
        self.answer(self.answer_to(body) if self.path == "/graphql" else {})

    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer({})

    def do_GET(self):
        self.answer({})

    def answer_to(self, body):
        query, variables = body["query"], body.get("variables") or {}
        if "upsertBucket" in query:
            project = {"id": "p", "name": variables["project"], "entity": {"id": "e", "name": "somebody"}}
            bucket = {"id": "b", "name": variables["name"], "historyLineCount": 0, "project": project}
            return {"data": {"upsertBucket": {"inserted": True, "bucket": bucket}}}
        if "createRunFiles" in query:
            url = f"http://127.0.0.1:{self.server.server_port}/upload"
            files = [{"name": name, "uploadUrl": url} for name in variables["files"]]
            return {"data": {"createRunFiles": {"runID": "b", "uploadHeaders": [], "files": files}}}
        return {"data": {}}

    def answer(self, body):
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


def same(a, b, relative):
    return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=relative)


main(pathlib.Path(sys.argv[1]), sys.argv[2:])
