"""The contract, held against a server: every example, every error, every limit, the tables of lists, and the page.

  conformance_test.py BINARIES PROTOSET GOOGLEAPIS [--update] [RPC...]

With --update the examples and protos/README.md say from now on what came. RPC: only these examples.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

SKIPPED = 77  # as tests/conformance/CMakeLists.txt says


def missing_packages() -> list[str]:
    """The Debian packages that this test needs and the machine has not."""
    packages = []
    for module, package in (("google.protobuf", "python3-protobuf"), ("grpc", "python3-grpcio")):
        try:
            __import__(module)
        except ImportError:
            packages.append(package)
    if shutil.which("protoc") is None:
        packages.append("protobuf-compiler")
    return packages


if MISSING := missing_packages():
    print(f"This test needs Debian's {', '.join(MISSING)}, which {'is' if len(MISSING) == 1 else 'are'} not installed "
          "(tests/run installs them): nothing was tested.")
    # Where the build is guarded, nothing may be left out unseen.
    sys.exit(1 if os.environ.get("CI") else SKIPPED)

import errors  # noqa: E402
import examples  # noqa: E402
import limits  # noqa: E402
import lists  # noqa: E402
import reference  # noqa: E402
import reflection  # noqa: E402
from contract import Contract  # noqa: E402
from server import Server  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent


# They take nothing that could be wrong.
NEVER_REFUSED = {"GetSnapshot"}


def untried(contract: Contract) -> list[str]:
    """Refused examples whose error no comment speaks of, and calls without an example."""
    out = [f"{name}: has no example; write tests/conformance/examples/SERVICE/{name}.json"
           for name in sorted(set(contract.methods) - examples.names())]
    out += [f"examples: {name}.json: there is no such RPC" for name in sorted(examples.names() - set(contract.methods))]
    for name, method in contract.methods.items():
        if name not in examples.names():
            continue
        refused = examples.load(name).get("refused", [])
        if not refused and name not in NEVER_REFUSED:
            out.append(f"{name}: its example has no request that is refused")
        for one in refused:
            if "code" in one and errors.unexplained(method, one["code"], one["reason"]):
                out.append(f"{name}: its comment does not speak of {one['code']} {one['reason']}, which it gives: "
                           f"{one['about']}")
    return out


class Report:
    """Prints what was tried, and counts what failed."""

    def __init__(self) -> None:
        self.failed = 0
        self._start = time.monotonic()

    def add(self, what: str, problems: list[str]) -> None:
        now = time.monotonic()
        print(f"{'FAILED' if problems else 'ok    '} {what} ({now - self._start:.1f} s)")
        for one in problems:
            print(f"       {one}")
        self.failed += len(problems)
        self._start = now


def main(binaries: Path, protoset: Path, imports: Path, update: bool, only: list[str]) -> int:
    report = Report()
    contract = Contract(protoset, imports)
    known = {one["reason"]: one["code"] for one in reference.reasons_of(binaries / "leadline")}
    report.add("each RPC's comment names errors that there are", errors.problems(contract, known))
    with Server(binaries, ROOT) as server:
        runner = examples.Runner(contract, server, ROOT)
        runner.make_records()
        for name in only or contract.methods:
            report.add(f"example {name}", runner.run(name, update))
        if not only:
            listed = lists.Probe(contract, server.channel, runner.record("acme"))
            report.add("the tables of lists are the server's", listed.run())
            probe = limits.Probe(contract, runner, server.channel)
            problems = probe.run()
            report.add(f"{probe.tried} limits are what the comments say", problems)
            for version in ("v1alpha", "v1"):
                report.add(f"reflection {version} describes the contract",
                           reflection.problems(contract, server.channel, version))
    report.add("every call has an example, every error a comment", untried(contract))
    if not only:
        current = reference.main(str(protoset), str(imports), str(binaries / "leadline"), check=not update)
        report.add("protos/README.md is current", ["it is not"] if current else [])
    return 1 if report.failed else 0


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "--update"]
    sys.exit(main(Path(given[0]), Path(given[1]), Path(given[2]), "--update" in sys.argv, given[3:]))
