"""The contract as programs see it: its descriptors, its comments, and calls without any generated code."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.internal import api_implementation  # noqa: F401  (fails early where protobuf is broken)

from operations import COMMENTS, OPERATION, OPERATIONS, WAIT

PACKAGE = "leadline.v1"
# google.rpc.ErrorInfo.domain of every error.
ERROR_DOMAIN = "leadline.dev"
# In the order of the page, and of the examples: what decides changes last.
SERVICES = ["LeadService", "ContactService", "AccountService", "StatusService", "ScoringService", "RoutingService",
            "MergeService", "ReportService", "NotificationService", "AdminService", "Operations"]


@dataclass
class Method:
    service: str  # LeadService
    name: str  # SubmitEnquiry
    comment: str
    descriptor: object
    client_streams: bool
    server_streams: bool

    @property
    def path(self) -> str:
        return f"/{self.descriptor.containing_service.full_name}/{self.name}"

    @property
    def long(self) -> bool:
        """Whether it starts long work."""
        return self.descriptor.output_type.full_name == OPERATION and not self.path.startswith(f"/{OPERATIONS}/")


@dataclass
class Refusal(Exception):
    """What a call failed with: its code and what its details say."""
    code: str
    message: str  # without the call's id
    reason: str = ""
    domain: str = ""
    metadata: dict = field(default_factory=dict)
    fields: list = field(default_factory=list)
    descriptions: list = field(default_factory=list)
    names_call: bool = True  # unless it is of a call and its message does not end with the id that the trailer has


class Contract:
    """A descriptor set with comments. Reading it is thread-safe; calls are as thread-safe as the channel."""

    def __init__(self, protoset: Path, imports: Path) -> None:
        files = descriptor_pb2.FileDescriptorSet.FromString(protoset.read_bytes())
        self.pool = descriptor_pool.DescriptorPool()
        self.comments: dict[str, str] = dict(COMMENTS)
        for file in files.file:
            self.pool.Add(file)
            if file.package == PACKAGE:
                self._read_comments(file)
        # What errors carry is no import of the contract.
        with tempfile.NamedTemporaryFile() as out:
            subprocess.run(["protoc", f"-I{imports}", f"--descriptor_set_out={out.name}",
                            "google/rpc/error_details.proto"], check=True)
            for file in descriptor_pb2.FileDescriptorSet.FromString(Path(out.name).read_bytes()).file:
                self.pool.Add(file)
        self.files = [self.pool.FindFileByName(f.name) for f in files.file if f.package == PACKAGE]
        self._factory = message_factory.MessageFactory(self.pool)
        self.methods: dict[str, Method] = {}
        for name in SERVICES:
            full_name = OPERATIONS if name == "Operations" else f"{PACKAGE}.{name}"
            for method in self.pool.FindServiceByName(full_name).methods:
                proto = descriptor_pb2.MethodDescriptorProto()
                method.CopyToProto(proto)
                self.methods[method.name] = Method(name, method.name, self.comments[method.full_name], method,
                                                   proto.client_streaming, proto.server_streaming)

    def _read_comments(self, file: descriptor_pb2.FileDescriptorProto) -> None:
        """Comments by full name: of services, RPCs, messages, fields, enums and their values."""
        names: dict[tuple, str] = {}

        def message(at: tuple, proto: descriptor_pb2.DescriptorProto, name: str) -> None:
            names[at] = name
            for i, one in enumerate(proto.field):
                names[at + (2, i)] = f"{name}.{one.name}"
            for i, one in enumerate(proto.nested_type):
                message(at + (3, i), one, f"{name}.{one.name}")

        for i, one in enumerate(file.message_type):
            message((4, i), one, f"{file.package}.{one.name}")
        for i, one in enumerate(file.enum_type):
            names[(5, i)] = f"{file.package}.{one.name}"
            for j, value in enumerate(one.value):
                names[(5, i, 2, j)] = f"{file.package}.{one.name}.{value.name}"
        for i, one in enumerate(file.service):
            names[(6, i)] = f"{file.package}.{one.name}"
            for j, rpc in enumerate(one.method):
                names[(6, i, 2, j)] = f"{file.package}.{one.name}.{rpc.name}"
        for location in file.source_code_info.location:
            name = names.get(tuple(location.path))
            if name and location.leading_comments:
                lines = [line.strip() for line in location.leading_comments.strip().split("\n")]
                self.comments[name] = "\n".join(lines)

    def type_of(self, full_name: str):
        return self._factory.GetPrototype(self.pool.FindMessageTypeByName(full_name))

    def parse(self, message: str, value: dict):
        """A message from its JSON form; ValueError says what is no field of it."""
        try:
            return json_format.ParseDict(value, self.type_of(message)(), descriptor_pool=self.pool)
        except json_format.ParseError as error:
            raise ValueError(f"{message}: {error}") from error

    def to_json(self, message) -> dict:
        return json_format.MessageToDict(message, descriptor_pool=self.pool)

    def outcome_of(self, method: Method):
        """The descriptor of what a call comes to: of long work, the response of its operation."""
        if not method.long:
            return method.descriptor.output_type
        options = self.type_of("google.protobuf.MethodOptions").FromString(
            method.descriptor.GetOptions().SerializeToString())
        info = options.Extensions[self.pool.FindExtensionByName("google.longrunning.operation_info")]
        return self.pool.FindMessageTypeByName(f"{PACKAGE}.{info.response_type}")

    def _await(self, channel: grpc.Channel, operation):
        """What long work comes to."""
        wait = channel.unary_unary(WAIT, request_serializer=lambda m: m.SerializeToString(),
                                   response_deserializer=self.type_of(OPERATION).FromString)
        while not operation.done:
            operation = wait(self.type_of("google.longrunning.WaitOperationRequest")(name=operation.name), timeout=60)
        if operation.HasField("error"):
            raise self._refused(operation.error)
        response = self.type_of(operation.response.type_url.rsplit("/", 1)[1])()
        operation.response.Unpack(response)
        return response

    def call(self, channel: grpc.Channel, name: str, requests: list, metadata: dict, most: int = 0,
             timeout: float = 60, started_only: bool = False) -> list:
        """Sends the requests (JSON) to an RPC and gives its answers (JSON): the first `most` of a stream that has no
        end, and of long work what it comes to, or the operation if it is to be `started_only`. Raises Refusal."""
        method = self.methods[name]
        sent = [self.parse(method.descriptor.input_type.full_name, one) for one in requests]
        kinds = {(False, False): channel.unary_unary, (False, True): channel.unary_stream,
                 (True, True): channel.stream_stream, (True, False): channel.stream_unary}
        stub = kinds[method.client_streams, method.server_streams](
            method.path, request_serializer=lambda m: m.SerializeToString(),
            response_deserializer=self.type_of(method.descriptor.output_type.full_name).FromString)
        given = iter(sent) if method.client_streams else sent[0]
        pairs = [(key, value) for key, value in metadata.items()]
        try:
            answer = stub(given, timeout=timeout, metadata=pairs)
            if method.long and not started_only:
                answer = self._await(channel, answer)
            if not method.server_streams:
                return [self.to_json(answer)]
            out = []
            for message in answer:
                out.append(self.to_json(message))
                if most and len(out) == most:
                    answer.cancel()
                    break
            return out
        except grpc.RpcError as error:
            raise self.refusal(error) from None

    def refusal(self, error: grpc.RpcError) -> Refusal:
        out = Refusal(error.code().name, error.details() or "")
        trailer = dict(error.trailing_metadata() or ())
        end = f" (call {trailer.get('leadline-call-id')})"
        out.names_call = out.message.endswith(end)
        out.message = out.message.removesuffix(end)
        details = trailer.get("grpc-status-details-bin")
        if details is not None:
            self._read_details(self.type_of("google.rpc.Status").FromString(details), out)
        return out

    def _refused(self, status) -> Refusal:
        """What a google.rpc.Status says."""
        codes = {code.value[0]: code.name for code in grpc.StatusCode}
        out = Refusal(codes[status.code], status.message)
        self._read_details(status, out)
        return out

    def _read_details(self, status, out: Refusal) -> None:
        for one in status.details:
            name = one.type_url.rsplit("/", 1)[1]
            detail = self.type_of(name).FromString(one.value)
            if name == "google.rpc.ErrorInfo":
                out.reason, out.domain, out.metadata = detail.reason, detail.domain, dict(detail.metadata)
            elif name == "google.rpc.BadRequest":
                out.fields = [v.field for v in detail.field_violations]
                out.descriptions = [v.description for v in detail.field_violations]
