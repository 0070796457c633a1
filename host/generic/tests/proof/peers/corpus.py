"""What botocore makes of a sample request and response of every operation, and of every error that a service declares.

Arguments: a folder for the files `requests`, `responses` and `errors` (one JSON document a line), and the number of processes. What
cannot be made goes to the file `skipped`, with its reason.
"""

import base64
import json
import logging
import multiprocessing
import os
import sys

import botocore.loaders
import botocore.parsers
import moto.core.serialize
from botocore.awsrequest import HeadersDict, prepare_request_dict
from botocore.model import ServiceModel
from botocore.serialize import RpcV2CBORSerializer, create_serializer
from botocore.utils import percent_encode_sequence
from moto.core.model import ServiceModel as MotoServiceModel

from samples import TEXTS, Sampler, document

# Every operation has so many samples.
SAMPLES = 2
# What the host computes.
CHECKSUMS = ["CRC32", "SHA256"]
JSON_HEADER = {"a": [1, "\u00e9"], "b": None}


class Skipped(Exception):
    """Why there is no sample."""


def protocol_of(metadata):
    """The protocol that the host uses: the first that is not CBOR."""
    offered = metadata.get("protocols") or [metadata["protocol"]]
    return next((name for name in offered if name != "smithy-rpc-v2-cbor"), offered[0])


def texts_of(shape, operation):
    """The texts of members that stand in places where not every text can."""
    texts = {}
    checksum = ((operation and operation.http_checksum) or {}).get("requestAlgorithmMember")
    for name, member in shape.members.items():
        if member.serialization.get("hostLabel"):
            texts[name] = ["abc-1", "9"]
        elif member.serialization.get("location") in ("uri", "header", "headers"):
            texts[name] = TEXTS
    return texts, checksum


def special(sample, shape, checksum):
    """Members whose value has to be a certain one, or that are no request without it."""
    for name, member in shape.members.items():
        if name not in sample:
            continue
        if name == checksum:
            sample[name] = next(known for known in CHECKSUMS if known in member.enum)
        elif member.serialization.get("location") == "headers":
            sample[name] = {"k1": "v 1", "k-2": "\u00e9"}
        elif member.serialization.get("jsonvalue") and member.serialization.get("location") == "header":
            sample[name] = JSON_HEADER


def path_of(request):
    """The path and the query string, as botocore's HTTP client gets them."""
    prepared = {"url_path": request["url_path"], "query_string": request["query_string"], "headers": {}}
    prepare_request_dict(prepared, "https://host")
    return prepared["url"].removeprefix("https://host")


def bytes_of(body):
    if isinstance(body, dict):
        return percent_encode_sequence(body).encode()
    return body.encode() if isinstance(body, str) else bytes(body or b"")


def request_of(serializer, operation, seed):
    shape = operation.input_shape
    if operation.has_event_stream_input:
        raise Skipped("it sends events")
    sample = {}
    if shape is not None:
        texts, checksum = texts_of(shape, operation)
        sample = Sampler(seed).members(shape, texts)
        special(sample, shape, checksum)
    made = serializer.serialize_to_request(sample, operation)
    return {
        "input": document(sample),
        "method": made["method"],
        "uri": path_of(made),
        "prefix": made.get("host_prefix"),
        "headers": {name: str(value) for name, value in made["headers"].items()},
        "body": base64.b64encode(bytes_of(made["body"])).decode(),
    }


def cbor_of(shape, sample):
    """A response in CBOR, by botocore: moto does not write any."""
    body = bytearray()
    RpcV2CBORSerializer()._serialize_data_item(body, sample, shape)
    return {"status_code": 200, "headers": {"smithy-protocol": "rpc-v2-cbor"}, "body": bytes(body)}


def response_of(writer, parser, operation, moto_operation, seed):
    shape = operation.output_shape
    if operation.has_event_stream_output:
        raise Skipped("it receives events")
    if shape is None:
        raise Skipped("it has no response")
    if operation.has_streaming_output:
        raise Skipped("its response is a stream")
    texts, _ = texts_of(shape, operation)
    sample = Sampler(seed).members(shape, texts)
    special(sample, shape, None)
    for name, member in shape.members.items():
        if member.serialization.get("location") == "statusCode":
            sample.pop(name, None)
    made = writer(moto_operation).serialize(sample) if writer else cbor_of(shape, sample)
    headers = {name: str(value) for name, value in made["headers"].items()}
    body = bytes_of(made["body"])
    context = {"operation_name": operation.name}
    given = {"status_code": made["status_code"], "headers": HeadersDict(headers), "body": body, "context": context}
    read = parser.parse(given, shape)
    read.pop("ResponseMetadata", None)
    return {
        "status": made["status_code"],
        "headers": headers,
        "body": base64.b64encode(body).decode(),
        "output": document(read),
    }


class Refusal(Exception):
    """An error that moto can write."""

    def __init__(self, code, members):
        super().__init__(code)
        self.code = code
        self.__dict__.update(members)
        self.message = members.get("message", members.get("Message", "it \u00e9 <refuses> & more"))


def error_of(writer, parser, shape, moto_operation, seed):
    """What both make of an error of this shape."""
    if writer is None:
        raise Skipped("moto does not write its protocol")
    texts, _ = texts_of(shape, None)
    sample = Sampler(seed).members(shape, texts)
    special(sample, shape, None)
    made = writer(moto_operation).serialize(Refusal(shape.error_code, sample))
    headers = {name: str(value) for name, value in made["headers"].items()}
    body = bytes_of(made["body"])

    def read(of):
        context = {"operation_name": moto_operation.name}
        given = {"status_code": made["status_code"], "headers": HeadersDict(headers), "body": body, "context": context}
        return parser.parse(given, of)

    error, fields = read(None)["Error"], read(shape)
    return {
        "status": made["status_code"],
        "headers": headers,
        "body": base64.b64encode(body).decode(),
        "shape": shape.name,
        "code": error["Code"],
        "message": error["Message"],
        "fields": document({name: value for name, value in fields.items() if name in shape.members}),
    }


def declaring(peer, shape):
    """The operation that declares an error, or any."""
    names = peer.operation_names
    of = (name for name in names if any(error.name == shape.name for error in peer.operation_model(name).error_shapes))
    return next(of, names[0])


def service(name):
    """The lines of all three files."""
    lines = {"requests": [], "responses": [], "errors": [], "skipped": []}
    model = botocore.loaders.Loader().load_service_model(name, "service-2")
    peer, moto_peer = ServiceModel(model, name), MotoServiceModel(model, name)
    protocol = protocol_of(peer.metadata)
    writer = moto.core.serialize.SERIALIZERS.get(protocol)
    serializer = create_serializer(protocol, include_validation=False)
    parser = botocore.parsers.create_parser(protocol)

    def write(kind, operation, number, make):
        of = {"service": name, "operation": operation}
        try:
            line = json.dumps({**of, **make(f"{name}.{operation}.{kind}.{number}")}, allow_nan=False)
        except Skipped as why:
            kind, line = "skipped", json.dumps({**of, "kind": kind, "reason": str(why)})
        except Exception as error:  # whatever botocore or moto cannot do is counted
            reason = f"{type(error).__name__}: {str(error)[:60]}"
            kind, line = "skipped", json.dumps({**of, "kind": kind, "reason": reason})
        lines[kind].append(line)

    for operation in peer.operation_names:
        own, moto_own = peer.operation_model(operation), moto_peer.operation_model(operation)
        for number in range(SAMPLES):
            write("requests", operation, number, lambda seed: request_of(serializer, own, seed))
            write("responses", operation, number, lambda seed: response_of(writer, parser, own, moto_own, seed))
    for shape in peer.error_shapes:
        operation = declaring(peer, shape)
        moto_own = moto_peer.operation_model(operation)
        write("errors", operation, shape.name, lambda seed: error_of(writer, parser, shape, moto_own, seed))
    return lines


def main():
    folder, processes = sys.argv[1:]
    logging.disable(logging.CRITICAL)
    names = botocore.loaders.Loader().list_available_services("service-2")
    with multiprocessing.Pool(int(processes)) as pool:
        made = pool.map(service, names, chunksize=4)
    for kind in ("requests", "responses", "errors", "skipped"):
        with open(os.path.join(folder, kind), "w") as file:
            file.writelines(line + "\n" for lines in made for line in lines[kind])


if __name__ == "__main__":
    main()
