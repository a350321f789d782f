// An engine on small packs whose rules tell of everything, a store, and endpoints that are told.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "app/webhook/endpoint_queue.h"
#include "app/webhook/webhooks.h"
#include "base/ids.h"
#include "engine/decide/build_snapshot.h"
#include "engine/engine.h"
#include "packs/pack_files.h"
#include "store/sqlite/sqlite_store.h"

namespace leadline::app {

inline constexpr char kNotifyYaml[] = R"(rules:
  - {id: tell.assigned, on: assigned, to: [crm, emea]}
  - {id: tell.good, on: assigned, when: lead.total_visits >= 8, to: [crm]}
  - {id: tell.late, on: sla_breached, to: [crm]}
  - {id: tell.soon, on: sla_warned, to: [crm]}
  - {id: tell.ready, on: qualified, to: [crm]}
  - {id: tell.long, on: queue_long, queue: review, longer_than: 2, to: [ops]}
  - {id: tell.end, on: calendar_ending, to: [ops]}
)";

// A calendar of a region.
inline constexpr char kMadrid[] = R"(calendars:
  - {id: madrid, time_zone: Europe/Madrid, holidays: [2026-01-01, 2026-04-20],
     hours: {monday: 09:00-17:00, tuesday: 09:00-17:00, wednesday: 09:00-17:00, thursday: 09:00-17:00, friday: 09:00-17:00}}
)";

// 32 bytes each.
inline constexpr char kOldKey[] = "0123456789abcdef0123456789abcdef", kNewKey[] = "fedcba9876543210fedcba9876543210";

class WebhookTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "leadline-webhook-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    packs::PackSet packs = packs::ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
    for (packs::PackFiles& pack : packs.packs) {
      if (pack.name == "emea") pack.files["sla.yaml"] += kMadrid;
      if (pack.name != "central") continue;
      pack.files["notify.yaml"] = kNotifyYaml;
      std::string& sla = pack.files["sla.yaml"];
      sla.insert(sla.find("hours: {monday"), "holidays: [2026-01-06, 2026-04-06], ");
    }
    engine::SnapshotResult built = engine::BuildSnapshot(packs, {}, 1, 0);
    ASSERT_TRUE(built.status.ok()) << built.status;
    holder_ = std::make_unique<engine::SnapshotHolder>(built.snapshot);
    store::SqliteOptions options;
    options.path = folder_ / "leadline.db";
    auto opened = store::OpenSqliteStore(options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    engine_ = std::make_unique<engine::Engine>(engine::EngineOptions{&clock_, &ids_, store_.get(), holder_.get()});
    crm_.id = "crm";
    crm_.secrets = {kNewKey};
    crm_.allow_private_addresses = true;
    emea_ = crm_;
    emea_.id = "emea";
    emea_.regions = {"emea"};
    Endpoint ops = crm_;
    ops.id = "ops";
    holder_->SetRecipients(RecipientsOf({.endpoints = {crm_, emea_, ops}}));
  }
  void TearDown() override {
    engine_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Somebody who asks to be called, twice: ready for sales, and given to somebody.
  engine::Enquiry Asks(const std::string& name, const std::string& country = "US", int64_t visits = 1) {
    engine::Enquiry e;
    e.account.name = name;
    e.account.domain = name + ".com";
    e.account.country = country;
    e.contact.given_name = "Pat";
    e.contact.email = "pat@" + name + ".com";
    e.source = "website";
    e.attributes["total_visits"] = static_cast<double>(visits);
    for (int i = 0; i < 2; ++i) {
      domain::Activity activity;
      activity.channel = "website", activity.investment = "high", activity.response = "contact_me";
      activity.time = clock_.Now() - i * kMinute;
      e.activities.push_back(activity);
    }
    return e;
  }
  domain::Lead Submit(engine::Enquiry enquiry) {
    std::promise<absl::StatusOr<engine::SubmitResult>> promise;
    engine_->SubmitEnquiry({}, std::move(enquiry), false,
                           [&](absl::StatusOr<engine::SubmitResult> result) { promise.set_value(std::move(result)); });
    const absl::StatusOr<engine::SubmitResult> result = promise.get_future().get();
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? result->lead : domain::Lead();
  }
  std::vector<store::Delivery> Rows(const std::string& endpoint, bool dead = false) {
    std::vector<store::Delivery> rows;
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      auto read = reader.Deliveries(endpoint, dead, 0, 10'000);
      if (!read.ok()) return read.status();
      rows = *std::move(read);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return rows;
  }
  EndpointQueue Queue(const Endpoint& endpoint, HttpPoster& poster, store::Store* store = nullptr) {
    return EndpointQueue(endpoint, "https://leads.example.com",
                         {.clock = &clock_,
                          .store = store != nullptr ? store : store_.get(),
                          .poster = &poster,
                          .random = [] { return 0.5; },
                          .report = [this](const std::string& endpoint_id, const std::string& text,
                                           const std::string&) { reports_.push_back(endpoint_id + ": " + text); }});
  }

  std::filesystem::path folder_;
  ManualClock clock_{*ParseTime("2026-03-02T10:00:00.25Z")};  // a Monday
  UuidV7Source ids_{42};
  std::unique_ptr<engine::SnapshotHolder> holder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<engine::Engine> engine_;
  Endpoint crm_, emea_;
  std::vector<std::string> reports_;
};

// Answers as it is told, and keeps what it was given.
class FakePoster final : public HttpPoster {
 public:
  HttpAnswer Post(const HttpPost& post) override {
    posts.push_back(post);
    return answer(post);
  }
  std::vector<HttpPost> posts;
  std::function<HttpAnswer(const HttpPost&)> answer = [](const HttpPost&) { return HttpAnswer{.status = 204}; };
};

}  // namespace leadline::app
