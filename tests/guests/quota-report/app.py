"""Lists the default quotas of an AWS service: a plugin in Python for a service that has no typed interface."""

import json

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.step import Description, Failure, Invocation, Outcome, Outcome_Done
from wit_world.imports import log, service_quotas

DIALECT = "https://json-schema.org/draft/2020-12/schema"

CONFIG = {
    "$schema": DIALECT,
    "type": "object",
    "properties": {
        "service": {"description": "The service, such as `vpc`.", "type": "string"},
        "above": {"description": "Only quotas above this value.", "type": "number", "default": 0},
    },
    "required": ["service"],
    "additionalProperties": False,
}

OUTPUTS = {
    "$schema": DIALECT,
    "type": "object",
    "properties": {
        "quotas": {"description": "Name, value and whether it can be raised.", "type": "array"},
    },
    "required": ["quotas"],
    "additionalProperties": False,
}

# A list that never ends would end the step's time.
MOST_PAGES = 20


def quotas(service):
    """The quotas of all pages."""
    token, found = None, []
    for _ in range(MOST_PAGES):
        request = {"ServiceCode": service}
        if token:
            request["NextToken"] = token
        page = json.loads(service_quotas.list_aws_default_service_quotas(json.dumps(request)))
        found.extend(page.get("Quotas", []))
        token = page.get("NextToken")
        if not token:
            return found
    raise Err(Failure("TooMuchData", f"{service} has more than {MOST_PAGES} pages of quotas", False))


class Step(exports.Step):
    def describe(self) -> Description:
        return Description(
            name="quota-report",
            version="0.1.0",
            summary="Lists the default quotas of an AWS service",
            config_schema=json.dumps(CONFIG),
            outputs_schema=json.dumps(OUTPUTS),
            kinds=["workflow-step"],
            extra="{}",
        )

    def start(self, invocation: Invocation) -> Outcome:
        config = json.loads(invocation.config)
        try:
            found = quotas(config["service"])
        except Err as error:
            failed = error.value
            if isinstance(failed, Failure):
                raise
            raise Err(Failure(failed.code or "AwsError", failed.message, False)) from None
        above = config.get("above", 0)
        lines = [
            {"name": quota["QuotaName"], "value": quota["Value"], "adjustable": quota.get("Adjustable", False)}
            for quota in found
            if quota["Value"] > above
        ]
        log.line(log.Level.INFO, f"{len(lines)} of {len(found)} quotas")
        return Outcome_Done(json.dumps({"quotas": lines}))

    def resume(self, invocation: Invocation, checkpoint: bytes) -> Outcome:
        raise Err(Failure("CheckpointInvalid", "this step never waits", False))

    def cancel(self, invocation: Invocation, checkpoint: bytes) -> None:
        pass
