// A person erased with the command line, as clients and operators see it: between two lives of a server, and when an
// older copy of the database is put back.
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "leadline/v1/admin_service.grpc.pb.h"
#include "leadline/v1/contact_service.grpc.pb.h"
#include "leadline/v1/lead_service.grpc.pb.h"
#include "leadline/v1/merge_service.grpc.pb.h"
#include "tests/e2e/pack_client.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ErasureTest : public testing::Test {
 protected:
  static ServerSetup Verifying() {
    ServerSetup setup;
    setup.flags = {"--verify"};
    return setup;
  }
  v1::SubmitEnquiryResponse Submit(const std::string& email, const std::string& title = "Director of Engineering",
                                   const std::string& given = "Zenobia", const std::string& family = "Quillfeather") {
    v1::SubmitEnquiryRequest request = EnquiryNumber(1);
    v1::Contact& contact = *request.mutable_enquiry()->mutable_contact();
    contact.set_given_name(given);
    contact.set_family_name(family);
    contact.set_email(email);
    contact.set_title(title);
    if (title == kNewTitle) contact.set_language("de");
    (*request.mutable_enquiry()->mutable_attributes())["message"].set_string_value("after the operation");
    request.mutable_enquiry()->mutable_activities(0)->set_subject("from the hospital");
    v1::SubmitEnquiryResponse response;
    const grpc::Status status =
        v1::LeadService::Stub(server_.channel()).SubmitEnquiry(NewContext().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  v1::Contact GetContact(const std::string& name) {
    v1::GetEntityRequest request;
    request.set_name(name);
    v1::GetEntityResponse response;
    const grpc::Status status =
        v1::MergeService::Stub(server_.channel()).GetEntity(NewContext().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.entity().contact();
  }
  Ended Leadline(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), kClient);
    return RunProgram(arguments);
  }
  Ended Asked(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--server", server_.address()});
    return Leadline(std::move(arguments));
  }
  std::string database() const { return server_.data() + "/leadline.db"; }
  bool FilesHold(const std::string& text) {
    for (const auto& entry : fs::directory_iterator(server_.data())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string content(std::istreambuf_iterator<char>(file), {});
      if (content.find(text) != std::string::npos) return true;
    }
    return false;
  }
  void ExpectErased(const std::string& contact) {
    const v1::Contact left = GetContact(contact);
    EXPECT_EQ(left.name(), contact);
    EXPECT_TRUE(left.has_erase_time());
    EXPECT_EQ(left.given_name() + left.family_name() + left.email() + left.phone() + left.title(), "");
    EXPECT_FALSE(left.status().empty());
  }

  ServerProcess server_{Verifying()};
};

TEST_F(ErasureTest, AcrossRestartsAndOlderCopies) {
  ASSERT_TRUE(server_.Start()) << server_.output();
  const v1::SubmitEnquiryResponse taken = Submit("zenobia@quill.example");
  const std::string contact = taken.contact().name(), lead = taken.lead().name();
  EXPECT_FALSE(GetContact(contact).has_erase_time());
  const std::vector<std::string> erase = {"erase", contact, "--reason", "asked", "--db", database()};
  const Ended beside = Leadline(erase);
  EXPECT_EQ(beside.exit_code, 2) << beside.output;
  EXPECT_THAT(beside.output, HasSubstr("another server")) << "a server has it open";
  EXPECT_EQ(server_.Stop().exit_code, 0);
  const std::string copy = server_.data() + "/copy";
  fs::copy_file(database(), copy);

  const Ended erased = Leadline(erase);
  EXPECT_EQ(erased.exit_code, 0) << erased.output;
  EXPECT_THAT(erased.output, AllOf(HasSubstr("erased " + contact), HasSubstr("erased " + lead)));
  ASSERT_TRUE(server_.Start()) << server_.output();
  ExpectErased(contact);
  EXPECT_NE(Submit("zenobia@quill.example").contact().name(), contact) << "who asks again is somebody new";
  const Ended timeline = Asked({"timeline", contact, "--explain"});
  EXPECT_EQ(timeline.exit_code, 0);
  EXPECT_THAT(timeline.output,
              AllOf(HasSubstr("region emea; what was given is erased"), HasSubstr("erased: asked"),
                    HasSubstr("shown as it is stored: the person was erased on "), Not(HasSubstr("hospital"))));
  const Ended explained = Asked({"explain", lead});
  EXPECT_EQ(explained.exit_code, 0) << explained.output;
  EXPECT_THAT(explained.output, AllOf(HasSubstr("! the person was erased on "), Not(HasSubstr("CHECK FAILED"))));
  EXPECT_EQ(server_.Stop().exit_code, 0);

  fs::rename(copy, database());
  for (const char* end : {"-wal", "-shm"}) fs::remove(database() + end);
  ASSERT_TRUE(server_.Start()) << server_.output();
  ExpectErased(contact);
  const Ended verified = VerifyStore(server_);
  EXPECT_EQ(verified.exit_code, 0) << verified.output;
  for (const char* text : {"Quillfeather", "zenobia", "after the operation", "from the hospital"})
    EXPECT_FALSE(FilesHold(text)) << text;
  EXPECT_EQ(server_.Stop().exit_code, 0);
  fs::rename(server_.data() + "/leadline.erasures", server_.data() + "/away");
  EXPECT_FALSE(server_.Start());
  EXPECT_THAT(server_.output(), HasSubstr("its erasure log"));
}

// What is kept of long work tells of nobody who was erased, on the running server or without one.
TEST_F(ErasureTest, FromWhatIsKeptOfLongWork) {
  ASSERT_TRUE(server_.Start()) << server_.output();
  const v1::SubmitEnquiryResponse one = Submit("zenobia@quill.example", kNewTitle);
  const v1::SubmitEnquiryResponse two = Submit("yolanda@pen.example", kNewTitle, "Yolanda", "Penrose");
  const v1::SubmitEnquiryResponse other = Submit("xaver@ink.example", kNewTitle, "Xaver", "Inkmann");
  // The candidate changes what this is worth, too, of the erased as well.
  for (const auto* each : {&one, &two, &other}) {
    v1::RecordActivityRequest visit;
    visit.mutable_activity()->set_lead(each->lead().name());
    visit.mutable_activity()->set_channel("event");
    visit.mutable_activity()->set_investment("high");
    visit.mutable_activity()->set_response("attend");
    v1::RecordActivityResponse recorded;
    const auto leads = v1::LeadService::NewStub(server_.channel());
    ASSERT_TRUE(leads->RecordActivity(NewContext().get(), visit, &recorded).ok());
  }
  const auto admin = v1::AdminService::NewStub(server_.channel());
  google::longrunning::Operation compared, checked;
  ASSERT_TRUE(admin->DiffPack(NewContext().get(), DiffOf("emea", EmeaVersion("2026.2.0", 7)), &compared).ok());
  v1::CheckStoreRequest check;
  check.add_regions("atlantis");  // so that all others are unknown
  ASSERT_TRUE(admin->CheckStore(NewContext().get(), check, &checked).ok());
  // All that is shown of both, as JSON.
  const auto shown = [&] {
    const auto operations = google::longrunning::Operations::NewStub(server_.channel());
    std::string all;
    for (const std::string& name : {compared.name(), checked.name()}) {
      google::longrunning::Operation ended;
      EXPECT_TRUE(AwaitEnd(*operations, name, &ended).ok());
      EXPECT_TRUE(ended.has_response()) << ended.ShortDebugString();
      std::string json;
      EXPECT_TRUE(google::protobuf::util::MessageToJsonString(ended, &json).ok());
      all += json;
    }
    google::longrunning::ListOperationsResponse list;
    EXPECT_TRUE(operations->ListOperations(NewContext().get(), {}, &list).ok());
    std::string json;
    EXPECT_TRUE(google::protobuf::util::MessageToJsonString(list, &json).ok());
    return all + json;
  };
  const auto samples = [&] {
    const auto operations = google::longrunning::Operations::NewStub(server_.channel());
    google::longrunning::Operation ended;
    v1::DiffPackResponse diff;
    EXPECT_TRUE(AwaitEnd(*operations, compared.name(), &ended).ok());
    EXPECT_TRUE(ended.response().UnpackTo(&diff));
    EXPECT_EQ(diff.changed_lead_count(), 3) << "counts stay";
    return diff.diff().samples_size();
  };
  ASSERT_EQ(samples(), 3);
  for (const auto* each : {&one, &two, &other}) EXPECT_THAT(shown(), HasSubstr(each->lead().name()));

  v1::EraseContactRequest erase;
  erase.set_name(one.contact().name());
  erase.set_reason("asked");
  erase.set_validate_only(true);
  v1::EraseContactResponse erased;
  const auto contacts = v1::ContactService::NewStub(server_.channel());
  ASSERT_TRUE(contacts->EraseContact(NewContext().get(), erase, &erased).ok());
  EXPECT_EQ(samples(), 3) << "only tried";
  erase.set_validate_only(false);
  ASSERT_TRUE(contacts->EraseContact(NewContext().get(), erase, &erased).ok());
  EXPECT_EQ(samples(), 2);
  const auto nothing_of = [](const v1::SubmitEnquiryResponse& who) {
    return Not(testing::AnyOf(HasSubstr(who.lead().name()), HasSubstr(who.contact().name()),
                              HasSubstr(who.contact().email()), HasSubstr(who.contact().given_name()),
                              HasSubstr(who.contact().family_name())));
  };
  EXPECT_THAT(shown(), AllOf(nothing_of(one), HasSubstr(two.lead().name()), HasSubstr(other.lead().name())));
  // They take nobody's place in a comparison that begins later.
  v1::DiffPackRequest again = DiffOf("emea", EmeaVersion("2026.2.0", 7));
  again.set_max_samples(2);
  google::longrunning::Operation later;
  ASSERT_TRUE(admin->DiffPack(NewContext().get(), again, &later).ok());
  ASSERT_TRUE(AwaitEnd(*google::longrunning::Operations::NewStub(server_.channel()), later.name(), &later).ok());
  v1::DiffPackResponse diff;
  ASSERT_TRUE(later.response().UnpackTo(&diff));
  EXPECT_EQ(diff.changed_lead_count(), 3);
  EXPECT_EQ(diff.diff().samples_size(), 2);

  EXPECT_EQ(server_.Stop().exit_code, 0);
  const Ended offline = Leadline({"erase", two.contact().name(), "--reason", "asked", "--db", database()});
  EXPECT_EQ(offline.exit_code, 0) << offline.output;
  ASSERT_TRUE(server_.Start()) << server_.output();
  EXPECT_EQ(samples(), 1);
  EXPECT_THAT(shown(), AllOf(nothing_of(one), nothing_of(two), HasSubstr(other.lead().name())));
}

}  // namespace
}  // namespace leadline::e2e
