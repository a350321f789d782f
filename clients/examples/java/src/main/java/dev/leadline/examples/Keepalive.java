package dev.leadline.examples;

import com.google.protobuf.Duration;
import dev.leadline.v1.LeadServiceGrpc;
import dev.leadline.v1.WatchEventsRequest;
import io.grpc.ConnectivityState;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A client that pings every 10 s, as proxies on the way may demand, keeps a silent stream and an idle connection.
 *
 * <p>usage: Keepalive host:port [seconds]
 *
 * <p>Exit status 0: neither was cut.
 */
public final class Keepalive {
  private Keepalive() {}

  /** A connection of its own. */
  private static ManagedChannel dial(String address) {
    return Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .keepAliveWithoutCalls(true)
        .build();
  }

  private static long secondsSince(long start) {
    return (System.nanoTime() - start) / 1_000_000_000;
  }

  /** Watches for some seconds; what went wrong, or "". The first heartbeat would come after 5 minutes. */
  private static String silentStream(String address, long seconds) {
    long start = System.nanoTime();
    WatchEventsRequest request = WatchEventsRequest.newBuilder()
        .setOnlyNew(true)
        .setHeartbeatInterval(Duration.newBuilder().setSeconds(300))
        .build();
    ManagedChannel channel = dial(address);
    try {
      LeadServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(seconds, TimeUnit.SECONDS)
          .watchEvents(request)
          .forEachRemaining(message -> {});
      return "the stream ended";
    } catch (StatusRuntimeException error) {
      boolean own = error.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED;
      return own ? "" : "the stream was cut after " + secondsSince(start) + " s: " + error.getStatus();
    } finally {
      channel.shutdownNow();
    }
  }

  /** A connection that is made and then not used; what went wrong, or "". */
  private static String idleConnection(String address, long seconds) {
    long start = System.nanoTime();
    ManagedChannel channel = dial(address);
    try {
      for (ConnectivityState state = channel.getState(true);
          state != ConnectivityState.READY;
          state = channel.getState(true)) {
        if (!changes(channel, state, 10)) {
          return "no connection";
        }
      }
      boolean cut = changes(channel, ConnectivityState.READY, seconds);
      return cut ? "the idle connection was cut after " + secondsSince(start) + " s" : "";
    } finally {
      channel.shutdownNow();
    }
  }

  private static boolean changes(ManagedChannel channel, ConnectivityState from, long seconds) {
    CountDownLatch changed = new CountDownLatch(1);
    channel.notifyWhenStateChanged(from, changed::countDown);
    try {
      return changed.await(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException stopped) {
      return true;
    }
  }

  public static void main(String[] arguments) {
    String address = arguments[0];
    long seconds = arguments.length > 1 ? Long.parseLong(arguments[1]) : 180;
    List<CompletableFuture<String>> checks = List.of(
        CompletableFuture.supplyAsync(() -> silentStream(address, seconds), command -> new Thread(command).start()),
        CompletableFuture.supplyAsync(() -> idleConnection(address, seconds), command -> new Thread(command).start()));
    String faults = checks.stream().map(CompletableFuture::join).filter(fault -> !fault.isEmpty())
        .collect(Collectors.joining("\n"));
    System.out.println(
        faults.isEmpty() ? "a silent stream and an idle connection lived for " + seconds + " s" : faults);
    System.exit(faults.isEmpty() ? 0 : 1);
  }
}
