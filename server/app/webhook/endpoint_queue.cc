#include "app/webhook/endpoint_queue.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "app/webhook/backoff.h"
#include "app/webhook/cloud_event.h"
#include "app/webhook/signature.h"
#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::app {
namespace {

using store::Delivery;

constexpr int kPageRows = 256;
constexpr int kMostPages = 40;  // of one look
constexpr double kFirstRate = 1, kGrowth = 1.1;

// Whether the answer says something of the receiver and not of this message.
bool IsTrouble(const HttpAnswer& answer) {
  return answer.status == 0 || answer.status >= 500 || answer.status == 408 || answer.status == 425 ||
         answer.status == 429;
}

std::string Describe(const HttpAnswer& answer) {
  if (answer.status == 0) return answer.failure;
  if (answer.status >= 300 && answer.status < 400) {
    return fmt::format("HTTP {}: redirects are not followed; name the address that it leads to", answer.status);
  }
  return fmt::format("HTTP {}", answer.status);
}

}  // namespace

EndpointQueue::EndpointQueue(Endpoint endpoint, std::string source, Options options)
    : endpoint_(std::move(endpoint)),
      source_(std::move(source)),
      options_(std::move(options)),
      per_second_(endpoint_.limits.most_per_second) {}

Duration EndpointQueue::Step(int most) {
  const Time now = options_.clock->Now();
  if (down() && now < probe_at_) return std::min(kIdle, probe_at_ - now);
  if (now < next_at_) return std::min(kIdle, next_at_ - now);
  const absl::StatusOr<std::vector<Delivery>> due = down() ? ForProbe() : Due(most, now);
  if (!due.ok()) {
    Report("the outbox cannot be read", due.status().ToString());
    return kIdle;
  }
  for (const Delivery& row : *due) {
    if (!Send(row)) break;
  }
  if (due->empty()) return kIdle;
  const Time next = down() ? probe_at_ : next_at_;
  return std::clamp<Duration>(next - options_.clock->Now(), 0, kIdle);
}

absl::StatusOr<std::vector<Delivery>> EndpointQueue::Due(int most, Time now) {
  std::vector<Delivery> due;
  std::set<domain::RecordRef> seen;  // of these nothing that comes later is sent before
  RETURN_IF_ERROR(options_.store->Read(options_.tenant, [&](store::Reader& reader) -> absl::Status {
    due.clear();
    seen.clear();
    int64_t after = 0;
    for (int page = 0; page < kMostPages; ++page) {
      ASSIGN_OR_RETURN(const std::vector<Delivery> rows,
                       reader.Deliveries(endpoint_.id, /*dead=*/false, after, kPageRows));
      for (const Delivery& row : rows) {
        after = row.position;
        if (!seen.insert(row.record).second || row.due > now) continue;
        due.push_back(row);
        if (static_cast<int>(due.size()) == most) return absl::OkStatus();
      }
      if (rows.size() < kPageRows) break;
    }
    return absl::OkStatus();
  }));
  return due;
}

absl::StatusOr<std::vector<Delivery>> EndpointQueue::ForProbe() {
  constexpr int kMostAsked = 16;
  constexpr Time kWhenever = std::numeric_limits<Time>::max();
  ASSIGN_OR_RETURN(std::vector<Delivery> rows, Due(kMostAsked, kWhenever));
  if (rows.empty()) return rows;
  return std::vector<Delivery>{rows[static_cast<size_t>(down_tries_) % rows.size()]};
}

absl::StatusOr<std::optional<domain::Event>> EndpointQueue::EventOf(const Delivery& row) {
  std::vector<domain::Event> events;
  RETURN_IF_ERROR(options_.store->Read(options_.tenant, [&](store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(events, reader.EventsAfter(row.position - 1, 1));
    return absl::OkStatus();
  }));
  if (events.empty() || events[0].position != row.position) return std::nullopt;
  return std::move(events[0]);
}

HttpAnswer EndpointQueue::Post(const std::string& id, const std::string& body) {
  const Time now = options_.clock->Now();
  HttpPost post;
  post.url = endpoint_.url;
  post.headers = {{"content-type", kCloudEventContentType},
                  {"webhook-id", id},
                  {"webhook-timestamp", fmt::format("{}", now / kSecond)},
                  {"webhook-signature", SignatureOf(endpoint_.secrets, id, now, body)}};
  post.body = body;
  post.allow_private_addresses = endpoint_.allow_private_addresses;
  post.timeout = endpoint_.limits.timeout;
  return options_.poster->Post(post);
}

bool EndpointQueue::Send(Delivery row) {
  const Time begun = options_.clock->Now();
  const absl::StatusOr<std::optional<domain::Event>> event = EventOf(row);
  if (!event.ok()) {
    Report("the ledger cannot be read; messages wait", event.status().ToString());
    next_at_ = begun + kSecond;
    return false;
  }
  if (!event->has_value()) return CanSettle(GiveUp(std::move(row), "the ledger has no such event"));
  // The settings may have given the endpoint other regions since it was noted.
  if (!endpoint_.regions.empty() && !endpoint_.regions.contains((*event)->region)) {
    Report("a message is not for this endpoint any more, and is dropped");
    return CanSettle(Write([&](store::Transaction& tx) { return tx.DropDelivery(row.endpoint, row.position); }));
  }
  const absl::StatusOr<CloudEvent> message = MakeCloudEvent(**event, source_, row.rules);
  if (!message.ok()) return CanSettle(GiveUp(std::move(row), message.status().ToString()));
  const HttpAnswer answer = Post(message->id, message->body);
  // A message that was taken and could not be struck off is sent again: receivers know its id.
  if (!CanSettle(Settle(std::move(row), answer))) return false;
  if (!answer.taken() && IsTrouble(answer)) {
    TakeDown(answer);
    return false;
  }
  if (down()) ComeUp();
  next_at_ = begun + static_cast<Duration>(static_cast<double>(kSecond) / per_second_);
  per_second_ = std::min<double>(endpoint_.limits.most_per_second, per_second_ * kGrowth);
  return options_.clock->Now() >= next_at_;
}

bool EndpointQueue::CanSettle(const absl::Status& settled) {
  if (settled.ok()) return true;
  Report("what became of a message cannot be stored", settled.ToString());
  next_at_ = options_.clock->Now() + kSecond;
  return false;
}

absl::Status EndpointQueue::GiveUp(Delivery row, std::string error) {
  row.dead_at = options_.clock->Now();
  row.error = std::move(error);
  Report("a message is given up; leadline notify list --dead shows it", row.error);
  return Write([&](store::Transaction& tx) { return tx.Put(row); });
}

absl::Status EndpointQueue::Settle(Delivery row, const HttpAnswer& answer) {
  if (answer.taken()) {
    return Write([&](store::Transaction& tx) { return tx.DropDelivery(row.endpoint, row.position); });
  }
  const Time now = options_.clock->Now();
  row.error = Describe(answer);
  // Of a receiver that is down every message would fail: that is counted for none.
  if (!IsTrouble(answer) || !down()) {
    ++row.tries;
    row.due = now + std::max(WaitAfter(row.tries, options_.random()), answer.retry_after);
  }
  if (row.tries >= kMostTries) {
    std::string error = row.error;
    return GiveUp(std::move(row), std::move(error));
  }
  return Write([&](store::Transaction& tx) { return tx.Put(row); });
}

void EndpointQueue::TakeDown(const HttpAnswer& answer) {
  ++down_tries_;
  const Duration wait = std::max(WaitBeforeProbe(down_tries_, options_.random()), answer.retry_after);
  probe_at_ = options_.clock->Now() + wait;
  if (down_tries_ == 1) Report("the receiver takes nothing; messages wait", Describe(answer));
}

void EndpointQueue::ComeUp() {
  Report("the receiver takes messages again");
  down_tries_ = 0;
  per_second_ = kFirstRate;
}

absl::Status EndpointQueue::Write(const std::function<absl::Status(store::Transaction&)>& write) {
  return store::WriteAndWait(*options_.store, options_.tenant, write);
}

void EndpointQueue::Report(const std::string& text, const std::string& error) const {
  if (options_.report) options_.report(endpoint_.id, text, error);
}

}  // namespace leadline::app
