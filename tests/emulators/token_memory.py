"""A proxy before an emulator that remembers client tokens, as AWS does and no emulator does.

    UPSTREAM=http://127.0.0.1:5600 token_memory.py --port 5700

A request with a known client token gets the earlier response and is not forwarded. With other parameters it is refused,
as on AWS (IdempotentParameterMismatch). The proxy remembers tokens until it ends; AWS forgets them after about a day,
depending on the operation.

It records every request in order. At one of them it can signal a process, before it forwards the request, or after the
emulator answered and before it passes the response on. The settings are those of killer.py; kill_when can also be
"refuse", which stops as "stop" does and answers 503.

POST /_test/forget forgets requests and tokens. GET /_test/settled answers when no connection is open any more: then
no request of a killed process is still in progress.
"""

import http.client
import json
import os
import signal
import threading
import time
from urllib.parse import parse_qsl, urlsplit

from killer import PATIENCE, QUIET, is_dead
from loopback import Conversation, document, serve, text

# By client token: its first request and the response.
ANSWERS = {}
# On AWS, a second request with a token waits for the first one.
ONE_AT_A_TIME = threading.Lock()
# Close the connection without a response.
GONE = (None, "", b"", {})
STOPPED = threading.Event()
# Headers for one connection only, and those that `send` sets.
HOP_HEADERS = {"connection", "content-length", "content-type", "date", "keep-alive", "server", "transfer-encoding"}


def wait_until(condition):
    """Waits until a condition is true. Returns False if it does not become true in time."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: is_dead(pid))


def is_connection(thread):
    return "process_request_thread" in thread.name and thread is not threading.current_thread()


def error(status, code, message):
    body = f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors></Response>"
    return status, "text/xml", body.encode(), {}


class TokenMemory(Conversation):
    settings = {"kill_at": 0, "kill_when": "before", "pid": 0, "hold": 0}
    count = 0
    upstream = urlsplit(os.environ["UPSTREAM"])

    def answer(self):
        is_form = "x-www-form-urlencoded" in self.headers.get("Content-Type", "")
        parameters = dict(parse_qsl(self.body.decode(), keep_blank_values=True)) if is_form else {}
        token = parameters.pop("ClientToken", None)
        self.record.update({
            "operation": parameters.pop("Action", self.place), "parameters": parameters, "client_token": token,
            "fate": "pending",
        })
        # Several connections are served at the same time, but only one request is the N-th.
        with self.lock:
            TokenMemory.count += 1
            is_last = TokenMemory.count == self.settings["kill_at"]
            is_behind = 0 < self.settings["kill_at"] < TokenMemory.count
        when = self.settings["kill_when"] if is_last else None
        if when == "before":
            self.record["fate"] = "lost"
            return self.kill()
        if when == "term":
            os.kill(self.target(), signal.SIGTERM)
            time.sleep(self.settings["hold"])
        if when in ("stop", "refuse"):
            self.stop()
        elif is_behind and self.settings["kill_when"] in ("stop", "refuse"):
            STOPPED.wait(PATIENCE)
        if when == "refuse":
            self.record["fate"] = "refused"
            return error(503, "RequestLimitExceeded", "Request limit exceeded.")
        answer = self.forward() if token is None else self.once(token, (self.record["operation"], parameters))
        return self.kill() if when == "after" else answer

    def once(self, token, request):
        with ONE_AT_A_TIME:
            known, answer = ANSWERS.get(token, (None, None))
            if known is None:
                answer = self.forward()
                if answer[0] == 200:
                    ANSWERS[token] = (request, answer)
                return answer
        self.record["fate"] = "remembered"
        if known != request:
            self.record["fate"] = "refused"
            return error(400, "IdempotentParameterMismatch", "The client token was used with other parameters.")
        return answer

    def forward(self):
        connection = http.client.HTTPConnection(self.upstream.hostname, self.upstream.port, timeout=PATIENCE)
        connection.request(self.command, self.path, self.body, dict(self.headers.items()))
        response = connection.getresponse()
        body = response.read()
        connection.close()
        self.record["fate"] = "done" if response.status == 200 else "refused"
        headers = {name: value for name, value in response.getheaders() if name.lower() not in HOP_HEADERS}
        return response.status, response.getheader("Content-Type"), body, headers

    def target(self):
        wait_until(lambda: self.settings["pid"])
        return self.settings["pid"]

    def stop(self):
        pid = self.target()
        time.sleep(QUIET)
        os.kill(pid, signal.SIGSTOP)
        STOPPED.set()

    def kill(self):
        kill(self.target())
        return GONE

    def control(self):
        match self.command, self.place:
            case "GET", "/_test/settled":
                is_settled = wait_until(lambda: not any(map(is_connection, threading.enumerate())))
                return document(200, {}) if is_settled else text(503, "a connection is still open")
            case "POST", "/_test/forget":
                ANSWERS.clear()
                self.seen.clear()
                return document(200, {})
            case "POST", "/_test/settings" if "kill_at" in json.loads(self.body):
                TokenMemory.count = 0
        return super().control()

    def send(self, answer):
        if answer is GONE:
            self.close_connection = True
            return
        if self.place.startswith("/_test/"):
            # The test's own connections do not count.
            answer = (*answer[:3], {**answer[3], "Connection": "close"})
        super().send(answer)


serve(TokenMemory)
