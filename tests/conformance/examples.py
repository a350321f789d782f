"""Examples of every RPC: read, sent to a server, compared with what they promise.

examples/SERVICE/NAME.json is the example of the RPC NAME:
  about      one sentence, for the page
  setup      what is sent before it: [{"rpc", "request" or "requests", "as"}]; an answer is known by its "as". Long work
             is waited for, and the answer is what it came to; with "started_only" it is the operation, not waited for
  actor      who asks (the metadata leadline-actor); may be left out
  request    the request in JSON; "requests" for RPCs that take a stream
  settled    whether the accounts of the records must be scored before it
  rescored   whether the leads must be decided anew before it, after the last change of the packs
  most       how many answers of a stream without an end are taken
  response   what comes, as canonical.py writes it; "responses" for RPCs that answer with a stream
  refused    requests that are refused: [{"about", "request" or "requests", "setup", "actor", and then what comes:
             "code", "reason", "fields", "message"}]
"${ana.lead.name}" stands for a value of an earlier answer: of a step of the same example, of examples/records.json, or
of the example's own ("answer"; the last one of a stream). "${files:rules/central 2026.2}" stands for the files of a
pack with that version, "${text:...}" for bytes, "${base64:...}" for a token, "${long:4097}" for so many letters,
"${many:1001 leads/x}" for a list of so many texts, or of empty messages.
"""

from __future__ import annotations

import base64
import json
import re
import time
from pathlib import Path

from canonical import Canonical, difference
from contract import ERROR_DOMAIN, Contract, Refusal

FOLDER = Path(__file__).parent / "examples"
RECORDS = "records"
LONGEST_WAIT = 30
REFERENCE = re.compile(r"\$\{([^}]+)\}")


def names() -> set[str]:
    """The calls that have an example."""
    return {path.stem for path in FOLDER.rglob("*.json")} - {RECORDS}


def _path(name: str) -> Path:
    return next(FOLDER.rglob(f"{name}.json"))


def load(name: str) -> dict:
    return json.loads(_path(name).read_text(encoding="utf-8"))


def save(name: str, example: dict) -> None:
    _path(name).write_text(json.dumps(example, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def requests_of(step: dict) -> list:
    return step["requests"] if "requests" in step else [step.get("request", {})]


class Runner:
    """Sends examples to one server, which must be fresh. Not thread-safe."""

    def __init__(self, contract: Contract, server, root: Path) -> None:
        self._contract, self._server, self._root = contract, server, root
        self._records: dict[str, dict] = {}
        self._sent: dict[str, tuple[dict, dict]] = {}

    def make_records(self) -> None:
        """The records that all examples may read, and none changes."""
        self._set_up(load(RECORDS)["setup"], self._records)

    def run(self, name: str, update: bool = False) -> list[str]:
        """What is otherwise than the example says; nothing when all is as promised. With `update` the example says
        from now on what came."""
        example = load(name)
        known = dict(self._records)
        canonical = Canonical(json.dumps(example, ensure_ascii=False), example.get("settled", False))
        try:
            if example.get("settled"):
                self._settle()
            if example.get("rescored"):
                self._wait_for_rescoring()
            self._set_up(example.get("setup", []), known)
            self._sent[name] = (self._resolve(requests_of(example)[0], known), self._metadata(example))
            answers = self._send(name, example, known)
        except (Refusal, KeyError, ValueError) as error:
            return [f"{name}: {error!r}"]
        known["answer"] = answers[-1] if answers else {}
        # What is known by name first, so that ids keep their numbers from the example's beginning on.
        for step in example.get("setup", []):
            if "as" in step:
                canonical.of(known[step["as"]])
        got = canonical.of(answers)
        stream = self._contract.methods[name].server_streams
        key, came = ("responses", got) if stream else ("response", got[0])
        problems = []
        if update:
            example[key] = came
        elif found := difference(example.get(key), came, f"{name}: {key}"):
            problems.append(found)
        for i, refused in enumerate(example.get("refused", [])):
            problems += self._refuse(name, i, refused, known, canonical, update)
        if update:
            save(name, example)
        return problems

    def _settle(self) -> None:
        """Waits until the accounts of those records have a score whose people did something."""
        end = time.monotonic() + LONGEST_WAIT
        for record in self._records.values():
            while record["lead"].get("activityCount") and "score" not in self._contract.call(
                    self._server.channel, "GetAccount", [{"name": record["account"]["name"]}], {})[0]:
                if time.monotonic() > end:
                    raise ValueError(f"{record['account']['name']} has no score after {LONGEST_WAIT} s")
                time.sleep(0.05)

    def _wait_for_rescoring(self) -> None:
        """Waits until no lead waits for being decided by the packs that are active."""
        end = time.monotonic() + LONGEST_WAIT
        while "endTime" not in self._contract.call(self._server.channel, "GetRollout", [{}], {})[0]["rollout"].get(
                "rescoring", {"endTime": "never begun"}):
            if time.monotonic() > end:
                raise ValueError(f"rescoring has not ended after {LONGEST_WAIT} s")
            time.sleep(0.05)

    def sent(self, name: str) -> tuple[dict, dict]:
        """The first request that the example `name` sent when it ran, with all references resolved, and its
        metadata."""
        return self._sent[name]

    def record(self, name: str) -> dict:
        """The answer that made one of the records."""
        return self._records[name]

    def _refuse(self, name: str, i: int, refused: dict, known: dict, canonical: Canonical, update: bool) -> list[str]:
        at = f"{name}: refused[{i}]"
        known = dict(known)
        try:
            self._set_up(refused.get("setup", []), known)
            answer = self._send(name, refused, known)
            return [f"{at}: is not refused: {json.dumps(answer, ensure_ascii=False)[:300]}"]
        except Refusal as refusal:
            refusal_domain, names_call = refusal.domain, refusal.names_call
            got = {"code": refusal.code, "reason": refusal.reason, "fields": refusal.fields,
                   "message": canonical.of(refusal.message)}
        except (KeyError, ValueError) as error:
            return [f"{at}: {error!r}"]
        if refusal_domain != ERROR_DOMAIN:
            return [f"{at}: its domain is \"{refusal_domain}\", and not {ERROR_DOMAIN}"]
        if not names_call:
            return [f"{at}: its message does not end with the call's id"]
        if not got["fields"]:
            del got["fields"]
        if update:
            for key in ("code", "reason", "fields", "message"):
                refused.pop(key, None)
            refused.update(got)
            return []
        expected = {key: refused[key] for key in ("code", "reason", "fields", "message") if key in refused}
        found = difference(expected, got, at)
        return [found] if found else []

    def _set_up(self, steps: list, known: dict) -> None:
        for step in steps:
            if step.get("add_plugin"):
                self._server.add_plugin()
                continue
            answers = self._send(step["rpc"], step, known)
            if "as" in step:
                known[step["as"]] = answers[-1]

    def _send(self, rpc: str, step: dict, known: dict) -> list:
        requests = [self._resolve(one, known) for one in requests_of(step)]
        return self._contract.call(self._server.channel, rpc, requests, self._metadata(step), step.get("most", 0),
                                   started_only=step.get("started_only", False))

    @staticmethod
    def _metadata(step: dict) -> dict:
        return {"leadline-actor": step["actor"]} if "actor" in step else {}

    def _resolve(self, value, known: dict):
        if isinstance(value, dict):
            return {key: self._resolve(one, known) for key, one in value.items()}
        if isinstance(value, list):
            return [self._resolve(one, known) for one in value]
        if not isinstance(value, str):
            return value
        if value.startswith("${files:"):
            return self._files(value[len("${files:"):-1])
        if value.startswith("${text:"):
            return base64.b64encode(value[len("${text:"):-1].encode()).decode()
        if value.startswith("${base64:"):
            return base64.urlsafe_b64encode(value[len("${base64:"):-1].encode()).decode().rstrip("=")
        if value.startswith("${long:"):
            return "x" * int(value[len("${long:"):-1])
        if value.startswith("${many:"):
            count, _, text = value[len("${many:"):-1].partition(" ")
            return [text or {} for _ in range(int(count))]
        return REFERENCE.sub(lambda m: str(self._lookup(m[1], known)), value)

    def _files(self, asked: str) -> list:
        """The files of a folder of rules as PackFile; "FOLDER VERSION" changes the version of its pack.yaml, so that
        it is another pack."""
        folder, _, version = asked.partition(" ")
        files = []
        for path in sorted((self._root / folder).rglob("*.yaml")):
            text = path.read_text(encoding="utf-8")
            if version and path.name == "pack.yaml":
                text = re.sub(r"^version: .*$", f"version: {version}", text, flags=re.MULTILINE)
            files.append({"path": str(path.relative_to(self._root / folder)),
                          "content": base64.b64encode(text.encode()).decode()})
        return files

    @staticmethod
    def _lookup(path: str, known: dict):
        value = known
        for part in path.split("."):
            value = value[int(part)] if isinstance(value, list) else value[part]
        return value
