"""Writes every request as it came into a folder, and answers as the file "answer" there says (204 without it).

usage: receiver.py FOLDER        prints its port
"""
import http.server
import json
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        answer = folder / "answer"
        status = int(answer.read_text()) if answer.exists() else 204
        kept = {"path": self.path, "status": status, "body": body.decode(),
                "headers": {name.lower(): value for name, value in self.headers.items()}}
        number = len(list(folder.glob("*.json")))
        part = folder / f"{number:05}.part"
        part.write_text(json.dumps(kept))
        part.rename(folder / f"{number:05}.json")
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
