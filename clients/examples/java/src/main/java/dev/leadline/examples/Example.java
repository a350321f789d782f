package dev.leadline.examples;

import com.google.longrunning.Operation;
import com.google.longrunning.OperationsGrpc;
import com.google.longrunning.OperationsGrpc.OperationsBlockingStub;
import com.google.longrunning.WaitOperationRequest;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import com.google.type.Money;
import dev.leadline.v1.Account;
import dev.leadline.v1.Activity;
import dev.leadline.v1.AdminServiceGrpc;
import dev.leadline.v1.AdminServiceGrpc.AdminServiceBlockingStub;
import dev.leadline.v1.CheckStoreRequest;
import dev.leadline.v1.CheckStoreResponse;
import dev.leadline.v1.Contact;
import dev.leadline.v1.Decision;
import dev.leadline.v1.DecisionKind;
import dev.leadline.v1.Enquiry;
import dev.leadline.v1.Event;
import dev.leadline.v1.GetLeadRequest;
import dev.leadline.v1.Lead;
import dev.leadline.v1.LeadServiceGrpc.LeadServiceBlockingStub;
import dev.leadline.v1.LeadServiceGrpc;
import dev.leadline.v1.ListLeadsRequest;
import dev.leadline.v1.ListLeadsResponse;
import dev.leadline.v1.Reason;
import dev.leadline.v1.ReasonOutcome;
import dev.leadline.v1.RecordActivityRequest;
import dev.leadline.v1.SlaClock;
import dev.leadline.v1.StatusServiceGrpc.StatusServiceBlockingStub;
import dev.leadline.v1.StatusServiceGrpc;
import dev.leadline.v1.SubmitEnquiryRequest;
import dev.leadline.v1.SubmitEnquiryResponse;
import dev.leadline.v1.TransitionLeadRequest;
import dev.leadline.v1.UpdateLeadRequest;
import dev.leadline.v1.WatchEventsRequest;
import dev.leadline.v1.WatchEventsResponse;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Leadline from Java: submit an enquiry, read why it was decided so, handle errors by type, page, watch events, and
 * wait for long work.
 *
 * <p>usage: Example [host:port]
 *
 * <p>It says what it does. Exit status 0: all was as the contract says; 1: something was not, and the last line says what.
 */
public final class Example {
  private static final String RUN = UUID.randomUUID().toString().substring(0, 8); // makes names of this run its own

  private final LeadServiceBlockingStub leads;
  private final StatusServiceBlockingStub statuses;
  private final AdminServiceBlockingStub admin;
  private final OperationsBlockingStub operations;

  private Example(ManagedChannel channel) {
    leads = LeadServiceGrpc.newBlockingStub(channel);
    statuses = StatusServiceGrpc.newBlockingStub(channel);
    admin = AdminServiceGrpc.newBlockingStub(channel);
    operations = OperationsGrpc.newBlockingStub(channel);
  }

  /** The server did something else than the contract says. */
  private static final class OtherwiseException extends RuntimeException {
    OtherwiseException(String sentence) {
      super(sentence);
    }
  }

  private static void expect(boolean condition, String sentence) {
    if (!condition) {
      throw new OtherwiseException(sentence);
    }
  }

  private static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  /** The stub with a deadline. It runs from this moment on, so each call takes a stub of its own; streams take none. */
  private LeadServiceBlockingStub leads() {
    return leads.withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  /** The google.rpc detail of a type that an error carries. Programs act on these, never on the text. */
  private static <T extends Message> Optional<T> detail(StatusRuntimeException error, Class<T> type) {
    com.google.rpc.Status status = StatusProto.fromThrowable(error);
    if (status == null) { // the error came from elsewhere, such as a broken connection
      return Optional.empty();
    }
    return status.getDetailsList().stream().filter(each -> each.is(type)).findFirst().map(found -> {
      try {
        return found.unpack(type);
      } catch (InvalidProtocolBufferException broken) {
        throw new OtherwiseException(type + " cannot be read");
      }
    });
  }

  /** The same for a detail that must be there. */
  private static <T extends Message> T needed(StatusRuntimeException error, Class<T> type) {
    return detail(error, type)
        .orElseThrow(() -> new OtherwiseException(error.getStatus().getCode() + " without " + type.getSimpleName()));
  }

  /** Makes a call that must fail with a code, and gives its error. */
  private static StatusRuntimeException refusal(Supplier<?> call, Status.Code code) {
    try {
      call.get();
    } catch (StatusRuntimeException error) {
      expect(error.getStatus().getCode() == code, error.getMessage() + " in the place of " + code);
      return error;
    }
    throw new OtherwiseException("a call succeeded that must fail with " + code);
  }

  /** Calls again while the server is not available. The request has a request_id, so that it acts once all the same. */
  private static <T> T withRetry(Supplier<T> call) throws InterruptedException {
    long wait = 200;
    for (int tries = 1;; tries++, wait *= 2) {
      try {
        return call.get();
      } catch (StatusRuntimeException error) {
        if (error.getStatus().getCode() != Status.Code.UNAVAILABLE || tries == 6) {
          throw error;
        }
        Optional<RetryInfo> retry = detail(error, RetryInfo.class); // the server may say how long to wait
        Duration delay = retry.map(RetryInfo::getRetryDelay).orElse(null);
        long pause = delay == null ? wait : delay.getSeconds() * 1000 + delay.getNanos() / 1_000_000;
        say("   UNAVAILABLE: trying again in %.1f s", pause / 1000.0);
        Thread.sleep(pause);
      }
    }
  }

  /** What a form on a website sends: a person of one company asks to be contacted. */
  private static Enquiry.Builder enquiry(int number) {
    return Enquiry.newBuilder()
        .setAccount(Account.newBuilder()
            .setDisplayName("Acme " + RUN)
            .setDomain("acme-" + RUN + ".example")
            .setCountry("ES"))
        .setContact(Contact.newBuilder()
            .setGivenName("Ana")
            .setFamilyName("Silva " + number)
            .setEmail("ana" + number + "@acme-" + RUN + ".example")
            .setTitle("Gerente de Compras")
            .setLanguage("es"))
        .setSource("website")
        .addActivities(Activity.newBuilder().setChannel("website").setInvestment("high").setResponse("contact_me"));
  }

  private SubmitEnquiryResponse submit() throws InterruptedException {
    say("1. Submit an enquiry");
    SubmitEnquiryRequest request = SubmitEnquiryRequest.newBuilder()
        .setEnquiry(enquiry(1))
        .setRequestId("example-" + RUN + "-1")
        .build();
    SubmitEnquiryResponse answer = withRetry(() -> leads().submitEnquiry(request));
    Lead lead = answer.getLead();
    expect(!lead.getName().isEmpty(), "an enquiry made no lead");
    say("   %s: status %s, %.0f points, the bar is %.0f",
        lead.getName(), lead.getStatus(), lead.getScore().getTotal(), lead.getScore().getThreshold());
    for (SlaClock clock : lead.getSlaClocksList()) {
      Instant due = Instant.ofEpochSecond(clock.getDueTime().getSeconds(), clock.getDueTime().getNanos());
      say("   %s is due at %s", clock.getSlaId(), due);
    }
    SubmitEnquiryResponse again = withRetry(() -> leads().submitEnquiry(request));
    expect(again.getReplayed() && again.getLead().getName().equals(lead.getName()),
        "the same request_id made another lead");
    say("   the same request again: the same lead");
    return answer;
  }

  private static void why(SubmitEnquiryResponse answer) {
    say("2. Why");
    for (Decision decision : answer.getDecisionsList()) {
      // getKind() gives UNRECOGNIZED for one that is new.
      say("   %s: %s", decision.getKind().name().replaceFirst("^DECISION_KIND_", ""), decision.getOutcome());
      if (decision.getKind() != DecisionKind.DECISION_KIND_SCORE) {
        continue;
      }
      double total = 0;
      for (Reason reason : decision.getReasonsList()) {
        if (reason.getOutcome() == ReasonOutcome.REASON_OUTCOME_FIRED) {
          say("      %s of %s: %+.0f", reason.getRuleId(), reason.getLayer(), reason.getPoints());
          total += reason.getPoints();
        }
      }
      expect(Math.abs(total - answer.getLead().getScore().getTotal()) < 0.01,
          "the points of the rules do not add up to the score");
      say("      they add up to the score");
    }
  }

  private void errors(String name) {
    say("3. Errors by type");
    Enquiry.Builder wrong = enquiry(1).clearSource();
    wrong.getContactBuilder().setEmail("ana at acme");
    SubmitEnquiryRequest refused = SubmitEnquiryRequest.newBuilder().setEnquiry(wrong).build();
    StatusRuntimeException error = refusal(() -> leads().submitEnquiry(refused), Status.Code.INVALID_ARGUMENT);
    BadRequest bad = needed(error, BadRequest.class);
    Set<String> fields = new HashSet<>();
    for (BadRequest.FieldViolation violation : bad.getFieldViolationsList()) {
      fields.add(violation.getField());
      say("   %s: %s: %s", needed(error, ErrorInfo.class).getReason(), violation.getField(), violation.getDescription());
    }
    expect(fields.containsAll(Set.of("enquiry.source", "enquiry.contact.email")), "a field at fault is not named");

    GetLeadRequest nobody = GetLeadRequest.newBuilder().setName("leads/00000000-0000-7000-8000-000000000000").build();
    error = refusal(() -> leads().getLead(nobody), Status.Code.NOT_FOUND);
    ResourceInfo resource = needed(error, ResourceInfo.class);
    expect(resource.getResourceName().equals(nobody.getName()), "NOT_FOUND does not name the resource");
    say("   NOT_FOUND: %s %s", resource.getResourceType(), resource.getResourceName());

    TransitionLeadRequest backwards =
        TransitionLeadRequest.newBuilder().setName(name).setStatus("raw").setReason("a try").build();
    error = refusal(() -> statuses.withDeadlineAfter(10, TimeUnit.SECONDS).transitionLead(backwards),
        Status.Code.FAILED_PRECONDITION);
    PreconditionFailure failure = needed(error, PreconditionFailure.class);
    expect(failure.getViolationsCount() > 0, "FAILED_PRECONDITION without a violation");
    say("   FAILED_PRECONDITION: %s of %s", failure.getViolations(0).getType(), failure.getViolations(0).getSubject());

    GetLeadRequest read = GetLeadRequest.newBuilder().setName(name).build();
    Lead stale = leads().getLead(read);
    Money value = Money.newBuilder().setCurrencyCode("EUR").setUnits(25_000).setNanos(500_000_000).build();
    UpdateLeadRequest.Builder change = UpdateLeadRequest.newBuilder()
        .setLead(Lead.newBuilder().setName(name).setEtag(stale.getEtag()).setValue(value))
        .setUpdateMask(FieldMask.newBuilder().addPaths("value"));
    Lead changed = leads().updateLead(change.build());
    expect(changed.getValue().equals(value) && !changed.getEtag().equals(stale.getEtag()),
        "UpdateLead does not give the lead as it is now");
    say("   value %s %.2f", value.getCurrencyCode(), value.getUnits() + value.getNanos() / 1e9);
    change.getLeadBuilder().getValueBuilder().setUnits(30_000);
    // Somebody was faster: we, a moment ago.
    error = refusal(() -> leads().updateLead(change.build()), Status.Code.ABORTED);
    String reason = needed(error, ErrorInfo.class).getReason();
    expect(reason.equals("ETAG_MISMATCH"), "ABORTED without the reason ETAG_MISMATCH");
    change.getLeadBuilder().setEtag(leads().getLead(read).getEtag());
    leads().updateLead(change.build());
    say("   ABORTED: %s: read again, then changed", reason);
  }

  private void pages(String account) throws InterruptedException {
    say("4. Pages");
    for (int number = 2; number <= 5; number++) {
      SubmitEnquiryRequest request = SubmitEnquiryRequest.newBuilder()
          .setEnquiry(enquiry(number))
          .setRequestId("example-" + RUN + "-" + number)
          .build();
      withRetry(() -> leads().submitEnquiry(request));
    }
    ListLeadsRequest.Builder request =
        ListLeadsRequest.newBuilder().setFilter("account = \"" + account + "\"").setPageSize(2);
    Set<String> names = new HashSet<>();
    do {
      ListLeadsResponse page = leads().listLeads(request.build());
      page.getLeadsList().forEach(lead -> names.add(lead.getName()));
      say("   a page of %d", page.getLeadsCount());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty()); // the only sign of the end: a page may be short
    expect(names.size() == 5, names.size() + " leads of the company in the place of 5");
    say("   %d leads in all", names.size());
  }

  private void watch(String name) throws InterruptedException {
    say("5. Watch events");
    Activity visit = Activity.newBuilder()
        .setActivityId("visit-" + RUN)
        .setLead(name)
        .setChannel("webinar")
        .setInvestment("high")
        .setResponse("attend")
        .build();
    leads().recordActivity(RecordActivityRequest.newBuilder().setActivity(visit).build());
    WatchEventsRequest.Builder request =
        WatchEventsRequest.newBuilder().setRecord(name).setHeartbeatInterval(Duration.newBuilder().setSeconds(1));
    long seen = 0;
    boolean cutYet = false;
    while (true) {
      // Whoever leaves a blocking stream early ends it by its context; otherwise it would stay open.
      Context.CancellableContext context = Context.current().withCancellation();
      Context before = context.attach();
      try {
        Iterator<WatchEventsResponse> stream = leads.watchEvents(request.build());
        while (stream.hasNext()) {
          WatchEventsResponse message = stream.next();
          request.setResumeToken(message.getResumeToken()); // of heartbeats, too
          if (!message.hasEvent()) {
            continue;
          }
          Event event = message.getEvent();
          expect(event.getSequence() == seen + 1, "event " + event.getSequence() + " came after event " + seen);
          seen = event.getSequence();
          say("   %d: %s", seen, told(event));
          if (event.getActivityRecorded().getActivity().getActivityId().equals(visit.getActivityId())) {
            return;
          }
          if (seen == 2 && !cutYet) {
            cutYet = true;
            break; // as if the connection broke
          }
        }
      } catch (StatusRuntimeException error) {
        if (error.getStatus().getCode() != Status.Code.UNAVAILABLE) {
          throw error;
        }
      } finally {
        context.detach(before);
        context.cancel(null);
      }
      say("   cut: going on with the token");
      Thread.sleep(200);
    }
  }

  /** One event in words. Kinds that are not known here are passed over: new ones come. */
  private static String told(Event event) {
    switch (event.getPayloadCase()) {
      case RECORD_CREATED:
        return "made, from " + event.getRecordCreated().getSource();
      case ACTIVITY_RECORDED:
        Activity activity = event.getActivityRecorded().getActivity();
        return activity.getChannel() + "/" + activity.getInvestment() + "/" + activity.getResponse();
      case DECISION_TAKEN:
        return "decided: " + event.getDecision().getOutcome();
      case STATUS_CHANGED:
        return "status " + event.getStatusChanged().getToStatus();
      case SCORE_CHANGED:
        return String.format(Locale.ROOT, "%.0f points", event.getScoreChanged().getScore().getTotal());
      case ASSIGNED:
        return "worked by " + event.getAssigned().getRep();
      case FIELDS_CHANGED:
        return event.getFieldsChanged().getChangesList().stream()
            .map(change -> change.getField() + " = " + change.getNewValue())
            .collect(Collectors.joining(", "));
      default:
        return "something else";
    }
  }

  private void longWork() throws InterruptedException, InvalidProtocolBufferException {
    say("6. Wait for long work");
    CheckStoreRequest request = CheckStoreRequest.newBuilder().setRequestId("example-" + RUN + "-check").build();
    // Answers at once; the work goes on without us.
    Operation operation = withRetry(() -> admin.withDeadlineAfter(10, TimeUnit.SECONDS).checkStore(request));
    WaitOperationRequest wait = WaitOperationRequest.newBuilder()
        .setName(operation.getName())
        .setTimeout(Duration.newBuilder().setSeconds(5)) // the call's own deadline is later
        .build();
    while (!operation.getDone()) { // a timeout is no error: wait again
      operation = withRetry(() -> operations.withDeadlineAfter(10, TimeUnit.SECONDS).waitOperation(wait));
    }
    if (operation.hasError()) { // google.rpc.Status, with the details that an error of a call has
      throw StatusProto.toStatusRuntimeException(operation.getError());
    }
    CheckStoreResponse store = operation.getResponse().unpack(CheckStoreResponse.class);
    long strange = store.getRegionsList().stream().filter(region -> !region.getKnown()).count();
    say("   regions in the store: %d, %s", store.getRegionsCount(), strange > 0 ? strange + " not known" : "all known");
  }

  public static void main(String[] arguments) throws InterruptedException, InvalidProtocolBufferException {
    String address = arguments.length > 0 ? arguments[0] : "127.0.0.1:50151";
    ManagedChannel channel = Grpc.newChannelBuilder(address, InsecureChannelCredentials.create()).build();
    try {
      Example example = new Example(channel);
      SubmitEnquiryResponse answer = example.submit();
      why(answer);
      example.errors(answer.getLead().getName());
      example.pages(answer.getLead().getAccount());
      example.watch(answer.getLead().getName());
      example.longWork();
      say("All was as the contract says.");
    } catch (OtherwiseException otherwise) {
      System.err.println("otherwise than the contract says: " + otherwise.getMessage());
      System.exit(1);
    } catch (StatusRuntimeException error) {
      System.err.println("a call failed that must not: " + error.getMessage());
      System.exit(1);
    } finally {
      channel.shutdownNow();
    }
  }
}
