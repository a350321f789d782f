// Whatever happened before: a merge that is undone changes no record, no key, no clock, no rep's load, and no report.
#include "base/status_macros.h"
#include "domain/history/record_fields.h"
#include "engine/work/enquiry.h"
#include "tests/engine/merge_fixture.h"
#include "tests/engine/same_reports.h"

namespace leadline::engine {
namespace {

using domain::RecordKind;

// All that is stored of a tenant, but for the marks of being written.
struct World {
  std::map<std::string, domain::Account> accounts;
  std::map<std::string, domain::Contact> contacts;
  std::map<std::string, domain::Lead> leads;
  std::map<std::string, int64_t> open_leads;
  std::map<std::string, std::vector<domain::PoolState>> pools;
  std::map<std::string, std::vector<std::string>> keys;
};

class MergeLaw : public WithCells, public ::testing::WithParamInterface<uint64_t> {
 protected:
  template <typename Record>
  static Record Unmarked(Record record) {
    record.version = 0;
    record.updated_at = 0;
    return record;
  }

  absl::Status ReadKeys(store::Reader& reader, World& world) {
    const packs::RuleSet& rules = *engine_->snapshot()->rules;
    const auto read = [&](RecordKind kind, const std::vector<std::string>& keys) -> absl::Status {
      for (const std::string& key : keys) {
        ASSIGN_OR_RETURN(world.keys[fmt::format("{} {}", static_cast<int>(kind), key)], reader.RecordsOfKey(kind, key));
      }
      return absl::OkStatus();
    };
    for (const auto& [id, account] : world.accounts) {
      RETURN_IF_ERROR(read(RecordKind::kAccount, AccountKeys(rules.ForRegion(account.region).matching, account)));
    }
    for (const auto& [id, contact] : world.contacts) {
      const auto employer = world.accounts.find(contact.account_id);
      const auto& matching = rules.ForRegion(rules.RegionOfCountry(contact.country)).matching;
      RETURN_IF_ERROR(
          read(RecordKind::kContact,
               ContactKeys(matching, contact, employer == world.accounts.end() ? nullptr : &employer->second)));
    }
    return absl::OkStatus();
  }

  World Look() {
    World world;
    store::ReadFunction read = [&](store::Reader& reader) -> absl::Status {
      world = {};
      ASSIGN_OR_RETURN(const auto accounts, reader.RecordIds(RecordKind::kAccount, "", 10'000));
      for (const std::string& id : accounts) {
        ASSIGN_OR_RETURN(world.accounts[id], reader.GetAccount(id));
        world.accounts[id] = Unmarked(world.accounts[id]);
      }
      ASSIGN_OR_RETURN(const auto contacts, reader.RecordIds(RecordKind::kContact, "", 10'000));
      for (const std::string& id : contacts) {
        ASSIGN_OR_RETURN(world.contacts[id], reader.GetContact(id));
        world.contacts[id] = Unmarked(world.contacts[id]);
      }
      ASSIGN_OR_RETURN(const auto leads, reader.LeadIds("", 10'000));
      for (const std::string& id : leads) {
        ASSIGN_OR_RETURN(world.leads[id], reader.GetLead(id));
        world.leads[id] = Unmarked(world.leads[id]);
      }
      for (const domain::Rep& rep : engine_->snapshot()->rules->reps()) {
        ASSIGN_OR_RETURN(const domain::RepState state, reader.GetRepState(rep.id));
        world.open_leads[rep.id] = state.open_leads;
        ASSIGN_OR_RETURN(world.pools[rep.team], reader.GetPool(rep.team));
      }
      for (auto& [team, pool] : world.pools) {
        std::erase_if(pool, [](const auto& place) { return place == domain::PoolState{.rep_id = place.rep_id}; });
      }
      return ReadKeys(reader, world);
    };
    const absl::Status status = store_->Read("default", read);
    EXPECT_TRUE(status.ok()) << status;
    return world;
  }

  // An enquiry that tells more of a company leaves the keys of its people as they are.
  absl::Status PutKeys(const World& world, store::Transaction& tx) {
    const packs::RuleSet& rules = *engine_->snapshot()->rules;
    for (const auto& [id, contact] : world.contacts) {
      if (contact.erased_at != 0) continue;
      auto employer = world.accounts.find(contact.account_id);
      while (employer != world.accounts.end() && !employer->second.merged_into.empty()) {
        employer = world.accounts.find(employer->second.merged_into);
      }
      const auto& matching = rules.ForRegion(rules.RegionOfCountry(contact.country)).matching;
      const domain::Account* company = employer == world.accounts.end() ? nullptr : &employer->second;
      RETURN_IF_ERROR(tx.SetKeys(RecordKind::kContact, id, ContactKeys(matching, contact, company)));
    }
    for (const auto& [id, account] : world.accounts) {
      const auto& matching = rules.ForRegion(account.region).matching;
      RETURN_IF_ERROR(tx.SetKeys(RecordKind::kAccount, id, AccountKeys(matching, account)));
    }
    return absl::OkStatus();
  }

  // Nothing is left that time, or something that happened, would change.
  void Settle() {
    while (packs_->RescoreSome(As("server"), 100)->leads > 0) {
    }
    // Points decay by the day: all is scored as of now.
    const World world = Look();
    const absl::Status noted = store::WriteAndWait(*store_, "default", [&](store::Transaction& tx) -> absl::Status {
      for (const auto& [id, contact] : world.contacts) {
        RETURN_IF_ERROR(tx.NoteSharedChange(RecordKind::kContact, id));
      }
      for (const auto& [id, account] : world.accounts) RETURN_IF_ERROR(tx.NoteAccount(id));
      return PutKeys(world, tx);
    });
    ASSERT_TRUE(noted.ok()) << noted;
    for (int i = 0; i < 100; ++i) {
      const auto clocks = engine_->AdvanceClocks({}, 100);
      const auto accounts = engine_->ScoreAccounts({}, 100);
      const auto shared = engine_->FollowSharedChanges({}, 100);
      if (clocks->touched + accounts->accounts + shared->changes == 0) return;
    }
  }

  template <typename Record>
  static void ExpectSameRecords(const std::map<std::string, Record>& before, const std::map<std::string, Record>& after,
                                const std::string& why) {
    ASSERT_EQ(before.size(), after.size());
    for (const auto& [id, record] : before) {
      EXPECT_EQ(Differences(record, after.at(id)), "") << why << ": " << id;
    }
  }

  void ExpectSameWorld(const World& before, const World& after, const std::string& why) {
    ExpectSameRecords(before.accounts, after.accounts, why);
    ExpectSameRecords(before.contacts, after.contacts, why);
    ExpectSameRecords(before.leads, after.leads, why);
    EXPECT_EQ(before.open_leads, after.open_leads) << why;
    EXPECT_EQ(before.pools, after.pools) << why;
    for (const auto& [key, ids] : before.keys) {
      const auto now = after.keys.find(key);
      EXPECT_TRUE(now != after.keys.end() && now->second == ids) << why << ": " << key;
    }
  }

  std::string Reports() { return ReportText(*engine_, false) + ReportText(*cells_engine_, true); }

  // Two of a kind that stand.
  std::pair<std::string, std::string> Pair(const World& world) {
    std::vector<std::string> names;
    const auto add = [&](RecordKind kind, const auto& records) {
      for (const auto& [id, record] : records) {
        if (record.merged_into.empty()) names.push_back(domain::ResourceName(kind, id));
      }
    };
    const int kind = Below(3);
    if (kind == 0) add(RecordKind::kAccount, world.accounts);
    if (kind == 1) add(RecordKind::kContact, world.contacts);
    if (kind == 2) add(RecordKind::kLead, world.leads);
    if (names.size() < 2) return {};
    return {Any(names), Any(names)};
  }
};

TEST_P(MergeLaw, AMergeThatIsUndoneChangesNothing) {
  OpenCells();
  Begin(GetParam());
  int undone = 0;
  for (int round = 0; round < 25 && !HasFailure(); ++round) {
    for (int i = 0; i < 10; ++i) Step();
    Settle();
    const World before = Look();
    const std::string reports = Reports();
    const auto [survivor, absorbed] = Pair(before);
    if (survivor.empty()) continue;
    const auto merged = Wait<MergeResult>([&, &one = survivor, &other = absorbed](Done<MergeResult> done) {
      engine_->Merge({}, one, other, "same", std::move(done));
    });
    if (!merged.ok()) {
      EXPECT_TRUE(absl::IsInvalidArgument(merged.status()) || absl::IsFailedPrecondition(merged.status()))
          << merged.status();
      continue;
    }
    if (Once(2)) Reports();
    if (Once(2)) {
      EXPECT_TRUE(engine_->FollowSharedChanges({}, 100).ok());
    }
    const auto separated = Wait<UnmergeResult>(
        [&](Done<UnmergeResult> done) { engine_->Unmerge({}, merged->merge_id, "not the same", std::move(done)); });
    ASSERT_TRUE(separated.ok()) << separated.status();
    ++undone;
    while (engine_->ScoreAccounts({}, 100)->accounts + engine_->FollowSharedChanges({}, 100)->changes > 0) {
    }
    const std::string why = fmt::format("round {}: {} and {}", round, survivor, absorbed);
    ExpectSameWorld(before, Look(), why);
    EXPECT_EQ(Reports(), reports) << why;
    const auto found = DifferencesOf(*store_);
    ASSERT_TRUE(found.empty()) << why << ": " << DescribeAll(found);
  }
  EXPECT_GT(undone, 8);
}

INSTANTIATE_TEST_SUITE_P(Seeds, MergeLaw, ::testing::Values(11, 12, 13, 14));

}  // namespace
}  // namespace leadline::engine
