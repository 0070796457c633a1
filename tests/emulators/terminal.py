"""Runs a command on a terminal of its own and types a line at each of its prompts.

    terminal.py first second -- stepwell keys set keys/x

A line `@TERM` sends this signal to the command instead, and the last output then says whether the terminal echoes.

A prompt ends with a colon and a space. Everything that the command and the terminal's echo write goes to standard
output. The exit code is the command's.
"""

import os
import pty
import signal
import sys
import termios
import time

ECHO_LIMIT = 5

border = sys.argv.index("--")
lines, command = sys.argv[1:border], sys.argv[border + 1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)


def await_no_echo():
    """Waits until the program has switched the echo off, which it does after it has printed the prompt."""
    end = time.monotonic() + ECHO_LIMIT
    while termios.tcgetattr(terminal)[3] & termios.ECHO and time.monotonic() < end:
        time.sleep(0.01)


written, signalled = b"", False
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        # The terminal closes when the last process on it ends.
        break
    written += part
    if written.endswith(b": ") and lines:
        await_no_echo()
        line = lines.pop(0)
        if line.startswith("@"):
            signalled = True
            os.kill(pid, signal.Signals["SIG" + line[1:]])
        else:
            os.write(terminal, line.encode() + b"\n")
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(written)
if signalled:
    echoes = termios.tcgetattr(terminal)[3] & termios.ECHO
    print("the terminal echoes" if echoes else "the terminal is silent", flush=True)
sys.exit(os.waitstatus_to_exitcode(status))
