// A write of several parts: each is decided again only where what it rests on has changed.
#include <future>

#include "base/executor.h"
#include "base/status_macros.h"
#include "engine/work/decided_write.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

class DecidedPartsTest : public EngineTest {
 protected:
  DecidedPartsTest() { as_told_ = false; }  // no event tells of its leads

  // Runs parts that each make a lead which says how many leads its contact had. After the part `meddle_after` was
  // decided for the first time, somebody else makes a lead of that contact.
  absl::Status Run(const std::vector<std::string>& contacts, size_t meddle_after, size_t meddlings) {
    decided_.assign(contacts.size(), 0);
    DecidedWrite write;
    write.tenant = "default";
    write.parts = contacts.size();
    write.decide = [&, meddled = size_t{0}](store::Transaction& tx, Attempt&, size_t part) mutable -> absl::Status {
      ++decided_[part];
      ASSIGN_OR_RETURN(const std::vector<std::string> leads, tx.LeadsOfContact(contacts[part]));
      domain::Lead lead{.id = "part" + std::to_string(part), .contacts = {{contacts[part], "enquirer"}}};
      lead.assignee = std::to_string(leads.size());
      if (part == meddle_after && meddled++ < meddlings) {
        const std::string id = "other" + std::to_string(meddled);
        RETURN_IF_ERROR(store::WriteAndWait(*store_, "default", [&](store::Transaction& others) {
          domain::Lead other{.id = id, .contacts = {{contacts[part], "enquirer"}}};
          return others.Put(other);
        }));
      }
      return tx.Put(lead);
    };
    EngineOptions options{&clock_, &ids_, store_.get(), holder_.get()};
    options.deciders = &deciders_;
    std::promise<absl::Status> done;
    RunDecided(options, std::move(write), [&done](absl::Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  }
  std::string Said(int part) {
    std::string said;
    const absl::Status status = store_->Read("default", [&](store::Reader& r) -> absl::Status {
      ASSIGN_OR_RETURN(const domain::Lead lead, r.GetLead("part" + std::to_string(part)));
      said = lead.assignee;
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return said;
  }

  Executor deciders_{1, 16};
  std::vector<int> decided_;  // how often each part was
};

TEST_F(DecidedPartsTest, OnlyThePartWhoseGroundChangedIsDecidedAgain) {
  ASSERT_EQ(Run({"c1", "c2", "c3"}, 1, 1), absl::OkStatus());
  EXPECT_EQ(decided_, (std::vector<int>{1, 2, 1}));
  EXPECT_EQ(Said(0), "0");
  EXPECT_EQ(Said(1), "1") << "with the other's";
  EXPECT_EQ(Said(2), "0");
}

TEST_F(DecidedPartsTest, AndWhatRestsOnIt) {
  ASSERT_EQ(Run({"c1", "c2", "c2", "c1"}, 1, 1), absl::OkStatus());
  EXPECT_EQ(decided_, (std::vector<int>{1, 2, 2, 1}));
  EXPECT_EQ(Said(1), "1");
  EXPECT_EQ(Said(2), "2");
  EXPECT_EQ(Said(3), "1") << "after the first part";
}

TEST_F(DecidedPartsTest, AtLastItIsDecidedWhereNothingChangesMeanwhile) {
  ASSERT_EQ(Run({"c1", "c2"}, 1, 4), absl::OkStatus());
  EXPECT_EQ(decided_, (std::vector<int>{1, 5}));
  EXPECT_EQ(Said(0), "0");
  EXPECT_EQ(Said(1), "4");
}

}  // namespace
}  // namespace leadline::engine
