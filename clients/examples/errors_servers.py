"""Starts the servers that give the errors of errors.json, each in the state that its rows need, and runs a program on
them.

usage: errors_servers.py check BUILD                 whether the table and the server's list of reasons agree
       errors_servers.py run BUILD -- COMMAND...     runs COMMAND TABLE NAME=ADDRESS... stop=PID, and ends as it does

BUILD is the build folder, with bin/leadlined in it. Works from the top of the tree. In the table that the command
reads, what begins with $ is written out: {"$times": 3, "of": "x#"} is the list "x0", "x1", "x2"; {"$times": 3, "text":
"x"} is "xxx"; {"$bytes": "text"} are bytes as JSON has them; {"$folder": "rules/central", "version": "2"} are the files
of a pack, as that version; {"$use": "name"} is what stands in "shared" under that name.
"""

import base64
import json
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TABLE = pathlib.Path(__file__).parent / "errors.json"
ANY_REASON = {"field", "violation_count", "retry_after", "call_id"}  # facts that may come with every reason
LONGEST_START = 60  # seconds
CHECKERS = {
    # Checks packs, but for the first time: then it is killed, as by a machine that has no memory left.
    "killed first": """#!/bin/sh
if mkdir "$0.killed" 2>/dev/null; then kill -KILL $$; fi
exec "{}" "$@"
""",
    # Never comes to an end by itself.
    "endless": """#!/bin/sh
exec sleep 3600
""",
}


def expanded(value, shared, number=None):
    """A value of the table with all written out that begins with $."""
    if isinstance(value, list):
        return [expanded(one, shared, number) for one in value]
    if isinstance(value, str):
        return value if number is None else value.replace("#", str(number))
    if not isinstance(value, dict):
        return value
    if "text" in value and "$times" in value:
        return value["text"] * value["$times"]
    if "$times" in value:
        return [expanded(value["of"], shared, i) for i in range(value["$times"])]
    if "$bytes" in value:
        return base64.b64encode(value["$bytes"].encode()).decode()
    if "$folder" in value:
        return files_of(pathlib.Path(value["$folder"]), value["version"])
    if "$use" in value:
        return expanded(shared[value["$use"]], shared)
    return {key: expanded(one, shared, number) for key, one in value.items()}


def files_of(folder, version):
    """The files of a pack as PackFile; another version makes it another pack."""
    files = []
    for path in sorted(folder.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        if path.name == "pack.yaml":
            text = re.sub(r"^version: .*$", f"version: {version}", text, flags=re.MULTILINE)
        files.append({"path": str(path.relative_to(folder)), "content": base64.b64encode(text.encode()).decode()})
    return files


def faults_of_row(row, info):
    """Where a row says something else than the list of reasons."""
    if row["code"] != info["code"]:
        yield f"its code is {info['code']} in the list, not {row['code']}"
    strange = set(row.get("metadata", {})) - set(info["metadata"]) - ANY_REASON
    if strange:
        yield f"the list has no metadata {', '.join(sorted(strange))}"
    delay = info["retryAfter"] if info["retry"] == "later" else None
    if row.get("metadata", {}).get("retry_after") != delay or ("RetryInfo" in row["details"]) != (delay is not None):
        yield f"the list says to try again after {delay}"
    if "ErrorInfo" not in row["details"]:
        yield "every reason comes in ErrorInfo"
    if (row["code"] == "FAILED_PRECONDITION") != ("PreconditionFailure" in row["details"]):
        yield "PreconditionFailure comes with FAILED_PRECONDITION, and with nothing else"


def faults_of(table, reasons):
    """What the table lacks: each reason of the list has a row, or says why it has none."""
    rows = [row for row in table["errors"] if row.get("reason")]
    known = {info["reason"]: info for info in reasons}
    for row in rows:
        info = known.get(row["reason"])
        for fault in faults_of_row(row, info) if info else [f"the list has no reason {row['reason']}"]:
            yield f"{row['about']}: {fault}"
    shown, without = {row["reason"] for row in rows}, table["without_row"]
    for reason in known:
        if reason not in shown and not without.get(reason):
            yield f"{reason}: has no row; add one, or say in without_row why there is none"
        if reason in shown and reason in without:
            yield f"{reason}: has a row, so without_row must not name it"
    for reason in without:
        if reason not in known:
            yield f"{reason}: is in without_row, and the list has no such reason"


class Server:
    """leadlined as the table's "servers" has it, on a store of its own."""

    def __init__(self, build, work, name, setup):
        self.name, self._folder = name, work / name
        self._data, self._log = self._folder / "data", self._folder / "log"
        self._data.mkdir(parents=True)
        self._proofs = build / "examples/proofs" / name
        if self._proofs.exists():  # of the same packs by the same server, or they do not count
            shutil.copy(self._proofs, self._data / "checked-packs")
        command = [build / "bin/leadlined", "--listen=127.0.0.1:0", f"--data={self._data}"]
        command.append(f"--rules={self._rules(setup.get('rules', []))}")
        if "plugin" in setup:
            trust = self._folder / "trust.json"
            plugins, local = build / "plugins", f"--local=org.leadline.{setup['plugin']}"
            trusting = [build / "bin/leadline", "plugin", "trust", plugins, local, "--out", trust]
            subprocess.run(trusting, check=True, stdout=subprocess.DEVNULL)
            command += [f"--plugins={plugins}", f"--plugin-trust={trust}", "--plugin-without-landlock"]
        if "checker" in setup:
            checker, real = self._folder / "checker", build / "bin/leadline-pack-checker"
            checker.write_text(CHECKERS[setup["checker"]].format(real), encoding="utf-8")
            shutil.copystat(real, checker)  # its age is the server's sign that it is another checker than before
            command.append(f"--pack-checker={checker}")
        with open(self._log, "w", encoding="utf-8") as log:
            self._process = subprocess.Popen([*command, *setup.get("flags", [])], stdout=log, stderr=log)
        self.pid, self._fails = self._process.pid, setup.get("disk") == "failing"

    def _rules(self, edits):
        """The project's rules, changed. Without their tests, so that checks of packs are quick."""
        rules = shutil.copytree("rules", self._folder / "rules", ignore=shutil.ignore_patterns("tests"))
        for edit in edits:
            file = rules / edit["file"]
            text = file.read_text(encoding="utf-8")
            if text.count(edit["from"]) != 1:
                sys.exit(f"errors.json: {file} has {edit['from']!r} {text.count(edit['from'])} times, not once")
            file.write_text(text.replace(edit["from"], edit["to"]), encoding="utf-8")
        return rules

    def wait(self):
        """Until it listens; then its address is known."""
        end = time.monotonic() + LONGEST_START
        while not (found := re.search(r'"message":"listening","address":"([^"]*)"', self._log.read_text("utf-8"))):
            if time.monotonic() > end or self._process.poll() is not None:
                sys.exit(f"the server {self.name} does not start:\n{self._log.read_text('utf-8')}")
            time.sleep(0.05)
        self.address = found[1]
        self._keep_proofs()
        if self._fails:  # no file may grow any more
            largest = (self._data / "leadline.db-wal").stat().st_size
            resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

    def _keep_proofs(self):
        """So that the next one starts at once. Others may do the same at this moment."""
        self._proofs.parent.mkdir(parents=True, exist_ok=True)
        kept = self._proofs.with_name(f"{self.name}.{self.pid}")
        shutil.copy(self._data / "checked-packs", kept)
        kept.replace(self._proofs)

    def stop(self):
        """Whether it ended well."""
        if '"message":"stopping"' not in self._log.read_text("utf-8"):  # the program may have told it to
            self._process.terminate()
        try:
            status = self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        if status != 0:
            print(f"the server {self.name} ended with {status}:\n{self._log.read_text('utf-8')}")
        return status == 0


def nobody():
    """An address where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def check(build):
    table, leadline = json.loads(TABLE.read_text(encoding="utf-8")), build / "bin/leadline"
    if not leadline.exists():
        sys.exit(f"{leadline} is not there, which lists the reasons; build it with server/run --build")
    reasons = json.loads(subprocess.check_output([leadline, "errors", "--format", "json"]))
    faults = list(faults_of(table, reasons))
    print("\n".join(faults) or f"{len(reasons) - len(table['without_row'])} of {len(reasons)} reasons have a row of "
          "errors.json; it says of the others why they have none")
    return not faults


def run(build, command):
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    table = expanded(table, table["shared"])
    for setup in table["servers"].values():
        plugin = setup.get("plugin")
        if plugin and not (build / f"plugins/{plugin}.so").exists():  # its language is not installed here
            left = [row for row in table["errors"] if row.get("plugin") == plugin]
            table["errors"] = [row for row in table["errors"] if row not in left]
            del setup["plugin"]
            print(f"left out, since the plugin {plugin} was not built: {', '.join(row['about'] for row in left)}")
    with tempfile.TemporaryDirectory(prefix="leadline-errors-") as folder:
        work, servers = pathlib.Path(folder), []
        (work / "errors.json").write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
        try:
            for name, setup in table["servers"].items():
                servers.append(Server(build, work, name, setup))
            for server in servers:
                server.wait()
            names = [f"{server.name}={server.address}" for server in servers] + [f"nobody={nobody()}"]
            program = [*command, work / "errors.json", *names, f"stop={servers[0].pid}"]
            status = subprocess.run(program, timeout=240).returncode
        finally:
            ended_well = all([server.stop() for server in servers])
        return status == 0 and ended_well


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the servers are ended, too
    if sys.argv[1:2] == ["check"] and len(sys.argv) == 3:
        good = check(pathlib.Path(sys.argv[2]).resolve())
    elif sys.argv[1:2] == ["run"] and sys.argv[3:4] == ["--"]:
        good = run(pathlib.Path(sys.argv[2]).resolve(), sys.argv[4:])
    else:
        sys.exit(__doc__)
    sys.exit(0 if good else 1)


main()
