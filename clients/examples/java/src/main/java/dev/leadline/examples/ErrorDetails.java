package dev.leadline.examples;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a call failed with: its code, its message, its details by their names, and the id of the call, which is null
 * where the call itself succeeded: an operation failed, or an item of a batch.
 */
final class ErrorDetails {
  private static final List<Class<? extends Message>> TYPES =
      List.of(BadRequest.class, ErrorInfo.class, PreconditionFailure.class, ResourceInfo.class, RetryInfo.class);

  private final String code;
  private final String message;
  private final String callId;
  private final Map<String, Message> details = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();

  private ErrorDetails(String code, String message, String callId, List<Any> packed) {
    this.code = code;
    this.message = message == null ? "" : message;
    this.callId = callId;
    for (Any each : packed) {
      Class<? extends Message> type = TYPES.stream().filter(each::is).findFirst().orElse(null);
      try {
        details.put(type == null ? each.getTypeUrl() : type.getSimpleName(), type == null ? each : each.unpack(type));
      } catch (InvalidProtocolBufferException broken) {
        faults.add(each.getTypeUrl() + " cannot be read");
      }
    }
  }

  static ErrorDetails of(StatusRuntimeException error) {
    Metadata trailers = error.getTrailers();
    com.google.rpc.Status status = trailers == null ? null : StatusProto.fromThrowable(error);
    String callId = trailers == null ? null : trailers.get(Errors.CALL_ID);
    return new ErrorDetails(error.getStatus().getCode().name(), error.getStatus().getDescription(),
        callId == null ? "none" : callId, status == null ? List.of() : status.getDetailsList());
  }

  /** Of an operation or an item of a batch. */
  static ErrorDetails of(com.google.rpc.Status status) {
    String code = Code.forNumber(status.getCode()).name();
    return new ErrorDetails(code, status.getMessage(), null, status.getDetailsList());
  }

  private static String text(JsonObject row, String key) {
    return row.has(key) ? row.get(key).getAsString() : "";
  }

  private static List<String> texts(JsonObject row, String key) {
    return row.has(key)
        ? row.getAsJsonArray(key).asList().stream().map(JsonElement::getAsString).sorted().toList() : List.of();
  }

  private void expect(boolean condition, String format, Object... values) {
    if (!condition) {
      faults.add(String.format(Locale.ROOT, format, values));
    }
  }

  /** Where it is otherwise than its row says. */
  List<String> faults(JsonObject row, String domain) {
    expect(code.equals(text(row, "code")), "%s in the place of %s: %s", code, text(row, "code"), message);
    List<String> expected = texts(row, "details");
    expect(List.copyOf(details.keySet()).equals(expected), "its details are %s", details.keySet());
    if (!expected.isEmpty() && callId != null) {
      expect(Errors.callIdOf(row).equals(callId), "the id of the call is %s", callId);
      expect(message.endsWith(" (call " + callId + ")"), "its message does not end with the id of the call: %s",
          message);
    }
    expect(message.contains(text(row, "readable")), "its message is %s", message);
    for (Message detail : details.values()) {
      if (detail instanceof ErrorInfo) {
        check((ErrorInfo) detail, row, domain);
      } else if (detail instanceof BadRequest) {
        check((BadRequest) detail, row);
      } else if (detail instanceof RetryInfo) {
        check((RetryInfo) detail, row);
      } else if (detail instanceof ResourceInfo) {
        check((ResourceInfo) detail, row);
      } else if (detail instanceof PreconditionFailure) {
        check((PreconditionFailure) detail, row);
      }
    }
    return faults;
  }

  private void check(ErrorInfo info, JsonObject row, String domain) {
    expect(info.getReason().equals(text(row, "reason")) && info.getDomain().equals(domain), "its reason is %s of %s",
        info.getReason(), info.getDomain());
    JsonObject expected = row.has("metadata") ? row.getAsJsonObject("metadata") : new JsonObject();
    Map<String, String> facts = new HashMap<>(info.getMetadataMap());
    String id = facts.remove("call_id"); // there is none where an operation failed, and no call
    expect(id == null || id.equals(Errors.callIdOf(row)), "the id of the call is %s", id);
    boolean good = expected.keySet().equals(facts.keySet())
        && facts.entrySet().stream().allMatch(fact -> !fact.getValue().isEmpty()
            && Stream.of("*", fact.getValue()).anyMatch(text(expected, fact.getKey())::equals));
    expect(good, "its metadata is %s", info.getMetadataMap());
  }

  private void check(BadRequest bad, JsonObject row) {
    List<FieldViolation> violations = bad.getFieldViolationsList();
    if (!row.has("fields")) { // too many to be listed: the last entry tells people so
      int shown = Math.max(0, violations.size() - 1);
      int count = Integer.parseInt(text(row.getAsJsonObject("metadata"), "violation_count"));
      expect(shown >= 10 && shown < count, "it shows %d violations", shown);
      violations = violations.subList(0, shown);
    } else {
      List<String> fields = violations.stream().map(FieldViolation::getField).sorted().toList();
      expect(fields.equals(texts(row, "fields")), "its fields are %s", fields);
    }
    for (FieldViolation each : violations) {
      String what = each.getDescription();
      expect(!each.getField().isEmpty() && !what.isEmpty() && what.contains(text(row, "readable")),
          "a violation cannot be read: %s", each);
    }
  }

  private void check(RetryInfo retry, JsonObject row) {
    String delay = String.format(Locale.ROOT, "%.3fs", Durations.toMillis(retry.getRetryDelay()) / 1000.0);
    JsonObject metadata = row.has("metadata") ? row.getAsJsonObject("metadata") : new JsonObject();
    expect(delay.equals(text(metadata, "retry_after")), "it says to try again after %s", delay);
  }

  private void check(ResourceInfo resource, JsonObject row) {
    JsonObject expected = row.has("resource") ? row.getAsJsonObject("resource") : new JsonObject();
    boolean good = resource.getResourceType().equals(text(expected, "type"))
        && resource.getResourceName().equals(text(expected, "name"));
    expect(good, "its resource is %s %s", resource.getResourceType(), resource.getResourceName());
  }

  private void check(PreconditionFailure failure, JsonObject row) {
    String subject = row.has("resource") ? text(row.getAsJsonObject("resource"), "name") : "";
    expect(failure.getViolationsCount() == 1, "it has %d violations", failure.getViolationsCount());
    for (PreconditionFailure.Violation each : failure.getViolationsList()) {
      boolean good = each.getType().equals(text(row, "reason")) && each.getSubject().equals(subject)
          && !each.getDescription().isEmpty();
      expect(good, "its violation is %s", each);
    }
  }
}
