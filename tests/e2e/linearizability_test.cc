// Small things under concurrent writers and kill -9 behave as if one client did them one after the other: names of
// requests, etags, turns of the round robin, capacity. Each test writes down what was acknowledged and compares it with
// a model, the order of the ledger being the order in which it happened.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "leadline/v1/lead_service.grpc.pb.h"
#include "leadline/v1/status_service.grpc.pb.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using Work = std::function<void(int thread, const std::shared_ptr<grpc::Channel>&, const std::atomic<bool>& stop)>;

// Lets `threads` clients work at once, kills the server some times meanwhile, and lets them work on after each start;
// the last round ends by itself.
class LinearizabilityTest : public ::testing::Test {
 protected:
  void RunUnderKills(int threads, int kills, const Work& work) {
    ASSERT_TRUE(server_.Start()) << server_.output();
    std::mt19937 random(17);
    for (int round = 0; round <= kills; ++round) {
      std::atomic<bool> stop{false};
      std::vector<std::thread> clients;
      for (int t = 0; t < threads; ++t) clients.emplace_back([&, t] { work(t, server_.NewChannel(), stop); });
      if (round < kills) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200 + random() % 400));
        server_.Kill();
        stop = true;
      }
      for (std::thread& client : clients) client.join();
      if (round < kills) {
        ASSERT_TRUE(server_.Start()) << server_.output();
      }
    }
    const Ended verified = VerifyStore(server_);
    EXPECT_EQ(verified.exit_code, 0) << verified.output;
  }

  // Everything that happened, in order. The server is stopped.
  std::vector<domain::Event> Ledger() {
    EXPECT_EQ(server_.Stop().exit_code, 0);
    std::vector<domain::Event> all;
    auto store = store::OpenSqliteStore({.path = server_.data() + "/leadline.db"});
    EXPECT_TRUE(store.ok()) << store.status();
    if (!store.ok()) return all;
    const absl::Status read = (*store)->Read("default", [&](store::Reader& reader) -> absl::Status {
      while (true) {
        ASSIGN_OR_RETURN(std::vector<domain::Event> page,
                         reader.EventsAfter(all.empty() ? 0 : all.back().position, 1000, 0));
        if (page.empty()) return absl::OkStatus();
        all.insert(all.end(), std::make_move_iterator(page.begin()), std::make_move_iterator(page.end()));
      }
    });
    EXPECT_TRUE(read.ok()) << read;
    return all;
  }

  ServerProcess server_;
};

TEST_F(LinearizabilityTest, ANamedRequestActsOnceForAllWhoSendIt) {
  constexpr int kNames = 150, kThreads = 8;
  std::mutex mutex;
  std::map<int, std::set<std::string>> leads;  // by request
  // All clients send all requests, each from another one on, so that most are under way several times.
  RunUnderKills(kThreads, 3, [&](int t, const auto& channel, const std::atomic<bool>& stop) {
    v1::LeadService::Stub stub(channel);
    for (int i = 0; i < kNames && !stop; ++i) {
      const int number = (i + t / 2 * 5) % kNames;
      v1::SubmitEnquiryRequest request = EnquiryNumber(number);
      request.set_request_id(fmt::format("once-{}", number));
      v1::SubmitEnquiryResponse response;
      if (!stub.SubmitEnquiry(NewContext(20).get(), request, &response).ok()) return;
      const std::lock_guard lock(mutex);
      leads[number].insert(response.lead().name());
    }
  });
  ASSERT_EQ(leads.size(), static_cast<size_t>(kNames));
  std::set<std::string> all;
  for (const auto& [number, names] : leads) {
    EXPECT_EQ(names.size(), 1u) << "request " << number << " made several leads";
    all.insert(names.begin(), names.end());
  }
  EXPECT_EQ(all.size(), leads.size()) << "two requests made one lead";
  size_t created = 0;
  for (const domain::Event& event : Ledger()) {
    created +=
        event.record.kind == domain::RecordKind::kLead && std::holds_alternative<domain::RecordCreated>(event.payload)
            ? 1
            : 0;
  }
  EXPECT_EQ(created, static_cast<size_t>(kNames));
}

// A counter that everybody reads and writes one higher, with the etag that was read.
TEST_F(LinearizabilityTest, AnEtagLetsOneOfAllChangesThrough) {
  ASSERT_TRUE(server_.Start()) << server_.output();
  std::string name;
  {
    v1::SubmitEnquiryResponse response;
    ASSERT_TRUE(
        v1::LeadService::Stub(server_.channel()).SubmitEnquiry(NewContext().get(), EnquiryNumber(1), &response).ok());
    name = response.lead().name();
  }
  server_.Kill();

  std::mutex mutex;
  std::map<int64_t, int> acknowledged;  // counts, and how often each was written
  std::set<int64_t> unknown;            // no answer came
  int64_t highest = 0;
  RunUnderKills(6, 3, [&](int, const auto& channel, const std::atomic<bool>& stop) {
    v1::LeadService::Stub stub(channel);
    for (int i = 0; i < 60 && !stop; ++i) {
      int64_t at_least = 0;
      {
        const std::lock_guard lock(mutex);
        at_least = highest;
      }
      v1::GetLeadRequest get;
      get.set_name(name);
      v1::Lead lead;
      if (!stub.GetLead(NewContext(20).get(), get, &lead).ok()) return;
      EXPECT_GE(lead.value().units(), at_least) << "a read missed what was acknowledged before it began";
      const int64_t next = lead.value().units() + 1;
      v1::UpdateLeadRequest update;
      update.mutable_update_mask()->add_paths("value");
      update.mutable_lead()->set_name(name);
      update.mutable_lead()->set_etag(lead.etag());
      update.mutable_lead()->mutable_value()->set_currency_code("EUR");
      update.mutable_lead()->mutable_value()->set_units(next);
      v1::Lead updated;
      const grpc::Status status = stub.UpdateLead(NewContext(20).get(), update, &updated);
      const std::lock_guard lock(mutex);
      if (status.ok()) {
        ++acknowledged[next];
        highest = std::max(highest, next);
      } else if (status.error_code() != grpc::StatusCode::ABORTED) {
        unknown.insert(next);
        return;
      }
    }
  });
  ASSERT_GT(acknowledged.size(), 30u);
  for (const auto& [count, times] : acknowledged) EXPECT_EQ(times, 1) << count << " was let through twice";

  // The ledger counts 1, 2, 3 ... without a gap; whatever was acknowledged is there.
  int64_t last = 0;
  for (const domain::Event& event : Ledger()) {
    const auto* changed = std::get_if<domain::FieldsChanged>(&event.payload);
    if (changed == nullptr) continue;
    for (const domain::FieldChange& field : changed->changes) last += field.field == "value" ? 1 : 0;
  }
  EXPECT_GE(last, highest);
  for (int64_t count = 1; count <= last; ++count) {
    EXPECT_TRUE(acknowledged.contains(count) || unknown.contains(count)) << count << " was written by nobody";
  }
  EXPECT_TRUE(acknowledged.empty() || acknowledged.rbegin()->first <= last);
}

// What the ledger should say of the pool na_sales: the members of the shipped pack, and a weighted round robin of its
// own.
class PoolModel {
 public:
  static constexpr int kTurn = 60;
  // Whose turn it is at `now` among those with room for one more, and what it leaves behind. Exactly: in sixtieths.
  std::string Take(Time now) {
    int sum = 0, count = 0;
    for (const auto& [id, member] : members_) {
      if (member.open < member.capacity) sum += member.weight, ++count;
    }
    const int soonest = count > 1 ? kTurn / (2 * count - 2) : 0, latest = kTurn - soonest;
    std::string most, first;
    for (auto& [id, member] : members_) {
      if (member.open >= member.capacity) continue;
      member.owed += kTurn * member.weight / sum;
      if (most.empty() || Before(-member.owed, member, -members_[most].owed, members_[most])) most = id;
    }
    for (const auto& [id, member] : members_) {
      if (member.open >= member.capacity || member.owed < soonest) continue;
      const auto limit = [&](const Member& m) { return (latest - m.owed) * kTurn / m.weight; };
      if (first.empty() || Before(limit(member), member, limit(members_[first]), members_[first])) first = id;
    }
    if (most.empty()) return most;
    if (first.empty() || members_[most].owed > latest) first = most;
    members_[first].owed -= kTurn;
    members_[first].last = now;
    ++members_[first].open;
    return first;
  }
  int capacity() const {
    int all = 0;
    for (const auto& [id, member] : members_) all += member.capacity;
    return all;
  }
  int open(const std::string& id) const { return members_.at(id).open; }
  int capacity_of(const std::string& id) const { return members_.at(id).capacity; }
  const auto& members() const { return members_; }

 private:
  struct Member {
    int weight;
    int capacity;
    int owed = 0;
    Time last = 0;
    int open = 0;
  };
  static bool Before(int a, const Member& of_a, int b, const Member& of_b) {
    return a != b ? a < b : of_a.last < of_b.last;
  }
  std::map<std::string, Member> members_ = {{"na-avery-brooks", {2, 60}},
                                            {"na-camille-roy", {1, 50}},
                                            {"na-jordan-reyes", {1, 60}},
                                            {"na-morgan-chen", {1, 50}}};
};

TEST_F(LinearizabilityTest, TurnsAndCapacityAreThoseOfOneAfterTheOther) {
  PoolModel model;
  const int leads = model.capacity() + 30;
  constexpr int kThreads = 6;
  std::atomic<int> next{0};
  std::mutex mutex;
  std::vector<int> again;  // not acknowledged
  const auto take = [&]() -> int {
    const std::lock_guard lock(mutex);
    if (again.empty()) return next < leads ? next++ : -1;
    const int number = again.back();
    again.pop_back();
    return number;
  };
  RunUnderKills(kThreads, 3, [&](int, const auto& channel, const std::atomic<bool>& stop) {
    v1::LeadService::Stub submit(channel);
    v1::StatusService::Stub move(channel);
    while (!stop) {
      const int number = take();
      if (number < 0) return;
      v1::SubmitEnquiryRequest enquiry = EnquiryNumber(number);
      enquiry.set_request_id(fmt::format("submit-{}", number));
      v1::Account& account = *enquiry.mutable_enquiry()->mutable_account();
      account.set_country("US");
      account.set_domain(fmt::format("firm{}.example", number));
      account.set_display_name(fmt::format("Firm {}", number));
      enquiry.mutable_enquiry()->mutable_contact()->set_email(fmt::format("p{0}@firm{0}.example", number));
      enquiry.mutable_enquiry()->set_language("en");
      enquiry.mutable_enquiry()->mutable_activities(0)->set_response("open");
      enquiry.mutable_enquiry()->mutable_activities(0)->set_channel("email");
      v1::SubmitEnquiryResponse submitted;
      v1::TransitionLeadResponse moved;
      grpc::Status status = submit.SubmitEnquiry(NewContext(20).get(), enquiry, &submitted);
      if (status.ok()) {
        v1::TransitionLeadRequest transition;
        transition.set_name(submitted.lead().name());
        transition.set_status("lal");
        transition.set_request_id(fmt::format("move-{}", number));
        status = move.TransitionLead(NewContext(20).get(), transition, &moved);
      }
      if (status.ok()) continue;
      EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
      const std::lock_guard lock(mutex);
      again.push_back(number);
      return;
    }
  });
  ASSERT_EQ(next, leads);
  ASSERT_TRUE(again.empty());

  int given = 0;
  for (const domain::Event& event : Ledger()) {
    const auto* assigned = std::get_if<domain::Assigned>(&event.payload);
    if (assigned == nullptr || assigned->pool != "na_sales") continue;
    ++given;
    ASSERT_EQ(assigned->route, "north_america.language");
    ASSERT_EQ(assigned->rep, model.Take(event.time)) << "turn " << given;
    ASSERT_LE(model.open(assigned->rep), model.capacity_of(assigned->rep)) << assigned->rep;
    for (const domain::PoolState& turn : assigned->turns) {
      const double owed = model.members().at(turn.rep_id).owed / double{PoolModel::kTurn};
      ASSERT_NEAR(turn.turns_owed, owed, 1e-9) << turn.rep_id << ", turn " << given;
    }
  }
  EXPECT_EQ(given, model.capacity()) << "all room was used, and no more";
}

}  // namespace
}  // namespace leadline::e2e
