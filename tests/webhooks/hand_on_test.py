"""The example that hands messages on, told what the server told. usage: hand_on_test.py REQUESTS SECRET"""
import http.server
import json
import pathlib
import socketserver
import subprocess
import sys
import threading
import urllib.error
import urllib.request

examples = pathlib.Path(__file__).parents[2] / "clients" / "examples" / "notify"
requests = [json.loads(p.read_text()) for p in sorted(pathlib.Path(sys.argv[1]).glob("*.json"))]
assigned = next(r for r in requests if '"dev.leadline.v1.lead.assigned"' in r["body"])
chats, mails = [], []


class Chat(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        chats.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Mail(socketserver.StreamRequestHandler):
    def handle(self):
        say = lambda text: self.wfile.write(text.encode() + b"\r\n")
        say("220 test")
        while line := self.rfile.readline().decode().strip():
            if line.upper() == "DATA":
                say("354 go on")
                text = ""
                while (part := self.rfile.readline().decode()) != ".\r\n":
                    text += part
                mails.append(text)
            say("221 bye" if line.upper() == "QUIT" else "250 ok")
            if line.upper() == "QUIT":
                return


def serve(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def told(options, body, headers):
    relay = subprocess.Popen([sys.executable, examples / "relay.py", "--secret", sys.argv[2], *options],
                             stdout=subprocess.PIPE, text=True)
    try:
        url = f"http://127.0.0.1:{int(relay.stdout.readline())}/"
        keep = {name: value for name, value in headers.items() if name.startswith("webhook-")}
        statuses = []
        for _ in range(2):
            try:
                statuses.append(urllib.request.urlopen(urllib.request.Request(url, body.encode(), keep)).status)
            except urllib.error.HTTPError as error:
                statuses.append(error.code)
        return statuses
    finally:
        relay.kill()


chat = ["--template", examples / "chat.json", "--chat",
        f"http://127.0.0.1:{serve(http.server.HTTPServer(('127.0.0.1', 0), Chat))}/"]
mail = ["--template", examples / "email.txt", "--from", "leadline@example.com", "--to", "sales@example.com", "--smtp",
        f"127.0.0.1:{serve(socketserver.ThreadingTCPServer(('127.0.0.1', 0), Mail))}"]
subject = json.loads(assigned["body"])["subject"]
assert told(chat, assigned["body"], assigned["headers"]) == [204, 204]
assert len(chats) == 1 and "lead.assigned" in chats[0]["text"] and subject in chats[0]["text"], chats
assert told(mail, assigned["body"], assigned["headers"]) == [204, 204]
assert len(mails) == 1 and f"Subject: Leadline: lead.assigned, {subject}" in mails[0].replace("\r\n ", " "), mails
assert "reps/avery" in mails[0], mails
assert told(chat, assigned["body"].replace("avery", "other"), assigned["headers"]) == [401, 401]
assert len(chats) == 1
