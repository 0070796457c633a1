"""microburst, adapted to stand as a proxy before an emulator.

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
    # microburst removes Content-Length from every response, and S3 always sends one. Only a response that is cut short
    # silently must go without it.
    is_cut = mutator is not None and (mutator.truncate_frac is not None or mutator.truncate_bytes is not None)
    if "content-length" in headers and not is_cut:
        mutator = mutator or forward.ResponseFault()
        mutator.set_headers = {"Content-Length": headers["content-length"]} | mutator.set_headers
    return await stream_to_client(request, status, headers, mutator, chunks)


forward._stream_to_client = stream_with_length

# The table that maps host names to services is built from the models of all services, which adds four seconds to the
# first request. The host name 127.0.0.1 identifies no service; the credential scope does.
host._endpoint_prefix_map = dict

sys.exit(main())
