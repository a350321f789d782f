"""Stands between the examples and the server, and breaks things as networks do, so that what they do then is seen.

usage: proxy.py SERVER   prints the address that it listens on, and serves until it is ended

For each connection: the first SubmitEnquiry ends with UNAVAILABLE and RetryInfo, once after the server took it (so that
only the request_id keeps it from acting twice); the second WatchEvents ends with UNAVAILABLE after three messages.
"""

import collections
import concurrent.futures
import sys
import threading

import grpc
from google.protobuf import duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

RETRY_DELAY = duration_pb2.Duration(nanos=300_000_000)


def unavailable(with_delay):
    status = status_pb2.Status(code=grpc.StatusCode.UNAVAILABLE.value[0], message="the proxy cut it")
    if with_delay:
        status.details.add().Pack(error_details_pb2.RetryInfo(retry_delay=RETRY_DELAY))
    return rpc_status.to_status(status)


class Proxy(grpc.GenericRpcHandler):
    """Passes bytes on, without knowing the messages. Every method is served as one request, several responses."""

    def __init__(self, server):
        self._channel = grpc.insecure_channel(server)
        self._lock = threading.Lock()
        self._calls = collections.Counter()

    def service(self, call):
        return grpc.unary_stream_rpc_method_handler(lambda request, context: self._pass_on(call.method, request, context))

    def _number(self, method, context):
        """How many calls of a method its connection made, with this one."""
        with self._lock:
            self._calls[method, context.peer()] += 1
            return self._calls[method, context.peer()]

    def _pass_on(self, method, request, context):
        number = self._number(method, context)
        left = context.time_remaining()  # 9e18 seconds when the caller gave no deadline, which is too much to pass on
        answers = self._channel.unary_stream(method)(request, timeout=left if left < 3600 else None)
        context.add_callback(answers.cancel)
        try:
            for count, answer in enumerate(answers, start=1):
                if method.endswith("/SubmitEnquiry") and number == 1:
                    context.abort_with_status(unavailable(with_delay=True))
                if method.endswith("/WatchEvents") and number == 2 and count > 3:
                    context.abort_with_status(unavailable(with_delay=False))
                yield answer
        except grpc.RpcError as error:
            context.set_trailing_metadata(error.trailing_metadata() or ())
            context.abort(error.code(), error.details())


def main():
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(32))
    server.add_generic_rpc_handlers((Proxy(sys.argv[1]),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"127.0.0.1:{port}", flush=True)
    server.wait_for_termination()


main()
