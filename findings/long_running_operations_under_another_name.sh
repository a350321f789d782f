#!/usr/bin/env bash
# The .proto file of google.longrunning that the Python package ships can be imported under no name.
#
# Packages: googleapis-common-protos 1.76.0, grpcio-tools 1.76.0 and protobuf 6.33.6 from PyPI.
#
# A contract whose calls answer with google.longrunning.Operation (AIP-151) imports "google/longrunning/operations.proto":
# that is the file's name in the repository of Google's APIs and in every descriptor. googleapis-common-protos is where
# Python programs have google's .proto files from; for google/api, google/rpc and google/type a contract compiles with its
# folder as protoc's -I. A good engineer expects the same of google/longrunning.
#   - The package has the file as google/longrunning/operations_proto.proto: the import is not found.
#   - Imported under that name, protoc generates code without a word; loading it raises TypeError, since the package's own
#     modules register the file under its usual name.
# So the file has to be copied under its usual name first.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check googleapis-common-protos==1.76.0 grpcio-tools==1.76.0 \
  protobuf==6.33.6
python=$work/venv/bin/python
packages=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

# compile NAME IMPORT [FOLDER]: whether a contract that imports it compiles, and what loading the generated module says.
compile() {
  mkdir -p "$work/$1"
  printf '%s\n' 'syntax = "proto3";' "package $1;" "import \"$2\";" 'message Empty {}' \
    'service Ask { rpc Start(Empty) returns (google.longrunning.Operation); }' >"$work/$1/$1.proto"
  if "$python" -m grpc_tools.protoc -I "$work/$1" -I "${3:-$packages}" -I "$packages" --python_out="$work/$1" \
    "$work/$1/$1.proto" 2>/dev/null; then
    PYTHONPATH=$work/$1 "$python" -c "
try:
    import $1_pb2
    print('$1: compiles, loads')
except TypeError:
    print('$1: compiles, TypeError')"
  else
    echo "$1: does not compile"
  fi
}

mkdir -p "$work/copied/google/longrunning"
cp "$packages/google/longrunning/operations_proto.proto" "$work/copied/google/longrunning/operations.proto"
{
  (cd "$packages/google/longrunning" && ls ./*.proto)
  "$python" -c 'from google.longrunning import operations_pb2; print(operations_pb2.DESCRIPTOR.name)'
  compile usual google/longrunning/operations.proto
  compile shipped google/longrunning/operations_proto.proto
  compile renamed google/longrunning/operations.proto "$work/copied"
} >"$work/seen"
diff "$work/seen" - <<'SEEN' && echo "as described"
./operations_proto.proto
google/longrunning/operations.proto
usual: does not compile
shipped: compiles, TypeError
renamed: compiles, loads
SEEN
