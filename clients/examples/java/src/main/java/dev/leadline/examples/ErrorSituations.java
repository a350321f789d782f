package dev.leadline.examples;

import com.google.gson.JsonObject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.leadline.v1.AdminServiceGrpc;
import dev.leadline.v1.LeadServiceGrpc;
import dev.leadline.v1.LeadServiceGrpc.LeadServiceStub;
import dev.leadline.v1.ValidatePackRequest;
import dev.leadline.v1.WatchEventsRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** What more than one call provokes, or a server that stops. */
final class ErrorSituations {
  private static final WatchEventsRequest WATCH = WatchEventsRequest.newBuilder().setOnlyNew(true).build();

  private ErrorSituations() {}

  /** Puts the errors of calls into a queue; answers and successes are passed over. */
  private static final class Ends<Q, A> implements ClientResponseObserver<Q, A> {
    private final BlockingQueue<StatusRuntimeException> errors;

    Ends(BlockingQueue<StatusRuntimeException> errors) {
      this.errors = errors;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> call) {}

    @Override
    public void onNext(A answer) {}

    @Override
    public void onError(Throwable error) {
      errors.add((StatusRuntimeException) error);
    }

    @Override
    public void onCompleted() {}
  }

  /** The error that a situation of the table gives; null when there was none. */
  static StatusRuntimeException provoke(Channel channel, JsonObject row, long pid)
      throws InterruptedException, InvalidProtocolBufferException {
    ClientInterceptor callId = Errors.withHeaders(Errors.callIdOf(row), null);
    LeadServiceStub leads = LeadServiceGrpc.newStub(channel).withInterceptors(callId);
    switch (row.get("situation").getAsString()) {
      case "overloaded":
        return overloaded(channel, row);
      case "streams":
        return tooManyStreams(leads, row.getAsJsonObject("metadata").get("limit").getAsInt());
      case "deadline":
        return endOf(leads.withDeadlineAfter(200, TimeUnit.MILLISECONDS), Status.Code.DEADLINE_EXCEEDED);
      case "cancelled":
        return cancelled(leads);
      case "stopping":
        return stopping(leads, pid);
      default:
        throw new IllegalArgumentException("no situation " + row.get("situation"));
    }
  }

  /** The first error with a code, of those that come in time. */
  private static StatusRuntimeException first(BlockingQueue<StatusRuntimeException> errors, Status.Code code)
      throws InterruptedException {
    StatusRuntimeException error;
    do {
      error = errors.poll(Errors.DEADLINE_SECONDS, TimeUnit.SECONDS);
    } while (error != null && error.getStatus().getCode() != code);
    return error;
  }

  private static StatusRuntimeException endOf(LeadServiceStub leads, Status.Code code) throws InterruptedException {
    BlockingQueue<StatusRuntimeException> errors = new LinkedBlockingQueue<>();
    leads.watchEvents(WATCH, new Ends<>(errors));
    return first(errors, code);
  }

  /** More checks of packs at once than the server works on and lets wait. */
  private static StatusRuntimeException overloaded(Channel channel, JsonObject row)
      throws InterruptedException, InvalidProtocolBufferException {
    ValidatePackRequest.Builder request = ValidatePackRequest.newBuilder();
    JsonFormat.parser().merge(row.get("request").toString(), request);
    BlockingQueue<StatusRuntimeException> errors = new LinkedBlockingQueue<>();
    Context.CancellableContext context = Context.current().withCancellation();
    try {
      context.run(() -> {
        for (int i = 0; i < 12; i++) {
          AdminServiceGrpc.newStub(channel)
              .withInterceptors(Errors.withHeaders(Errors.callIdOf(row), null))
              .withDeadlineAfter(Errors.DEADLINE_SECONDS, TimeUnit.SECONDS)
              .validatePack(request.build(), new Ends<>(errors));
        }
      });
      return first(errors, Status.Code.RESOURCE_EXHAUSTED);
    } finally {
      context.cancel(null);
    }
  }

  /** More streams than the server lets be open. The last one opened is not the last one that it sees. */
  private static StatusRuntimeException tooManyStreams(LeadServiceStub leads, int limit) throws InterruptedException {
    BlockingQueue<StatusRuntimeException> errors = new LinkedBlockingQueue<>();
    Context.CancellableContext context = Context.current().withCancellation();
    try {
      context.run(() -> {
        for (int i = 0; i < limit + 100; i++) {
          leads.watchEvents(WATCH, new Ends<>(errors));
        }
      });
      return first(errors, Status.Code.RESOURCE_EXHAUSTED);
    } finally {
      context.cancel(null);
    }
  }

  private static StatusRuntimeException cancelled(LeadServiceStub leads) throws InterruptedException {
    BlockingQueue<StatusRuntimeException> errors = new LinkedBlockingQueue<>();
    Context.CancellableContext context = Context.current().withCancellation();
    context.run(() -> leads.watchEvents(WATCH, new Ends<>(errors)));
    context.cancel(null);
    return first(errors, Status.Code.CANCELLED);
  }

  /** The server is told to stop while a stream is open. It must be the last of its rows. */
  private static StatusRuntimeException stopping(LeadServiceStub leads, long pid) throws InterruptedException {
    BlockingQueue<StatusRuntimeException> errors = new LinkedBlockingQueue<>();
    AtomicReference<Metadata> headers = new AtomicReference<>();
    leads.withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()))
        .watchEvents(WATCH, new Ends<>(errors));
    while (headers.get() == null) { // the server has it then
      Thread.sleep(10);
    }
    ProcessHandle.of(pid).orElseThrow().destroy(); // SIGTERM
    return first(errors, Status.Code.UNAVAILABLE);
  }
}
