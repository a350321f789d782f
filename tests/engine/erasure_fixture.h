// An engine that erases people, and whoever looks for what is left of them.
#pragma once

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {

// The fixture compares the store with its ledger at the end.
class ErasureTest : public EngineTest {
 protected:
  absl::StatusOr<EraseResult> Erase(const std::string& name, CallContext context = {}, std::string reason = "asked") {
    return Wait<EraseResult>(
        [&](Done<EraseResult> done) { engine_->EraseContact(context, name, std::move(reason), std::move(done)); });
  }
  absl::StatusOr<MergeResult> Merge(const std::string& survivor, const std::string& absorbed) {
    return Wait<MergeResult>(
        [&](Done<MergeResult> done) { engine_->Merge({}, survivor, absorbed, "same", std::move(done)); });
  }
  absl::StatusOr<UnmergeResult> Unmerge(const std::string& merge_id) {
    return Wait<UnmergeResult>(
        [&](Done<UnmergeResult> done) { engine_->Unmerge({}, merge_id, "two", std::move(done)); });
  }
  absl::StatusOr<RecordResult> Dispose(const std::string& name, const std::string& note) {
    return Wait<RecordResult>([&](Done<RecordResult> done) {
      engine_->RecordDisposition({}, name, "call_back_later", note, std::move(done));
    });
  }
  SubmitResult Take(Enquiry enquiry, CallContext context = {}) {
    auto result = Submit(std::move(enquiry), context);
    EXPECT_TRUE(result.ok()) << result.status();
    return *std::move(result);
  }
  static Enquiry Of(const std::string& given, const std::string& email, const std::string& phone = "") {
    Enquiry e = HotEnquiry();
    e.contact.given_name = given;
    e.contact.email = email;
    e.contact.phone = phone;
    return e;
  }
  template <typename F>
  auto Read(F get) {
    typename std::invoke_result_t<F, store::Reader&>::value_type result{};
    const absl::Status status = store_->Read("default", [&](store::Reader& reader) -> absl::Status {
      ASSIGN_OR_RETURN(result, get(reader));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return result;
  }
  domain::Contact Stored(const std::string& id) {
    return Read([&](store::Reader& reader) { return reader.GetContact(id); });
  }
  domain::Lead StoredLead(const std::string& id) {
    return Read([&](store::Reader& reader) { return reader.GetLead(id); });
  }
  // What any file beside the database, or itself, holds of it.
  bool FilesHold(const std::string& text) {
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string content(std::istreambuf_iterator<char>(file), {});
      if (content.find(text) != std::string::npos) return true;
    }
    return false;
  }
  void CloseStore() {
    engine_.reset();
    store_.reset();
  }
};

}  // namespace leadline::engine
