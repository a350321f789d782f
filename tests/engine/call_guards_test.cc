// What every call about one record can be told: to be decided and not stored, and which etag it goes by.
#include <functional>

#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

class CallGuardsTest : public EngineTest {
 protected:
  struct Case {
    std::string name;
    std::function<absl::Status(const CallContext&)> call;
    std::function<int64_t()> version;  // of the record that it is about
  };

  domain::Lead Mql() {
    auto submitted = Submit(HotEnquiry());
    EXPECT_TRUE(submitted.ok()) << submitted.status();
    return submitted->lead;
  }
  int64_t VersionOfLead(const std::string& name) {
    auto lead = engine_->GetLead({}, name);
    EXPECT_TRUE(lead.ok()) << lead.status();
    return lead->version;
  }
  std::string EventsOf() { return fmt::format("{}", *engine_->LastPosition({})); }

  // Each on a lead of its own, which it changes.
  std::vector<Case> Cases() {
    const domain::Lead lead = Mql();
    const std::string name = LeadName(lead);
    const std::string person = domain::ResourceName(domain::RecordKind::kContact, lead.contacts.front().contact_id);
    const std::string rep = domain::ResourceName(domain::RecordKind::kRep, lead.assignee);
    const auto of_lead = [this, name] { return VersionOfLead(name); };
    const auto of_rep = [this, id = lead.assignee] {
      int64_t version = -1;
      EXPECT_TRUE(store_
                      ->Read("default",
                             [&](store::Reader& reader) {
                               auto state = reader.GetRepState(id);
                               if (state.ok()) version = state->version;
                               return state.status();
                             })
                      .ok());
      return version;
    };
    const auto record = [this](auto begin) {
      return [this, begin](const CallContext& context) {
        return Wait<RecordResult>([&](Done<RecordResult> done) { begin(context, std::move(done)); }).status();
      };
    };
    std::vector<Case> cases;
    cases.push_back({"disposition", record([this, name](const CallContext& context, Done<RecordResult> done) {
                       engine_->RecordDisposition(context, name, "left_voicemail", "", std::move(done));
                     }),
                     of_lead});
    cases.push_back({"reassign",
                     [this, name](const CallContext& context) {
                       return Wait<domain::Lead>([&](Done<domain::Lead> done) {
                                engine_->ReassignLead(context, name, "reps/" + OtherRep(name), "because",
                                                      std::move(done));
                              })
                           .status();
                     },
                     of_lead});
    cases.push_back({"availability",
                     [this, rep](const CallContext& context) {
                       return Wait<RepView>([&](Done<RepView> done) {
                                engine_->SetAvailability(context, rep, false, 0, std::move(done));
                              })
                           .status();
                     },
                     of_rep});
    cases.push_back({"route",
                     [this, name](const CallContext& context) {
                       return Wait<RouteResult>(
                                  [&](Done<RouteResult> done) { engine_->RouteLead(context, name, std::move(done)); })
                           .status();
                     },
                     of_lead});
    cases.push_back({"accept", record([this, name](const CallContext& context, Done<RecordResult> done) {
                       engine_->AcceptLead(context, name, "", std::move(done));
                     }),
                     of_lead});
    cases.push_back({"transition", record([this, name](const CallContext& context, Done<RecordResult> done) {
                       engine_->Transition(context, name, "sql", "they have a budget", std::move(done));
                     }),
                     of_lead});
    cases.push_back({"reject",
                     record([this, other = LeadName(Mql())](const CallContext& context, Done<RecordResult> done) {
                       engine_->RejectLead(context, other, "no_budget", "", std::move(done));
                     }),
                     {}});
    const std::string survivor = LeadName(Mql()), absorbed = LeadName(Mql());
    auto merged = Wait<MergeResult>(
        [&](Done<MergeResult> done) { engine_->Merge({}, survivor, absorbed, "one deal", std::move(done)); });
    EXPECT_TRUE(merged.ok()) << merged.status();
    cases.push_back({"unmerge",
                     [this, id = merged->merge_id](const CallContext& context) {
                       return Wait<UnmergeResult>([&](Done<UnmergeResult> done) {
                                engine_->Unmerge(context, id, "two deals", std::move(done));
                              })
                           .status();
                     },
                     {}});
    // The last: it is the person of all these leads.
    const domain::Lead erased = Mql();
    const std::string gone = domain::ResourceName(domain::RecordKind::kContact, erased.contacts.front().contact_id);
    cases.push_back({"erase",
                     [this, gone](const CallContext& context) {
                       return Wait<EraseResult>([&](Done<EraseResult> done) {
                                engine_->EraseContact(context, gone, "asked", std::move(done));
                              })
                           .status();
                     },
                     [this, gone] { return engine_->GetEntity({}, gone)->contact->version; }});
    return cases;
  }
  std::string OtherRep(const std::string& lead) {
    const std::string assignee = engine_->GetLead({}, lead)->assignee;
    for (const domain::Rep& rep : holder_->Get()->rules->reps()) {
      if (rep.id != assignee) return rep.id;
    }
    return "";
  }
};

TEST_F(CallGuardsTest, WhatIsOnlyValidatedIsDecidedAndStoresNothing) {
  for (Case& each : Cases()) {
    SCOPED_TRACE(each.name);
    const std::string before = EventsOf();
    const int64_t version = each.version ? each.version() : 0;
    CallContext context;
    context.validate_only = true;
    context.request_id = "only-a-look-" + each.name;
    context.fingerprint = "f";
    const absl::Status looked = each.call(context);
    EXPECT_TRUE(looked.ok()) << looked;
    EXPECT_EQ(EventsOf(), before);
    if (each.version) {
      EXPECT_EQ(each.version(), version);
    }
    // The name is still free, and now it acts.
    context.validate_only = false;
    const absl::Status done = each.call(context);
    EXPECT_TRUE(done.ok()) << done;
    EXPECT_NE(EventsOf(), before);
  }
}

TEST_F(CallGuardsTest, AnotherEtagIsRefusedAndTheRightOneActs) {
  for (Case& each : Cases()) {
    if (!each.version) continue;
    SCOPED_TRACE(each.name);
    const std::string before = EventsOf();
    CallContext context;
    context.etag = EtagOf(each.version() + 1);
    const absl::Status refused = each.call(context);
    EXPECT_TRUE(absl::IsAborted(refused)) << refused;
    EXPECT_EQ(ReasonOf(refused), "ETAG_MISMATCH");
    EXPECT_EQ(EventsOf(), before);
    context.etag = EtagOf(each.version());
    const absl::Status done = each.call(context);
    EXPECT_TRUE(done.ok()) << done;
  }
}

// The name of a lead that was merged stands for the one that it was merged into, and so does its etag.
TEST_F(CallGuardsTest, TheEtagIsOfTheRecordThatTheNameStandsFor) {
  const domain::Lead survivor = Mql(), absorbed = Mql();
  auto merged = Wait<MergeResult>([&](Done<MergeResult> done) {
    engine_->Merge({}, LeadName(survivor), LeadName(absorbed), "the same deal", std::move(done));
  });
  ASSERT_TRUE(merged.ok()) << merged.status();
  CallContext context;
  context.etag = EtagOf(merged->entity.lead->version);
  auto noted = Wait<RecordResult>([&](Done<RecordResult> done) {
    engine_->RecordDisposition(context, LeadName(absorbed), "left_voicemail", "", std::move(done));
  });
  EXPECT_TRUE(noted.ok()) << noted.status();
}

}  // namespace
}  // namespace leadline::engine
