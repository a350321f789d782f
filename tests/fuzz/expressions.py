"""Writes every expression of the rule packs and of the conformance cases to a folder, one file each.

usage: expressions.py OUT RULES CONFORMANCE (a folder that is not there adds nothing)
"""

import hashlib
import json
import pathlib
import re
import sys


def of_rules(folder):
    for path in sorted(folder.rglob("*.yaml")):
        for match in re.finditer(r"(?:when|value|points|if): *([^#\n]+)", path.read_text(encoding="utf-8")):
            yield re.sub(r", (?:value|points|id|then): .*|}$", "", match.group(1)).strip().strip("'")


def of_conformance(folder):
    for path in sorted(folder.glob("*.json")):
        for section in json.loads(path.read_text(encoding="utf-8")).get("section", []):
            for test in section.get("test", []):
                yield test["expr"]


def main():
    out = pathlib.Path(sys.argv[1])
    for expression in [*of_rules(pathlib.Path(sys.argv[2])), *of_conformance(pathlib.Path(sys.argv[3]))]:
        data = expression.encode("utf-8")
        # One line is one expression for the evaluating target.
        if 0 < len(data) <= 2000 and b"\n" not in data:
            (out / hashlib.sha1(data).hexdigest()).write_bytes(data)


main()
