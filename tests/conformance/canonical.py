"""Answers without what changes from run to run: that becomes a placeholder of its form, such as <time>."""

from __future__ import annotations

import re

ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"
SHA256 = r"\b[0-9a-f]{64}\b"
# By field: what its whole value must look like, and what stands for it.
BY_FIELD = {
    "etag": (r'"\d+"', "<etag>"),
    "changePosition": (r"\d+", "<position>"),
    "ledgerPosition": (r"\d+", "<position>"),
    "generation": (r"\d+", "<number>"),
    "nextPageToken": (r"[\w=+/-]{8,1024}", "<token>"),
    "resumeToken": (r"[\w=+/-]{8,1024}", "<token>"),
    "moment": (r"\d+\.\d+\.\d+", "<moment>"),
    "statusAge": (r"\d+(\.\d+)?s", "<duration>"),
    "callCount": (r"\d+", "<number>"),
    "call_id": (r"[0-9a-f]{16}", "<call>"),
    "timeZones": (r"\d{4}[a-z]+", "<version>"),
    "phoneMetadata": (r".+", "<version>"),
    "publicSuffixList": (r".+", "<version>"),
    "countryCodes": (r".+", "<version>"),
    "transactionId": (ID, "<transaction>"),
    "eventId": (ID + r"\.\d+", "<event>"),
}
# Every field of a duration that only the clock of the run explains.
DURATION = re.compile(r"(median|p75|p90|p95|mean|openMedian|medianResponse|touchMedian|touchP75|touchP95)Duration")
# Places in rule packs move whenever somebody adds a line above them.
PLACE = re.compile(r"(\w+\.yaml):\d+(:\d+)?")
FOLDER = re.compile(r"/[\w./-]*leadline-conformance-[\w-]+")
# Numbers in messages that depend on how far what goes on in the background is.
VERSION = re.compile(r'\b(etag "|generation )\d+')
CALL = re.compile(r"\(call [0-9a-f]{16}\)$")
SHORT_HASH = re.compile(r"\b[0-9a-f]{12}\b(?=[^-]|$)")
# Lists that grow with the rule packs: the first items of them are compared.
GROWING = {"reasons", "parts", "possiblePoints"}
KEPT = 3
# Come in any order.
MAPS = {"dimensions", "attributes", "metadata"}


class Canonical:
    """One example's placeholders: the same id is <id 1> wherever it stands in it. Values that the requests name are
    kept as they were sent."""

    def __init__(self, sent: str, settled: bool = False) -> None:
        """`sent`: the requests as they are written. `settled`: whether scores of accounts are there for sure; otherwise
        they are left out, since they follow within seconds."""
        self._sent, self._settled = sent, settled
        self._ids: dict[str, int] = {}

    def of(self, value, name: str = ""):
        if isinstance(value, dict):
            if self._is_snapshot(value):
                return "<snapshot>"
            items = sorted(value.items()) if name in MAPS else value.items()
            return {key: self.of(one, key) for key, one in items if self._settled or not self._is_account_score(one)}
        if isinstance(value, list):
            if name in GROWING and len(value) > KEPT:
                return [self.of(one, name) for one in value[:KEPT]] + ["<more>"]
            return [self.of(one, name) for one in value]
        if isinstance(value, float):
            return round(value, 2) or 0.0
        return self._text(value, name) if isinstance(value, str) else value

    @staticmethod
    def _is_account_score(value) -> bool:
        return isinstance(value, dict) and "peopleCount" in value

    @staticmethod
    def _is_snapshot(value: dict) -> bool:
        """The packs and plugins of a decision, which every decision repeats."""
        return (set(value) <= {"generation", "packs", "plugins"} and "packs" in value and
                all(set(pack) == {"pack", "version", "sha256"} for pack in value["packs"]))

    def _text(self, text: str, name: str) -> str:
        if name in BY_FIELD:
            form, placeholder = BY_FIELD[name]
            return placeholder if re.fullmatch(form, text) else text
        if DURATION.fullmatch(name) and re.fullmatch(r"\d+(\.\d+)?s", text):
            return "<duration>"
        text = re.sub(ID, self._id, text)
        text = re.sub(TIME, self._time, text)
        text = re.sub(SHA256, lambda m: m[0] if m[0] in self._sent else "<sha256>", text)
        text = CALL.sub("(call <call>)", FOLDER.sub("<folder>", text))
        if name != "sha256":
            text = SHORT_HASH.sub("<hash>", text)
        text = VERSION.sub(lambda m: m[1] + "<number>", text)
        return PLACE.sub(lambda m: m[1] + ":<line>", text)

    def _time(self, match: re.Match) -> str:
        """A time that a request or a rule names stays."""
        return match[0] if match[0] in self._sent or match[0].startswith("1970-") else "<time>"

    def _id(self, match: re.Match) -> str:
        return f"<id {self._ids.setdefault(match[0], len(self._ids) + 1)}>"


def difference(expected, actual, at: str = "answer") -> str:
    """The first place where two canonical values differ, in words; empty when they are the same. Numbers may differ by
    a hundredth: points decay while a test runs."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in sorted(expected.keys() | actual.keys()):
            if key not in actual:
                return f"{at}.{key}: is missing; expected {expected[key]!r}"
            if key not in expected:
                return f"{at}.{key}: is {actual[key]!r}; expected none"
            if found := difference(expected[key], actual[key], f"{at}.{key}"):
                return found
        return ""
    if isinstance(expected, list) and isinstance(actual, list):
        for i, (left, right) in enumerate(zip(expected, actual)):
            if found := difference(left, right, f"{at}[{i}]"):
                return found
        return "" if len(expected) == len(actual) else f"{at}: has {len(actual)} items; expected {len(expected)}"
    if isinstance(expected, float) and isinstance(actual, (int, float)):
        return "" if abs(expected - actual) <= 0.011 else f"{at}: is {actual}; expected {expected}"
    return "" if expected == actual else f"{at}: is {actual!r}; expected {expected!r}"
