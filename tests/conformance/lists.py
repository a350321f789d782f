"""What lists can be filtered and ordered by: the tables of the page, and a probe that asks the server about them."""

from __future__ import annotations

from dataclasses import dataclass

from contract import Contract, Refusal


@dataclass(frozen=True)
class Field:
    name: str
    kind: str  # text, name, number, time, position
    meaning: str
    orders: bool = False


# For an order: any.
ANY = "any"


@dataclass(frozen=True)
class Listing:
    call: str
    plural: str
    fields: tuple[Field, ...]
    # By field: the orders in which an index finds records by `=` on it.
    indexes: dict[str, tuple[str, ...]]
    samples: dict[str, str]  # a value that the shipped packs know, of each field but account and contact


CREATE = Field("create_time", "time", "when the record was stored first", True)
UPDATE = Field("update_time", "time", "when it last changed", True)
CHANGE = Field("change_position", "position", "place in the ledger of its last event: rising only", True)
SORTED = ("create_time", ANY)
TIME, POSITION = "2026-01-01T00:00:00Z", "1"
COMMON = {"create_time": TIME, "update_time": TIME, "change_position": POSITION, "score": "100"}

LISTINGS = (
    Listing("ListLeads", "leads", (
        Field("status", "text", "lifecycle status"),
        Field("region", "text", "sales region"),
        Field("assignee", "name", "`reps/{rep}` who works it"),
        Field("hold_queue", "name", "`queues/{queue}` that it waits in"),
        Field("account", "name", "`accounts/{account}`"),
        Field("contact", "name", "`contacts/{contact}`: anybody of the buying group"),
        Field("source", "text", "where it came from, as the packs read it"),
        Field("product", "text", "one of the products of interest"),
        Field("attributes.external_id", "text", "the attribute `external_id`"),
        Field("score", "number", "points in all", True),
        CREATE, UPDATE,
        Field("enquiry_time", "time", "when the enquiry was made", True),
        Field("due_time", "time", "when its running service level is broken", True),
        Field("hold_time", "time", "since when it waits in its queue", True), CHANGE),
        {"status": ("create_time", "score"), "region": ("create_time",), "assignee": SORTED, "account": SORTED,
         "contact": SORTED, "hold_queue": ("hold_time", ANY), "attributes.external_id": (ANY,)},
        {"status": "mql", "region": "emea", "assignee": "reps/emea-tom-hughes", "hold_queue": "queues/unassigned",
         "source": "website", "product": "pumps",
         "attributes.external_id": "crm-1", "enquiry_time": TIME, "due_time": TIME, "hold_time": TIME, **COMMON}),
    Listing("ListContacts", "contacts", (
        Field("account", "name", "`accounts/{account}`"),
        Field("status", "text", "lifecycle status"),
        Field("email", "text", "address of mail, however it is written"),
        Field("phone", "text", "telephone number with its country, however it is written"),
        Field("score", "number", "points in all", True), CREATE, UPDATE, CHANGE),
        {"account": SORTED, "email": (ANY,), "phone": (ANY,)},
        {"status": "mql", "email": "ana@acme.es", "phone": "+34 912 345 678", **COMMON}),
    Listing("ListAccounts", "accounts", (
        Field("domain", "text", "internet domain"),
        Field("country", "text", "ISO 3166-1 alpha-2"),
        Field("region", "text", "sales region"),
        Field("owner", "name", "`reps/{rep}` who owns it"),
        Field("score", "number", "what its people score together", True), CREATE, UPDATE, CHANGE),
        {"domain": (ANY,)},
        {"domain": "acme.es", "country": "ES", "region": "emea", "owner": "reps/emea-tom-hughes", **COMMON}),
)
COMPARISONS = {"text": "`=` `!=` `:*`", "name": "`=` `!=` `:*`", "number": "all", "time": "all", "position": "all"}

# Examples for the page, each of which ListLeads takes.
FILTERS = (
    'status = "mql" AND region = "emea"',
    "(status = mql OR status = sal) AND score >= 100 AND NOT source = list",
    "status = mql AND -assignee:*",
    'status IN ("mql", "sal") AND NOT region IN (emea, latam)',
    'create_time >= "2026-01-01T00:00:00Z" AND create_time < "2026-02-01T00:00:00Z" AND product = pumps',
)


def tables() -> str:
    parts = []
    for listing in LISTINGS:
        rows = [f"#### Fields of {listing.plural}", "",
                "| field | kind | comparisons | orders | |", "|---|---|---|---|---|"]
        for field in listing.fields:
            orders = "yes" if field.orders else ""
            rows.append(f"| `{field.name}` | {field.kind} | {COMPARISONS[field.kind]} | {orders} | {field.meaning} |")
        rows += ["", f"What finds {listing.plural}, in which order:", "",
                 "| a term with `=` on | `order_by` |", "|---|---|", "| nothing | `create_time`, `change_position` |"]
        for name, orders in listing.indexes.items():
            named = [f"`{order}`" for order in orders if order != ANY]
            if ANY in orders:
                named.append("any other, of up to 10,000 records" if named else "any")
            rows.append(f"| `{name}` | {', '.join(named)} |")
        parts.append("\n".join(rows))
    return "\n\n".join(parts)


def served(listing: Listing, term: str, order: str) -> bool:
    """Whether the tables say that an index serves `term` = ... in this order."""
    orders = listing.indexes.get(term, ())
    return order == "change_position" or order in orders or ANY in orders or (order == "create_time" and term == order)


class Probe:
    """Asks the server for every field, comparison and pair of filter and order."""

    def __init__(self, contract: Contract, channel, known: dict) -> None:
        """`known`: the answer that made a lead, whose account and contact filters can name."""
        self._contract, self._channel = contract, channel
        self._names_of_records = {kind: known[kind]["name"] for kind in ("account", "contact")}

    def run(self) -> list[str]:
        out = [f"the page's filter {one} is refused: {found}" for one in FILTERS
               if (found := self._refused(LISTINGS[0], one, ""))]
        return out + [problem for listing in LISTINGS for problem in self._of(listing)]

    def _of(self, listing: Listing) -> list[str]:
        out = self._names(listing)
        orders = [field.name for field in listing.fields if field.orders]
        for field in listing.fields:
            value = self._names_of_records.get(field.name) or listing.samples[field.name]
            sized = field.kind in ("number", "time", "position")
            # An order that a bound makes cheap, so that the comparison alone is asked about.
            for operator in ("=", "!=", "<", "<=", ">", ">="):
                wanted = sized or operator in ("=", "!=")
                found = self._refused(listing, f'create_time > "{TIME}" AND {field.name} {operator} "{value}"', "")
                if (found == "") != wanted:
                    out.append(f"{listing.call}: the tables say that {field.name} {operator} is "
                               f"{'' if wanted else 'not '}served; the server says: {found or 'it is'}")
            for order in orders:
                wanted = served(listing, field.name, order)
                found = self._refused(listing, f'{field.name} = "{value}"', order)
                if (found == "") != wanted:
                    out.append(f"{listing.call}: the tables say that order_by {order} with {field.name} = is "
                               f"{'' if wanted else 'not '}served; the server says: {found or 'it is'}")
        return out

    def _names(self, listing: Listing) -> list[str]:
        """The server's own list of the fields stands in what it refuses."""
        out = []
        for part, wanted, asked in (("filter", [f.name for f in listing.fields], ('colour = "red"', "")),
                                    ("order_by", [f.name for f in listing.fields if f.orders], ("", "colour"))):
            text = self._refused(listing, *asked).partition("use ")[2]
            named = {word.strip(".,; ") for word in text.replace(" or ", " ").split()}
            missing = [name for name in wanted if name not in named]
            fields = {f.name for f in listing.fields}
            strange = [word for word in named if "_" in word and word not in fields]
            if missing or strange:
                out.append(f"{listing.call}: {part}: the server says \"{text}\"; the tables say {', '.join(wanted)}")
        return out

    def _refused(self, listing: Listing, filter_text: str, order: str) -> str:
        """Why the list is refused; empty when it is not."""
        try:
            self._contract.call(self._channel, listing.call, [{"filter": filter_text, "orderBy": order}], {})
        except Refusal as refusal:
            return refusal.message
        return ""
