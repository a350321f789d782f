// Erasing a person through the engine: what callers see afterwards, and what can no longer be done. The fixture
// compares each store with its ledger at the end.
#include <set>

#include "tests/engine/erasure_fixture.h"

namespace leadline::engine {
namespace {

TEST_F(ErasureTest, ThePersonIsGoneAndWhatHappenedStays) {
  Enquiry enquiry = Of("Zenobia", "zenobia.quill@acme.es", "+34 600 123 456");
  enquiry.contact.family_name = "Quillfeather";
  enquiry.activities[0].subject = "about my divorce";
  const SubmitResult taken = Take(std::move(enquiry));
  domain::Activity later = Did("website", "high", "contact_me");
  later.lead_id = taken.lead.id;
  later.subject = "from the hospital";
  ASSERT_TRUE(Act(later).ok());
  ASSERT_TRUE(Dispose(LeadName(taken.lead), "only after six in the evening").ok());
  const std::vector<std::string> personal = {"Zenobia",           "zenobia.quill",    "34600123456",
                                             "Quillfeather",      "about my divorce", "from the hospital",
                                             "six in the evening"};
  for (const std::string& text : personal) EXPECT_FALSE(FilesHold(text)) << text << " in clear before the erasure";
  const auto funnel = engine_->GetFunnel({}, {}, {domain::ReportDimension::kSource});
  const auto history = History(ContactName(taken.contact));

  const auto erased = Erase(ContactName(taken.contact));
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_EQ(erased->names, std::vector<std::string>{ContactName(taken.contact)});
  const domain::Contact contact = Stored(taken.contact.id);
  EXPECT_EQ(contact.given_name + contact.family_name + contact.email + contact.phone + contact.title, "");
  EXPECT_FALSE(contact.marketable);
  EXPECT_EQ(contact.meaning, domain::DerivedMeaning());
  const auto lead = engine_->GetLead({}, LeadName(taken.lead));
  ASSERT_TRUE(lead.ok()) << lead.status();
  EXPECT_EQ(lead->contacts.front().contact_id, taken.contact.id);
  const auto now = History(ContactName(taken.contact));
  ASSERT_TRUE(now.ok()) << now.status();
  EXPECT_EQ(now->size(), history->size() + 2) << "of the contact, and of the lead";
  EXPECT_TRUE(std::holds_alternative<domain::Erased>(now->back().payload));
  for (const domain::Event& event : *now) {
    if (const auto* recorded = std::get_if<domain::ActivityRecorded>(&event.payload)) {
      EXPECT_EQ(recorded->activity.subject, "");
      EXPECT_EQ(recorded->activity.channel, "website");
    }
    if (const auto* disposition = std::get_if<domain::DispositionRecorded>(&event.payload)) {
      EXPECT_EQ(disposition->note, "");
      EXPECT_EQ(disposition->disposition, "call_back_later");
    }
  }
  EXPECT_EQ(engine_->GetFunnel({}, {}, {domain::ReportDimension::kSource})->front().total, funnel->front().total);
  for (const std::string& text : personal) EXPECT_FALSE(FilesHold(text)) << text;

  // Who enquires again is somebody new.
  EXPECT_NE(Take(Of("Zenobia", "zenobia.quill@acme.es")).contact.id, taken.contact.id);
}

TEST_F(ErasureTest, AnErasedPersonsLeadIsWorkedOn) {
  const SubmitResult taken = Take(HotEnquiry());
  ASSERT_TRUE(Erase(ContactName(taken.contact)).ok());
  domain::Activity later = Did("website", "high", "contact_me");
  later.lead_id = taken.lead.id;
  later.subject = "not to be kept";
  ASSERT_TRUE(Act(later).ok());
  ASSERT_TRUE(Dispose(LeadName(taken.lead), "not to be kept either").ok());
  const auto history = History(LeadName(taken.lead));
  ASSERT_TRUE(history.ok()) << history.status();
  for (const domain::Event& event : *history) {
    if (const auto* recorded = std::get_if<domain::ActivityRecorded>(&event.payload)) {
      EXPECT_EQ(recorded->activity.subject, "");
    }
  }
  EXPECT_FALSE(FilesHold("not to be kept"));
}

TEST_F(ErasureTest, MergesThatItTouchedStand) {
  const SubmitResult one = Take(Of("Ana", "ana@acme.es"));
  const SubmitResult two = Take(Of("Bettina", "bettina@other.es", "+34 600 123 456"));
  const SubmitResult other = Take(Of("Carla", "carla@third.es"));
  const auto merged = Merge(ContactName(one.contact), ContactName(two.contact));
  ASSERT_TRUE(merged.ok()) << merged.status();
  const auto erased = Erase(ContactName(two.contact));
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_EQ(erased->contact, ContactName(one.contact)) << "the name leads to the survivor";
  EXPECT_EQ(std::set(erased->names.begin(), erased->names.end()),
            (std::set<std::string>{ContactName(one.contact), ContactName(two.contact)}));
  const auto undone = Unmerge(merged->merge_id);
  EXPECT_EQ(undone.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(undone.status()), "ERASED");
  EXPECT_EQ(ReasonOf(Merge(ContactName(other.contact), ContactName(one.contact)).status()), "ERASED");
  EXPECT_EQ(ReasonOf(Merge(ContactName(one.contact), ContactName(other.contact)).status()), "ERASED");
  const auto entity = engine_->GetEntity({}, ContactName(two.contact));
  ASSERT_TRUE(entity.ok()) << entity.status();
  EXPECT_EQ(entity->contact->email, "");
  EXPECT_EQ(Stored(other.contact.id).email, "carla@third.es");
}

TEST_F(ErasureTest, ALateRepeatBringsNobodyBack) {
  CallContext call;
  call.request_id = "first";
  call.fingerprint = "print-of-it";
  const SubmitResult taken = Take(HotEnquiry(), call);
  ASSERT_TRUE(Submit(HotEnquiry(), call)->replayed);
  std::vector<ImportRow> rows = {{1, Of("Ida", "ida@fourth.es"), "row", "print-of-row"}};
  ASSERT_EQ(Import("file", rows)->created, 1);
  ASSERT_TRUE(Erase(ContactName(taken.contact)).ok());
  const auto again = Submit(HotEnquiry(), call);
  EXPECT_EQ(again.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(again.status()), "ERASED");
  CloseStore();  // carries the log into the database
  OpenStore();
  EXPECT_FALSE(FilesHold("print-of-it"));
  for (const domain::Lead& lead : NewestLeads()) {
    const domain::Contact contact = Stored(lead.contacts.front().contact_id);
    if (contact.email == "ida@fourth.es") {
      ASSERT_TRUE(Erase(ContactName(contact)).ok());
    }
  }
  const auto imported = Import("file", rows);
  EXPECT_EQ(imported->created, 0);
  EXPECT_EQ(imported->already_imported, 1);
}

TEST_F(ErasureTest, IsDoneOnceByName) {
  const SubmitResult taken = Take(HotEnquiry());
  CallContext call;
  call.request_id = "erase-1";
  call.fingerprint = "f";
  ASSERT_EQ(Erase(ContactName(taken.contact), call)->names.size(), 1U);
  const auto again = Erase(ContactName(taken.contact), call);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->contact, ContactName(taken.contact));
  EXPECT_TRUE(Erase(ContactName(taken.contact))->names.empty()) << "by another name there is nothing left to do";
  // Nor is it forgotten when somebody else on the same lead is erased.
  const SubmitResult other = Take(Of("Bo", "bo@other.es"));
  UpdateRequest request;
  request.lead.id = taken.lead.id;
  request.lead.contacts = {{taken.contact.id, "enquirer"}, {other.contact.id, "influencer"}};
  request.paths = {"contacts"};
  ASSERT_TRUE(
      Wait<UpdateResult>([&](Done<UpdateResult> done) { engine_->UpdateLead({}, request, std::move(done)); }).ok());
  ASSERT_EQ(Erase(ContactName(other.contact))->names.size(), 1U);
  EXPECT_TRUE(Erase(ContactName(taken.contact), call).ok());
  EXPECT_EQ(Erase("leads/x").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Erase(ContactName(taken.contact), {}, "").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Erase("contacts/none").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace leadline::engine
