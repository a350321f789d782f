// Decisions decided again: the same rules and points as were stored, by the packs and the plugins' answers of then.
#include <gmock/gmock.h>

#include <random>
#include <set>

#include "domain/history/stored_decision.h"
#include "engine/replay/timeline.h"
#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {
namespace {

using testing::HasSubstr;

class ReplayTest : public PackRolloutTest {
 protected:
  size_t Below(size_t most) { return std::uniform_int_distribution<size_t>(0, most - 1)(random_); }
  template <size_t N>
  std::string OneOf(const char* const (&list)[N]) {
    return list[Below(N)];
  }

  domain::Activity SomeActivity(Time from, Time to) {
    domain::Activity a = Did(OneOf({"website", "email", "phone", "event"}), OneOf({"low", "medium", "high"}),
                             OneOf({"visit", "contact_me", "download", "demo_request", "click"}));
    a.time = from + static_cast<Time>(Below(static_cast<size_t>((to - from) / kMinute) + 1)) * kMinute;
    return a;
  }

  Enquiry SomeEnquiry() {
    static int number = 0;
    Enquiry e;
    const int company = static_cast<int>(Below(15));
    e.account.name = fmt::format("Werk {} GmbH", company);
    e.account.domain = fmt::format("werk{}.example", company);
    e.account.country = OneOf({"ES", "DE", "BR", "US", "FR"});
    if (Below(3) == 0) e.account.industry = OneOf({"manufacturing", "retail", "fabricación"});
    if (Below(2) == 0) e.account.employees = static_cast<int64_t>(Below(5000));
    e.contact.given_name = OneOf({"Ana", "Bo", "Cleo", "Dan", "Eva"});
    e.contact.family_name = OneOf({"Silva", "Meyer", "Jones", "Costa"});
    if (Below(5) != 0) e.contact.email = fmt::format("p{}@werk{}.example", Below(40), company);
    e.contact.title = OneOf({"Gerente de Compras", "Oberkrawallier", "Director of Engineering", "Einkaufsleiter", "",
                             "Chief Procurement Officer", "Student", "Head of Purchasing"});
    e.contact.language = OneOf({"es", "de", "en", ""});
    e.source = OneOf({"website", "trade_fair", "referral", "Messe"});
    if (e.contact.email.empty()) e.contact.family_name += std::to_string(++number);
    if (Below(6) == 0) {  // nobody's name
      e.contact.given_name = "Asdfgh";
      e.contact.family_name = "Qwertz";
      e.contact.email = fmt::format("p{}@mailinator.com", Below(40));
    }
    if (Below(3) == 0) e.contact.attributes["department"] = std::string("procurement");
    const Time now = clock_.Now();
    e.created_at = Below(2) == 0 ? 0 : now - static_cast<Time>(Below(60)) * kDay;
    const Time from = e.created_at == 0 ? now : e.created_at;
    for (size_t n = Below(6); n > 0; --n) e.activities.push_back(SomeActivity(from, now));
    if (e.created_at != 0 && Below(6) == 0) {
      e.history = {{from, "inquiry", "", "as it was"},
                   {from + (now - from) / 2, "mql", "emea-anna-weber", "handed over"}};
    }
    return e;
  }

  void Take() {
    auto submitted = Submit(SomeEnquiry());
    ASSERT_TRUE(submitted.ok()) << submitted.status();
    leads_.push_back(submitted->lead.id);
    contacts_.insert(submitted->contact.id);
  }
  std::string SomeLead() { return leads_[Below(leads_.size())]; }

  void Step() {
    clock_.Advance(static_cast<Time>(1 + Below(30)) * kHour);
    switch (Below(14)) {
      case 0:
      case 1:
      case 2:
        return Take();
      case 3:
      case 4:
      case 5:
      case 6: {
        domain::Activity a = SomeActivity(clock_.Now() - kDay, clock_.Now());
        a.lead_id = SomeLead();
        return (void)Act(std::move(a));
      }
      case 7: {
        UpdateRequest update;
        update.lead.id = SomeLead();
        update.lead.source = OneOf({"website", "referral"});
        update.lead.region = OneOf({"emea", "latam"});
        update.paths = {"source"};
        if (Below(3) == 0) update.paths.push_back("region");
        return (void)Wait<UpdateResult>(
            [&](Done<UpdateResult> done) { engine_->UpdateLead({}, update, std::move(done)); });
      }
      case 8: {
        if (Below(3) == 0) {
          return (void)Wait<RecordResult>([&](Done<RecordResult> done) {
            engine_->RejectLead({}, "leads/" + SomeLead(), "wrong_contact_data", "", std::move(done));
          });
        }
        const std::string name = "leads/" + SomeLead(), status = OneOf({"mql", "sal", "re_market", "inquiry", "sql"});
        return (void)Wait<RecordResult>(
            [&](Done<RecordResult> done) { engine_->Transition({}, name, status, "because", std::move(done)); });
      }
      case 9:
        return (void)Wait<RouteResult>(
            [&](Done<RouteResult> done) { engine_->RouteLead({}, "leads/" + SomeLead(), std::move(done)); });
      case 10: {
        auto merged = Wait<MergeResult>([&](Done<MergeResult> done) {
          engine_->Merge({}, "leads/" + SomeLead(), "leads/" + SomeLead(), "twice", std::move(done));
        });
        if (merged.ok()) merges_.push_back(merged->merge_id);
        return;
      }
      case 11: {
        const auto contact = [&] {
          return "contacts/" + *std::next(contacts_.begin(), static_cast<long>(Below(contacts_.size())));
        };
        auto merged = Wait<MergeResult>(
            [&](Done<MergeResult> done) { engine_->Merge({}, contact(), contact(), "one person", std::move(done)); });
        if (merged.ok()) merges_.push_back(merged->merge_id);
        return;
      }
      case 12: {
        const std::string name = "leads/" + SomeLead();
        if (Below(2) == 0) {
          return (void)Wait<RecordResult>(
              [&](Done<RecordResult> done) { engine_->AcceptLead({}, name, "reps/emea-anna-weber", std::move(done)); });
        }
        return (void)Wait<domain::Lead>([&](Done<domain::Lead> done) {
          engine_->ReassignLead({}, name, "reps/emea-anna-weber", "knows them", std::move(done));
        });
      }
      default:
        if (merges_.empty()) return;
        (void)Wait<UnmergeResult>([&](Done<UnmergeResult> done) {
          engine_->Unmerge({}, merges_[Below(merges_.size())], "not so", std::move(done));
        });
    }
  }

  void Rescore() {
    while (true) {
      auto done = packs_->RescoreSome({}, 50);
      ASSERT_TRUE(done.ok()) << done.status();
      if (done->leads == 0) return;
    }
  }

  // From here on nothing that decides has a plugin to ask.
  void TakePluginsAway() {
    auto bare = std::make_shared<Snapshot>(*holder_->Get());
    bare->plugins.clear();
    holder_->Set(std::move(bare));
  }

  std::vector<TimelineEntry> Replayed(const std::string& name) {
    std::vector<TimelineEntry> entries;
    TimelineRequest request{name, "", 1000, true};
    do {
      auto next = engine_->GetTimeline({}, request, [&](const TimelineEntry& entry) {
        entries.push_back(entry);
        return true;
      });
      EXPECT_TRUE(next.ok()) << next.status();
      request.page_token = next.ok() ? *next : "";
    } while (!request.page_token.empty());
    return entries;
  }

  struct Tally {
    int decisions = 0;
    int explained = 0;  // with evidence or rules that did not fire
    int by_plugins = 0;
    std::set<int64_t> generations;
    std::map<domain::DecisionKind, int> kinds;
  };
  void Compare(const std::string& name, Tally& tally) {
    for (const TimelineEntry& entry : Replayed(name)) {
      if (!entry.event.decision.has_value()) continue;
      const domain::StoredDecision& then = *entry.event.decision;
      if (!told_.insert(entry.event.position).second) continue;
      ++tally.decisions;
      ++tally.kinds[then.kind];
      tally.generations.insert(entry.event.generation);
      if (!then.answers.empty()) ++tally.by_plugins;
      const bool match = !then.candidates.empty();
      EXPECT_EQ(entry.replay_note,
                match ? "the values that were compared are not kept, the levels that they reached are" : "")
          << name << " " << FormatTime(then.time) << " " << domain::FromStored(entry.event).summary;
      EXPECT_EQ(entry.decision->outcome, then.outcome);
      std::vector<domain::FiredRule> again = domain::ToStored(*entry.decision).rules;
      std::erase_if(again, [](const auto& rule) { return rule.failed && rule.points == 0; });
      EXPECT_EQ(again, then.rules) << name << " " << entry.decision->summary;
      for (const domain::Reason& reason : entry.decision->reasons) {
        if (!reason.evidence.empty() || reason.outcome == domain::ReasonOutcome::kNotFired) {
          ++tally.explained;
          break;
        }
      }
    }
  }

  std::mt19937_64 random_{11};
  std::vector<std::string> leads_;
  std::set<std::string> contacts_;
  std::vector<std::string> merges_;
  std::set<int64_t> told_;  // positions
};

TEST_F(ReplayTest, AThousandDecisionsOfSeveralGenerationsComeOutAsTheyWere) {
  if (const char* seed = std::getenv("LEADLINE_SEED")) random_.seed(std::stoul(seed));
  for (int i = 0; i < 25; ++i) Take();
  for (int i = 0; i < 100; ++i) Step();
  ASSERT_TRUE(Activate(Propose(GenerousEmea())).ok());
  Rescore();
  for (int i = 0; i < 100; ++i) Step();
  ASSERT_TRUE(packs_->Rollback(As("emea-ops"), "emea", "too generous").ok());
  Rescore();
  for (int i = 0; i < 60; ++i) Step();
  TakePluginsAway();

  Tally tally;
  for (const std::string& id : leads_) Compare("leads/" + id, tally);
  for (const std::string& id : contacts_) Compare("contacts/" + id, tally);
  std::cout << fmt::format("{} decisions on {} leads, {} with plugins' answers\n", tally.decisions, leads_.size(),
                           tally.by_plugins);
  EXPECT_GE(tally.decisions, 1000);
  EXPECT_GT(tally.explained, tally.decisions / 2);
  EXPECT_GT(tally.by_plugins, 100);
  EXPECT_GE(tally.generations.size(), 3u);
  for (const auto kind :
       {domain::DecisionKind::kScore, domain::DecisionKind::kStatus, domain::DecisionKind::kRoute,
        domain::DecisionKind::kSla, domain::DecisionKind::kNormalize, domain::DecisionKind::kMatchAccount,
        domain::DecisionKind::kMatchContact, domain::DecisionKind::kDuplicates}) {
    EXPECT_GT(tally.kinds[kind], 0) << static_cast<int>(kind);
  }
}

// An engine that came to something else then, as a newer one would: the ledger's word stands, and the answer says so.
TEST_F(ReplayTest, WhatComesOutOtherwiseIsToldAndShownAsItIsStored) {
  auto submitted = Submit(HotEnquiry());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  const std::string name = LeadName(submitted->lead);
  const auto history = History(name);
  ASSERT_TRUE(history.ok());
  domain::Event score;
  for (const domain::Event& event : *history) {
    if (event.decision && event.decision->kind == domain::DecisionKind::kScore) score = event;
  }
  ASSERT_FALSE(score.decision->rules.empty());
  const auto append = [&](const domain::Event& like) {
    domain::Event event = like;
    event.transaction_id = ids_.NewId(clock_.Now());
    event.decision->meaning = domain::UsedMeaning{submitted->lead.meaning.central, submitted->lead.meaning.regional};
    EXPECT_TRUE(store::WriteAndWait(*store_, "default", [&](store::Transaction& tx) { return tx.Append(event); }).ok());
    return Replayed(name).back();
  };
  TimelineEntry entry = append(score);
  EXPECT_EQ(entry.replay_note, "");

  domain::Event other_points = score;
  other_points.decision->rules.front().points += 5;
  entry = append(other_points);
  EXPECT_THAT(entry.replay_note, HasSubstr("shown as it is stored: decided again other rules lead to it"));
  EXPECT_EQ(entry.decision->reasons.front().points, other_points.decision->rules.front().points);
  EXPECT_TRUE(entry.decision->reasons.front().evidence.empty());

  domain::Event other_total = score;
  std::get<domain::ScoreChanged>(other_total.payload).score.total += 7;
  other_total.decision->outcome = "1007";
  entry = append(other_total);
  EXPECT_THAT(entry.replay_note, HasSubstr("it came to \"1007\" then, and comes to \""));
  EXPECT_EQ(entry.decision->outcome, "1007");

  domain::Event unknown = score;
  auto ref = std::make_shared<domain::SnapshotRef>(*score.decision->snapshot);
  ref->packs.front().sha256 = std::string(64, '0');
  unknown.decision->snapshot = ref;
  entry = append(unknown);
  EXPECT_THAT(entry.replay_note, HasSubstr("the store does not keep the pack central"));
  EXPECT_EQ(entry.decision->outcome, score.decision->outcome);

  domain::Event tables = score;
  ref = std::make_shared<domain::SnapshotRef>(*score.decision->snapshot);
  ref->reference.time_zones = "1999a";
  tables.decision->snapshot = ref;
  entry = append(tables);
  EXPECT_THAT(entry.replay_note, HasSubstr("decided again with other tables: time zones"));
}

TEST_F(ReplayTest, APluginThatWasNotAskedThenIsNotAskedNow) {
  auto submitted = Submit(HotEnquiry());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  const std::string name = LeadName(submitted->lead);
  const auto history = History(name);
  ASSERT_TRUE(history.ok());
  for (domain::Event event : *history) {
    if (!event.decision || event.decision->kind != domain::DecisionKind::kScore) continue;
    ASSERT_EQ(event.decision->answers.size(), 1u);
    EXPECT_EQ(event.decision->answers[0].plugin, "org.leadline.account_fit");
    EXPECT_NE(event.decision->answers[0].version, "");
    event.transaction_id = ids_.NewId(clock_.Now());
    event.decision->answers.clear();
    event.decision->meaning = domain::UsedMeaning{submitted->lead.meaning.central, submitted->lead.meaning.regional};
    ASSERT_TRUE(store::WriteAndWait(*store_, "default", [&](store::Transaction& tx) { return tx.Append(event); }).ok());
    break;
  }
  const TimelineEntry entry = Replayed(name).back();
  const bool told = entry.replay_note.find("decided again") != std::string::npos ||
                    std::any_of(entry.decision->reasons.begin(), entry.decision->reasons.end(), [](const auto& r) {
                      return r.message.find("it was not asked then") != std::string::npos;
                    });
  EXPECT_TRUE(told) << entry.replay_note;
}

TEST_F(ReplayTest, APageEndsWhenItIsFull) {
  auto submitted = Submit(HotEnquiry());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  TimelineRequest request{LeadName(submitted->lead), "", 1000, true};
  const size_t all = Replayed(request.name).size();
  size_t seen = 0;
  int pages = 0;
  do {
    int of_page = 0;
    auto next = engine_->GetTimeline({}, request, [&](const TimelineEntry&) { return ++of_page < 3; });
    ASSERT_TRUE(next.ok()) << next.status();
    EXPECT_LE(of_page, 3);
    EXPECT_GE(of_page, 1);
    seen += static_cast<size_t>(of_page);
    ++pages;
    request.page_token = *next;
  } while (!request.page_token.empty());
  EXPECT_EQ(seen, all);
  EXPECT_EQ(pages, static_cast<int>((all + 2) / 3));
}

}  // namespace
}  // namespace leadline::engine
