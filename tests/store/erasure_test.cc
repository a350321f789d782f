// Erasing people: what is left in the store and in its files, after crashes and with older copies too.
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "domain/history/field_values.h"
#include "domain/history/fold.h"
#include "store/sqlite/beside_database.h"
#include "tests/store/child_process.h"
#include "tests/store/person.h"
#include "tests/store/sqlite_place.h"

namespace leadline::store {
namespace {

namespace fs = std::filesystem;
using domain::RecordKind;
using domain::RecordRef;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ErasureTest : public testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void Reopen() {
    store_.reset();
    store_ = place_.Open();
    ASSERT_NE(store_, nullptr);
  }
  void Put(const std::string& name) {
    const absl::Status status = WriteAndWait(*store_, "default", [&](Transaction& t) { return PutPerson(t, name); });
    ASSERT_TRUE(status.ok()) << status;
  }
  void Merge(const std::string& survivor, const std::string& absorbed) {
    const absl::Status status =
        WriteAndWait(*store_, "default", [&](Transaction& t) { return MergePeople(t, survivor, absorbed); });
    ASSERT_TRUE(status.ok()) << status;
  }
  std::vector<std::string> Erase(const std::string& name) {
    const auto result = ErasePerson(*store_, name);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? result->contacts : std::vector<std::string>();
  }
  template <typename F>
  auto Read(F get) {
    typename std::invoke_result_t<F, Reader&>::value_type result{};
    const absl::Status status = store_->Read("default", [&](Reader& reader) -> absl::Status {
      ASSIGN_OR_RETURN(result, get(reader));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return result;
  }
  std::vector<domain::Event> History(const std::string& name) {
    const std::vector<RecordRef> records = {{RecordKind::kContact, "c-" + name}, {RecordKind::kLead, "l-" + name}};
    return Read([&](Reader& r) { return r.Timeline(records, 0, 100); });
  }
  // The files of the store that hold the text: of all that lie beside the database.
  std::vector<std::string> FilesWith(const std::string& text) {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(fs::path(place_.path()).parent_path())) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string content(std::istreambuf_iterator<char>(file), {});
      if (content.find(text) != std::string::npos) found.push_back(entry.path().filename());
    }
    return found;
  }
  void ExpectNowhere(const std::string& name) {
    for (const std::string& value : PersonalValues(name)) EXPECT_THAT(FilesWith(value), IsEmpty()) << value;
  }
  void ExpectErased(const std::string& name) {
    EXPECT_TRUE(Read([&](Reader& r) { return r.IsErased(RecordKind::kContact, "c-" + name); })) << name;
    const auto contact = Read([&](Reader& r) { return r.GetContact("c-" + name); });
    EXPECT_EQ(contact.given_name + contact.family_name + contact.email + contact.phone + contact.title, "") << name;
    EXPECT_TRUE(contact.attributes.empty());
    EXPECT_TRUE(Read([&](Reader& r) { return r.IsErased(RecordKind::kLead, "l-" + name); })) << name;
    EXPECT_TRUE(Read([&](Reader& r) { return r.GetLead("l-" + name); }).attributes.empty()) << name;
    EXPECT_EQ(Read([&](Reader& r) { return r.GetActivity("v-" + name); }).subject, "");
    for (const std::string& key :
         {"email:" + name + "@acme.example", "phone:0034600" + name, "name:" + name + "-family"})
      EXPECT_THAT(Read([&](Reader& r) { return r.RecordsOfKey(RecordKind::kContact, key); }), IsEmpty());
    for (const domain::Event& event : History(name)) {
      if (const auto* note = std::get_if<domain::DispositionRecorded>(&event.payload)) {
        EXPECT_EQ(note->note, "");
      }
      if (const auto* status = std::get_if<domain::StatusChanged>(&event.payload)) {
        EXPECT_EQ(status->reason, "");
      }
      if (const auto* created = std::get_if<domain::RecordCreated>(&event.payload)) {
        if (const auto* image = std::get_if<domain::Contact>(&created->image)) {
          EXPECT_EQ(image->email, "");
        }
        if (const auto* image = std::get_if<domain::Lead>(&created->image)) {
          EXPECT_TRUE(image->attributes.empty());
        }
      }
    }
  }
  void CopyDatabase(const std::string& to) {
    store_.reset();
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::error_code ignored;
      fs::copy_file(place_.path() + suffix, to + suffix, fs::copy_options::overwrite_existing, ignored);
    }
  }
  void RestoreDatabase(const std::string& from) {
    store_.reset();
    for (const char* suffix : {"", "-wal", "-shm"}) {
      fs::remove(place_.path() + suffix);
      if (fs::exists(from + suffix)) fs::copy_file(from + suffix, place_.path() + suffix);
    }
  }
  absl::Status OpenStatus() {
    store_.reset();
    return OpenSqliteStore(place_.options).status();
  }

  SqlitePlace place_;
  std::unique_ptr<Store> store_;
  bool failed_ = false;
};

TEST_F(ErasureTest, AllThatIsPersonalComesBackAndIsNowhereInClear) {
  Put("ana");
  Put("eva");
  Merge("ana", "eva");
  for (int run = 0; run < 2; ++run) {
    domain::Contact ana = Read([](Reader& r) { return r.GetContact("c-ana"); });
    ana.version = 0;
    domain::Contact expected = PersonOf("ana");
    expected.phone = PersonOf("eva").phone;
    expected.updated_at = 6;
    expected.value_times.later = {{"phone", 6}, {"title", 5}};
    EXPECT_EQ(ana, expected);
    EXPECT_EQ(Read([](Reader& r) { return r.GetActivity("v-ana"); }).subject, "ana-subject");
    EXPECT_THAT(Read([](Reader& r) { return r.RecordsOfKey(RecordKind::kContact, "email:ana@acme.example"); }),
                ElementsAre("c-ana"));
    const auto events = History("ana");
    ASSERT_EQ(events.size(), 7U);
    EXPECT_EQ(std::get<domain::FieldsChanged>(events[1].payload).changes[0].before, "sana-alias");
    EXPECT_EQ(std::get<domain::DispositionRecorded>(events[4].payload).note, "ana-note");
    EXPECT_EQ(std::get<domain::StatusChanged>(events[5].payload).reason, "ana-reason");
    EXPECT_EQ(std::get<domain::Merged>(events[6].payload).changed[0].after, "s0034600eva");
    EXPECT_EQ(Read([](Reader& r) { return r.GetMerge("m-eva"); }).reason, "eva-reason");
    ExpectNowhere("ana");
    ExpectNowhere("eva");
    Reopen();
  }
  EXPECT_FALSE(FilesWith("c-ana").empty()) << "the search finds what is there";
}

TEST_F(ErasureTest, AnErasedPersonIsATombstone) {
  Put("ana");
  Put("eva");
  EXPECT_THAT(Erase("ana"), ElementsAre("c-ana"));
  for (int run = 0; run < 2; ++run) {
    ExpectErased("ana");
    const auto contact = Read([](Reader& r) { return r.GetContact("c-ana"); });
    EXPECT_EQ(contact.status, "mql") << "what became of the enquiry stays";
    EXPECT_EQ(contact.country, "ES");
    EXPECT_FALSE(contact.marketable);
    const auto events = History("ana");
    ASSERT_EQ(events.size(), 8U);
    EXPECT_EQ(std::get<domain::Erased>(events.back().payload).reason, "asked");
    EXPECT_EQ(events.back().actor, "dpo");
    const auto request = Read([](Reader& r) { return r.FindRequest("r-ana"); });
    ASSERT_TRUE(request.has_value()) << "so that it does not act again";
    EXPECT_EQ(request->fingerprint, kErasedRequest);
    EXPECT_EQ(request->result, "");
    EXPECT_EQ(Read([](Reader& r) { return r.GetContact("c-eva"); }).email, "eva@acme.example") << "and nobody else";
    EXPECT_EQ(Read([](Reader& r) { return r.FindRequest("r-eva"); })->fingerprint, "f-eva");
    if (run == 1) {
      EXPECT_THAT(FilesWith("f-ana"), IsEmpty()) << "once the log is carried into the database";
    }
    ExpectNowhere("ana");
    Reopen();
  }
  EXPECT_THAT(Erase("ana"), IsEmpty()) << "a second time there is nothing to do";
  EXPECT_EQ(History("ana").size(), 8U);
  EXPECT_EQ(ErasePerson(*store_, "nobody").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ErasureTest, WhatCameOfOperationsLosesItsSamples) {
  Put("ana");
  Put("eva");
  const auto sample = [](const std::string& record, const std::string& name) {
    return OperationSample{{record}, name + "-told-of"};
  };
  const std::vector<OperationSample> of_eva = {sample("leads/l-eva", "eva"), sample("contacts/c-eva", "eva")};
  const auto put = [&](const std::string& id, std::vector<OperationSample> samples) {
    const Operation operation{.id = id, .method = "DiffPack", .ended_at = 5, .result = "counts", .samples = samples};
    EXPECT_TRUE(WriteAndWait(*store_, "default", [&](Transaction& t) { return t.Put(operation); }).ok());
  };
  put("o1", {sample("leads/l-ana", "ana"), of_eva[0], sample("contacts/c-ana", "ana"), of_eva[1]});
  put("o2", {of_eva[0]});
  put("o3", {sample("leads/l-ana", "ana")});
  // Somebody who is on the lead is gone, and the lead is another's.
  EXPECT_TRUE(WriteAndWait(*store_, "default", [&](Transaction& t) -> absl::Status {
                ASSIGN_OR_RETURN(domain::Lead lead, t.GetLead("l-eva"));
                domain::Contact ida = PersonOf("ida");
                RETURN_IF_ERROR(t.Put(ida));
                lead.contacts.push_back({ida.id, "influencer"});
                return t.Put(lead);
              }).ok());
  EXPECT_THAT(FilesWith("-told-"), IsEmpty()) << "nobody's samples are in clear";
  const std::string copy = place_.path() + ".copy";
  CopyDatabase(copy);
  Reopen();
  for (int run = 0; run < 2; ++run) {
    if (run == 0) Erase("ana");
    EXPECT_EQ(Read([](Reader& r) { return r.GetOperation("o1"); }).samples, of_eva);
    EXPECT_EQ(Read([](Reader& r) { return r.GetOperation("o2"); }).samples, std::vector{of_eva[0]});
    EXPECT_THAT(Read([](Reader& r) { return r.GetOperation("o3"); }).samples, IsEmpty());
    EXPECT_EQ(Read([](Reader& r) { return r.GetOperation("o3"); }).result, "counts");
    // Then an older copy, which knows of no erasure.
    RestoreDatabase(copy);
    Reopen();
  }
  fs::remove(copy);
  Reopen();
  Erase("ida");
  EXPECT_THAT(Read([](Reader& r) { return r.GetOperation("o2"); }).samples, IsEmpty()) << "the lead names both";
  EXPECT_EQ(Read([](Reader& r) { return r.GetOperation("o1"); }).samples, std::vector{of_eva[1]});
}

TEST_F(ErasureTest, FoldingTheHistoryGivesTheRow) {
  Put("ana");
  Erase("ana");
  domain::Contact folded;
  for (const domain::Event& event : History("ana")) {
    if (event.record.kind == RecordKind::kContact) {
      ASSERT_EQ(domain::Fold(event, folded), absl::OkStatus());
    }
  }
  EXPECT_TRUE(domain::SameState(folded, Read([](Reader& r) { return r.GetContact("c-ana"); })));
}

TEST_F(ErasureTest, WhatComesLaterIsNotKept) {
  Put("ana");
  Erase("ana");
  ASSERT_TRUE(WriteAndWait(*store_, "default", [](Transaction& t) -> absl::Status {
                ASSIGN_OR_RETURN(domain::Contact contact, t.GetContact("c-ana"));
                contact.email = "ana@acme.example";
                contact.status = "won";
                RETURN_IF_ERROR(t.Put(contact));
                return t.AddActivity({.id = "v2", .lead_id = "l-ana", .contact_id = "c-ana", .subject = "ana-subject"})
                    .status();
              }).ok());
  EXPECT_EQ(Read([](Reader& r) { return r.GetContact("c-ana"); }).status, "won");
  EXPECT_EQ(Read([](Reader& r) { return r.GetActivity("v2"); }).subject, "");
  ExpectErased("ana");
  ExpectNowhere("ana");
}

TEST_F(ErasureTest, GoesAlongTheChainOfMerges) {
  for (const char* name : {"ana", "eva", "ida", "uma"}) Put(name);
  Merge("eva", "ida");
  Merge("ana", "eva");
  EXPECT_THAT(Erase("ida"), UnorderedElementsAre("c-ana", "c-eva", "c-ida")) << "whichever name it is given";
  for (const char* name : {"ana", "eva", "ida"}) ExpectErased(name);
  const auto merge = Read([](Reader& r) { return r.GetMerge("m-eva"); });
  EXPECT_EQ(merge.reason, "");
  EXPECT_EQ(merge.changed[0].after, domain::kErasedImage);
  EXPECT_EQ(Read([](Reader& r) { return r.GetContact("c-uma"); }).email, "uma@acme.example");
}

// The number that the other had for a while goes with the one whose it was.
TEST_F(ErasureTest, AnUndoneMergeKeepsNothingOfTheErased) {
  Put("ana");
  Put("eva");
  Merge("ana", "eva");
  ASSERT_TRUE(WriteAndWait(*store_, "default", [](Transaction& t) -> absl::Status {
                ASSIGN_OR_RETURN(domain::MergeRecord merge, t.GetMerge("m-eva"));
                merge.undone = true;
                RETURN_IF_ERROR(t.Put(merge));
                ASSIGN_OR_RETURN(domain::Contact ana, t.GetContact("c-ana"));
                ana.phone = "0034600ana";
                RETURN_IF_ERROR(t.Put(ana));
                ASSIGN_OR_RETURN(domain::Contact eva, t.GetContact("c-eva"));
                eva.merged_into.clear();
                return t.Put(eva);
              }).ok());
  EXPECT_THAT(Erase("eva"), ElementsAre("c-eva"));
  EXPECT_EQ(Read([](Reader& r) { return r.GetContact("c-ana"); }).phone, "0034600ana");
  const auto events = History("ana");
  EXPECT_EQ(std::get<domain::Merged>(events.back().payload).changed[0].after, domain::kErasedImage);
  EXPECT_EQ(Read([](Reader& r) { return r.GetMerge("m-eva"); }).changed[0].after, domain::kErasedImage);
}

TEST_F(ErasureTest, AnOlderCopyDoesNotBringThemBack) {
  Put("eva");
  TemporaryFolder backups;
  const std::string before_ana = backups.Path("before-ana"), before_erasure = backups.Path("before-erasure");
  CopyDatabase(before_ana);
  Reopen();
  Put("ana");
  CopyDatabase(before_erasure);
  Reopen();
  Erase("ana");
  RestoreDatabase(before_erasure);
  Reopen();
  ExpectErased("ana");
  const auto events = History("ana");
  ASSERT_EQ(events.size(), 8U);
  EXPECT_THAT(std::get<domain::Erased>(events.back().payload).reason, HasSubstr("erasure log"));
  EXPECT_EQ(events.back().append_time, 9) << "when it was";
  Reopen();
  EXPECT_EQ(History("ana").size(), 8U) << "once";
  RestoreDatabase(before_ana);
  Reopen();
  EXPECT_EQ(Read([](Reader& r) { return r.GetContact("c-eva"); }).email, "eva@acme.example");
  Put("ana");  // the same id again, as a new contact would never have it
}

TEST_F(ErasureTest, AnOlderCopyOfTheKeysIsRefusedOrErasedAgain) {
  Put("ana");
  store_.reset();
  TemporaryFolder backups;
  fs::copy_file(KeysPathOf(place_.path()), backups.Path("keys"));
  CopyDatabase(backups.Path("db"));
  Reopen();
  Erase("ana");
  store_.reset();
  // With both from before, the key is there again: the log destroys it again.
  fs::copy_file(backups.Path("keys"), KeysPathOf(place_.path()), fs::copy_options::overwrite_existing);
  RestoreDatabase(backups.Path("db"));
  Reopen();
  ExpectErased("ana");
  Put("eva");  // takes a slot of a new chunk
  store_.reset();
  fs::copy_file(backups.Path("keys"), KeysPathOf(place_.path()), fs::copy_options::overwrite_existing);
  EXPECT_THAT(std::string(OpenStatus().message()), HasSubstr("the file is older than the database"));
}

TEST_F(ErasureTest, KilledAtAnyStepItIsFinishedAtTheNextStart) {
  for (const int step : {0, 1, 2}) {
    const std::string name = "ana" + std::to_string(step);
    Put(name);
    store_.reset();
    const std::string out =
        RunAndKill({STORE_ERASE_CHILD, place_.path(), name, std::to_string(step)}, std::chrono::milliseconds(1));
    EXPECT_EQ(out, "there\n");
    Reopen();
    ExpectErased(name);
    std::ifstream log(ErasuresPathOf(place_.path()));
    const std::string lines(std::istreambuf_iterator<char>(log), {});
    EXPECT_THAT(lines, HasSubstr("erased 1970-01-01T00:00:00.000009Z "));
    const auto events = History(name);
    EXPECT_TRUE(std::holds_alternative<domain::Erased>(events.back().payload));
    EXPECT_EQ(events.size(), 8U) << "once";
  }
}

// A further erasure cannot be logged while files may not grow, as when the disk is full.
TEST_F(ErasureTest, AKeyThatCannotBeDestroyedIsToldAndTriedAgain) {
  Put("ana");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  store_.reset();
  ::signal(SIGXFSZ, SIG_IGN);
  place_.options.on_erasure = [&](ErasureStep step) {
    rlimit none = before;
    none.rlim_cur = 1;
    if (step == ErasureStep::kCommitted && !std::exchange(failed_, true)) ::setrlimit(RLIMIT_FSIZE, &none);
  };
  Reopen();
  const absl::Status status = ErasePerson(*store_, "ana").status();
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("the data key is not destroyed yet"));
  EXPECT_NE(std::get<domain::StatusChanged>(History("ana")[5].payload).reason, "");
  EXPECT_THAT(Erase("ana"), IsEmpty());
  ExpectErased("ana");
}

TEST_F(ErasureTest, FilesThatAreMissingAreRefusedInWords) {
  Put("ana");
  store_.reset();
  const std::string keys = KeysPathOf(place_.path()), log = ErasuresPathOf(place_.path());
  EXPECT_TRUE(keys.ends_with("/leadline.keys")) << keys;
  EXPECT_TRUE(log.ends_with("/leadline.erasures")) << log;
  fs::rename(keys, keys + ".away");
  absl::Status status = OpenStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr(place_.path()), HasSubstr(keys), HasSubstr("is missing"), HasSubstr("Put it back")));
  {
    SqlitePlace other;
    ASSERT_NE(other.Open(), nullptr);
    fs::copy_file(KeysPathOf(other.path()), keys);
  }
  EXPECT_THAT(std::string(OpenStatus().message()), HasSubstr("put the right one back"));
  fs::remove(keys);
  fs::rename(keys + ".away", keys);
  fs::rename(log, log + ".away");
  status = OpenStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr(log), HasSubstr("leadline erasures 1 ")));
  fs::rename(log + ".away", log);
  Reopen();
  EXPECT_EQ(Read([](Reader& r) { return r.GetContact("c-ana"); }).email, "ana@acme.example");
  // A new database beside the keys of another.
  store_.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(place_.path() + suffix);
  status = OpenStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("put its database back, or move the file away"));
}

TEST_F(ErasureTest, ALineThatACrashCutOffIsWrittenOver) {
  Put("ana");
  Put("eva");
  Erase("ana");
  store_.reset();
  const std::string log = ErasuresPathOf(place_.path());
  std::ofstream(log, std::ios::app) << "erased 2026-";
  Reopen();
  Erase("eva");
  Reopen();
  std::ifstream file(log);
  std::string title;
  std::getline(file, title);
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) names.push_back(line.substr(line.find("Z ") + 2));
  EXPECT_THAT(names, ElementsAre(HasSubstr(" contacts/c-ana default"), HasSubstr(" leads/l-ana default"),
                                 HasSubstr(" contacts/c-eva default"), HasSubstr(" leads/l-eva default")));
  store_.reset();
  std::ofstream(log, std::ios::app) << "something else\n";
  EXPECT_EQ(OpenStatus().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace leadline::store
