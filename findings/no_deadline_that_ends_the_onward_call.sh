#!/usr/bin/env bash
# A proxy hands on the time that its caller has left. Where the caller has no deadline, the onward call ends at once.
#
# Package: grpcio 1.85.3 from PyPI.
#
# ServicerContext.time_remaining() is documented to be None when the caller gave no deadline. It is a number: about
# 9.2e18 seconds. A proxy in Python that passes it on as `timeout`, which takes None for no limit, so does not get a call
# without a limit: the sum of now and that number does not fit, and the call ends with DEADLINE_EXCEEDED before it is
# sent. Every stream that was meant to stay open, such as a watch of events, dies in the proxy. A caller with a deadline
# of 30 s is served.
#
# Seen: without a deadline: more than a year left, onward DEADLINE_EXCEEDED; with 30 s: less than a year left, onward OK.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check grpcio==1.85.3
cat >"$work/ask.py" <<'PY'
from concurrent import futures

import grpc

seen = []


class Handler(grpc.GenericRpcHandler):
    def service(self, details):
        def proxy(request, context):
            left = context.time_remaining()
            kind = "None" if left is None else "more than a year" if left > 365 * 86400 else "less than a year"
            try:
                backend(b"", timeout=left)
                onward = "OK"
            except grpc.RpcError as error:
                onward = error.code().name
            seen.append(f"{kind} left, onward {onward}")
            return b""

        answer = proxy if details.method == "/x/Proxy" else lambda request, context: b""
        return grpc.unary_unary_rpc_method_handler(answer)


server = grpc.server(futures.ThreadPoolExecutor(4))
server.add_generic_rpc_handlers((Handler(),))
port = server.add_insecure_port("127.0.0.1:0")
server.start()
channel = grpc.insecure_channel(f"127.0.0.1:{port}")
backend = channel.unary_unary("/x/Backend")
backend(b"", timeout=30)  # connected
channel.unary_unary("/x/Proxy")(b"")
channel.unary_unary("/x/Proxy")(b"", timeout=30)
print(grpc.__version__)
print("\n".join(seen))
server.stop(None)
PY
"$work/venv/bin/python" "$work/ask.py" | tee "$work/seen"
diff "$work/seen" - <<'SEEN' && echo "as described"
1.85.3
more than a year left, onward DEADLINE_EXCEEDED
less than a year left, onward OK
SEEN
