"""moto's server with the EC2 states that AWS has and moto skips.

    DELAY=3 slow_moto.py --host 127.0.0.1 --port 5600

moto settles at once: an instance that was told to start is `running` in the next answer, and a wait that never waits
proves nothing. Here `pending`, `stopping`, `shutting-down` and a snapshot's `pending` last for DELAY seconds, the
status checks of an instance that has come up are `initializing` for as long again, and a transition that AWS refuses
is refused.
"""

import copy
import os
import time

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import elastic_block_store, instances
from moto.ec2.responses.instances import InstanceResponse
from moto.server import main

DELAY = float(os.environ.get("DELAY", "3"))

CODES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}
ON_THE_WAY_TO = {"running": "pending", "stopped": "stopping", "terminated": "shutting-down"}

# Call, result key, how AWS words the refusal, the states that it changes, the states that it accepts and leaves.
CALLS = [
    ("start", "StartingInstances", "started", ["stopped"], ["pending", "running"]),
    ("stop", "StoppingInstances", "stopped", ["pending", "running"], ["stopping", "stopped"]),
    ("terminate", "TerminatingInstances", "terminated", ["pending", "running", "stopping", "stopped"],
     ["shutting-down", "terminated"]),
    ("reboot", None, "rebooted", ["pending", "running"], []),
]

SettledState = instances.InstanceState


class SlowState:
    """Stands in for moto's InstanceState, a name and a code that moto assigns one after the other."""

    def __init__(self, name="running", code=None):
        self._target = None
        self.name = name
        self._first_settles_at = self._settles_at

    @property
    def name(self):
        return self._target if time.monotonic() >= self._settles_at else ON_THE_WAY_TO[self._target]

    @name.setter
    def name(self, target):
        # RebootInstances assigns `running` again; AWS goes on answering `running` during a reboot.
        if target == self._target:
            return
        self._target = target
        self._settles_at = time.monotonic() + (DELAY if target in ON_THE_WAY_TO else 0)

    @property
    def code(self):
        return CODES[self.name]

    @code.setter
    def code(self, _):
        pass

    @property
    def has_run(self):
        return time.monotonic() >= self._first_settles_at

    @property
    def is_checked(self):
        return time.monotonic() >= self._settles_at + DELAY

    def __copy__(self):
        # moto copies a state in order to answer with the previous one, which must not move on any more.
        return SettledState(self.name, self.code)


def leave_settled_instances_alone(call, settled):
    change = getattr(instances.Instance, call)

    def unless_settled(instance, *arguments):
        if instance._state.name in settled:
            return copy.copy(instance._state)
        return change(instance, *arguments)

    setattr(instances.Instance, call, unless_settled)


def refuse_before_the_first_change(call, participle, accepted):
    """AWS changes all instances that a call names, or none."""
    change_all = getattr(instances.InstanceBackend, f"{call}_instances")

    def checked(backend, instance_ids):
        for instance in backend.get_multi_instances_by_id(instance_ids):
            if instance._state.name not in accepted:
                refuse(f"The instance '{instance.id}' is not in a state from which it can be {participle}.")
            if call == "stop" and not instance._state.has_run:
                refuse(f"Instance '{instance.id}' cannot be stopped as it has never reached the 'running' state.")
        return change_all(backend, instance_ids)

    setattr(instances.InstanceBackend, f"{call}_instances", checked)


def refuse(message):
    raise EC2ClientError("IncorrectInstanceState", message)


def answer_with_the_state_reached(call, key):
    """moto answers `pending` also when a running instance is started; AWS answers `running`."""
    respond = getattr(InstanceResponse, f"{call}_instances")

    def corrected(response):
        answer = respond(response)
        for change in answer.result[key]:
            instance = response.ec2_backend.get_instance(change["InstanceId"])
            change["CurrentState"] = copy.copy(instance._state)
        return answer

    setattr(InstanceResponse, f"{call}_instances", corrected)


def slow_down_checks(name):
    settled = getattr(instances.Instance, name).fget

    def status(instance):
        if instance._state.name != "running" or instance._state.is_checked:
            return settled(instance)
        return {"Details": [{"Name": "reachability", "Status": "initializing"}], "Status": "initializing"}

    setattr(instances.Instance, name, property(status))


def slow_down_snapshots():
    def status(snapshot):
        return snapshot._target if time.monotonic() >= snapshot._settles_at else "pending"

    def assign(snapshot, target):
        snapshot._target = target
        snapshot._settles_at = time.monotonic() + DELAY

    elastic_block_store.Snapshot.status = property(status, assign)


instances.InstanceState = SlowState
for call, key, participle, changed, settled in CALLS:
    leave_settled_instances_alone(call, settled)
    refuse_before_the_first_change(call, participle, changed + settled)
    if key:
        answer_with_the_state_reached(call, key)
slow_down_checks("instance_status")
slow_down_checks("system_status")
slow_down_snapshots()

main()
