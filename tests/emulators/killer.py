"""Signals a process at one of its requests, for a server on asyncio. token_memory.py does the same with threads.

Settings: kill_at (counts requests from 1 since this was set; 0 is never), kill_when ("before" the request takes effect,
"after" that and before the answer, "term", "stop"), pid (0 while it is not known; the request that signals waits for it),
hold (seconds after SIGTERM).

"before" and "after" send SIGKILL, and the process is dead before its connection is closed. "term" sends SIGTERM, and the
request is answered after a while as if nothing had happened. "stop" sends SIGSTOP after a moment, so that the process has
nothing half written, and holds this and all later requests until then.
"""

import asyncio
import os
import signal
import time

PATIENCE = 30
# After this time, a process that waits for a response has written everything before it to its journal.
QUIET = 0.4


async def wait_until(condition):
    """Waits until a condition is true. Returns False if it does not become true in time."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.002)
    return True


def is_dead(pid):
    """Whether none of its threads runs any more. Its parent may not have waited for it yet."""
    try:
        if os.listdir(f"/proc/{pid}/task") != [str(pid)]:
            return False
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


class Killer:
    def __init__(self):
        self.settings = {"kill_at": 0, "kill_when": "before", "pid": 0, "hold": 0}
        self.count = 0
        self.is_stopped = False

    def set(self, changes):
        self.settings.update(changes)
        if "kill_at" in changes:
            self.count, self.is_stopped = 0, False

    async def request(self):
        """Counts a request, and does what has to be done before its effect. Returns kill_when for the request that
        signals, and None for every other one."""
        self.count += 1
        at, when = self.settings["kill_at"], self.settings["kill_when"]
        if self.count != at:
            if when == "stop" and 0 < at < self.count:
                await wait_until(lambda: self.is_stopped)
            return None
        if when == "before":
            await self.kill()
        elif when == "term":
            os.kill(await self.target(), signal.SIGTERM)
            await asyncio.sleep(self.settings["hold"])
        elif when == "stop":
            pid = await self.target()
            await asyncio.sleep(QUIET)
            os.kill(pid, signal.SIGSTOP)
            self.is_stopped = True
        return when

    async def target(self):
        if not await wait_until(lambda: self.settings["pid"]):
            raise RuntimeError("the test has not said which process")
        return self.settings["pid"]

    async def kill(self):
        pid = await self.target()
        os.kill(pid, signal.SIGKILL)
        await wait_until(lambda: is_dead(pid))
