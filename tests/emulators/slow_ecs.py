"""Tasks for slow_moto.py that stop only on request, and take DELAY seconds to stop.

moto itself moves a task to its next status with every describe request, and has no stop code.
"""

import time

from moto.ecs.models import Task


def slow_down(delay):
    def status(task):
        stopped_at = vars(task).get("_slow_stopped_at")
        if stopped_at is None:
            return "RUNNING"
        return "DEACTIVATING" if time.monotonic() < stopped_at else "STOPPED"

    def assign(task, target):
        if target == "STOPPED":
            task._slow_stopped_at = time.monotonic() + delay

    Task.last_status = property(status, assign)
