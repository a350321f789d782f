"""A client that pings every 10 s, as proxies on the way may demand, keeps a silent stream and an idle connection.

usage: keepalive.py host:port [seconds]

Exit status 0: neither was cut.
"""

import sys
import threading
import time

import grpc
from google.protobuf import duration_pb2

from leadline.v1 import lead_service_pb2, lead_service_pb2_grpc

OPTIONS = [
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),  # otherwise gRPC stops pinging after two
    ("grpc.use_local_subchannel_pool", 1),  # otherwise channels of the same options share a connection
]


def silent_stream(address, seconds):
    """Watches for some seconds. The first heartbeat would come after 5 minutes."""
    start = time.monotonic()
    request = lead_service_pb2.WatchEventsRequest(only_new=True, heartbeat_interval=duration_pb2.Duration(seconds=300))
    with grpc.insecure_channel(address, OPTIONS) as channel:
        try:
            for _ in lead_service_pb2_grpc.LeadServiceStub(channel).WatchEvents(request, timeout=seconds):
                pass
            return "the stream ended"
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
                return ""  # our own
            return f"the stream was cut after {time.monotonic() - start:.0f} s: {error.code().name}: {error.details()}"


def idle_connection(address, seconds):
    """A connection that is made and then not used."""
    start, states, cut = time.monotonic(), [], threading.Event()

    def changed(state):
        if grpc.ChannelConnectivity.READY in states:
            cut.set()
        states.append(state)

    with grpc.insecure_channel(address, OPTIONS) as channel:
        channel.subscribe(changed, try_to_connect=True)
        if cut.wait(seconds):
            return f"the idle connection was cut after {time.monotonic() - start:.0f} s"
        channel.unsubscribe(changed)
        return "" if grpc.ChannelConnectivity.READY in states else "no connection"


def main():
    address, seconds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 180
    faults = []
    threads = [
        threading.Thread(target=lambda check=check: faults.append(check(address, seconds)))
        for check in (silent_stream, idle_connection)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    faults = [fault for fault in faults if fault]
    print("\n".join(faults) or f"a silent stream and an idle connection lived for {seconds} s")
    sys.exit(1 if faults else 0)


main()
