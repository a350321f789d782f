"""Every class of error that Leadline gives, provoked and read by its types: what a call fails with, and what a program
finds in it.

usage: errors.py TABLE NAME=ADDRESS... stop=PID      as ../errors_servers.py calls it

TABLE is errors.json, which says for each error which call gives it on which server, and what must come. An operation is
waited for: its error is the call's. A few need more than one call; they are the functions of SITUATIONS. Exit status 0:
each came, and each detail could be read as its type.
"""

import importlib
import json
import os
import re
import signal
import sys
import time

import grpc
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf import json_format, message_factory
from google.rpc import error_details_pb2
from grpc_status import rpc_status

import leadline.v1.operations_pb2  # so that the metadata of an operation can be shown
from leadline.v1 import admin_service_pb2, admin_service_pb2_grpc, lead_service_pb2, lead_service_pb2_grpc

DEADLINE = 120  # seconds; checks of packs take long
DETAILS = {
    kind.DESCRIPTOR.full_name: kind
    for kind in (
        error_details_pb2.BadRequest,
        error_details_pb2.ErrorInfo,
        error_details_pb2.PreconditionFailure,
        error_details_pb2.ResourceInfo,
        error_details_pb2.RetryInfo,
    )
}


class Error:
    """What a call failed with: its code, its message, its details by their names, and the id of the call.

    The id is None where the call itself succeeded: an operation failed, or an item of a batch.
    """

    def __init__(self, code, message, status, call_id=None):
        self.code, self.message, self.call_id, self.details = code, message, call_id, {}
        for packed in status.details if status else []:
            kind = DETAILS[packed.TypeName()]  # a program that knows no such type would pass it over
            detail = kind()
            packed.Unpack(detail)
            self.details[kind.DESCRIPTOR.name] = detail

    @classmethod
    def of_call(cls, error):
        ids = [value for key, value in error.trailing_metadata() or () if key == "leadline-call-id"]
        return cls(error.code().name, error.details(), rpc_status.from_call(error), ids[0] if ids else "none")

    @classmethod
    def of_status(cls, status):
        """Of an operation or an item of a batch, which carry the same in google.rpc.Status."""
        names = {code.value[0]: code.name for code in grpc.StatusCode}
        return cls(names[status.code], status.message, status)


def method_of(channel, call):
    """The stub's method for "LeadService.GetLead", the type of its request, and whether it answers with a stream."""
    service, name = call.split(".")
    package = "google.longrunning" if service == "Operations" else "leadline.v1"
    module = re.sub(r"(?<=.)([A-Z])", r"_\1", service).lower()
    stub = getattr(importlib.import_module(f"{package}.{module}_pb2_grpc"), f"{service}Stub")(channel)
    descriptor = importlib.import_module(f"{package}.{module}_pb2").DESCRIPTOR.services_by_name[service]
    method = descriptor.methods_by_name[name]
    return getattr(stub, name), message_factory.GetMessageClass(method.input_type), method.server_streaming


def send(channel, row, call_id=None):
    """Makes the call of a row, and gives its answer, of a stream the first."""
    method, request_type, streams = method_of(channel, row["call"])
    request = json_format.ParseDict(row.get("request", {}), request_type())
    metadata = [("leadline-actor", row["actor"])] if "actor" in row else []
    if call_id:
        metadata.append(("leadline-call-id", call_id))
    answer = method(request, timeout=DEADLINE, metadata=metadata)
    return next(answer) if streams else answer


def ended(channel, answer):
    """The answer as it is; of an operation, how it is when it has ended."""
    operations = operations_pb2_grpc.OperationsStub(channel)
    while isinstance(answer, operations_pb2.Operation) and not answer.done:
        answer = operations.WaitOperation(operations_pb2.WaitOperationRequest(name=answer.name), timeout=DEADLINE)
    return answer


def resolved(row, known):
    """The row with "${lead.lead.name}" replaced by a value of the answer that is known as lead."""

    def value(match):
        found = known
        for part in match[1].split("."):
            found = found[int(part)] if isinstance(found, list) else found[part]
        return json.dumps(found)[1:-1]

    return json.loads(re.sub(r"\$\{([^}]+)\}", value, json.dumps(row)))


def id_of(row):
    """The id under which the call of a row goes."""
    return row["about"].replace(" ", "-")


def faults_of(error, row, domain):
    """Where an error is otherwise than its row says."""
    if error.code != row["code"]:
        yield f"{error.code} in the place of {row['code']}: {error.message}"
    if set(error.details) != set(row["details"]):
        yield f"its details are {', '.join(sorted(error.details)) or 'none'}"
    if row["details"] and error.call_id not in (None, id_of(row)):
        yield f"the id of the call is {error.call_id}"
    if row["details"] and error.call_id and not error.message.endswith(f" (call {error.call_id})"):
        yield f"its message does not end with the id of the call: {error.message}"
    if row.get("readable", "") not in error.message:
        yield f"its message is {error.message}"
    for name, detail in error.details.items():
        yield from CHECKS[name](detail, row, domain)


def error_info(info, row, domain):
    if info.reason != row.get("reason") or info.domain != domain:
        yield f"its reason is {info.reason} of {info.domain}"
    expected, facts = row.get("metadata", {}), dict(info.metadata)
    if facts.pop("call_id", id_of(row)) != id_of(row):  # there is none where an operation failed, and no call
        yield f"the id of the call is {info.metadata['call_id']}"
    if set(facts) != set(expected) or any(v not in ("*", facts[k]) for k, v in expected.items()):
        yield f"its metadata is {dict(info.metadata)}"
    if any(not value for value in info.metadata.values()):
        yield f"its metadata has an empty value: {dict(info.metadata)}"


def bad_request(bad, row, _):
    violations = list(bad.field_violations)
    if "fields" not in row:  # too many to be listed: the last entry tells people so
        violations = violations[:-1]
        if not 10 <= len(violations) < int(row["metadata"]["violation_count"]):
            yield f"it shows {len(violations)} violations"
    elif sorted(v.field for v in violations) != sorted(row["fields"]):
        yield f"its fields are {[v.field for v in violations]}"
    if any(not v.field or not v.description or row.get("readable", "") not in v.description for v in violations):
        yield f"a violation cannot be read: {violations}"


def retry_info(retry, row, _):
    if f"{retry.retry_delay.ToMilliseconds() / 1000:.3f}s" != row.get("metadata", {}).get("retry_after"):
        yield f"it says to try again after {retry.retry_delay.ToMilliseconds()} ms"


def resource_info(resource, row, _):
    expected = row.get("resource", {"type": None, "name": None})
    if (resource.resource_type, resource.resource_name) != (expected["type"], expected["name"]):
        yield f"its resource is {resource.resource_type} {resource.resource_name}"


def precondition_failure(failure, row, _):
    subject = row["resource"]["name"] if "resource" in row else ""
    found = [(violation.type, violation.subject) for violation in failure.violations]
    if found != [(row.get("reason"), subject)] or not failure.violations[0].description:
        yield f"its violations are {found}"


CHECKS = {
    "BadRequest": bad_request,
    "ErrorInfo": error_info,
    "PreconditionFailure": precondition_failure,
    "ResourceInfo": resource_info,
    "RetryInfo": retry_info,
}


def overloaded(channel, row, call_id, _):
    """More checks of packs at once than the server works on and lets wait."""
    request = json_format.ParseDict(row["request"], admin_service_pb2.ValidatePackRequest())
    admin = admin_service_pb2_grpc.AdminServiceStub(channel)
    metadata = [("leadline-call-id", call_id)]
    calls = [admin.ValidatePack.future(request, timeout=DEADLINE, metadata=metadata) for _ in range(12)]
    try:
        while True:
            ended = [call for call in calls if call.done()]
            refused = [call for call in ended if call.code() == grpc.StatusCode.RESOURCE_EXHAUSTED]
            if refused or len(ended) == len(calls):
                return refused[0].exception() if refused else None
            time.sleep(0.01)
    finally:
        for call in calls:
            call.cancel()


def watch(channel, **options):
    request = lead_service_pb2.WatchEventsRequest(only_new=True)
    return lead_service_pb2_grpc.LeadServiceStub(channel).WatchEvents(request, **options)


def failure_of(stream):
    """What a stream ends with."""
    try:
        for _ in stream:
            pass
        return None
    except grpc.RpcError as error:
        return error


def too_many_streams(channel, row, call_id, _):
    """More streams than the server lets be open. The last one opened is not the last one that it sees."""
    more = int(row["metadata"]["limit"]) + 100
    streams = [watch(channel, metadata=[("leadline-call-id", call_id)]) for _ in range(more)]
    end = time.monotonic() + DEADLINE
    try:
        while time.monotonic() < end:
            refused = [stream for stream in streams if not stream.is_active()]
            if refused:
                return failure_of(refused[0])
            time.sleep(0.01)
        return None
    finally:
        for stream in streams:
            stream.cancel()


def deadline(channel, _row, call_id, _pid):
    return failure_of(watch(channel, timeout=0.2, metadata=[("leadline-call-id", call_id)]))


def cancelled(channel, _row, call_id, _pid):
    stream = watch(channel, metadata=[("leadline-call-id", call_id)])
    stream.cancel()
    return failure_of(stream)


def stopping(channel, _, call_id, pid):
    """The server is told to stop while a stream is open. It must be the last of its rows."""
    stream = watch(channel, metadata=[("leadline-call-id", call_id)])
    stream.initial_metadata()  # the server has it
    while not stream.is_active():  # it was one too many, while others are being closed
        time.sleep(0.1)
        stream = watch(channel, metadata=[("leadline-call-id", call_id)])
        stream.initial_metadata()
    os.kill(pid, signal.SIGTERM)
    return failure_of(stream)


SITUATIONS = {
    "overloaded": overloaded,
    "streams": too_many_streams,
    "deadline": deadline,
    "cancelled": cancelled,
    "stopping": stopping,
}


def provoke(channel, row, known, pid):
    """The row with its references resolved, and the error that it gave; None when there was none."""
    for step in row.get("setup", []):
        set_up(channel, step, known)
    row = resolved(row, known)
    call_id = row["about"].replace(" ", "-")
    if "situation" in row:
        error = SITUATIONS[row["situation"]](channel, row, call_id, pid)
        return row, Error.of_call(error) if error else None
    try:
        answer = ended(channel, send(channel, row, call_id))
    except grpc.RpcError as error:
        return row, Error.of_call(error)
    if "result" in row:
        answer = answer.results[row["result"]]
    elif not isinstance(answer, operations_pb2.Operation):
        return row, None
    return row, Error.of_status(answer.error) if answer.HasField("error") else None


def set_up(channel, step, known):
    """Makes a call that must succeed, and so must its operation, unless the step says not to wait for it."""
    answer = send(channel, resolved(step, known))
    if step.get("wait", True):
        answer = ended(channel, answer)
    if isinstance(answer, operations_pb2.Operation) and answer.HasField("error"):
        raise ValueError(answer.error.message)
    if "as" in step:
        known[step["as"]] = json_format.MessageToDict(answer)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        table = json.load(file)
    given = dict(argument.split("=", 1) for argument in sys.argv[2:])
    pid = int(given.pop("stop"))
    channels = {name: grpc.insecure_channel(address) for name, address in given.items()}
    known, failed = {}, 0
    for step in table["setup"]:
        set_up(channels["main"], step, known)
    for row in table["errors"]:
        try:
            row, error = provoke(channels[row.get("server", "main")], row, known, pid)
            faults = list(faults_of(error, row, table["domain"])) if error else ["the call succeeds"]
        except grpc.RpcError as error:
            faults = [f"what comes before it fails: {error.code().name}: {error.details()}"]
        except ValueError as error:
            faults = [f"what comes before it fails: {error}"]
        except LookupError as error:
            faults = [f"no earlier answer has {error}"]
        print(f"{row['code']} {row.get('reason', '')}: {row['about']}: {', '.join(row['details']) or 'no details'}")
        for fault in faults:
            failed += 1
            print(f"   OTHERWISE: {fault}")
    print(f"{len(table['errors'])} errors, {failed} faults")
    sys.exit(1 if failed else 0)


main()
