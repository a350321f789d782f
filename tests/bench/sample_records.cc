#include "tests/bench/sample_records.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "engine/decide/decider.h"
#include "fmt/format.h"

namespace leadline::bench {
namespace {

constexpr uint64_t kSeed = 20'260'101;

domain::Activity ToActivity(const sample::Touch& touch) {
  domain::Activity activity;
  activity.channel = touch.channel;
  activity.investment = touch.investment;
  activity.response = touch.response;
  activity.product = touch.product;
  activity.subject = touch.subject;
  activity.time = touch.time;
  return activity;
}

std::vector<domain::Activity> Repeated(const std::vector<domain::Activity>& own, int wanted, Time now) {
  static const domain::Activity kVisit = {.channel = "website", .investment = "low", .response = "visit"};
  std::vector<domain::Activity> out;
  for (int i = 0; i < wanted; ++i) {
    domain::Activity activity = own.empty() ? kVisit : own[static_cast<size_t>(i) % own.size()];
    activity.time = now - (wanted - i) * kHour;
    out.push_back(std::move(activity));
  }
  return out;
}

}  // namespace

std::shared_ptr<const engine::Snapshot> LoadSnapshotOrExit() {
  engine::PluginFolder plugins;
  plugins.directory = LEADLINE_BINARY_DIR "/plugins";
  plugins.cache = LEADLINE_BINARY_DIR "/bench-plugin-cache";
  plugins.trust = std::make_shared<plugin::TrustPolicy>(plugin::TrustPolicy::Anything());
  plugins.mode = plugin::PluginMode::kLocal;
  plugins.worker.executable = LEADLINE_BINARY_DIR "/bin/leadline-plugin-worker";
  engine::SnapshotResult result =
      engine::BuildSnapshot(std::string(LEADLINE_SOURCE_DIR "/rules"), plugins, 1, SystemClock().Now());
  if (result.snapshot != nullptr) return result.snapshot;
  std::cerr << result.status << std::endl;
  std::exit(1);
}

engine::Enquiry LiveEnquiry(const sample::SampleLead& lead) {
  engine::Enquiry enquiry = PastEnquiry(lead);
  enquiry.created_at = 0;
  enquiry.history.clear();
  return enquiry;
}

engine::Enquiry PastEnquiry(const sample::SampleLead& lead) {
  engine::Enquiry enquiry;
  enquiry.account.name = lead.company.name;
  enquiry.account.domain = lead.company.domain;
  enquiry.account.country = lead.company.country;
  enquiry.account.industry = lead.company.industry;
  enquiry.account.employees = lead.company.employees;
  enquiry.contact.given_name = lead.person.given_name;
  enquiry.contact.family_name = lead.person.family_name;
  enquiry.contact.email = lead.person.email;
  enquiry.contact.phone = lead.person.phone;
  enquiry.contact.title = lead.person.title;
  enquiry.contact.language = lead.person.language;
  enquiry.contact.country = lead.person.country;
  enquiry.source = lead.source;
  enquiry.products = lead.products;
  if (!lead.currency.empty()) enquiry.value = domain::Money{lead.currency, lead.value_micros};
  for (const sample::Touch& touch : lead.touches) enquiry.activities.push_back(ToActivity(touch));
  for (const sample::Step& step : lead.history) enquiry.history.push_back({step.time, step.status, "", step.reason});
  enquiry.purchased = lead.purchased;
  enquiry.created_at = lead.created_at;
  return enquiry;
}

std::vector<engine::ScoringRecord> ScoringRecords(const std::shared_ptr<const engine::Snapshot>& snapshot, int count,
                                                  Time now, int activities) {
  sample::SampleOptions options;
  options.leads = count;
  options.seed = kSeed;
  options.now = now;
  const sample::SampleGenerator generator(options);
  engine::Decider decider(snapshot);
  std::vector<engine::ScoringRecord> records;
  for (int i = 0; i < count; ++i) {
    engine::Enquiry enquiry = PastEnquiry(generator.Make(i));
    engine::ScoringRecord record;
    record.account = std::move(enquiry.account);
    record.contact = std::move(enquiry.contact);
    record.activities = activities < 0 ? std::move(enquiry.activities) : Repeated(enquiry.activities, activities, now);
    for (size_t k = 0; k < record.activities.size(); ++k) {
      record.activities[k].id = fmt::format("01890000-{:04x}-7000-8000-{:012x}", i, k);
    }
    record.lead.source = std::move(enquiry.source);
    record.lead.products = std::move(enquiry.products);
    record.lead.value = std::move(enquiry.value);
    record.lead.purchased = enquiry.purchased;
    record.lead.created_at = enquiry.created_at;
    record.lead.country = record.account.country;
    record.lead.region = snapshot->rules->RegionOfCountry(record.lead.country);
    record.lead.activity_count = static_cast<int64_t>(record.activities.size());
    record.lead.last_activity_at = record.activities.empty() ? 0 : record.activities.back().time;
    auto normalized = decider.Normalize(record.lead, record.contact, record.account, now);
    if (!normalized.ok()) {
      std::cerr << "a generated record cannot be normalised: " << normalized.status() << std::endl;
      std::exit(1);
    }
    record.lead.meaning = std::move(normalized->meaning);
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace leadline::bench
