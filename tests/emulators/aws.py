"""Another AWS client than the one under test: boto3, one call per line.

It reads {"service": "ec2", "operation": "DescribeInstances", "params": {…}} from standard input and answers with
{"ok": {…}} or {"error": {"code": …, "message": …, "status": …}} on one line of standard output. Endpoint, region and
credentials come from the environment, as for every AWS client. It ends when its input ends.

One process serves many calls, because importing boto3 and loading a service's model take longer than any call.
"""

import functools
import json
import sys

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError


@functools.cache
def client(service):
    # One attempt: a test asserts the first response, not the third.
    return boto3.client(service, config=Config(retries={"total_max_attempts": 1}))


def answer(request):
    call = getattr(client(request["service"]), xform_name(request["operation"]))
    try:
        result = call(**request["params"])
    except ClientError as refusal:
        error = refusal.response["Error"]
        status = refusal.response["ResponseMetadata"]["HTTPStatusCode"]
        return {"error": {"code": error["Code"], "message": error["Message"], "status": status}}
    except BotoCoreError as fault:
        return {"error": {"code": type(fault).__name__, "message": str(fault), "status": None}}
    result.pop("ResponseMetadata", None)
    return {"ok": result}


def as_text(value):
    """Converts what JSON cannot represent: times, and streams such as the body of an S3 object."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    content = value.read() if hasattr(value, "read") else value
    return content.decode("utf-8", "replace")


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line)), default=as_text), flush=True)
