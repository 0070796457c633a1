"""A web server with TLS for HTTP clients: what they have to handle, and what they must not fall for.

    FOLDER=… web.py --port 5900

It has an authority of its own, FOLDER/authority.pem, and listens on free ports, which GET /_test/ports names:

    plain        HTTP/1.1
    tls          HTTP/1.1 with TLS: a certificate of the authority for localhost, web.test, other.test, 127.0.0.1 and the
                 hosts of web_vendors.py
    tls2         the same, and HTTP/2 by ALPN
    expired      TLS with a certificate that has expired
    misnamed     TLS with a certificate for elsewhere.test
    self-signed  TLS with a certificate that is its own authority
    reset        reads a request, or the beginning of TLS, and resets the connection
    silent       reads, and never answers
    refused      refuses connections

The functions below ENDPOINTS are the paths: their first parameters are segments of the path, the next ones of the query.
Every other path answers 404. A request to one of the hosts of web_vendors.py gets the answer of that service.

The control interface is the port in the arguments. GET /_test/seen lists the requests, except those that break off.
POST /_test/settings sets which process dies at which request (killer.py). POST /_test/forget forgets requests, effects
and counters, and disarms. GET /_test/settled answers when no connection is open any more.
"""

import argparse
import asyncio
import base64
import collections
import datetime
import functools
import gzip
import inspect
import json
import os
import pathlib
import socket
import struct
import traceback
import zlib
from email.utils import format_datetime
from urllib.parse import parse_qsl, quote as percent_encode, unquote, urlsplit

import web_authority
import web_vendors
from killer import Killer, wait_until
from web_wire import PIECE, Gone, listen

KILLER = Killer()
SEEN = []
CONNECTIONS = set()
# By path with its query: how often it was asked for. A test gets an endpoint of its own with any query.
VISITS = collections.Counter()
# By path: its effects.
EFFECTS = collections.Counter()
# By idempotency key: its first request and the answer.
ANSWERS = {}

ENDPOINTS = {}


def endpoint(function):
    ENDPOINTS[function.__name__.strip("_").replace("_", "-")] = function
    return function


async def document(answer, value, status=200, headers=()):
    body = json.dumps(value, separators=(",", ":")).encode()
    await answer.whole(status, "application/json", body, headers)


@endpoint
async def echo(request, answer):
    """What has arrived."""
    url = urlsplit(request.path)
    query = {}
    for name, value in parse_qsl(url.query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    await document(answer, {
        "method": request.method,
        "path": url.path,
        "query": query,
        "headers": {name: request.header(name) for name, _ in request.headers},
        "body": request.body.decode("utf-8", "replace"),
        "version": request.version,
    })


@endpoint
async def status(request, answer, number):
    if not 200 <= int(number) <= 999:
        raise ValueError(f"{number} is no final status")
    await document(answer, {"status": int(number)}, int(number))


@endpoint
async def bytes_(request, answer, size):
    """Every value of a byte in turn."""
    await answer.head(200, [("content-length", size), ("content-type", "application/octet-stream")])
    for start in range(0, int(size), PIECE):
        await answer.data((bytes(range(256)) * (PIECE // 256))[:int(size) - start])
    await answer.end()


@endpoint
async def headers(request, answer, kilobytes, count="32"):
    """Headers of this size together, each of the same size."""
    size = int(kilobytes) * 1024 // int(count)
    names = [f"x-filler-{number}" for number in range(int(count))]
    # A name, a colon, a space, a value and the end of the line.
    await document(answer, {}, headers=[(name, "x" * (size - len(name) - 4)) for name in names])


@endpoint
async def cookies(request, answer):
    """Sets cookies, and answers with those that have come."""
    attributes = "Path=/; Max-Age=3600"
    made = [("set-cookie", f"session=canary-cookie; {attributes}"), ("set-cookie", f"other=second; {attributes}")]
    await document(answer, {"cookies": request.header("cookie")}, headers=made)


ENCODINGS = {
    "plain": lambda token: token,
    "base64": lambda token: base64.b64encode(token.encode()).decode(),
    "url": lambda token: percent_encode(token, safe=""),
    "hex": lambda token: token.encode().hex(),
    "reverse": lambda token: token[::-1],
}


@endpoint
async def quote(request, answer, as_="plain", in_="body"):
    """Says the token of Authorization, or the field `token` of the body, in an encoding; in the body or in a header."""
    authorization = request.header("authorization")
    token = authorization.split(" ", 1)[-1] if authorization else json.loads(request.body)["token"]
    said = ENCODINGS[as_](token)
    if in_ == "header":
        await document(answer, {}, headers=[("x-quote", said)])
    else:
        await document(answer, {"quote": said})


@endpoint
async def redirect(request, answer, to, status="302"):
    await answer.whole(int(status), "text/plain", b"", [("location", to)])


@endpoint
async def loop(request, answer):
    await answer.whole(302, "text/plain", b"", [("location", "/loop")])


async def refuse_at_first(request, answer, status, times, when):
    VISITS[request.path] += 1
    if VISITS[request.path] > int(times):
        return await document(answer, {"visits": VISITS[request.path]})
    await document(answer, {"status": int(status)}, int(status), [("retry-after", when)])


@endpoint
async def retry_after(request, answer, status, times, seconds):
    """This status with Retry-After so many times, then 200."""
    await refuse_at_first(request, answer, status, times, seconds)


@endpoint
async def retry_after_date(request, answer, status, times, seconds):
    """The same, with the form of Retry-After that is a date."""
    # A date has whole seconds, and this one is not to come too early.
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=float(seconds), milliseconds=999)
    await refuse_at_first(request, answer, status, times, format_datetime(moment, usegmt=True))


@endpoint
async def slow(request, answer, seconds):
    await answer.pause(float(seconds))
    await document(answer, {"seconds": float(seconds)})


@endpoint
async def chunked(request, answer):
    await answer.head(200, [("content-type", "application/json")])
    for piece in (b'{"pieces"', b":", b"3}"):
        await answer.data(piece)
        await answer.pause(0.02)
    await answer.end()


@endpoint
async def trickle(request, answer):
    """A byte a second, without end."""
    await answer.head(200, [("content-type", "text/plain")])
    while True:
        await answer.data(b"x")
        await answer.pause(1)


@endpoint
async def endless(request, answer):
    await answer.head(200, [("content-type", "application/octet-stream")])
    while True:
        await answer.data(b"x" * PIECE)


@endpoint
async def continue_(request, answer):
    """Responses before the response."""
    await answer.inform(100)
    await answer.inform(102)
    await document(answer, {"continued": True})


@endpoint
async def gzip_(request, answer):
    body = gzip.compress(json.dumps({"compressed": True}).encode())
    await answer.whole(200, "application/json", body, [("content-encoding", "gzip")])


@endpoint
async def gzip_bomb(request, answer):
    """1 MiB that becomes 1 GiB."""
    body = await asyncio.to_thread(bomb)
    await answer.whole(200, "application/octet-stream", body, [("content-encoding", "gzip")])


@functools.cache
def bomb():
    mebibyte = bytes(1 << 20)
    press = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    # A flush forgets what came before, so the same bytes can be repeated.
    piece = press.compress(mebibyte) + press.flush(zlib.Z_FULL_FLUSH)
    check = 0
    for _ in range(1024):
        check = zlib.crc32(mebibyte, check)
    head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    return head + piece * 1024 + press.flush(zlib.Z_FINISH) + struct.pack("<II", check, 1 << 30)


HALF = b'{"half": "of a document", '


@endpoint
async def cut(request, answer):
    """Less than it announces."""
    await answer.head(200, [("content-type", "application/json"), ("content-length", "1000")])
    await answer.data(HALF)
    await answer.leave()


@endpoint
async def reset_in_body(request, answer):
    await answer.head(200, [("content-type", "application/json"), ("content-length", "1000")])
    await answer.data(HALF)
    await answer.reset()


@endpoint
async def not_http(request, answer):
    await answer.raw(b"SSH-2.0-OpenSSH_9.6\r\n\0\1\2\3\r\n")
    await answer.leave()


def take_effect(request):
    """Has the effect, once for each idempotency key. Returns what to answer with."""
    path = urlsplit(request.path).path
    if request.method in ("GET", "HEAD"):
        return 200, {"effects": EFFECTS[path]}, ()
    key = request.header("idempotency-key")
    first = (request.method, request.path, request.body)
    known, answered = ANSWERS.get(key, (None, None))
    if known is None:
        EFFECTS[path] += 1
        request.had_effect = True
        answered = {"effects": EFFECTS[path]}
        if key is not None:
            ANSWERS[key] = (first, answered)
        return 200, answered, ()
    if known != first:
        return 422, {"error": "the idempotency key is that of another request"}, ()
    return 200, answered, [("idempotent-replayed", "true")]


@endpoint
async def effect(request, answer, name=""):
    """Counts an effect of POST, PUT, PATCH and DELETE; tells their number to GET. Each name has its own number."""
    status, value, headers = take_effect(request)
    await document(answer, value, status, headers)


@endpoint
async def effect_then_silence(request, answer, name="", times="1000000"):
    """The same, and so many times closes the connection without an answer."""
    status, value, headers = take_effect(request)
    VISITS[request.path] += 1
    if VISITS[request.path] <= int(times):
        await answer.leave()
    await document(answer, value, status, headers)


@endpoint
async def go_away(request, answer):
    """Ends an HTTP/2 connection with an error, and quotes Authorization in it."""
    await answer.begin()
    quoted = (request.header("authorization") or "").encode()
    # The last stream that it has handled is none, so that the request has failed.
    answer.connection.close_connection(error_code=2, additional_data=quoted, last_stream_id=0)
    answer.writer.write(answer.connection.data_to_send())
    await answer.flush()
    await answer.leave()


async def answer_by_path(request, answer):
    url = urlsplit(request.path)
    name, *segments = map(unquote, url.path.removeprefix("/").split("/"))
    function, query = ENDPOINTS.get(name), dict(parse_qsl(url.query))
    parameters = list(inspect.signature(function).parameters)[2:] if function else []
    # The names `as` and `in` belong to Python.
    arguments = {parameter: query[parameter.strip("_")] for parameter in parameters if parameter.strip("_") in query}
    arguments |= dict(zip(parameters, segments))
    if function is None or len(segments) > len(parameters):
        return await document(answer, {"error": f"there is no {url.path}"}, 404)
    try:
        await function(request, answer, **arguments)
    except (KeyError, TypeError, ValueError) as error:
        if answer.status is not None:
            raise
        await document(answer, {"error": f"{type(error).__name__}: {error}"}, 400)


async def take(listener, connection, request, answer):
    try:
        if request is not None:
            # Some requests never get an answer.
            SEEN.append((listener, connection, request, answer))
            await signal_sender(answer)
        match listener, request:
            case "silent", _:
                await answer.begin()
                await answer.pause()
            case "reset", _:
                await answer.reset()
            case _, None:
                await document(answer, {"error": "this is no request"}, 400)
                await answer.leave()
            case _ if web_vendors.is_for(request):
                await web_vendors.answer_to(request, answer)
            case _:
                await answer_by_path(request, answer)
    except Gone:
        pass
    except Exception:
        traceback.print_exc()
        answer.writer.close()


async def signal_sender(answer):
    """Signals the process that has sent this request, if it is the one. The effects of a request come before its answer."""
    async def kill():
        await KILLER.kill()
        await answer.leave()

    when = await KILLER.request()
    if when == "before":
        await answer.leave()
    if when == "after":
        answer.before_first = kill


def shown(number, listener, connection, request, answer):
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        text = None
    return {
        "number": number,
        "listener": listener,
        "connection": connection,
        "version": request.version,
        "method": request.method,
        "path": request.path,
        "headers": request.headers,
        "body": text,
        "body_base64": base64.b64encode(request.body).decode(),
        "effect": request.had_effect,
        "status": answer.status,
        "answered": answer.is_complete,
    }


async def control(ports, _, request, answer):
    try:
        match request.method, request.path:
            case "GET", "/_test/seen":
                await document(answer, [shown(number, *seen) for number, seen in enumerate(SEEN, 1)])
            case "GET", "/_test/ports":
                await document(answer, ports)
            case "GET", "/_test/settled":
                await document(answer, {}, 200 if await is_settled() else 503)
            case "POST", "/_test/settings":
                changes = json.loads(request.body)
                unknown = changes.keys() - KILLER.settings.keys()
                if unknown:
                    return await document(answer, f"no such setting: {', '.join(sorted(unknown))}", 400)
                KILLER.set(changes)
                await document(answer, {})
            case "POST", "/_test/forget":
                for each in (SEEN, VISITS, EFFECTS, ANSWERS):
                    each.clear()
                KILLER.set({"kill_at": 0, "pid": 0})
                await document(answer, {})
            case _:
                await document(answer, {}, 404)
    except Gone:
        pass


async def is_settled():
    settled = await wait_until(lambda: not CONNECTIONS)
    # A handshake may have ended just now, with a request behind it.
    await asyncio.sleep(0.02)
    return settled and await wait_until(lambda: not CONNECTIONS)


async def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--host", default="127.0.0.1")
    arguments.add_argument("--port", type=int, required=True)
    given = arguments.parse_args()
    contexts = web_authority.contexts(pathlib.Path(os.environ["FOLDER"]))
    contexts |= {"plain": None, "reset": None, "silent": None}
    # Bound, so that nobody else gets the port, and without a listener.
    refused = socket.socket()
    refused.bind((given.host, 0))
    ports = {"refused": refused.getsockname()[1]}
    for listener, context in contexts.items():
        ports[listener] = await listen(given.host, 0, context, functools.partial(take, listener), CONNECTIONS)
    await listen(given.host, given.port, None, functools.partial(control, ports))
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
