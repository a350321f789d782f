"""Writes protos/README.md: the reference of the API, from the contract's comments and from examples that are sent.

  reference.py PROTOSET GOOGLEAPIS LEADLINE [--check]

LEADLINE is the command line, which knows the reasons of errors. With --check nothing is written, and the exit status is
1 when the page is not what would be written. What is written by hand stands in conventions.md.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import costs
import errors
import examples
import lists
from contract import PACKAGE, SERVICES, Contract, Method
from descriptors import OUTPUT_ONLY, REQUIRED, behaviors, type_name
from json_text import shown
from operations import OPERATION

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "protos" / "README.md"
READS = re.compile(r"(Get|List|BatchGet|Find|Preview|Explain|Score|BatchScore|Watch|Validate|Wait)")
ACTS_ONCE = re.compile(r"(Cancel|Delete)Operation")


def anchor(name: str) -> str:
    return re.sub(r"[^\w -]", "", name).strip().lower().replace(" ", "-")


def link(name: str) -> str:
    """A link to the heading of that name; the request and response of a call stand with the call."""
    return f"[{name}](#{anchor(re.sub('(Request|Response)$', '', name))})"


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


class Page:
    """Collects the page's parts. What it gives depends on the contract, the examples and `reasons` alone."""

    def __init__(self, contract: Contract, reasons: list[dict]) -> None:
        self._contract, self._reasons = contract, reasons

    def text(self) -> str:
        template = (HERE / "conventions.md").read_text(encoding="utf-8")
        parts = {"services": self._service_table(), "lists": lists.tables(), "filters": "\n".join(lists.FILTERS),
                 "errors": self._reason_table(), "calls": self._calls(), "messages": self._messages()}
        for name, part in parts.items():
            template = template.replace("{{%s}}" % name, part)
        text = template.replace("{{contents}}", self._contents(template)).rstrip() + "\n"
        self._check_links(text)
        return text

    @staticmethod
    def _check_links(text: str) -> None:
        plain = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        headings = [anchor(m[1]) for m in re.finditer(r"^#+ (.+)$", plain, re.MULTILINE)]
        twice = {one for one in headings if headings.count(one) > 1}
        lost = set(re.findall(r"\]\(#([^)]+)\)", plain)) - set(headings)
        if twice or lost:
            raise ValueError(f"headings that there are twice: {sorted(twice)}; links that lead nowhere: {sorted(lost)}")

    @staticmethod
    def _contents(text: str) -> str:
        """The chapters; with what stands in them, but for calls and messages, which have tables of their own."""
        plain = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        lines = []
        for chapter in re.split(r"^## ", plain, flags=re.MULTILINE)[1:]:
            name, _, body = chapter.partition("\n")
            parts = [link(m[1]) for m in re.finditer(r"^### (.+)$", body, re.MULTILINE)]
            if name == "Contents":
                continue
            with_parts = parts and name not in (*SERVICES, "Messages", "Enums")
            lines.append(f"- {link(name)}" + (": " + ", ".join(parts) if with_parts else ""))
        return "\n".join(lines)

    def _service_table(self) -> str:
        lines = ["| service | calls |", "|---|---|"]
        for service in SERVICES:
            names = [m.name for m in self._contract.methods.values() if m.service == service]
            lines.append(f"| {link(service)} | {' '.join(link(name) for name in names)} |")
        return "\n".join(lines)

    def _reason_table(self) -> str:
        lines = ["| reason | code | again? | metadata | meaning |", "|---|---|---|---|---|"]
        for one in self._reasons:
            again = {"never": "never", "mended": "when mended"}.get(one["retry"], f"after {one['retryAfter']}")
            keys = ", ".join(f"`{key}`" for key in one["metadata"])
            lines.append(f"| `{one['reason']}` | {one['code']} | {again} | {keys} | {cell(one['meaning'])} |")
        return "\n".join(lines)

    def _calls(self) -> str:
        out = []
        for service in SERVICES:
            methods = [m for m in self._contract.methods.values() if m.service == service]
            comment = self._contract.comments[methods[0].descriptor.containing_service.full_name]
            out.append(f"## {service}\n\n{self._prose(comment)}")
            out += [self._call(m) for m in methods]
        return "\n\n".join(out)

    @staticmethod
    def _prose(comment: str) -> str:
        return "\n\n".join(" ".join(part.split()) for part in comment.split("\n\n"))

    def _call(self, method: Method) -> str:
        comment, stated = errors.paragraphs(method.comment)
        request, response = method.descriptor.input_type, method.descriptor.output_type
        stream = {False: "", True: "stream "}
        head = (f"### {method.name}\n\n`rpc {method.name}({stream[method.client_streams]}{request.name}) returns "
                f"({stream[method.server_streams]}{response.name})`")
        parts = [head, comment, f"Cost: {costs.of(method.name)}", self._again(method), f"**Request**{self._own_or_link(request)}"]
        answer = f"**Response**{self._own_or_link(response)}"
        if method.long:
            answer += f", which [comes to](#long-work):{self._own_or_link(self._contract.outcome_of(method))}"
        parts += [answer, *self._example(method), self._errors(method, stated)]
        return "\n\n".join(part for part in parts if part)

    def _again(self, method: Method) -> str:
        """Whether the call may be sent again."""
        fields = method.descriptor.input_type.fields_by_name
        if ACTS_ONCE.match(method.name):
            return "May be sent again: the second time it changes nothing."
        if READS.match(method.name):
            return "Changes nothing, so that it may be sent again at any time."
        if "request_id" in fields and method.long:
            return "May be sent again with the same `request_id`: it gives the operation of the first time."
        if "request_id" in fields:
            return "May be sent again with the same `request_id`: it acts once."
        if "requests" in fields:
            return "May be sent again with the same `request_id` in each request: each acts once."
        if "import_id" in fields:
            return "May be sent again with the same `import_id`: each row acts once."
        raise ValueError(f"{method.name} changes something and has no request_id")

    def _own_or_link(self, message) -> str:
        if message.full_name == "google.protobuf.Empty":
            return ": nothing"
        if not message.name.endswith(("Request", "Response")):
            return f": {self._type_link(message.name)}"
        if not message.fields:
            return ": no fields"
        return "\n\n" + self._field_table(message)

    def _field_table(self, message) -> str:
        lines = ["| field | type | |", "|---|---|---|"]
        for field in message.fields:
            found = behaviors(self._contract, field)
            notes = [word for number, word in ((REQUIRED, "**Required.**"), (OUTPUT_ONLY, "*Output only.*"))
                     if number in found]
            comment = self._contract.comments.get(field.full_name, "")
            comment = re.sub(r"(; required| Required| Output only)\.$", lambda m: "." if m[1][0] == ";" else "",
                             " ".join(comment.split())) if notes else comment
            kind = type_name(field, self._type_link)
            lines.append(f"| `{field.name}` | {kind} | {cell(' '.join([*notes, comment]))} |")
        return "\n".join(lines)

    def _example(self, method: Method) -> list[str]:
        example = examples.load(method.name)
        sent, cut = self._block([self._readable(one) for one in examples.requests_of(example)])
        parts = [f"**Example.** {example['about']}" + (f" The caller is `{example['actor']}`." if "actor" in example
                                                       else "")]
        before = [step["rpc"] for step in example.get("setup", []) if "rpc" in step]
        if before:
            parts[0] += f" Before it: {', '.join(link(name) for name in dict.fromkeys(before))}."
        answers = example["responses"] if method.server_streams else [example["response"]]
        got, cut_too = self._block(answers)
        parts += [sent, ("It comes to" if method.long else "It is answered") + (", shortened here:" if cut_too else ":"), got]
        if cut:
            parts[0] += " The request is shortened here."
        return parts

    @staticmethod
    def _block(messages: list) -> tuple[str, bool]:
        texts = [shown(one) for one in messages]
        return "```jsonc\n" + "\n".join(text for text, _ in texts) + "\n```", any(cut for _, cut in texts)

    def _readable(self, value):
        """References as placeholders of the page."""
        if isinstance(value, dict):
            return {key: self._readable(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._readable(one) for one in value]
        if not isinstance(value, str):
            return value
        value = re.sub(r"\$\{files:([^} ]+)[^}]*\}", r"<the files of \1>", value)
        value = re.sub(r"\$\{text:.*?\}", "<the file in base64>", value, flags=re.DOTALL)
        return examples.REFERENCE.sub(lambda m: self._of_reference(m[1]), value)

    @staticmethod
    def _of_reference(path: str) -> str:
        parts = path.split(".")
        collections = {"lead": "leads", "contact": "contacts", "account": "accounts", "merge": "merges"}
        if parts[-1] == "name" and len(parts) > 2:
            return f"{collections[parts[-2]]}/<id>"
        return {"etag": "<etag>", "sha256": "<sha256>", "nextPageToken": "<token>"}.get(parts[-1], f"<{parts[-1]}>")

    def _errors(self, method: Method, stated: str) -> str:
        lines = []
        for code, reason, when in errors.stated(stated):
            shown_reason = "" if reason == code else f" `{reason}`"
            lines.append(f"- {code}{shown_reason}: {cell(when)}")
        known = "\n".join(lines) or "None but those of every call."
        parts = [f"**Errors**, beside [those of every call](#errors)\n\n{known}"]
        refused = examples.load(method.name).get("refused", [])
        if refused:
            rows = ["| for example | code | reason | message |", "|---|---|---|---|"]
            for one in refused:
                reason = "" if one["reason"] == one["code"] else f"`{one['reason']}`"
                message = cell(self._message(one["message"]))
                rows.append(f"| {cell(one['about'])} | {one['code']} | {reason} | {message} |")
            parts.append("\n".join(rows))
        return "\n\n".join(parts)

    @staticmethod
    def _message(text: str) -> str:
        text = text if len(text) <= 240 else text[:220] + "…"
        return text.replace("<", "&lt;").replace(">", "&gt;").replace("*", "\\*")

    def _heading(self, message: str) -> str:
        """One that no call has."""
        return f"{message} message" if message in self._contract.methods else message

    def _type_link(self, name: str) -> str:
        return f"[{name}](#{anchor(self._heading(name))})" if name in self._contract.methods else link(name)

    def _messages(self) -> str:
        """The messages that are no request or response of one call, then the enums, each by name."""
        methods = self._contract.methods.values()
        own = {t.name for m in methods for t in (m.descriptor.input_type, self._contract.outcome_of(m))
               if t.name.endswith(("Request", "Response"))}
        parts = ["{{index}}"]
        messages = {m.name: m for file in self._contract.files for m in file.message_types_by_name.values()}
        messages["Operation"] = self._contract.pool.FindMessageTypeByName(OPERATION)
        for name in sorted(messages):
            if name not in own:
                comment = self._prose(self._contract.comments[messages[name].full_name])
                table = self._field_table(messages[name]) if messages[name].fields else "It has no fields."
                parts.append(f"### {self._heading(name)}\n\n{comment}\n\n{table}")
        shared = [name for name in sorted(messages) if name not in own]
        parts[0] = " · ".join(self._type_link(name) for name in shared)
        parts.append("## Enums")
        enums = {e.name: e for file in self._contract.files for e in file.enum_types_by_name.values()}
        for name in sorted(enums):
            said = self._contract.comments
            rows = [f"| `{v.name}` | {v.number} | {cell(said[f'{enums[name].full_name}.{v.name}'])} |"
                    for v in enums[name].values]
            comment = self._prose(self._contract.comments[enums[name].full_name])
            parts.append(f"### {name}\n\n{comment}\n\n| value | number | |\n|---|---|---|\n" + "\n".join(rows))
        return "\n\n".join(parts)


def reasons_of(leadline: Path) -> list[dict]:
    """The reasons of errors, as the command line lists them."""
    listed = subprocess.run([leadline, "errors", "--format", "json"], check=True, capture_output=True, text=True)
    return json.loads(listed.stdout)


def main(protoset: str, imports: str, leadline: str, check: bool = False) -> int:
    text = Page(Contract(Path(protoset), Path(imports)), reasons_of(Path(leadline))).text()
    if not check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("protos/README.md is not current; write it anew with tests/conformance/reference.py (tests/README.md)")
    return 1


if __name__ == "__main__":
    sys.exit(main(*[a for a in sys.argv[1:] if a != "--check"], check="--check" in sys.argv))
