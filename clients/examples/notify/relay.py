"""A receiver of Leadline's webhooks that hands on what it is told as e-mail or into a chat, by a template.

usage: relay.py --port 8080 --secret FILE --template email.txt --smtp HOST:PORT --from A --to B
       relay.py --port 8080 --secret FILE --template chat.json --chat URL

A template is a text with $names (string.Template): type, subject, time, region, rules, rep, score, level, due, queue,
leads, calendar, last_day; what the event does not have is empty. In a template whose name ends in .json the values are
written as JSON writes them inside of quotes. The first line of an e-mail's template is its subject.

Answers 204 once the message is handed on, 401 for a signature that is wrong, 502 where handing on failed: then Leadline
sends it again. A message that comes again after it was handed on is answered and not handed on once more.
"""
import argparse
import collections
import email.message
import http.server
import json
import pathlib
import smtplib
import string
import urllib.request

from standardwebhooks import Webhook, WebhookVerificationError


def values_of(event):
    told = event["data"]["event"]
    score = told.get("scoreChanged", {}).get("score", {})
    clock = told.get("slaChanged", {}).get("clock", {})
    queue, calendar = told.get("queueLong", {}), told.get("calendarEnding", {})
    return collections.defaultdict(str, {
        "type": event["type"].removeprefix("dev.leadline.v1."),
        "subject": event["subject"], "time": event["time"], "region": event.get("region", ""),
        "rules": ", ".join(event["data"]["rules"]), "rep": told.get("assigned", {}).get("rep", ""),
        "score": score.get("total", ""), "level": clock.get("slaId", ""), "due": clock.get("dueTime", ""),
        "queue": queue.get("queue", ""), "leads": queue.get("leadCount", ""),
        "calendar": calendar.get("calendar", ""), "last_day": calendar.get("lastDay", "")})


def render(path, event):
    values = values_of(event)
    if path.suffix == ".json":
        values = {name: json.dumps(str(value))[1:-1] for name, value in values.items()}
        return string.Template(path.read_text()).substitute(collections.defaultdict(str, values))
    # A line break in a value would add a header, or lines that nobody wrote.
    values = {name: " ".join(str(value).split()) for name, value in values.items()}
    return string.Template(path.read_text()).substitute(collections.defaultdict(str, values))


def send_mail(options, text):
    message = email.message.EmailMessage()
    message["Subject"], _, body = text.partition("\n")
    message["From"], message["To"] = getattr(options, "from"), options.to
    message.set_content(body.lstrip("\n"))
    host, _, port = options.smtp.partition(":")
    with smtplib.SMTP(host, int(port or 25), timeout=10) as server:
        server.send_message(message)


def send_chat(options, text):
    json.loads(text)  # a template that is no JSON any more is found here
    request = urllib.request.Request(options.chat, text.encode(), {"content-type": "application/json"})
    urllib.request.urlopen(request, timeout=10).close()


def main():
    parser = argparse.ArgumentParser()
    for name in ("--port", "--secret", "--template", "--smtp", "--from", "--to", "--chat"):
        parser.add_argument(name, required=name in ("--secret", "--template"))
    options = parser.parse_args()
    hook = Webhook(pathlib.Path(options.secret).read_text().strip())
    template = pathlib.Path(options.template)
    handed_on = collections.OrderedDict()  # the last ids

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(min(int(self.headers.get("content-length", 0)), 1 << 20)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(self.take(headers, body))
            self.send_header("content-length", "0")
            self.end_headers()

        def take(self, headers, body):
            try:
                event = hook.verify(body, headers)
            except WebhookVerificationError:
                return 401
            if event["id"] not in handed_on:
                try:
                    text = render(template, event)
                    send_mail(options, text) if options.smtp else send_chat(options, text)
                except (OSError, ValueError, smtplib.SMTPException) as error:
                    self.log_error("%s", error)
                    return 502
                handed_on[event["id"]] = True
                if len(handed_on) > 10000:
                    handed_on.popitem(last=False)
            return 204

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", int(options.port or 0)), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
