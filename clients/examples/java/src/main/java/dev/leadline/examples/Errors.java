package dev.leadline.examples;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.longrunning.Operation;
import com.google.longrunning.OperationsGrpc;
import com.google.longrunning.OperationsGrpc.OperationsBlockingStub;
import com.google.longrunning.WaitOperationRequest;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.leadline.v1.AccountServiceGrpc;
import dev.leadline.v1.AdminServiceGrpc;
import dev.leadline.v1.AdminServiceProto;
import dev.leadline.v1.ContactServiceGrpc;
import dev.leadline.v1.LeadServiceGrpc;
import dev.leadline.v1.MergeServiceGrpc;
import dev.leadline.v1.OperationMetadata;
import dev.leadline.v1.ReportServiceGrpc;
import dev.leadline.v1.RoutingServiceGrpc;
import dev.leadline.v1.ScoringServiceGrpc;
import dev.leadline.v1.StatusServiceGrpc;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.MetadataUtils;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every class of error that Leadline gives, provoked and read by its types: what a call fails with, and what a program
 * finds in it.
 *
 * <p>usage: Errors TABLE NAME=ADDRESS... stop=PID (as errors_servers.py calls it)
 *
 * <p>TABLE is errors.json, which says for each error which call gives it on which server, and what must come. An
 * operation is waited for: its error is the call's. A few need more than one call; ErrorSituations has them. Exit
 * status 0: each came, and each detail could be read as its type.
 */
public final class Errors {
  static final long DEADLINE_SECONDS = 120; // checks of packs take long
  static final Metadata.Key<String> CALL_ID =
      Metadata.Key.of("leadline-call-id", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> ACTOR =
      Metadata.Key.of("leadline-actor", Metadata.ASCII_STRING_MARSHALLER);
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]+)\\}");
  // What an operation holds in an Any; the printer of JSON must be told.
  private static final TypeRegistry TYPES = TypeRegistry.newBuilder()
      .add(OperationMetadata.getDescriptor())
      .add(AdminServiceProto.getDescriptor().getMessageTypes())
      .build();
  private static final Map<String, Function<Channel, AbstractBlockingStub<?>>> STUBS = Map.of(
      "AccountService", AccountServiceGrpc::newBlockingStub,
      "AdminService", AdminServiceGrpc::newBlockingStub,
      "ContactService", ContactServiceGrpc::newBlockingStub,
      "LeadService", LeadServiceGrpc::newBlockingStub,
      "MergeService", MergeServiceGrpc::newBlockingStub,
      "Operations", OperationsGrpc::newBlockingStub,
      "ReportService", ReportServiceGrpc::newBlockingStub,
      "RoutingService", RoutingServiceGrpc::newBlockingStub,
      "ScoringService", ScoringServiceGrpc::newBlockingStub,
      "StatusService", StatusServiceGrpc::newBlockingStub);

  private final Map<String, ManagedChannel> channels = new HashMap<>();
  private final JsonObject known = new JsonObject(); // answers to which later steps refer
  private long pid;

  private Errors() {}

  /** The step with "${lead.lead.name}" replaced by a value of the answer that is known as lead. */
  private JsonObject resolved(JsonObject step) {
    Matcher match = REFERENCE.matcher(step.toString());
    String text = match.replaceAll(found -> {
      JsonElement value = known;
      for (String part : found.group(1).split("\\.")) {
        value = value.isJsonArray()
            ? value.getAsJsonArray().get(Integer.parseInt(part)) : value.getAsJsonObject().get(part);
      }
      String quoted = new JsonPrimitive(value.getAsString()).toString();
      return Matcher.quoteReplacement(quoted.substring(1, quoted.length() - 1));
    });
    return JsonParser.parseString(text).getAsJsonObject();
  }

  /** Sends the headers of a call with it. */
  static ClientInterceptor withHeaders(String callId, String actor) {
    Metadata headers = new Metadata();
    if (callId != null) {
      headers.put(CALL_ID, callId);
    }
    if (actor != null) {
      headers.put(ACTOR, actor);
    }
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  /** Makes a call of the table by the method of a stub, and gives its answer, of a stream the first. */
  private Message send(Channel channel, JsonObject step, String callId) throws Exception {
    String[] call = step.get("call").getAsString().split("\\.");
    AbstractBlockingStub<?> stub = STUBS.get(call[0]).apply(channel)
        .withInterceptors(withHeaders(callId, step.has("actor") ? step.get("actor").getAsString() : null))
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    String name = Character.toLowerCase(call[1].charAt(0)) + call[1].substring(1);
    Method method =
        Stream.of(stub.getClass().getMethods()).filter(m -> m.getName().equals(name)).findFirst().orElseThrow();
    Message.Builder request = (Message.Builder) method.getParameterTypes()[0].getMethod("newBuilder").invoke(null);
    if (step.has("request")) {
      JsonFormat.parser().merge(step.get("request").toString(), request);
    }
    try {
      Object answer = method.invoke(stub, request.build());
      return (Message) (answer instanceof Iterator ? ((Iterator<?>) answer).next() : answer);
    } catch (InvocationTargetException failed) {
      throw (Exception) failed.getCause();
    }
  }

  /** The answer as it is; of an operation, how it is when it has ended. */
  private static Message ended(Channel channel, Message answer) {
    OperationsBlockingStub operations =
        OperationsGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    Message now = answer;
    while (now instanceof Operation && !((Operation) now).getDone()) {
      String name = ((Operation) now).getName();
      now = operations.waitOperation(WaitOperationRequest.newBuilder().setName(name).build());
    }
    return now;
  }

  /** A call that must succeed, and so must its operation, unless the step says not to wait for it. */
  private void setUp(Channel channel, JsonObject step) throws Exception {
    Message answer = send(channel, resolved(step), null);
    if (!step.has("wait") || step.get("wait").getAsBoolean()) {
      answer = ended(channel, answer);
    }
    if (answer instanceof Operation && ((Operation) answer).hasError()) {
      throw StatusProto.toStatusRuntimeException(((Operation) answer).getError());
    }
    if (step.has("as")) {
      String json = JsonFormat.printer().usingTypeRegistry(TYPES).print(answer);
      known.add(step.get("as").getAsString(), JsonParser.parseString(json));
    }
  }

  /** An item of the answer to a batch. */
  private static Message resultOf(Message answer, int index) {
    FieldDescriptor results = answer.getDescriptorForType().findFieldByName("results");
    return (Message) answer.getRepeatedField(results, index);
  }

  /** The error that an operation or an item of a batch carries in google.rpc.Status; null when it has none. */
  private static ErrorDetails errorIn(Message answer) {
    FieldDescriptor error = answer.getDescriptorForType().findFieldByName("error");
    return error != null && answer.hasField(error)
        ? ErrorDetails.of((com.google.rpc.Status) answer.getField(error)) : null;
  }

  static String callIdOf(JsonObject row) {
    return row.get("about").getAsString().replace(' ', '-');
  }

  /** What the call of a row fails with; null when it succeeds. */
  private ErrorDetails provoke(Channel channel, JsonObject row) throws Exception {
    try {
      if (row.has("situation")) {
        StatusRuntimeException error = ErrorSituations.provoke(channel, row, pid);
        return error == null ? null : ErrorDetails.of(error);
      }
      Message answer = ended(channel, send(channel, row, callIdOf(row)));
      return errorIn(row.has("result") ? resultOf(answer, row.get("result").getAsInt()) : answer);
    } catch (StatusRuntimeException error) {
      return ErrorDetails.of(error);
    }
  }

  private List<String> faultsOf(JsonObject row, String domain) {
    Channel channel = channels.get(row.has("server") ? row.get("server").getAsString() : "main");
    try {
      for (JsonElement step : row.has("setup") ? row.getAsJsonArray("setup") : new JsonArray()) {
        setUp(channel, step.getAsJsonObject());
      }
      JsonObject now = resolved(row);
      ErrorDetails error = provoke(channel, now);
      return error == null ? List.of("the call succeeds") : error.faults(now, domain);
    } catch (Exception failed) {
      return List.of("what comes before it fails: " + failed);
    }
  }

  private int run(String[] arguments) throws Exception {
    JsonObject table = JsonParser.parseString(Files.readString(Path.of(arguments[0]))).getAsJsonObject();
    for (String argument : List.of(arguments).subList(1, arguments.length)) {
      String[] named = argument.split("=", 2);
      if (named[0].equals("stop")) {
        pid = Long.parseLong(named[1]);
      } else {
        channels.put(named[0], Grpc.newChannelBuilder(named[1], InsecureChannelCredentials.create()).build());
      }
    }
    for (JsonElement step : table.getAsJsonArray("setup")) {
      setUp(channels.get("main"), step.getAsJsonObject());
    }
    int failed = 0;
    for (JsonElement element : table.getAsJsonArray("errors")) {
      JsonObject row = element.getAsJsonObject();
      List<String> faults = faultsOf(row, table.get("domain").getAsString());
      List<String> details =
          row.getAsJsonArray("details").asList().stream().map(JsonElement::getAsString).toList();
      System.out.println(row.get("code").getAsString() + " "
          + (row.has("reason") ? row.get("reason").getAsString() : "") + ": " + row.get("about").getAsString() + ": "
          + (details.isEmpty() ? "no details" : String.join(", ", details)));
      faults.forEach(fault -> System.out.println("   OTHERWISE: " + fault));
      failed += faults.size();
    }
    System.out.println(table.getAsJsonArray("errors").size() + " errors, " + failed + " faults");
    channels.values().forEach(ManagedChannel::shutdownNow);
    return failed;
  }

  public static void main(String[] arguments) throws Exception {
    System.exit(new Errors().run(arguments) == 0 ? 0 : 1);
  }
}
