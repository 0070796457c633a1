"""Auto Scaling groups for slow_moto.py: a new instance is `Pending` for DELAY seconds."""

import time

from moto.autoscaling.models import FakeAutoScalingGroup, InstanceState


def slow_down(delay):
    def state(instance):
        is_new = time.monotonic() < instance._slow_since + delay
        return "Pending" if instance._slow_target == "InService" and is_new else instance._slow_target

    def assign(instance, target):
        instance._slow_target = target
        instance._slow_since = time.monotonic()

    def active(group):
        # Instances that are starting count too, or moto would launch more of them.
        return [instance for instance in group.instance_states if instance._slow_target == "InService"]

    InstanceState.lifecycle_state = property(state, assign)
    FakeAutoScalingGroup.active_instances = active
