"""Forks the Python programs of the tests from a process that has done their imports.

    nursery.py SOCKET moto|others

moto alone needs a CPU second to import, and boto3 a third of one; a fork of a process that has imported them takes
milliseconds. Each child is as fresh as a new interpreter: the nursery imports and loads models, and runs nothing.

A client connects to SOCKET and sends a length (4 bytes, big endian) and a JSON object of that length:

    {"arguments": ["slow_moto.py", "--port", "5600"], "folder": "…", "environment": {…}, "log": "…" or null}

The child has that folder, that environment and nothing else of the nursery's. The connection is its standard input. With a
log, the child writes there, and the connection is its leash as in leash.py; without one, it is standard output as well.
The nursery ends when its own standard input ends.
"""

import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import threading
import traceback

import leash

# Modules by nursery. Only packages from elsewhere: the programs of this folder read their settings when they are imported,
# and so does ministack.
MODULES = {
    "moto": ["moto.server", "moto.backends", "moto.ec2.models", "moto.ec2.responses"]
    + [f"moto.{service}.responses" for service in (
        "athena", "autoscaling", "ecs", "elbv2", "iam", "logs", "rds", "s3", "ssm", "sts"
    )],
    "others": ["boto3", "microburst.cli", "hypercorn.asyncio", "hypercorn.config", "h11", "h2.connection", "http.server",
               "cryptography.x509", "proxy"],
}

# What the tests call; the models of others are read when they are called.
SERVICES = ["autoscaling", "athena", "ec2", "ecs", "elbv2", "iam", "lambda", "logs", "rds", "s3", "secretsmanager", "ssm", "sts"]


def prepare(kind):
    for module in MODULES[kind]:
        importlib.import_module(module)
    if kind == "moto":
        from moto.core.utils import get_service_model

        for service in SERVICES:
            get_service_model(service)
    else:
        import boto3

        # aws.py uses boto3's default session; its loader keeps what it has read.
        boto3.setup_default_session()
        loader = boto3.DEFAULT_SESSION._session.get_component("data_loader")
        for service in SERVICES:
            for model in ("service-2", "endpoint-rule-set-1"):
                loader.load_service_model(service, model)
        for data in ("partitions", "endpoints", "sdk-default-configuration", "_retry"):
            loader.load_data(data)
    # A collection would touch, and so copy, every page that the children share.
    gc.collect()
    gc.freeze()
    # A thread does not live through a fork, and whatever lock it holds is held for ever.
    tasks = os.listdir("/proc/self/task")
    assert len(tasks) == 1 and threading.active_count() == 1, f"the imports have started threads: {threading.enumerate()}"


def exactly(connection, size):
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise EOFError("the client left before it had said what to run")
        data += more
    return data


def request(connection):
    return json.loads(exactly(connection, int.from_bytes(exactly(connection, 4), "big")))


def become(program, connection):
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(program["environment"])
    os.chdir(program["folder"])
    os.dup2(connection.fileno(), 0)
    if program["log"] is None:
        os.dup2(connection.fileno(), 1)
    else:
        log = os.open(program["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)
    connection.close()
    if "moto.moto_api" in sys.modules:
        begin_anew(sys.modules["moto.moto_api"])
    if program["log"] is None:
        sys.argv = program["arguments"]
        runpy.run_path(sys.argv[0], run_name="__main__")
    else:
        sys.argv = ["leash.py", *program["arguments"]]
        leash.main()


def begin_anew(moto_api):
    # The ids of two children must differ, as those of two processes do.
    moto_api._internal.mock_random.seed()
    # It took its settings from the environment when it was imported.
    moto_api.recorder.__init__()


def run_child(program, connection):
    code = 1
    try:
        become(program, connection)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def main():
    path, kind = sys.argv[1:]
    sys.stdout.reconfigure(line_buffering=True)
    prepare(kind)
    listener = socket.socket(socket.AF_UNIX)
    # A client that can connect is served: the name appears when all is ready.
    listener.bind(f"{path}.new")
    listener.listen(128)
    os.rename(f"{path}.new", path)
    waiting = selectors.DefaultSelector()
    waiting.register(listener, selectors.EVENT_READ)
    waiting.register(0, selectors.EVENT_READ)
    while True:
        for key, _ in waiting.select(timeout=1):
            if key.fd == 0 and not os.read(0, 4096):
                os._exit(0)
            if key.fileobj is listener:
                connection, _ = listener.accept()
                with connection:
                    try:
                        program = request(connection)
                    except (EOFError, ValueError, OSError):
                        continue
                    if os.fork() == 0:
                        waiting.close()
                        listener.close()
                        run_child(program, connection)
        reap()


if __name__ == "__main__":
    main()
