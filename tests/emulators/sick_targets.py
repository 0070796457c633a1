"""Unhealthy targets for slow_moto.py. moto makes no health checks; here an instance with the tag `health` (`unhealthy`,
`initial`, `draining`) has that state in every target group, with AWS's reason for it."""

from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup

REASONS = {
    "unhealthy": ("Target.ResponseCodeMismatch", "Health checks failed with these codes: [502]"),
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "draining": ("Target.DeregistrationInProgress", "Target deregistration is in progress"),
}


def make_sick():
    check = FakeTargetGroup.health_for

    def health_for(group, target, ec2):
        checked = check(group, target, ec2)
        instance = ec2.get_instance_by_id(checked.instance_id)
        tags = instance.get_tags() if instance else []
        state = next((tag["value"] for tag in tags if tag["key"] == "health"), None)
        if checked.status != "healthy" or state is None:
            return checked
        port = checked.health_check_port
        return FakeHealthStatus(checked.instance_id, checked.port, port, state, *REASONS[state])

    FakeTargetGroup.health_for = health_for
