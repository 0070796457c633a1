"""moto's server with the transitional EC2 states that AWS has and moto skips.

    DELAY=3 slow_moto.py --host 127.0.0.1 --port 5600

moto changes states at once: a started instance is `running` in the next response, and a step that never waits proves
nothing about waiting. Here the transitional states last for DELAY seconds: `pending`, `stopping`, `shutting-down`,
the `pending` of a snapshot or an image, and the status before each status of a peering connection. The status checks
of an instance are `initializing` for DELAY seconds after it started. After a reboot they keep their value for DELAY
seconds, and are `initializing` for DELAY seconds after that. Transitions that AWS refuses are refused. slow_rds.py,
slow_ecs.py and slow_autoscaling.py do the same for databases, tasks and groups; sick_targets.py makes targets of load
balancers unhealthy.
"""

import copy
import ipaddress
import os
import time

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import amis, elastic_block_store, flow_logs, instances
from moto.ec2.models import vpc_peering_connections as peering
from moto.ec2.responses.instances import InstanceResponse
from moto.server import main

import sick_targets
import slow_autoscaling
import slow_ecs
import slow_rds

DELAY = float(os.environ.get("DELAY", "3"))

# A resource with this in its name or description fails.
NAUGHT = "comes-to-nothing"

CODES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}
ON_THE_WAY_TO = {"running": "pending", "stopped": "stopping", "terminated": "shutting-down"}

# Call, result key, participle in AWS's refusal, states that it changes, states that it accepts without a change.
CALLS = [
    ("start", "StartingInstances", "started", ["stopped"], ["pending", "running"]),
    ("stop", "StoppingInstances", "stopped", ["pending", "running"], ["stopping", "stopped"]),
    ("terminate", "TerminatingInstances", "terminated", ["pending", "running", "stopping", "stopped"],
     ["shutting-down", "terminated"]),
    ("reboot", None, "rebooted", ["pending", "running"], []),
]

SettledState = instances.InstanceState


class SlowState:
    """Replaces moto's InstanceState, a name and a code that moto assigns one after the other."""

    def __init__(self, name="running", code=None):
        self._target = None
        self.name = name
        self._first_settles_at = self._settles_at

    @property
    def name(self):
        return self._target if time.monotonic() >= self._settles_at else ON_THE_WAY_TO[self._target]

    @name.setter
    def name(self, target):
        # RebootInstances assigns `running` again; AWS reports `running` during a reboot too.
        if target == self._target:
            self._rebooted_at = time.monotonic()
            return
        self._target = target
        self._settles_at = time.monotonic() + (DELAY if target in ON_THE_WAY_TO else 0)
        self._rebooted_at = None

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
        now = time.monotonic()
        is_down = self._rebooted_at is not None and DELAY <= now - self._rebooted_at < 2 * DELAY
        return now >= self._settles_at + DELAY and not is_down

    def __copy__(self):
        # moto copies a state to report it as the previous one, so the copy must no longer change.
        return SettledState(self.name, self.code)


def leave_settled_instances_alone(call, settled):
    change = getattr(instances.Instance, call)

    def unless_settled(instance, *arguments):
        if instance._state.name in settled:
            return copy.copy(instance._state)
        return change(instance, *arguments)

    setattr(instances.Instance, call, unless_settled)


def refuse_before_the_first_change(call, participle, accepted):
    """Makes a call change all instances that it names, or none, as on AWS."""
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
    """Reports `running` when a running instance is started, as AWS does. moto reports `pending`."""
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


def slow_down(kind, name, on_the_way_to):
    """Makes an attribute of a class have a transitional value for DELAY seconds after each assignment."""

    def state(it):
        target = it._target
        return target if time.monotonic() >= it._settles_at else on_the_way_to(it, target)

    def assign(it, target):
        it._target = target
        it._settles_at = time.monotonic() + (DELAY if on_the_way_to(it, target) else 0)

    setattr(kind, name, property(state, assign))


def slow_down_snapshots():
    kind = elastic_block_store.Snapshot
    slow_down(kind, "status", lambda *_: "pending")
    settled = kind.status

    def status(snapshot):
        now = settled.fget(snapshot)
        return "error" if now == "completed" and NAUGHT in (snapshot.description or "") else now

    def progress(snapshot):
        left = max(0, snapshot._settles_at - time.monotonic())
        return f"{100 - round(100 * left / DELAY) if DELAY else 100}%"

    kind.status = property(status, settled.fset)
    kind.progress = property(progress)


def slow_down_images():
    kind = amis.Ami
    slow_down(kind, "state", lambda *_: "pending")
    settled = kind.state

    def state(image):
        now = settled.fget(image)
        return "failed" if now == "available" and NAUGHT in (image.name or "") else now

    kind.state = property(state, settled.fset)


def refuse_a_second_image_of_a_name():
    register = amis.AmiBackend.register_image

    def checked(backend, name=None, description=None):
        for image in backend.amis.values():
            if image.name == name:
                raise EC2ClientError("InvalidAMIName.Duplicate", f"AMI name {name} is already in use by AMI {image.id}")
        return register(backend, name, description)

    amis.AmiBackend.register_image = checked


def refuse_to_launch_an_image_that_is_not_available():
    run = instances.InstanceBackend.run_instances

    def checked(backend, image_id, *arguments, **more):
        image = backend.amis.get(image_id)
        if image_id in backend.deleted_amis or (image and image.state != "available"):
            raise EC2ClientError("InvalidAMIID.Unavailable", f"The image id '[{image_id}]' is not available")
        return run(backend, image_id, *arguments, **more)

    instances.InstanceBackend.run_instances = checked


def slow_down_peering():
    way = {"pending-acceptance": "initiating-request", "active": "provisioning", "failed": "initiating-request"}
    slow_down(peering.PeeringConnectionStatus, "code", lambda _, target: way.get(target))
    create = peering.VPCPeeringConnectionBackend.create_vpc_peering_connection

    def checked(backend, vpc, peer_vpc, tags=None):
        connection = create(backend, vpc, peer_vpc, tags)
        networks = [ipaddress.ip_network(of.cidr_block) for of in (vpc, peer_vpc)]
        if networks[0].overlaps(networks[1]):
            connection._status.code = "failed"
            connection._status.message = "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range"
        return connection

    peering.VPCPeeringConnectionBackend.create_vpc_peering_connection = checked


def leave_flow_logs_undone():
    """Reports a flow log that could not be created in a response with status 200, as AWS does."""
    create = flow_logs.FlowLogsBackend.create_flow_logs

    def checked(backend, **asked):
        if NAUGHT in (asked["log_group_name"] or ""):
            return [], [(id, "400", "Access Denied for LogDestination") for id in asked["resource_ids"]]
        return create(backend, **asked)

    flow_logs.FlowLogsBackend.create_flow_logs = checked


instances.InstanceState = SlowState
for call, key, participle, changed, settled in CALLS:
    leave_settled_instances_alone(call, settled)
    refuse_before_the_first_change(call, participle, changed + settled)
    if key:
        answer_with_the_state_reached(call, key)
slow_down_checks("instance_status")
slow_down_checks("system_status")
slow_down_snapshots()
slow_down_images()
refuse_a_second_image_of_a_name()
refuse_to_launch_an_image_that_is_not_available()
slow_down_peering()
leave_flow_logs_undone()
for service in (slow_rds, slow_ecs, slow_autoscaling):
    service.slow_down(DELAY)
sick_targets.make_sick()

main()
