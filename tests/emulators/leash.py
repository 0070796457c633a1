"""Runs a Python program that ends when its starter ends.

    leash.py slow_moto.py --port 5600
    leash.py -m ministack

Standard input is the leash. When its other end closes, even because SIGKILL killed the starter, the whole process
group is killed. A signal handler in the starter cannot guarantee that, and PR_SET_PDEATHSIG is bound to the thread
that started the process, not to its process.
"""

import os
import runpy
import signal
import sys
import threading


def die_when_closed(leash):
    while os.read(leash, 4096):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)


def main():
    # Children do not inherit the duplicate, so they can neither hold the leash nor read from it.
    leash = os.dup(sys.stdin.fileno())
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    threading.Thread(target=die_when_closed, args=(leash,), daemon=True).start()

    if sys.argv[1] == "-m":
        sys.argv = sys.argv[2:]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = sys.argv[1:]
        runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
