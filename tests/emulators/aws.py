"""Another AWS client than the one under test: boto3, one call per line.

It reads {"service": "ec2", "operation": "DescribeInstances", "params": {…}} from standard input and answers with
{"ok": {…}} or {"error": {"code": …, "message": …, "status": …}} on one line of standard output. Endpoint, region and
credentials come from the environment, as for every AWS client. It ends when its input ends.

One process serves many calls, because importing boto3 and loading a service's model take longer than any call.
"""

import functools
import json
import sys
from urllib.parse import urlsplit

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError


@functools.cache
def client(service):
    # One attempt: a test asserts the first response, not the third.
    made = boto3.client(service, config=Config(retries={"total_max_attempts": 1}))
    made.meta.events.register("before-sign", functools.partial(to_the_one_host, urlsplit(made.meta.endpoint_url).netloc))
    return made


def to_the_one_host(host, request, **_):
    """Takes a prefix off the host, such as an account id: an emulator has one host for all."""
    url = urlsplit(request.url)
    if url.netloc.endswith("." + host):
        request.url = url._replace(netloc=host).geturl()


def answer(request):
    try:
        call = getattr(client(request["service"]), xform_name(request["operation"]))
        result = call(**request["params"])
    except ClientError as refusal:
        error = refusal.response["Error"]
        status = refusal.response["ResponseMetadata"]["HTTPStatusCode"]
        return {"error": {"code": error["Code"], "message": error["Message"], "status": status}}
    except Exception as fault:
        # Not only BotoCoreError: botocore has no such operation, or cannot read the answer.
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
