"""A client in another language: the contract alone, without any code of the server's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77  # as tests/e2e/CMakeLists.txt says


def missing_packages() -> list[str]:
    """The Debian packages that this test needs and the machine has not."""
    packages = []
    try:
        import google.protobuf  # noqa: F401
    except ImportError:
        packages.append("python3-protobuf")
    try:
        import grpc  # noqa: F401
    except ImportError:
        packages.append("python3-grpcio")
    if shutil.which("protoc") is None:
        packages.append("protobuf-compiler")
    if not Path("/usr/bin/grpc_python_plugin").exists():
        packages.append("protobuf-compiler-grpc")
    return packages


if MISSING := missing_packages():
    print(f"This test needs Debian's {', '.join(MISSING)}, which {'is' if len(MISSING) == 1 else 'are'} not installed "
          "(tests/run installs them): nothing was tested.")
    # Where the build is guarded, nothing may be left out unseen.
    sys.exit(1 if os.environ.get("CI") else SKIPPED)

import grpc  # noqa: E402


# What the contract imports beside google/protobuf.
IMPORTED = ["google/api/annotations.proto", "google/api/field_behavior.proto", "google/api/http.proto",
            "google/api/resource.proto", "google/rpc/status.proto", "google/type/money.proto"]


def generate(protos: Path, imports: Path, out: Path) -> None:
    files = [str(p.relative_to(protos)) for p in sorted((protos / "leadline/v1").glob("*.proto"))]
    subprocess.run(
        ["protoc", f"-I{protos}", f"-I{imports}", f"--python_out={out}", f"--grpc_out={out}",
         "--plugin=protoc-gen-grpc=/usr/bin/grpc_python_plugin", *files, *IMPORTED],
        check=True)


def wait_until_up(channel: grpc.Channel) -> None:
    grpc.channel_ready_future(channel).result(timeout=30)


def check(condition: bool, what: str) -> None:
    print(("ok    " if condition else "FAILED") + " " + what)
    if not condition:
        sys.exit(1)


def main(server: str, root: Path, imports: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        generated = work / "generated"
        generated.mkdir()
        generate(root / "protos", imports, generated)
        sys.path.insert(0, str(generated))
        from leadline.v1 import (lead_service_pb2, lead_service_pb2_grpc, records_pb2,  # noqa: E402
                                 report_service_pb2, report_service_pb2_grpc, scoring_service_pb2,
                                 scoring_service_pb2_grpc)

        address = f"unix:{work}/leadline.sock"
        plugins, trust = str(Path(server).parent.parent / "plugins"), str(work / "trust.json")
        local = [f"--local=org.leadline.{name}" for name in ("account_fit", "company_name", "territory_balance",
                                                             "title_seniority")
                 if (Path(plugins) / f"{name}.so").exists()]
        subprocess.run([str(Path(server).parent / "leadline"), "plugin", "trust", plugins, *local, "--out", trust],
                       check=True)
        process = subprocess.Popen([server, "--listen", address, "--data", str(work / "data"), "--rules",
                                    str(root / "rules"), "--plugins", plugins, "--plugin-trust", trust])
        try:
            channel = grpc.insecure_channel(address)
            wait_until_up(channel)
            leads = lead_service_pb2_grpc.LeadServiceStub(channel)
            enquiry = lead_service_pb2.Enquiry(
                source="website",
                account=records_pb2.Account(display_name="Acme Ibérica", domain="acme.es", country="ES"),
                contact=records_pb2.Contact(given_name="Ana", family_name="Silva", email="ana@acme.es",
                                            title="Gerente de Compras", language="es"),
                activities=[records_pb2.Activity(channel="website", investment="high", response="contact_me")])
            request = lead_service_pb2.SubmitEnquiryRequest(enquiry=enquiry, request_id="python-1")
            made = leads.SubmitEnquiry(request, timeout=10)
            check(made.lead.status == "mql", "an enquiry that asks to be contacted is an mql")
            check(made.contact.seniority == "manager", "a Gerente de Compras is a manager")
            again = leads.SubmitEnquiry(request, timeout=10)
            check(again.replayed and again.lead.name == made.lead.name, "a retry acts once")

            try:
                leads.SubmitEnquiry(lead_service_pb2.SubmitEnquiryRequest(), timeout=10)
                check(False, "an empty request is refused")
            except grpc.RpcError as error:
                check(error.code() == grpc.StatusCode.INVALID_ARGUMENT, "an empty request is refused")

            scoring = scoring_service_pb2_grpc.ScoringServiceStub(channel)
            record = scoring_service_pb2.ScoringRecord(contact=enquiry.contact, account=enquiry.account,
                                                       activities=enquiry.activities)
            single = scoring.Score(scoring_service_pb2.ScoreRequest(record=record), timeout=10)
            batch = list(scoring.BatchScore(iter([scoring_service_pb2.BatchScoreRequest(records=[record] * 3)]),
                                            timeout=10))
            check(len(batch[0].results) == 3 and all(
                r.score.total == single.score.total for r in batch[0].results), "batch scores equal single scores")

            watched = leads.WatchEvents(lead_service_pb2.WatchEventsRequest(), timeout=10)
            first = next(watched)
            check(first.event.sequence == 1 and first.resume_token != "", "events come with resume tokens")
            watched.cancel()

            reports = report_service_pb2_grpc.ReportServiceStub(channel)
            funnel = reports.GetFunnel(report_service_pb2.GetFunnelRequest(), timeout=10).funnels[0]
            check(sum(stage.current_count for stage in funnel.stages) == funnel.record_count == 1, "the statuses add up to all leads")
        finally:
            process.terminate()
            status = process.wait(timeout=30)
        check(status == 0, "the server stops with exit status 0")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
