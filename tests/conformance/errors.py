"""Which errors each call gives: what the comment of its RPC says behind "Errors:"."""

from __future__ import annotations

import re

CODES = ["ABORTED", "ALREADY_EXISTS", "CANCELLED", "DATA_LOSS", "DEADLINE_EXCEEDED", "FAILED_PRECONDITION", "INTERNAL",
         "INVALID_ARGUMENT", "NOT_FOUND", "OUT_OF_RANGE", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "UNAUTHENTICATED",
         "UNAVAILABLE", "UNIMPLEMENTED", "UNKNOWN"]
# A code, and a reason where the code alone says too little.
_ERROR = re.compile(r"\b(" + "|".join(CODES) + r")(?: ([A-Z][A-Z_]+))?(?=[:,])")
MARK = "Errors: "
# Said once, for all calls, in the page's conventions.
OF_EVERY_CALL = {("INVALID_ARGUMENT", "INVALID_ARGUMENT"), ("RESOURCE_EXHAUSTED", "OVERLOADED"),
                 ("UNAVAILABLE", "SHUTTING_DOWN"), ("DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED"),
                 ("CANCELLED", "CANCELLED"), ("INTERNAL", "INTERNAL")}
OF_EVERY_CHANGE = {("ALREADY_EXISTS", "REQUEST_ID_REUSED"), ("ABORTED", "WRITE_CONFLICT"), ("ABORTED", "READ_CONFLICT"),
                   ("FAILED_PRECONDITION", "ERASED"), ("UNAVAILABLE", "STORE_FULL"), ("UNAVAILABLE", "STORE_FAILING"),
                   ("UNAVAILABLE", "STORE_BUSY"), ("UNAVAILABLE", "STORE_CLOSED"),
                   ("RESOURCE_EXHAUSTED", "STORE_OUT_OF_MEMORY")}


def paragraphs(comment: str) -> tuple[str, str]:
    """The comment without its errors, and the errors."""
    joined = [" ".join(part.split()) for part in comment.split("\n\n")]
    rest = [part for part in joined if not part.startswith(MARK)]
    errors = [part[len(MARK):] for part in joined if part.startswith(MARK)]
    return "\n\n".join(rest), " ".join(errors)


def stated(text: str) -> list[tuple[str, str, str]]:
    """(code, reason, when) of each error of such a paragraph, in order. Errors that share their words share `when`."""
    found = list(_ERROR.finditer(text))
    out: list[tuple[str, str, str]] = []
    for i, match in enumerate(found):
        j = i
        while text[found[j].end()] == ",":  # it shares the words of the one that follows
            j += 1
        end = found[j + 1].start() if j + 1 < len(found) else len(text)
        when = text[found[j].end() + 1:end].strip()
        out.append((match[1], match[2] or match[1], when))
    return out


def problems(contract, known: dict[str, str]) -> list[str]:
    """What is wrong with the comments; `known` has the code of each reason of `leadline errors`."""
    out = []
    for method in contract.methods.values():
        _, text = paragraphs(method.comment)
        if not text:
            out.append(f"{method.name}: its comment does not say which errors it gives; add a paragraph "
                       "\"Errors: ...\"")
        for code, reason, _ in stated(text):
            if known.get(reason) != code:
                out.append(f"{method.name}: its comment says {code} {reason}, but the server's list of reasons has "
                           f"{known.get(reason, 'no such reason')}")
    return out


def unexplained(method, code: str, reason: str) -> bool:
    """Whether neither the RPC's comment nor the conventions say that it gives this error."""
    own = {(c, r) for c, r, _ in stated(paragraphs(method.comment)[1])}
    return (code, reason) not in own | OF_EVERY_CALL | OF_EVERY_CHANGE
