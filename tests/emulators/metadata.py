"""The instance metadata service of EC2 (IMDSv2) and the credentials endpoint of ECS and EKS, in one process.

    ROLE_ARN=arn:aws:iam::000000000000:role/worker SESSION_SECONDS=900 CONTAINER_TOKEN=… AWS_ENDPOINT_URL=… \\
        AWS_REGION=… AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… metadata.py --port 9170

For every request it gets a new session from the STS of a running emulator, with the credentials of its environment, and
returns it. With HANDS_OUT=itself it returns those credentials themselves, which a test can recognise anywhere; then it
needs no emulator.

It is not a complete metadata service: it knows only the identity and the placement of the instance. AWS returns the
same session for hours; this returns a new one each time, so that a test sees every fetch. On AWS, ECS and EKS never
share a port with EC2's service; here they do, and their paths differ.

Settings (POST /_test/settings): session_seconds; imds (on, no-role, disabled, silent); container_token; failures, how
many of the next requests for credentials fail, and failure, how they fail (server-error, refusal).
"""

import datetime
import functools
import os
import secrets
import threading
import time

from loopback import Conversation, document, serve, text

INSTANCE = "i-0123456789abcdef0"
TASK = "5f1c0d1e-stepwell-task"
REGION = os.environ["AWS_REGION"]
ROLE_ARN = os.environ["ROLE_ARN"]
ROLE = ROLE_ARN.rpartition("/")[2]
ACCOUNT = ROLE_ARN.split(":")[4]
LONGEST_TOKEN = 21600
TTL = "x-aws-ec2-metadata-token-ttl-seconds"

# The SDK for Rust uses the first path. Newer SDKs use the second one, which also returns the account, and fall back.
ROLES = ("/latest/meta-data/iam/security-credentials", "/latest/meta-data/iam/security-credentials-extended")
PLACES = {
    "/latest/meta-data/instance-id": INSTANCE,
    "/latest/meta-data/placement/region": REGION,
    "/latest/meta-data/placement/availability-zone": f"{REGION}a",
}


class Failed(Exception):
    """The answer in place of credentials."""

    def __init__(self, status, code, message):
        self.status, self.code, self.message = status, code, message


@functools.cache
def sts():
    # Importing boto3 takes half a second, which a test without an emulator saves.
    import boto3
    from botocore.config import Config

    # boto3 refuses to request a session of two seconds, which tests of expiry need.
    return boto3.client("sts", config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))


def session(seconds):
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        made = sts().assume_role(RoleArn=ROLE_ARN, RoleSessionName=INSTANCE, DurationSeconds=seconds)["Credentials"]
    except ClientError as refusal:
        reason = refusal.response["Error"]["Message"]
        raise Failed(200, "AssumeRoleUnauthorizedAccess", f"EC2 cannot assume the role {ROLE}. {reason}")
    except BotoCoreError as fault:
        raise Failed(500, "InternalError", str(fault))
    return made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"], made["Expiration"]


def itself(seconds):
    ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    return *(os.environ.get(name, "") for name in names), ends


def zulu(moment):
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Metadata(Conversation):
    settings = {
        "session_seconds": int(os.environ["SESSION_SECONDS"]),
        "imds": "on",
        "container_token": os.environ["CONTAINER_TOKEN"],
        "failures": 0,
        "failure": "server-error",
    }
    tokens = {}

    def answer(self):
        self.record["access_key_id"] = None
        if self.place.startswith("/v2/credentials/"):
            return self.ecs()
        if self.place == "/v1/credentials":
            return self.eks()
        return self.imds()

    def imds(self):
        if self.settings["imds"] == "disabled":
            return text(403)
        if self.place == "/latest/api/token":
            return self.new_token() if self.command == "PUT" else text(405)
        token = self.headers.get("X-aws-ec2-metadata-token")
        if not self.note_token(token, self.tokens.get(token, 0) > time.monotonic()):
            return text(401)
        if self.command != "GET":
            return text(405)
        return text(200, PLACES[self.place]) if self.place in PLACES else self.of_the_role()

    def new_token(self):
        if self.settings["imds"] == "silent":
            # With a hop limit of 1, the request arrives and the response is lost on its way into a container.
            threading.Event().wait()
        if "X-Forwarded-For" in self.headers:
            return text(403)
        ttl = self.headers.get(TTL, "")
        if not ttl.isascii() or not ttl.isdigit() or not 1 <= int(ttl) <= LONGEST_TOKEN:
            return text(400)
        token = secrets.token_urlsafe(40)
        self.tokens[token] = time.monotonic() + int(ttl)
        return text(200, token, **{TTL: ttl})

    def of_the_role(self):
        for base in ROLES if self.settings["imds"] != "no-role" else ():
            if self.place in (base, f"{base}/"):
                return text(200, ROLE)
            if self.place == f"{base}/{ROLE}":
                return self.role_document(base.endswith("-extended"))
        return text(404)

    def role_document(self, with_account):
        now = zulu(datetime.datetime.now(datetime.timezone.utc))
        try:
            made = self.hand_out()
        except Failed as failure:
            if failure.status >= 500:
                return text(failure.status)
            # EC2 reports a refusal with status 200; only the document shows it.
            return document(200, {"Code": failure.code, "Message": failure.message, "LastUpdated": now})
        account = {"AccountId": ACCOUNT} if with_account else {}
        return document(200, {"Code": "Success", "LastUpdated": now, "Type": "AWS-HMAC", **made, **account})

    def ecs(self):
        given = self.headers.get("Authorization")
        self.note_token(given, given == self.settings["container_token"])
        if self.place != f"/v2/credentials/{TASK}":
            return agent_error(400, "InvalidIdInRequest", "CredentialsV2Request: Credentials not found")
        return self.container_document({"RoleArn": ROLE_ARN})

    def eks(self):
        given = self.headers.get("Authorization")
        if not self.note_token(given, given == self.settings["container_token"]):
            return agent_error(401, "Unauthorized", "the authorization token is missing or wrong")
        return self.container_document({"AccountId": ACCOUNT})

    def container_document(self, more):
        if self.command != "GET":
            return text(405)
        try:
            return document(200, {**more, **self.hand_out()})
        except Failed as failure:
            return agent_error(max(failure.status, 400), failure.code, failure.message)

    def hand_out(self):
        with self.lock:
            is_to_fail = self.settings["failures"] > 0
            self.settings["failures"] -= is_to_fail
        if is_to_fail and self.settings["failure"] == "server-error":
            raise Failed(500, "InternalError", "an error that a test asked for")
        if is_to_fail:
            raise Failed(200, "AssumeRoleUnauthorizedAccess", f"EC2 cannot assume the role {ROLE}.")
        make = itself if os.environ.get("HANDS_OUT") == "itself" else session
        access_key_id, secret, token, ends = make(self.settings["session_seconds"])
        self.record["access_key_id"] = access_key_id
        return {"AccessKeyId": access_key_id, "SecretAccessKey": secret, "Token": token, "Expiration": zulu(ends)}


def agent_error(status, code, message):
    """An error in the format of the ECS agent."""
    return document(status, {"code": code, "message": message, "HTTPErrorCode": status})


serve(Metadata)
