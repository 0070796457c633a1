"""What metadata.py and canned_vault.py stand on: an HTTP server that remembers what it was asked. No program itself.

A program derives from Conversation and says how it answers. Beside its own paths it has two for the test:
GET /_test/seen lists the requests that came, and POST /_test/settings with {"name": value} changes what it does.
"""

import argparse
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


def text(status, body="", **headers):
    return status, "text/plain", body.encode(), headers


def document(status, value):
    return status, "application/json", json.dumps(value, separators=(",", ":")).encode(), {}


class Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave together. In two packets, the second would wait for the client's delayed acknowledgement.
    wbufsize = -1

    settings = {}
    seen = []
    lock = threading.Lock()

    def answer(self):
        """Status, content type, body and further headers, as `text` and `document` make them."""
        raise NotImplementedError

    def respond(self):
        url = urlsplit(self.path)
        self.place = unquote(url.path)
        self.query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.place.startswith("/_test/"):
            return self.send(self.control())
        # Noted before the answer, because some requests never get one.
        self.record = {"method": self.command, "path": self.place, "token": "none", "status": None}
        self.seen.append(self.record)
        answer = self.answer()
        self.record["status"] = answer[0]
        self.send(answer)

    do_GET = do_PUT = do_POST = do_DELETE = do_LIST = respond

    def control(self):
        match self.command, self.place:
            case "GET", "/_test/seen":
                return document(200, self.seen)
            case "POST", "/_test/settings":
                changes = json.loads(self.body)
                unknown = changes.keys() - self.settings.keys()
                if unknown:
                    return text(400, f"no such setting: {', '.join(sorted(unknown))}")
                with self.lock:
                    self.settings.update(changes)
                return document(200, {})
        return text(404)

    def send(self, answer):
        status, content_type, body, headers = answer
        self.send_response(status)
        if status != 204:
            headers = {"Content-Type": content_type, "Content-Length": str(len(body)), **headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def note_token(self, given, is_valid):
        """Whether a token came and was right; the token itself is never noted."""
        self.record["token"] = "none" if given is None else "valid" if is_valid else "invalid"
        return given is not None and is_valid

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # Clients that open many connections at once would otherwise be refused from the sixth on.
    request_queue_size = 128


def serve(conversation):
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, required=True)
    given = arguments.parse_args()
    Server((given.host, given.port), conversation).serve_forever()
