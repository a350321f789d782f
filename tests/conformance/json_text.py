"""JSON as the page shows it: what fits stands on one line, and what is long is shortened."""

from __future__ import annotations

import json

WIDTH = 112
MOST_LINES = 46
LONGEST_TEXT = 160


class _Elided(str):
    """Stands for what is left out; no text of the JSON."""


def shown(value) -> tuple[str, bool]:
    """The text, and whether something was left out."""
    for items, depth in ((4, 9), (3, 8), (2, 7), (2, 6), (2, 5), (2, 4), (2, 3)):
        cut = _cut(value, items, depth)
        text = _text(cut, 0)
        if text.count("\n") < MOST_LINES:
            break
    return text, cut != value


def _cut(value, items: int, depth: int):
    if isinstance(value, dict):
        if depth == 0 and value:
            return _Elided("{…}")
        return {key: _cut(one, items, depth - 1) for key, one in value.items()}
    if isinstance(value, list):
        if depth == 0 and value:
            return _Elided("[…]")
        more = value[-1] == "<more>" if value else False  # as canonical.py writes it
        value = value[:-1] if more else value
        kept = [_cut(one, items, depth - 1) for one in value[:items]]
        if more:
            return kept + [_Elided("… more")]
        return kept + ([_Elided(f"… {len(value) - items} more")] if len(value) > items else [])
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return value[:LONGEST_TEXT - 20] + "…"
    return value


def _flat(value) -> str:
    if isinstance(value, _Elided):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {_flat(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flat(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _text(value, indent: int) -> str:
    flat = _flat(value)
    if isinstance(value, _Elided) or not isinstance(value, (dict, list)) or not value or len(flat) + indent <= WIDTH:
        return flat
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        lines = [f"{pad}{json.dumps(key)}: {_text(one, indent + 2)}" for key, one in value.items()]
        return "{\n" + ",\n".join(lines) + "\n" + " " * indent + "}"
    lines = [pad + _text(one, indent + 2) for one in value]
    return "[\n" + ",\n".join(lines) + "\n" + " " * indent + "]"
