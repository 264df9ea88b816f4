"""The contract as an independent client sees it: built from descriptors, without generated code.

`SELFSAME_DESCRIPTORS` names a serialised FileDescriptorSet, made by buf: `proto/descriptors.binpb`.
Nothing here comes from the Node.js side, so a wrong field number or name there cannot hide.
"""

import os

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool

try:  # protobuf 4.22 and later
    from google.protobuf.message_factory import GetMessageClass
except ImportError:
    from google.protobuf.message_factory import MessageFactory

    def GetMessageClass(descriptor):
        return MessageFactory().GetPrototype(descriptor)


DETAILS_KEY = "grpc-status-details-bin"


def load_pool():
    """All messages and services of the contract."""
    files = descriptor_pb2.FileDescriptorSet()
    with open(os.environ["SELFSAME_DESCRIPTORS"], "rb") as source:
        files.ParseFromString(source.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool


POOL = load_pool()
CLASSES = {}


def message(name, /, **fields):
    """A message by its name, e.g. `selfsame.v1.Identifier`; fields may be nested dictionaries."""
    full_name = name if "." in name else "selfsame.v1." + name
    if full_name not in CLASSES:
        CLASSES[full_name] = GetMessageClass(POOL.FindMessageTypeByName(full_name))
    return CLASSES[full_name](**fields)


def decode(full_name, data):
    return type(message(full_name)).FromString(data)


class Details:
    """A decoded google.rpc.Status."""

    def __init__(self, error):
        trailers = dict(error.trailing_metadata() or ())
        self.trailers = trailers
        self.status = decode("google.rpc.Status", trailers[DETAILS_KEY])
        by_type = {}
        for detail in self.status.details:
            full_name = detail.type_url.removeprefix("type.googleapis.com/")
            by_type.setdefault(full_name, []).append(decode(full_name, detail.value))
        self.infos = by_type.get("google.rpc.ErrorInfo", [])
        self.bad_requests = by_type.get("google.rpc.BadRequest", [])
        self.retries = by_type.get("google.rpc.RetryInfo", [])

    @property
    def reason(self):
        return self.infos[0].reason

    @property
    def fields(self):
        return [item.field for bad in self.bad_requests for item in bad.field_violations]


class Service:
    """Calls of one service. `called` collects the methods that were used."""

    called = set()

    def __init__(self, channel, full_name):
        self.channel = channel
        self.descriptor = POOL.FindServiceByName(full_name)

    def __getattr__(self, name):
        method = self.descriptor.methods_by_name[name]
        path = f"/{self.descriptor.full_name}/{name}"
        Service.called.add(path)
        # FileDescriptor API of this age does not tell streams; the proto does.
        proto = descriptor_pb2.MethodDescriptorProto()
        method.CopyToProto(proto)
        kind = ("stream" if proto.client_streaming else "unary") + "_" + (
            "stream" if proto.server_streaming else "unary"
        )
        make = getattr(self.channel, kind)
        response = type(message(method.output_type.full_name))
        return make(
            path,
            # Bytes go as they are: malformed messages are made that way.
            request_serializer=lambda sent: sent if isinstance(sent, bytes) else sent.SerializeToString(),
            response_deserializer=response.FromString,
        )


def open_channel(address, *more):
    """A plain channel without retries, so that every failure is seen."""
    return grpc.insecure_channel(
        address,
        options=[
            ("grpc.enable_retries", 0),
            ("grpc.max_receive_message_length", 64 * 1024 * 1024),
            ("grpc.max_send_message_length", 64 * 1024 * 1024),
            *more,
        ],
    )
