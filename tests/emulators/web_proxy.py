"""proxy.py, a real HTTP proxy with CONNECT, which tells what it was asked for.

    [LEAD_TO=PORT] web_proxy.py --host 127.0.0.1 --port 5950 [--basic-auth USER:PASSWORD]

It reaches only this machine: localhost, 127.0.0.1 and every name below .test are 127.0.0.1, and it forbids all others.
With LEAD_TO, the hosts of web_vendors.py, with any port, are this port of 127.0.0.1.
GET /_test/seen lists the requests, and POST /_test/forget forgets them. Of a tunnel it sees the CONNECT, and not what goes
through it. It does not list requests without the right password.
"""

import json
import multiprocessing
import os
import sys

from proxy import main
from proxy.http.exception import HttpRequestRejected
from proxy.http.proxy import HttpProxyBasePlugin
from proxy.http.responses import okResponse
from proxy.http.server import HttpWebServerBasePlugin, httpProtocolTypes

from web_authority import VENDORS

SEEN = []
LEAD_TO = int(os.environ.get("LEAD_TO", "0"))
LED = VENDORS if LEAD_TO else ()


class Recorder(HttpProxyBasePlugin):
    recorded = None

    def before_upstream_connection(self, request):
        self.record(request)
        if self.resolve_dns(request.host.decode(), request.port)[0] is None:
            raise HttpRequestRejected(403, b"Forbidden", body=b"this proxy reaches only this machine")
        if request.host.decode() in LED:
            request.port = LEAD_TO
        return request

    def handle_client_request(self, request):
        # The first request of a connection was recorded before.
        if request is not self.recorded:
            self.record(request)
            # proxy.py removes them from the first request only.
            request.del_headers([b"proxy-authorization", b"proxy-connection"])
        return request

    def resolve_dns(self, host, port):
        is_here = host in ("localhost", "127.0.0.1") or host.endswith(".test") or host in LED
        return ("127.0.0.1" if is_here else None), None

    def record(self, request):
        self.recorded = request
        headers = [[name.decode().lower(), value.decode()] for name, value in (request.headers or {}).values()]
        path = request.path.decode() if request.path else None
        asked = {"method": request.method.decode(), "host": request.host.decode(), "port": request.port, "path": path}
        SEEN.append({**asked, "headers": headers})


class Control(HttpWebServerBasePlugin):
    def routes(self):
        return [(httpProtocolTypes.HTTP, r"/_test/")]

    def handle_request(self, request):
        if request.path == b"/_test/forget":
            SEEN.clear()
        body = json.dumps(SEEN).encode()
        self.client.queue(okResponse(body, {b"Content-Type": b"application/json"}, compress=False, conn_close=True))


if __name__ == "__main__":
    # The plugins exist only in this process.
    multiprocessing.set_start_method("fork", force=True)
    sys.argv = ["--hostname" if argument == "--host" else argument for argument in sys.argv]
    # One process for all, so that it has seen all. It would close a connection that is quiet for ten seconds.
    sys.argv += ["--num-acceptors", "1", "--threaded", "--timeout", "600", "--log-level", "WARNING"]
    main(plugins=[Recorder, Control], enable_web_server=True)
