// An engine with what is asked about its people and companies beside it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "domain/history/field_values.h"
#include "engine/leads/lead_contacts.h"
#include "engine/people/accounts.h"
#include "engine/people/contacts.h"
#include "engine/work/reservations.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {

class PeopleTest : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    UseOptions(nullptr);
  }
  void UseOptions(Executor* deciders) {
    options_ = EngineOptions{&clock_, &ids_, store_.get(), holder_.get()};
    options_.deciders = deciders;
    options_.reservations = &reservations_;
    engine_ = std::make_unique<Engine>(options_);
  }

  SubmitResult Take(Enquiry enquiry) {
    auto result = Submit(std::move(enquiry));
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : SubmitResult();
  }
  absl::StatusOr<ContactUpdated> Correct(domain::Contact contact, std::vector<std::string> paths,
                                         CallContext context = {}, bool validate_only = false) {
    return Wait<ContactUpdated>([&](Done<ContactUpdated> done) {
      context.validate_only = validate_only;
      UpdateContact(options_, context, {std::move(contact), std::move(paths)}, std::move(done));
    });
  }
  absl::StatusOr<AccountUpdated> Correct(domain::Account account, std::vector<std::string> paths,
                                         CallContext context = {}, bool validate_only = false) {
    return Wait<AccountUpdated>([&](Done<AccountUpdated> done) {
      context.validate_only = validate_only;
      UpdateAccount(options_, context, {std::move(account), std::move(paths)}, std::move(done));
    });
  }
  absl::StatusOr<MergeResult> Merge(const std::string& survivor, const std::string& absorbed) {
    return Wait<MergeResult>(
        [&](Done<MergeResult> done) { engine_->Merge({}, survivor, absorbed, "same", std::move(done)); });
  }
  absl::StatusOr<UnmergeResult> Unmerge(const std::string& id) {
    return Wait<UnmergeResult>(
        [&](Done<UnmergeResult> done) { engine_->Unmerge({}, id, "not the same", std::move(done)); });
  }
  absl::StatusOr<EraseResult> Erase(const std::string& name) {
    return Wait<EraseResult>(
        [&](Done<EraseResult> done) { engine_->EraseContact({}, name, "asked", std::move(done)); });
  }
  void FollowAll() {
    for (int i = 0; i < 100; ++i) {
      const auto step = engine_->FollowSharedChanges({}, 100);
      ASSERT_TRUE(step.ok()) << step.status();
      if (step->changes == 0) return;
    }
    FAIL() << "it never ends";
  }
  int64_t Position() { return *engine_->LastPosition({}); }
  domain::Contact Stored(const domain::Contact& of) { return *GetContact(options_, {}, ContactName(of)); }
  domain::Lead Stored(const domain::Lead& of) { return *engine_->GetLead({}, LeadName(of)); }
  static std::string AccountName(const domain::Account& account) {
    return domain::ResourceName(domain::RecordKind::kAccount, account.id);
  }
  // The values that the last change of the record's fields told, as "field: before > after", without quotes.
  std::vector<std::string> LastChanges(const std::string& name) {
    std::vector<std::string> out;
    const auto events = History(name);
    EXPECT_TRUE(events.ok()) << events.status();
    for (const domain::Event& event : *events) {
      const auto* changed = std::get_if<domain::FieldsChanged>(&event.payload);
      if (changed == nullptr) continue;
      out.clear();
      for (const domain::FieldChange& change : changed->changes) {
        out.push_back(fmt::format("{}: {} > {}", change.field, TextOf(change.before), TextOf(change.after)));
      }
    }
    return out;
  }
  static std::string TextOf(const std::string& image);

  EngineOptions options_;
  Reservations reservations_;
};

inline std::string PeopleTest::TextOf(const std::string& image) {
  std::string text;
  return domain::DecodeValue(image, text) ? text : "?";
}

inline std::vector<std::string> FieldsAtFault(const absl::Status& status) {
  std::vector<std::string> fields;
  for (const FieldViolation& violation : FieldViolationsOf(status)) fields.push_back(violation.field);
  return fields;
}

}  // namespace leadline::engine
