"""Databases for slow_moto.py, with states that last.

`starting`, `stopping` and a snapshot's `creating` last for DELAY seconds. Tags of an instance or a cluster set states
that emulators do not reach: `is` sets the initial state (`storage-full`), `becomes` the state after a start or a stop
(`incompatible-network`), and `snapshots-become` the final state of a snapshot (`failed`).
"""

import time

from moto.rds import models

ON_THE_WAY_TO = {"available": "starting", "stopped": "stopping"}

# Target status, status until then, and time of the change. A new database is never `creating`.
NEW = ("available", None, 0)


def tag(model, key):
    tags = getattr(model, "tags", None) or []
    return next((tag["Value"] for tag in tags if tag["Key"] == key), None)


class SlowStatus:
    """Replaces an attribute: moto assigns the target status and reads the current one."""

    def __init__(self, delay):
        self._delay = delay

    def __get__(self, model, owner=None):
        if model is None:
            return self
        target, before, settles_at = vars(model).get("_slow_status", NEW)
        if before is None:
            return tag(model, "is") or target
        return before if time.monotonic() < settles_at else tag(model, "becomes") or target

    def __set__(self, model, target):
        is_change = target != vars(model).get("_slow_status", NEW)[0]
        before = ON_THE_WAY_TO.get(target, target) if is_change else None
        model._slow_status = (target, before, time.monotonic() + self._delay)


class SlowSnapshot:
    def __init__(self, delay):
        self._delay = delay

    def _passed(self, snapshot):
        return 1 if self._delay == 0 else min((time.monotonic() - snapshot._slow_since) / self._delay, 1)

    def status(self, snapshot):
        return "creating" if self._passed(snapshot) < 1 else tag(snapshot.database, "snapshots-become") or "available"

    def assign(self, snapshot, _):
        snapshot._slow_since = time.monotonic()

    def percent(self, snapshot):
        return int(100 * self._passed(snapshot))


def slow_down(delay):
    models.DBInstance.status = SlowStatus(delay)
    models.DBCluster.status = SlowStatus(delay)
    snapshot = SlowSnapshot(delay)
    models.DBSnapshot.status = property(snapshot.status, snapshot.assign)
    models.DBSnapshot.percent_progress = property(snapshot.percent)
