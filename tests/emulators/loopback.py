"""An HTTP server that records its requests. The basis of metadata.py and the canned_*.py programs.

A program derives from Conversation and defines its answers. It has two more paths for the test: GET /_test/seen lists
the requests, and POST /_test/settings with {"name": value} changes its behaviour.
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
    # Send head and body together: a second packet would wait for the client's delayed acknowledgement.
    wbufsize = -1

    settings = {}
    seen = []
    lock = threading.Lock()

    def answer(self):
        """Returns status, content type, body and further headers, as `text` and `document` do."""
        raise NotImplementedError

    def respond(self):
        url = urlsplit(self.path)
        self.place = unquote(url.path)
        self.query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        if len(self.body) < length:
            # The client gave the request up. No server executes a part of one.
            self.close_connection = True
            return None
        if self.place.startswith("/_test/"):
            return self.send(self.control())
        # Record the request before the answer, because some requests never get one.
        self.record = {"method": self.command, "path": self.place, "token": "none", "status": None}
        self.seen.append(self.record)
        answer = self.answer()
        self.record["status"] = answer[0]
        self.send(answer)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_LIST = respond

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
        """Whether a token came and was right. The token itself is never recorded."""
        self.record["token"] = "none" if given is None else "valid" if is_valid else "invalid"
        return given is not None and is_valid

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # With the default of 5, connections from the sixth one on would be refused.
    request_queue_size = 128


def serve(conversation):
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, required=True)
    given = arguments.parse_args()
    Server((given.host, given.port), conversation).serve_forever()
