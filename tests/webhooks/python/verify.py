"""Verifies and reads messages with the libraries of Python. usage: verify.py FOLDER SECRETS"""
import json
import pathlib
import sys

from standardwebhooks import Webhook

try:
    from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
    from cloudevents.core.formats.json import JSONFormat

    def read(headers, body):
        return from_structured_event(HTTPMessage(headers=headers, body=body.encode()), JSONFormat())
except ImportError:
    from cloudevents.v1.http import from_http as read

folder, secrets = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).read_text().split()
for path in sorted(folder.glob("*.json")):
    request = json.loads(path.read_text())
    for secret in secrets:
        Webhook(secret).verify(request["body"], request["headers"])
    event = read(request["headers"], request["body"])
    get = event.get_attributes if hasattr(event, "get_attributes") else lambda: event._attributes
    attributes = get()
    data = event.get_data() if hasattr(event, "get_data") else event.data
    time = attributes["time"]
    time = time if isinstance(time, str) else time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03}Z"
    print("|".join([attributes["id"], attributes["type"], attributes["source"], attributes["subject"], time,
                    attributes.get("region", ""), attributes["sequence"], ",".join(data["rules"]),
                    data["event"]["eventId"], data["event"]["record"]]))
