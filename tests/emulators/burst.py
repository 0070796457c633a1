"""microburst, made fit for standing before an emulator.

    burst.py --upstream http://127.0.0.1:4600 --host 127.0.0.1 --port 9600
"""

import sys

from microburst import forward
from microburst.cli import main
from microburst.detection import host
from microburst.forward import Upstream

with_upstream_host = Upstream._outbound_headers


def with_signed_host(upstream, request):
    # A SigV4 signature covers Host. With the upstream's name in its place, an emulator that verifies signatures
    # would refuse every request that passes through.
    return with_upstream_host(upstream, request) | {"host": request.headers["Host"]}


Upstream._outbound_headers = with_signed_host

stream_to_client = forward._stream_to_client


async def stream_with_length(request, status, headers, mutator, chunks):
    # Without a body nothing else tells a length, such as that of an object of S3.
    if request.method == "HEAD" and mutator is None and "content-length" in headers:
        mutator = forward.ResponseFault(set_headers={"Content-Length": headers["content-length"]})
    return await stream_to_client(request, status, headers, mutator, chunks)


forward._stream_to_client = stream_with_length

# The table that tells a service by its host name is made from the models of all services: four seconds within the
# first request. A host name of 127.0.0.1 tells nothing; the credential scope does.
host._endpoint_prefix_map = dict

sys.exit(main())
