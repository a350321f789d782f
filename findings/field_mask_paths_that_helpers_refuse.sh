#!/usr/bin/env bash
# Paths of an update mask that the API guidelines give a meaning, and that the helpers of the libraries call invalid.
#
# Packages: protobuf 7.36.2 and googleapis-common-protos 1.66.0 from PyPI; google.golang.org/protobuf v1.36.12 and
# google.golang.org/genproto/googleapis/rpc of 2026-10-26 from the Go module proxy.
#
# AIP-134 has servers take the path "*" (all fields), and AIP-161 has paths go into maps, as "metadata.zone". A good
# engineer builds the mask with the library's own helper, because it checks the paths. The helper refuses both, in Go
# and in Python, though the message has the map: google.rpc.ErrorInfo and its map `metadata` stand for any here. The mask
# itself carries the paths all the same, when they are put into it as they are; and JSON carries them in Python.
#   - Go: fieldmaskpb.New gives an error for each; IsValid is false;
#   - Python: IsValidForDescriptor is false, MergeMessage raises ValueError for the map's key and KeyError for "*".
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check protobuf==7.36.2 googleapis-common-protos==1.66.0 --no-deps
cat >"$work/ask.py" <<'PY'
from google.protobuf import field_mask_pb2
from google.rpc import error_details_pb2

info = error_details_pb2.ErrorInfo(reason="FULL", metadata={"zone": "a"})
for path in ["reason", "metadata.zone", "*"]:
    mask = field_mask_pb2.FieldMask(paths=[path])
    try:
        mask.MergeMessage(info, error_details_pb2.ErrorInfo())
        merged = "merges"
    except (KeyError, ValueError) as error:
        merged = type(error).__name__
    print("python", path, mask.IsValidForDescriptor(info.DESCRIPTOR), merged, mask.ToJsonString())
PY
"$work/venv/bin/python" "$work/ask.py" >"$work/seen"

mkdir "$work/go"
cat >"$work/go/main.go" <<'GO'
package main

import (
	"fmt"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

func main() {
	info := &errdetails.ErrorInfo{Reason: "FULL", Metadata: map[string]string{"zone": "a"}}
	for _, path := range []string{"reason", "metadata.zone", "*"} {
		_, err := fieldmaskpb.New(info, path)
		raw := &fieldmaskpb.FieldMask{Paths: []string{path}}
		fmt.Println("go", path, raw.IsValid(info), err == nil)
	}
}
GO
(
  cd "$work/go"
  export GOPATH="$work/gopath" GOFLAGS=-mod=mod
  go mod init ask >/dev/null 2>&1
  go get google.golang.org/protobuf@v1.36.12 \
    google.golang.org/genproto/googleapis/rpc@v0.0.0-20261026165753-2ffab32bce7e >/dev/null 2>&1
  go run . 2>/dev/null
) >>"$work/seen"

diff "$work/seen" - <<'SEEN' && echo "as described"
python reason True merges reason
python metadata.zone False ValueError metadata.zone
python * False KeyError *
go reason true true
go metadata.zone false false
go * false false
SEEN
