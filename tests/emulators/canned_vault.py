"""Replays the HTTP exchange that HashiCorp documents for Vault with the KV secrets engine, version 2.

    VAULT_TOKEN=… canned_vault.py --port 8200

This is not Vault: no Vault server with this engine can be installed from the package registries that the tests use.
It answers as the API documentation says that Vault answers. A test against it shows that our requests have the
documented form, not that a Vault accepts them. It has one token with all permissions, no policies and no leases, and
keeps nothing when it ends. Namespaces, which only Vault Enterprise has, exist as soon as a request names them, and
their secrets are separate.

Settings (POST /_test/settings): token, sealed (true, false), mount.
"""

import datetime
import json
import os
import uuid

from loopback import Conversation, document, serve, text

# (namespace, path): the versions, oldest first.
SECRETS = {}


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")


def errors(status, *messages):
    return document(status, {"errors": list(messages)})


def envelope(status, data):
    """The envelope that Vault puts around every response of an engine."""
    empty = {"lease_id": "", "renewable": False, "lease_duration": 0, "wrap_info": None, "warnings": None, "auth": None}
    return document(status, {"request_id": str(uuid.uuid4()), **empty, "data": data})


class Vault(Conversation):
    settings = {"token": os.environ["VAULT_TOKEN"], "sealed": False, "mount": os.environ.get("MOUNT", "secret")}

    def answer(self):
        self.namespace = self.headers.get("X-Vault-Namespace", "").strip("/")
        self.record["namespace"] = self.namespace or None
        if self.place == "/v1/sys/health":
            return self.health()
        token = self.headers.get("X-Vault-Token")
        may = self.note_token(token, token == self.settings["token"])
        # A sealed Vault cannot read its tokens, so it does not check them.
        if self.settings["sealed"]:
            return errors(503, "Vault is sealed")
        if not may:
            return errors(403, "permission denied")
        return self.engine()

    def health(self):
        sealed = self.settings["sealed"]
        state = {"initialized": True, "sealed": sealed, "standby": False, "version": "canned"}
        return document(503 if sealed else 200, state)

    def engine(self):
        mount = f"/v1/{self.settings['mount']}/"
        kind, _, path = self.place.removeprefix(mount).partition("/")
        if not self.place.startswith(mount) or kind not in ("data", "metadata"):
            return errors(404, f'no handler for route "{self.place.removeprefix("/v1/")}". route entry not found.')
        is_list = self.command == "LIST" or (self.command == "GET" and self.query.get("list") == "true")
        if kind == "metadata" and is_list:
            return self.list(path)
        secret = (self.namespace, path.strip("/"))
        match kind, self.command:
            case "data", "GET":
                return self.read(SECRETS.get(secret, []))
            case "data", "POST" | "PUT":
                return self.write(secret)
            case "data", "DELETE":
                return self.delete_newest(SECRETS.get(secret, []))
            case "metadata", "GET":
                return self.describe(SECRETS.get(secret, []))
            case "metadata", "DELETE":
                SECRETS.pop(secret, None)
                return text(204)
        return errors(405, "unsupported operation")

    def read(self, versions):
        number = int(self.query.get("version", 0)) or len(versions)
        if not 1 <= number <= len(versions):
            return errors(404)
        version = versions[number - 1]
        is_gone = version["metadata"]["deletion_time"] or version["metadata"]["destroyed"]
        if is_gone:
            return envelope(404, {"data": None, "metadata": version["metadata"]})
        return envelope(200, version)

    def write(self, secret):
        try:
            request = json.loads(self.body)
        except ValueError as error:
            return errors(400, f"failed to parse JSON input: {error}")
        if not isinstance(request.get("data"), dict):
            return errors(400, "no data provided")
        with self.lock:
            versions = SECRETS.get(secret, [])
            expected = (request.get("options") or {}).get("cas")
            # A deleted version still counts: 0 means a secret that never existed.
            if expected is not None and expected != len(versions):
                return errors(400, "check-and-set parameter did not match the current version")
            metadata = {"created_time": now(), "custom_metadata": None, "deletion_time": "", "destroyed": False}
            made = {"data": request["data"], "metadata": {**metadata, "version": len(versions) + 1}}
            SECRETS[secret] = [*versions, made]
        return envelope(200, made["metadata"])

    def delete_newest(self, versions):
        if versions and not versions[-1]["metadata"]["deletion_time"]:
            versions[-1]["metadata"]["deletion_time"] = now()
        return text(204)

    def describe(self, versions):
        if not versions:
            return errors(404)
        shown = ("created_time", "deletion_time", "destroyed")
        all_metadata = [version["metadata"] for version in versions]
        return envelope(200, {
            "cas_required": False,
            "created_time": all_metadata[0]["created_time"],
            "current_version": len(versions),
            "custom_metadata": None,
            "delete_version_after": "0s",
            "max_versions": 0,
            "oldest_version": 1,
            "updated_time": all_metadata[-1]["created_time"],
            "versions": {str(each["version"]): {key: each[key] for key in shown} for each in all_metadata},
        })

    def list(self, folder):
        prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
        below = [path.removeprefix(prefix) for namespace, path in list(SECRETS)
                 if namespace == self.namespace and path.startswith(prefix)]
        keys = {name + slash for name, slash, _ in (path.partition("/") for path in below)}
        return envelope(200, {"keys": sorted(keys)}) if keys else errors(404)


serve(Vault)
