"""A client that knows nothing of the contract and learns all of it by reflection, as grpcurl does."""

from __future__ import annotations

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from contract import Contract

_INT32, _STRING, _MESSAGE, _BYTES = 5, 9, 11, 12
# What is asked and answered, by the numbers of the fields; the same in every version of the protocol.
_MESSAGES = {
    "Request": [("file_by_filename", 3, _STRING), ("file_containing_symbol", 4, _STRING),
                ("file_containing_extension", 5, "Extension"), ("all_extension_numbers_of_type", 6, _STRING),
                ("list_services", 7, _STRING)],
    "Extension": [("containing_type", 1, _STRING), ("extension_number", 2, _INT32)],
    "Response": [("file_descriptor_response", 4, "Files"), ("all_extension_numbers_response", 5, "Numbers"),
                 ("list_services_response", 6, "Services"), ("error_response", 7, "Error")],
    "Numbers": [("base_type_name", 1, _STRING), ("extension_number", 2, _INT32)],
    "Files": [("file_descriptor_proto", 1, _BYTES)],
    "Services": [("service", 1, "Service")],
    "Service": [("name", 1, _STRING)],
    "Error": [("error_code", 1, _INT32), ("error_message", 2, _STRING)],
}
_REPEATED = {("Files", "file_descriptor_proto"), ("Services", "service"), ("Numbers", "extension_number")}
# google.api.http, which the contract's files use.
_OPTIONS, _HTTP, _HTTP_FILE = "google.protobuf.MethodOptions", 72295728, "google/api/annotations.proto"
_NOT_FOUND = 5


def _types() -> dict:
    file = descriptor_pb2.FileDescriptorProto(name="reflection.proto", package="reflection", syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, kind in fields:
            label = 3 if (name, field) in _REPEATED else 1
            one = message.field.add(name=field, number=number, label=label)
            one.type = _MESSAGE if isinstance(kind, str) else kind
            if isinstance(kind, str):
                one.type_name = f".reflection.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    factory = message_factory.MessageFactory(pool)
    return {name: factory.GetPrototype(pool.FindMessageTypeByName(f"reflection.{name}")) for name in _MESSAGES}


class Client:
    """Asks one version of the protocol: "v1alpha" or "v1". Not thread-safe."""

    def __init__(self, channel: grpc.Channel, version: str) -> None:
        self._types = _types()
        self._call = channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            request_serializer=lambda m: m.SerializeToString(),
            response_deserializer=self._types["Response"].FromString)

    def _ask(self, **asked):
        return next(self._call(iter([self._types["Request"](**asked)]), timeout=10))

    def extensions(self) -> list[str]:
        """What is wrong with the answers about extensions, and about what there is not."""
        out = []
        extension = {"containing_type": _OPTIONS, "extension_number": _HTTP}
        files = self._ask(file_containing_extension=extension).file_descriptor_response.file_descriptor_proto
        if _HTTP_FILE not in [descriptor_pb2.FileDescriptorProto.FromString(one).name for one in files]:
            out.append(f"does not find the file of the extension {_HTTP} of {_OPTIONS}")
        numbers = self._ask(all_extension_numbers_of_type=_OPTIONS).all_extension_numbers_response
        if numbers.base_type_name != _OPTIONS or _HTTP not in numbers.extension_number:
            out.append(f"says of the extensions of {_OPTIONS}: {numbers}")
        for asked in ({"file_by_filename": "no/such.proto"}, {"file_containing_symbol": "no.Such"},
                      {"all_extension_numbers_of_type": "no.Such"},
                      {"file_containing_extension": {"containing_type": _OPTIONS, "extension_number": 1}}):
            answer = self._ask(**asked)
            if answer.error_response.error_code != _NOT_FOUND:
                out.append(f"is asked for {asked}, and answers {answer}")
        return out

    def services(self) -> list[str]:
        return [one.name for one in self._ask(list_services="*").list_services_response.service]

    def files_of(self, symbol: str) -> dict[str, descriptor_pb2.FileDescriptorProto]:
        """The file that has the symbol, and all that it imports, by name."""
        files: dict[str, descriptor_pb2.FileDescriptorProto] = {}
        wanted = [{"file_containing_symbol": symbol}]
        while wanted:
            for data in self._ask(**wanted.pop()).file_descriptor_response.file_descriptor_proto:
                file = descriptor_pb2.FileDescriptorProto.FromString(data)
                files[file.name] = file
            known = set(files) | {one.get("file_by_filename") for one in wanted}
            wanted += [{"file_by_filename": name} for file in list(files.values()) for name in file.dependency
                       if name not in known][:1]
        return files


def problems(contract: Contract, channel: grpc.Channel, version: str) -> list[str]:
    """What the server describes otherwise than the contract."""
    client = Client(channel, version)
    out = []
    try:
        services = client.services()
        out += [f"reflection {version}: {one}" for one in client.extensions()]
    except grpc.RpcError as error:
        return [f"reflection {version}: {error.code().name} {error.details()}"]
    served = dict.fromkeys(method.descriptor.containing_service.full_name for method in contract.methods.values())
    for name in [*served, "grpc.health.v1.Health",
                 f"grpc.reflection.{version}.ServerReflection"]:
        if name not in services:
            out.append(f"reflection {version}: does not list {name}: {services}")
            continue
        pool = descriptor_pool.DescriptorPool()
        files = client.files_of(name)
        if not files:
            out.append(f"reflection {version}: describes no file of {name}")
        added: set[str] = set()

        def add(file) -> None:
            if file.name in added:
                return
            added.add(file.name)
            for needed in file.dependency:
                add(files[needed])
            pool.Add(file)

        for file in files.values():
            add(file)
        service = pool.FindServiceByName(name)
        if name in served:
            expected = contract.pool.FindServiceByName(name)
            described = [(m.name, m.input_type.full_name, m.output_type.full_name) for m in service.methods]
            if described != [(m.name, m.input_type.full_name, m.output_type.full_name) for m in expected.methods]:
                out.append(f"reflection {version}: describes {name} otherwise than the contract")
    return out
