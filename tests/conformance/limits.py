"""The limits that comments of fields state, tried on the server: one more is refused, as much is not."""

from __future__ import annotations

import copy
import re

from google.protobuf.descriptor import FieldDescriptor

from contract import Contract, Refusal
from descriptors import IDENTIFIER, OUTPUT_ONLY, behaviors, is_map, is_repeated

BYTES = re.compile(r"\b[Aa]t most (\d+) bytes")
ITEMS = re.compile(r"\b[Aa]t most (\d+)(?: items|\.|;|,| values)")
KEY = re.compile(r"\b1 to (\d+) visible ASCII characters")
DIGITS = "64 hexadecimal digits"
# Limited by their form, and not by a number: names of resources, etags and tokens that the server gave, filters.
FORMS = re.compile(r"(name|names|parent|record|survivor|absorbed|rep|lead|contact|account|pack|owner|why_not_rep|\w*etag|"
                   r"page_token|resume_token)$")
# Checking a pack takes seconds; what a pack may have is tested in tests/rpc.
LEFT_OUT = {"PackFile"}
# Read in a ScoringRecord alone: the example of Score tries it. The role of AddLeadContact is the same one.
ELSEWHERE = {"leadline.v1.Contact.seniority", "leadline.v1.LeadContact.role"}


class Probe:
    """Walks the requests of all calls, whose examples have run; each field of a message is tried once."""

    def __init__(self, contract: Contract, runner, channel) -> None:
        self._contract, self._runner, self._channel = contract, runner, channel
        self._done: set[str] = set()
        self.tried = 0

    def run(self) -> list[str]:
        out = []
        for name, method in self._contract.methods.items():
            call = (name, *self._runner.sent(name))
            out += self._message(call, method.descriptor.input_type, (), "")
        return out

    def _message(self, call, descriptor, keys: tuple, path: str) -> list[str]:
        """`keys` lead to the message in the JSON, `path` is how the server writes it."""
        if descriptor.full_name in self._done or descriptor.name in LEFT_OUT:
            return []
        self._done.add(descriptor.full_name)
        out = []
        for field in descriptor.fields:
            if behaviors(self._contract, field) & {OUTPUT_ONLY, IDENTIFIER} or field.full_name in ELSEWHERE:
                continue
            at = (keys + (field.json_name,), f"{path}{field.name}")
            out += self._field(call, field, *at)
            message = field.message_type
            if message is not None and message.full_name.startswith("leadline.") and not is_map(field):
                index = (0,) if is_repeated(field) else ()
                out += self._message(call, message, at[0] + index, at[1] + ("[0]" if index else "") + ".")
        return out

    def _field(self, call, field, keys: tuple, path: str) -> list[str]:
        comment = " ".join(self._contract.comments.get(field.full_name, "").split())
        if is_map(field):
            return []
        if is_repeated(field):
            if FORMS.match(field.name) is None and ITEMS.search(comment) is None:
                return [f"{field.full_name}: its comment does not say how many it has at most"]
            found = ITEMS.search(comment)
            if found is None or field.message_type is not None and "1000" == found[1] and field.name == "requests":
                return []  # tried by the examples
            return self._try(call, keys, path, self._many(field, int(found[1])), int(found[1]))
        if field.type != FieldDescriptor.TYPE_STRING:
            return []
        found = BYTES.search(comment) or KEY.search(comment)
        if found is not None:
            return self._try(call, keys, path, lambda n: "x" * n, int(found[1]))
        if FORMS.match(field.name) or DIGITS in comment or "4 KiB" in comment:
            return []
        return [f"{field.full_name}: its comment does not say how long it is at most"]

    @staticmethod
    def _many(field, most: int):
        if field.message_type is not None:
            return lambda n: [{} for _ in range(n)]
        if field.enum_type is not None:
            return lambda n: [field.enum_type.values[1].name for _ in range(n)]
        return lambda n: [f"x{i}" for i in range(n)]

    def _try(self, call, keys: tuple, path: str, value, most: int) -> list[str]:
        self.tried += 1
        beyond, within = self._violations(call, keys, value(most + 1)), self._violations(call, keys, value(most))
        if path not in beyond:
            return [f"{call[0]}: {path}: its comment says at most {most}, but {most + 1} are taken: {beyond}"]
        if re.search(r"at most|visible ASCII", within.get(path, "")):
            return [f"{call[0]}: {path}: its comment says at most {most}, but so many are refused: {within[path]}"]
        return []

    def _violations(self, call, keys: tuple, value) -> dict[str, str]:
        """By field, what the server says of the call with this value."""
        name, request, metadata = call
        request = self._harmless(name, request, keys[0])
        at = request
        for key, following in zip(keys, keys[1:]):
            if isinstance(key, str):
                at = at.setdefault(key, [] if isinstance(following, int) else {})
            else:
                if not at:
                    at.append({})
                at = at[key]
        at[keys[-1]] = value
        try:
            answers = self._contract.call(self._channel, name, [request], metadata, most=1)
        except Refusal as refusal:
            return dict(zip(refusal.fields, refusal.descriptions))
        return self._in_answer(answers)

    def _harmless(self, name: str, request: dict, tried: str) -> dict:
        """A copy that changes nothing where that can be, costs no check of a pack, and fails for no other reason."""
        request = copy.deepcopy(request)
        if "validate_only" in self._contract.methods[name].descriptor.input_type.fields_by_name:
            request["validateOnly"] = True
        if tried != "updateMask":
            request.pop("updateMask", None)  # then the fields that are set count
        for one in request.values():
            if isinstance(one, dict):
                one.pop("etag", None)
        for key in {"files", "requestId"} - {tried}:
            request.pop(key, None)
        if "sha256" in request:
            request["sha256"] = "0"
        return request

    @staticmethod
    def _in_answer(answers: list) -> dict[str, str]:
        """What batches and imports refuse stands in their answer."""
        out = {}
        for answer in answers:
            for i, result in enumerate(answer.get("results", [])):
                for detail in result.get("error", {}).get("details", []):
                    for one in detail.get("fieldViolations", []):
                        out[f"requests[{i}].{one.get('field', '')}"] = one.get("description", "")
            for one in answer.get("rejects", []):
                out[f"rows[0].{one.get('field', '')}"] = one.get("message", "")
        return out
