"""Leadline from Python: submit an enquiry, read why it was decided so, handle errors by type, page, watch events, and
wait for long work.

usage: example.py [host:port]

It says what it does. Exit status 0: all was as the contract says; 1: something was not, and the last line says what.
"""

import sys
import time
import uuid

import grpc
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf import duration_pb2, field_mask_pb2
from google.rpc import error_details_pb2
from google.type import money_pb2
from grpc_status import rpc_status

from leadline.v1 import admin_service_pb2, admin_service_pb2_grpc, decisions_pb2
from leadline.v1 import lead_service_pb2, lead_service_pb2_grpc, records_pb2
from leadline.v1 import status_service_pb2, status_service_pb2_grpc

DEADLINE = 10  # seconds, on every call that is not a stream
RUN = uuid.uuid4().hex[:8]  # makes names of this run its own


def expect(condition, sentence):
    """Ends the program with a plain sentence when the server does not do what the contract says."""
    if not condition:
        sys.exit(f"otherwise than the contract says: {sentence}")


def detail(error, kind):
    """The google.rpc detail of a type that an error carries, or None. Programs act on these, never on the text."""
    status = rpc_status.from_call(error)  # None when the error came from elsewhere, such as a broken connection
    for packed in status.details if status else []:
        message = kind()
        if packed.Unpack(message):
            return message
    return None


def refusal(method, request, code):
    """Makes a call that must fail with `code`, and gives its error."""
    try:
        method(request, timeout=DEADLINE)
    except grpc.RpcError as error:
        expect(error.code() == code, f"{error.code().name} in the place of {code.name}: {error.details()}")
        return error
    expect(False, f"a call succeeded that must fail with {code.name}")


def with_retry(method, request):
    """Calls again while the server is not available. The request has a request_id, so that it acts once all the same."""
    wait = 0.2
    for tries_left in reversed(range(6)):
        try:
            return method(request, timeout=DEADLINE)
        except grpc.RpcError as error:
            if error.code() != grpc.StatusCode.UNAVAILABLE or tries_left == 0:
                raise
            retry = detail(error, error_details_pb2.RetryInfo)  # the server may say how long to wait
            pause = retry.retry_delay.ToTimedelta().total_seconds() if retry else wait
            print(f"   UNAVAILABLE: trying again in {pause:.1f} s")
            time.sleep(pause)
            wait *= 2


def enquiry(number):
    """What a form on a website sends: person `number` of one company asks to be contacted."""
    return lead_service_pb2.Enquiry(
        account=records_pb2.Account(display_name=f"Acme {RUN}", domain=f"acme-{RUN}.example", country="ES"),
        contact=records_pb2.Contact(
            given_name="Ana",
            family_name=f"Silva {number}",
            email=f"ana{number}@acme-{RUN}.example",
            title="Gerente de Compras",
            language="es",
        ),
        source="website",
        activities=[records_pb2.Activity(channel="website", investment="high", response="contact_me")],
    )


def submit(leads):
    print("1. Submit an enquiry")
    request = lead_service_pb2.SubmitEnquiryRequest(enquiry=enquiry(1), request_id=f"example-{RUN}-1")
    answer = with_retry(leads.SubmitEnquiry, request)
    lead = answer.lead
    expect(lead.name, "an enquiry made no lead")
    print(f"   {lead.name}: status {lead.status}, {lead.score.total:.0f} points, the bar is {lead.score.threshold:.0f}")
    for clock in lead.sla_clocks:
        print(f"   {clock.sla_id} is due at {clock.due_time.ToJsonString()}")
    again = with_retry(leads.SubmitEnquiry, request)
    expect(again.replayed and again.lead.name == lead.name, "the same request_id made another lead")
    print("   the same request again: the same lead")
    return answer


def why(answer):
    print("2. Why")
    for decision in answer.decisions:
        kind = decisions_pb2.DecisionKind.Name(decision.kind).removeprefix("DECISION_KIND_")
        print(f"   {kind}: {decision.outcome}")
        if decision.kind != decisions_pb2.DECISION_KIND_SCORE:
            continue
        fired = [r for r in decision.reasons if r.outcome == decisions_pb2.REASON_OUTCOME_FIRED]
        for reason in fired:
            print(f"      {reason.rule_id} of {reason.layer}: {reason.points:+.0f}")
        total = sum(reason.points for reason in fired)
        expect(abs(total - answer.lead.score.total) < 0.01, "the points of the rules do not add up to the score")
        print("      they add up to the score")


def errors(leads, statuses, name):
    print("3. Errors by type")
    wrong = enquiry(1)
    wrong.source = ""
    wrong.contact.email = "ana at acme"
    error = refusal(
        leads.SubmitEnquiry,
        lead_service_pb2.SubmitEnquiryRequest(enquiry=wrong),
        grpc.StatusCode.INVALID_ARGUMENT,
    )
    bad, info = detail(error, error_details_pb2.BadRequest), detail(error, error_details_pb2.ErrorInfo)
    expect(bad and info, "INVALID_ARGUMENT without BadRequest and ErrorInfo")
    fields = [violation.field for violation in bad.field_violations]
    expect("enquiry.source" in fields and "enquiry.contact.email" in fields, "a field at fault is not named")
    for violation in bad.field_violations:
        print(f"   {info.reason}: {violation.field}: {violation.description}")

    nobody = "leads/00000000-0000-7000-8000-000000000000"
    error = refusal(leads.GetLead, lead_service_pb2.GetLeadRequest(name=nobody), grpc.StatusCode.NOT_FOUND)
    resource = detail(error, error_details_pb2.ResourceInfo)
    expect(resource and resource.resource_name == nobody, "NOT_FOUND does not name the resource")
    print(f"   NOT_FOUND: {resource.resource_type} {resource.resource_name}")

    error = refusal(
        statuses.TransitionLead,
        status_service_pb2.TransitionLeadRequest(name=name, status="raw", reason="a try"),
        grpc.StatusCode.FAILED_PRECONDITION,
    )
    failure = detail(error, error_details_pb2.PreconditionFailure)
    expect(failure and failure.violations, "FAILED_PRECONDITION without PreconditionFailure")
    print(f"   FAILED_PRECONDITION: {failure.violations[0].type} of {failure.violations[0].subject}")

    stale = leads.GetLead(lead_service_pb2.GetLeadRequest(name=name), timeout=DEADLINE)
    value = money_pb2.Money(currency_code="EUR", units=25_000, nanos=500_000_000)
    change = lead_service_pb2.UpdateLeadRequest(
        lead=records_pb2.Lead(name=name, etag=stale.etag, value=value),
        update_mask=field_mask_pb2.FieldMask(paths=["value"]),
    )
    changed = leads.UpdateLead(change, timeout=DEADLINE)
    expect(changed.value == value and changed.etag != stale.etag, "UpdateLead does not give the lead as it is now")
    print(f"   value {changed.value.currency_code} {changed.value.units + changed.value.nanos / 1e9:.2f}")
    change.lead.value.units = 30_000
    error = refusal(leads.UpdateLead, change, grpc.StatusCode.ABORTED)  # somebody was faster: we, a moment ago
    info = detail(error, error_details_pb2.ErrorInfo)
    expect(info and info.reason == "ETAG_MISMATCH", "ABORTED without the reason ETAG_MISMATCH")
    change.lead.etag = leads.GetLead(lead_service_pb2.GetLeadRequest(name=name), timeout=DEADLINE).etag
    leads.UpdateLead(change, timeout=DEADLINE)
    print(f"   ABORTED: {info.reason}: read again, then changed")


def pages(leads, account):
    print("4. Pages")
    for number in range(2, 6):
        request = lead_service_pb2.SubmitEnquiryRequest(enquiry=enquiry(number), request_id=f"example-{RUN}-{number}")
        with_retry(leads.SubmitEnquiry, request)
    request = lead_service_pb2.ListLeadsRequest(filter=f'account = "{account}"', page_size=2)
    names = set()
    while True:
        page = leads.ListLeads(request, timeout=DEADLINE)
        names.update(lead.name for lead in page.leads)
        print(f"   a page of {len(page.leads)}")
        if not page.next_page_token:  # the only sign of the end: a page may be short
            break
        request.page_token = page.next_page_token
    expect(len(names) == 5, f"{len(names)} leads of the company in the place of 5")
    print(f"   {len(names)} leads in all")


def watch(leads, name):
    print("5. Watch events")
    visit = records_pb2.Activity(
        activity_id=f"visit-{RUN}", lead=name, channel="webinar", investment="high", response="attend"
    )
    leads.RecordActivity(lead_service_pb2.RecordActivityRequest(activity=visit), timeout=DEADLINE)
    request = lead_service_pb2.WatchEventsRequest(record=name, heartbeat_interval=duration_pb2.Duration(seconds=1))
    seen, cut_yet = 0, False
    while True:
        stream = leads.WatchEvents(request)
        try:
            for message in stream:
                request.resume_token = message.resume_token  # of heartbeats, too
                if not message.HasField("event"):
                    continue
                event = message.event
                expect(event.sequence == seen + 1, f"event {event.sequence} came after event {seen}")
                seen = event.sequence
                print(f"   {seen}: {told(event)}")
                if event.activity_recorded.activity.activity_id == visit.activity_id:
                    stream.cancel()
                    return
                if seen == 2 and not cut_yet:
                    cut_yet = True
                    stream.cancel()  # as if the connection broke
        except grpc.RpcError as error:
            if error.code() not in (grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE):
                raise
            print("   cut: going on with the token")
            time.sleep(0.2)


def told(event):
    """One event in words. Kinds that are not known here are passed over: new ones come."""
    kind = event.WhichOneof("payload")
    if kind == "record_created":
        return f"made, from {event.record_created.source}"
    if kind == "activity_recorded":
        activity = event.activity_recorded.activity
        return f"{activity.channel}/{activity.investment}/{activity.response}"
    if kind == "decision_taken":
        return f"decided: {event.decision.outcome}"
    if kind == "status_changed":
        return f"status {event.status_changed.to_status}"
    if kind == "score_changed":
        return f"{event.score_changed.score.total:.0f} points"
    if kind == "assigned":
        return f"worked by {event.assigned.rep}"
    if kind == "fields_changed":
        return ", ".join(f"{c.field} = {c.new_value}" for c in event.fields_changed.changes)
    return "something else"


def long_work(admin, operations):
    print("6. Wait for long work")
    request = admin_service_pb2.CheckStoreRequest(request_id=f"example-{RUN}-check")
    operation = with_retry(admin.CheckStore, request)  # answers at once; the work goes on without us
    patience = duration_pb2.Duration(seconds=DEADLINE // 2)  # the call's own deadline is later
    wait = operations_pb2.WaitOperationRequest(name=operation.name, timeout=patience)
    while not operation.done:  # a timeout is no error: wait again
        operation = with_retry(operations.WaitOperation, wait)
    error = operation.error  # google.rpc.Status, with the details that an error of a call has
    expect(operation.HasField("response"), f"a look at the store ends with {error.code}: {error.message}")
    store = admin_service_pb2.CheckStoreResponse()
    expect(operation.response.Unpack(store), "the response is of another type than the contract says")
    strange = sum(not region.known for region in store.regions)
    print(f"   regions in the store: {len(store.regions)}, {f'{strange} not known' if strange else 'all known'}")


def main():
    address = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:50151"
    with grpc.insecure_channel(address) as channel:
        leads = lead_service_pb2_grpc.LeadServiceStub(channel)
        statuses = status_service_pb2_grpc.StatusServiceStub(channel)
        try:
            answer = submit(leads)
            why(answer)
            errors(leads, statuses, answer.lead.name)
            pages(leads, answer.lead.account)
            watch(leads, answer.lead.name)
            long_work(admin_service_pb2_grpc.AdminServiceStub(channel), operations_pb2_grpc.OperationsStub(channel))
        except grpc.RpcError as error:
            sys.exit(f"a call failed that must not: {error.code().name}: {error.details()}")
    print("All was as the contract says.")


main()
