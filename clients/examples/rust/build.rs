// Generates the stubs from the contract. LEADLINE_PROTOS and LEADLINE_GOOGLEAPIS may say where the folders are that hold
// leadline/v1 and google/api, google/longrunning, google/rpc, google/type. protoc must be there (Debian:
// protobuf-compiler).
use std::{env, fs, io, path::PathBuf};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../../..");
    let folder = |name, otherwise| env::var(name).map_or_else(|_| root.join(otherwise), PathBuf::from);
    let protos = folder("LEADLINE_PROTOS", "protos");
    let googleapis = folder("LEADLINE_GOOGLEAPIS", "build/googleapis");
    println!("cargo::rerun-if-env-changed=LEADLINE_PROTOS");
    println!("cargo::rerun-if-env-changed=LEADLINE_GOOGLEAPIS");

    let mut files = Vec::new();
    for entry in fs::read_dir(protos.join("leadline/v1"))? {
        files.push(entry?.path());
    }
    files.sort();
    // Of a file that is only imported the messages come out, and not the service.
    files.push(googleapis.join("google/longrunning/operations.proto"));
    tonic_prost_build::configure()
        .build_server(false)
        .build_transport(false)
        // google.rpc has a crate of its own. google.longrunning and others come out beside leadline.v1: contract.rs has
        // them all, each in its module.
        .extern_path(".google.rpc", "::tonic_types")
        .include_file("contract.rs")
        .compile_protos(&files, &[protos, googleapis])
}
