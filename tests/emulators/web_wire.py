"""HTTP/1.1 and HTTP/2 for web.py.

`listen` takes connections and passes each whole request to a function, with the number of its connection and an Answer.
An answer may be as broken as a test needs it: it can come in pieces, end early or not be HTTP at all. Bytes that are no
request arrive as None.
"""

import asyncio
import contextlib
import dataclasses
import functools
import http.client
import itertools
import socket
import struct
from email.utils import formatdate

import h11
from h2 import events
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.exceptions import ProtocolError

PIECE = 65536
# The request head may be this large.
HEAD_LIMIT = 1 << 20

CONNECTION_NUMBERS = itertools.count(1)


class Gone(Exception):
    """The connection, or the stream, has ended before the answer."""


@dataclasses.dataclass
class Request:
    method: str
    # With the query, as it came.
    path: str
    version: str
    # Names in lower case, in order. `host` is there also with HTTP/2.
    headers: list
    body: bytes
    had_effect: bool = False

    def header(self, name):
        """All values of a header in one; None without any."""
        values = [value for key, value in self.headers if key == name]
        return ", ".join(values) if values else None


class Answer:
    """The answer to one request. Every method but `pause` first awaits `before_first`, once."""

    def __init__(self, writer):
        self.writer = writer
        self.before_first = None
        self.has_no_body = False
        self.status = None
        self.is_complete = False
        # Set when the client has left.
        self.gone = asyncio.Event()

    async def whole(self, status, content_type, body, headers=()):
        length = [] if status == 204 else [("content-length", str(len(body))), ("content-type", content_type)]
        await self.head(status, [*length, *headers])
        await self.data(body)
        await self.end()

    async def inform(self, status):
        """A response before the response, such as 102."""
        await self.begin()
        self.send_inform(status)
        await self.flush()

    async def head(self, status, headers):
        await self.begin()
        self.status = status
        self.has_no_body = self.has_no_body or status in (204, 304)
        self.send_head(status, [("date", formatdate(usegmt=True)), *headers])
        await self.flush()

    async def data(self, chunk):
        await self.begin()
        if chunk and not self.has_no_body:
            await self.send_data(chunk)

    async def end(self):
        await self.begin()
        self.send_end()
        self.is_complete = True
        await self.flush()

    async def raw(self, data):
        """Bytes that bypass the protocol."""
        await self.begin()
        self.writer.write(data)
        await self.flush()

    async def leave(self):
        """Closes the connection."""
        await self.begin()
        self.writer.close()
        raise Gone

    async def reset(self):
        """Closes the connection with RST."""
        await self.begin()
        # The client is to see what came before: RST overtakes what is still on its way.
        await asyncio.sleep(0.05)
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()
        raise Gone

    async def pause(self, seconds=None):
        """Waits, without end unless it is given, as long as the client is there."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.gone.wait(), seconds)
            raise Gone

    async def begin(self):
        first, self.before_first = self.before_first, None
        if first:
            await first()
        if self.gone.is_set():
            raise Gone

    async def flush(self):
        # A closing transport swallows everything.
        if self.writer.transport.is_closing():
            raise Gone
        try:
            await self.writer.drain()
        except OSError:
            raise Gone from None
        # `drain` returns at once as long as the client keeps up.
        await asyncio.sleep(0)


class Answer1(Answer):
    def __init__(self, writer, connection, method):
        super().__init__(writer)
        self.connection = connection
        self.has_no_body = method == "HEAD"

    def send(self, event):
        self.writer.write(self.connection.send(event))

    def send_inform(self, status):
        reason = http.client.responses.get(status, "").encode()
        self.send(h11.InformationalResponse(status_code=status, headers=[], reason=reason))

    def send_head(self, status, headers):
        headers = [(name, value.encode("utf-8")) for name, value in headers]
        reason = http.client.responses.get(status, "").encode()
        self.send(h11.Response(status_code=status, headers=headers, reason=reason))

    async def send_data(self, chunk):
        self.send(h11.Data(data=chunk))
        await self.flush()

    def send_end(self):
        self.send(h11.EndOfMessage())


class Http1:
    def __init__(self, reader, writer, take):
        self.reader, self.writer, self.take = reader, writer, take
        self.connection = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_LIMIT)

    async def run(self):
        while True:
            try:
                request = await self.request()
            except h11.RemoteProtocolError:
                answer = Answer1(self.writer, self.connection, None)
                await self.attend(self.take(None, answer), answer)
                return
            if request is None:
                return
            answer = Answer1(self.writer, self.connection, request.method)
            await self.attend(self.take(request, answer), answer)
            if not answer.is_complete or self.connection.our_state is not h11.DONE or answer.gone.is_set():
                return
            self.connection.start_next_cycle()

    async def request(self):
        """The next request; None when the connection ends before it is whole. No server executes a part of one."""
        head, body = None, bytearray()
        while True:
            event = self.connection.next_event()
            if event is h11.NEED_DATA:
                if self.connection.they_are_waiting_for_100_continue:
                    self.writer.write(self.connection.send(h11.InformationalResponse(status_code=100, headers=[])))
                received = await self.reader.read(PIECE)
                if not received:
                    return None
                self.connection.receive_data(received)
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers]
                version, path = head.http_version.decode(), head.target.decode("latin-1")
                return Request(head.method.decode(), path, version, headers, bytes(body))
            else:
                return None

    async def attend(self, work, answer):
        """Answers, and sees meanwhile whether the client leaves."""
        work = asyncio.ensure_future(work)
        watch = asyncio.ensure_future(self.watch(answer))
        try:
            await work
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    async def watch(self, answer):
        try:
            while received := await self.reader.read(PIECE):
                self.connection.receive_data(received)
        except OSError:
            pass
        answer.gone.set()


class Answer2(Answer):
    def __init__(self, conversation, stream, method):
        super().__init__(conversation.writer)
        self.conversation, self.connection, self.stream = conversation, conversation.connection, stream
        self.has_no_body = method == "HEAD"

    def send(self, function, *arguments):
        if self.gone.is_set():
            raise Gone
        function(self.stream, *arguments)
        self.writer.write(self.connection.data_to_send())

    def send_inform(self, status):
        self.send(self.connection.send_headers, [(":status", str(status))])

    def send_head(self, status, headers):
        headers = [(name.encode(), value.encode("utf-8")) for name, value in headers]
        self.send(self.connection.send_headers, [(b":status", str(status).encode()), *headers])

    async def send_data(self, chunk):
        rest = memoryview(chunk)
        while rest:
            if self.gone.is_set():
                raise Gone
            window = self.connection.local_flow_control_window(self.stream)
            size = min(window, self.connection.max_outbound_frame_size, len(rest))
            if size <= 0:
                await self.conversation.change()
                continue
            self.send(self.connection.send_data, bytes(rest[:size]))
            rest = rest[size:]
            await self.flush()

    def send_end(self):
        self.send(self.connection.end_stream)


class Http2:
    def __init__(self, reader, writer, take):
        self.reader, self.writer, self.take = reader, writer, take
        self.connection = H2Connection(H2Configuration(client_side=False, header_encoding=None))
        # Its Huffman code takes half a minute for headers of 3 MB.
        self.connection.encoder.encode = functools.partial(self.connection.encoder.encode, huffman=False)
        # By stream: the head and the body of a request that is not whole yet.
        self.requests = {}
        self.answers = {}
        self.tasks = set()
        self.changed = asyncio.Event()

    async def run(self):
        self.connection.initiate_connection()
        try:
            self.flush()
            while received := await self.reader.read(PIECE):
                for event in self.connection.receive_data(received):
                    self.see(event)
                self.flush()
        except ProtocolError:
            self.flush()
        finally:
            self.end(*self.answers)
            await asyncio.gather(*self.tasks)

    def flush(self):
        self.writer.write(self.connection.data_to_send())

    async def change(self):
        """Waits until a window may have opened, or a stream has ended."""
        await self.changed.wait()

    def tell(self):
        self.changed.set()
        self.changed = asyncio.Event()

    def end(self, *streams):
        for stream in streams:
            if stream in self.answers:
                self.answers[stream].gone.set()
        self.tell()

    def see(self, event):
        stream = getattr(event, "stream_id", None)
        if isinstance(event, events.RequestReceived):
            self.requests[stream] = (event.headers, bytearray())
        elif isinstance(event, events.DataReceived):
            self.requests[stream][1].extend(event.data)
            self.connection.acknowledge_received_data(event.flow_controlled_length, stream)
        elif isinstance(event, events.StreamEnded):
            self.start(stream, *self.requests.pop(stream))
        elif isinstance(event, events.StreamReset):
            self.requests.pop(stream, None)
            self.end(stream)
        elif isinstance(event, events.ConnectionTerminated):
            self.end(*self.answers)
        elif isinstance(event, (events.WindowUpdated, events.RemoteSettingsChanged)):
            self.tell()

    def start(self, stream, headers, body):
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
        pseudo = dict(each for each in headers if each[0].startswith(":"))
        headers = [each for each in headers if not each[0].startswith(":")]
        if ":authority" in pseudo:
            headers.insert(0, ("host", pseudo[":authority"]))
        request = Request(pseudo[":method"], pseudo[":path"], "2", headers, bytes(body))
        answer = self.answers[stream] = Answer2(self, stream, request.method)
        task = asyncio.ensure_future(self.take(request, answer))
        self.tasks.add(task)
        task.add_done_callback(lambda task: (self.tasks.discard(task), self.answers.pop(stream)))


async def listen(host, port, context, take, connections=None):
    """Takes connections on a port, 0 for any free one, and returns it. `connections` contains the open ones."""
    connections = set() if connections is None else connections

    async def connected(reader, writer):
        number = next(CONNECTION_NUMBERS)
        connections.add(number)
        tls = writer.get_extra_info("ssl_object")
        speak = Http2 if tls is not None and tls.selected_alpn_protocol() == "h2" else Http1
        try:
            await speak(reader, writer, functools.partial(take, number)).run()
        except OSError:
            # The client has left.
            pass
        finally:
            writer.close()
            connections.discard(number)

    server = await asyncio.start_server(connected, host, port, ssl=context, backlog=128)
    return server.sockets[0].getsockname()[1]
