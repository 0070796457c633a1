"""A plugin in Python that tries every door: files, environment, arguments, sockets, processes.

What it saw is its outputs, for the host's tests to compare with what there is to see.
"""

import json
import os
import random
import socket
import subprocess
import sys
import time

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.step import Description, Failure, Invocation, Outcome, Outcome_Done, Outcome_Wait, Wait
from wit_world.imports import log

DIALECT = "https://json-schema.org/draft/2020-12/schema"

CONFIG = {
    "$schema": DIALECT,
    "type": "object",
    "properties": {
        "mode": {
            "description": "What to do.",
            "enum": ["pry", "wait", "fail", "raise", "recurse", "spin", "nap", "sleep", "print"],
            "default": "pry",
        },
        "text": {"description": "What to print.", "type": "string", "default": ""},
    },
    "additionalProperties": False,
}


def attempt(door):
    """What `door` gives, or the name of the error that it answers with."""
    try:
        return door()
    except Exception as error:  # whatever it is, it is the answer
        return f"{type(error).__name__}: {error}"


def written(path):
    with open(path, "w", encoding="utf-8") as file:
        return file.write("x")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def connected(address):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream:
        stream.connect(address)
        return "connected"


def sent(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        return datagrams.sendto(b"x", address)


def listening(address):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream:
        stream.bind(address)
        stream.listen()
        return "listening"


def pry():
    return {
        "environment": attempt(lambda: dict(os.environ)),
        "arguments": attempt(lambda: sys.argv[1:]),
        "root": attempt(lambda: os.listdir("/")),
        "working_folder": attempt(lambda: os.listdir(".")),
        "passwd": attempt(lambda: read("/etc/passwd")),
        "credentials": attempt(lambda: read(os.path.expanduser("~/.aws/credentials"))),
        "written": attempt(lambda: written("/tmp/stepwell-was-here")),
        "metadata_service": attempt(lambda: connected(("169.254.169.254", 80))),
        "localhost": attempt(lambda: connected(("127.0.0.1", 22))),
        "datagram": attempt(lambda: sent(("127.0.0.1", 53))),
        "name": attempt(lambda: socket.getaddrinfo(b"example.com", 80)[0][4][0]),
        "listening": attempt(lambda: listening(("127.0.0.1", 0))),
        "process": attempt(lambda: subprocess.run(["true"]).returncode),
        "input": attempt(sys.stdin.read),
        "time": attempt(lambda: time.time() > 0),
        "random": attempt(lambda: 0 <= random.SystemRandom().random() < 1),
    }


def endless(depth):
    return endless(depth + 1) + 1


class Step(exports.Step):
    def describe(self) -> Description:
        return Description(
            name="python",
            version="0.1.0",
            summary="Tries every door of the sandbox, in Python",
            config_schema=json.dumps(CONFIG),
            outputs_schema=json.dumps({"$schema": DIALECT, "type": "object"}),
            kinds=["workflow-step"],
            extra="{}",
        )

    def start(self, invocation: Invocation) -> Outcome:
        config = json.loads(invocation.config)
        text = config.get("text", "")
        match config.get("mode", "pry"):
            case "wait":
                return Outcome_Wait(Wait(after_ms=1, checkpoint=b"\x00\xff", message="waiting", progress=None))
            case "fail":
                raise Err(Failure(code="ToldToFail", message="failed as told", retryable=False))
            case "raise":
                raise RuntimeError(f"not caught: {text}")
            case "recurse":
                return Outcome_Done(json.dumps({"depth": endless(0)}))
            case "spin":
                while True:
                    pass
            case "nap":
                time.sleep(0.01)
                return Outcome_Done("{}")
            case "sleep":
                time.sleep(3600)
                return Outcome_Done("{}")
            case "print":
                print(text)
                print(text, file=sys.stderr)
                print("without a line break", end="")
                sys.stdout.flush()
                return Outcome_Done("{}")
        log.line(log.Level.INFO, "trying every door")
        print("this goes to standard output")
        print("this goes to standard error", file=sys.stderr)
        sys.stdout.flush()
        return Outcome_Done(json.dumps(pry()))

    def resume(self, invocation: Invocation, checkpoint: bytes) -> Outcome:
        return Outcome_Done(json.dumps({"checkpoint": list(checkpoint)}))

    def cancel(self, invocation: Invocation, checkpoint: bytes) -> None:
        log.line(log.Level.INFO, "cancelled")
