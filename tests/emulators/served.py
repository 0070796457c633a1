"""Which implementations an emulator has for requests, by its own routes.

    served.py moto|ministack

It reads one request a line: {"host": …, "path": …, "method": …, "target": …, "action": …, "scope": …}. `host` is where AWS
itself takes the request, `scope` the service that the signature names; `target` and `action` are null unless the protocol
has them. It prints {"all": [the names of all implementations], "served": [the names for each request]}.
"""

import json
import sys


def moto():
    from moto.backend_index import backend_url_patterns

    def find(request):
        url = f"https://{request['host']}"
        return [name for name, pattern in backend_url_patterns if pattern.match(url)]

    return [name for name, _ in backend_url_patterns], find


def ministack():
    from ministack.app import SERVICE_HANDLERS
    from ministack.core import router

    # Every scope is a service of AWS. ministack would read the models of all of them to know.
    router._is_aws_service_name = lambda _: True

    def find(request):
        scope = f"AKIATEST/20260101/eu-central-1/{request['scope']}/aws4_request"
        headers = {"host": request["host"], "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host"}
        if request["target"]:
            headers["x-amz-target"] = request["target"]
        query = {"Action": [request["action"]]} if request["action"] else {}
        name = router.detect_service(request["method"], request["path"], headers, query)
        return [name] if name in SERVICE_HANDLERS else []

    return list(SERVICE_HANDLERS), find


names, find = {"moto": moto, "ministack": ministack}[sys.argv[1]]()
served = [find(json.loads(line)) for line in sys.stdin]
print(json.dumps({"all": sorted(set(names)), "served": served}))
