// Every class of malformed request gets INVALID_ARGUMENT with the field named, and changes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "leadline/v1/admin_service.grpc.pb.h"
#include "leadline/v1/lead_service.grpc.pb.h"
#include "leadline/v1/scoring_service.grpc.pb.h"
#include "tests/e2e/rpc_client.h"
#include "tests/e2e/server_process.h"

namespace leadline::e2e {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

struct Case {
  std::string service;
  std::string method;
  std::string request;  // text format; "$LONG" stands for 5000 letters
  std::string field;    // that a violation must name
};

// An enquiry that is good but for `text`.
std::string Enquiry(const std::string& text) {
  return "enquiry { source: 'web' contact { email: 'ana@acme.example' } " + text + " }";
}
std::string Activity(const std::string& text) {
  return Enquiry("activities { channel: 'website' investment: 'low' response: 'visit' " + text + " }");
}
std::string Update(const std::string& lead, const std::string& path) {
  return "lead { name: 'leads/a1' " + lead + " } update_mask { paths: '" + path + "' }";
}

const std::string kFile = "files { path: 'pack.yaml' content: 'pack: emea' } ";
const std::string kHash(64, 'a');

const std::vector<Case>& Cases() {
  static const auto* const kCases = new std::vector<Case>{
      // Required fields.
      {"LeadService", "SubmitEnquiry", "", "enquiry"},
      {"LeadService", "SubmitEnquiry", "enquiry { contact { email: 'ana@acme.example' } }", "enquiry.source"},
      {"LeadService", "SubmitEnquiry", "enquiry { source: '  ' contact { phone: '1' } }", "enquiry.source"},
      {"LeadService", "SubmitEnquiry", "enquiry { source: 'web' }", "enquiry.contact"},
      {"LeadService", "SubmitEnquiry", Enquiry("activities { investment: 'low' response: 'visit' }"),
       "enquiry.activities[0].channel"},
      {"LeadService", "SubmitEnquiry", Enquiry("activities { channel: 'website' response: 'visit' }"),
       "enquiry.activities[0].investment"},
      {"LeadService", "SubmitEnquiry", Enquiry("activities { channel: 'website' investment: 'low' }"),
       "enquiry.activities[0].response"},
      {"LeadService", "SubmitEnquiry", Enquiry("history { status: 'mql' }"), "enquiry.history[0].occur_time"},
      {"LeadService", "SubmitEnquiry", Enquiry("history { occur_time { seconds: 1700000000 } }"), "enquiry.history[0]"},
      {"LeadService", "UpdateLead", "update_mask { paths: 'source' }", "lead"},
      {"LeadService", "RecordActivity", "", "activity"},
      {"LeadService", "RecordActivity", "activity { channel: 'website' investment: 'low' response: 'visit' }",
       "activity.lead"},
      {"StatusService", "TransitionLead", "name: 'leads/a1'", "status"},
      {"StatusService", "RecordDisposition", "name: 'leads/a1'", "disposition"},
      {"StatusService", "RejectLead", "name: 'leads/a1'", "reason"},
      {"ScoringService", "Score", "", "record"},
      {"RoutingService", "ReassignLead", "name: 'leads/a1' reason: 'why'", "rep"},
      {"RoutingService", "ReassignLead", "name: 'leads/a1' rep: 'reps/ana'", "reason"},
      {"RoutingService", "SetAvailability", "available: true", "rep"},
      {"RoutingService", "PlanAbsences", "", "rep"},
      {"RoutingService", "PlanAbsences", "rep: 'reps/ana' absences { start_time { seconds: 4000000000 } }",
       "absences[0].end_time"},
      {"MergeService", "MergeRecords", "survivor: 'leads/a1' absorbed: 'leads/a2'", "reason"},
      {"MergeService", "UndoMerge", "reason: 'why'", "name"},
      {"MergeService", "GetMerge", "name: '0198f2a4'", "name"},
      {"MergeService", "ListMerges", "survivor: 'merges/a1'", "survivor"},
      // Resource names: missing, of another form, of another kind.
      {"LeadService", "GetLead", "", "name"},
      {"LeadService", "GetLead", "name: 'a1'", "name"},
      {"LeadService", "GetLead", "name: 'leads/Not An Id'", "name"},
      {"LeadService", "GetLead", "name: 'contacts/a1'", "name"},
      {"LeadService", "ListLeads", "filter: 'assignee = bob'", "filter"},
      {"LeadService", "BatchGetLeads", "names: 'leads/a1' names: 'a2'", "names[1]"},
      {"LeadService", "AddLeadContact", "name: 'leads/a1' contact: 'leads/a2'", "contact"},
      {"LeadService", "SplitLead", "name: 'leads/a1' reason: 'r' leaving_contacts: 'leads/a2'", "leaving_contacts[0]"},
      {"LeadService", "RemoveLeadContact", "name: 'leads/a1'", "contact"},
      {"LeadService", "UpdateLead", "lead { name: 'a1' } update_mask { paths: 'source' }", "lead.name"},
      {"LeadService", "UpdateLead", Update("account: 'contacts/a1'", "account"), "lead.account"},
      {"LeadService", "UpdateLead", Update("contacts { contact: 'leads/a1' }", "contacts"), "lead.contacts[0].contact"},
      {"LeadService", "RecordActivity", "activity { lead: 'accounts/a1' }", "activity.lead"},
      {"LeadService", "GetTimeline", "name: 'reps/a1'", "name"},
      {"LeadService", "ExplainLead", "name: 'contacts/a1'", "name"},
      {"LeadService", "ExplainLead", "name: 'leads/a1' why_not_rep: 'bob'", "why_not_rep"},
      {"LeadService", "ExplainLead", "name: 'leads/a1' why_not_score: nan", "why_not_score"},
      {"LeadService", "SubmitEnquiry", Enquiry("account { owner: 'leads/a1' }"), "enquiry.account.owner"},
      {"StatusService", "TransitionLead", "name: 'accounts/a1' status: 'mql'", "name"},
      {"StatusService", "AcceptLead", "name: 'leads/a1' rep: 'ana'", "rep"},
      {"StatusService", "GetStatusHistory", "name: 'accounts/a1'", "name"},
      {"ScoringService", "ScoreLead", "name: 'leads/'", "name"},
      {"RoutingService", "RouteLead", "name: 'contacts/a1'", "name"},
      {"RoutingService", "PreviewRoute", "name: '/'", "name"},
      {"MergeService", "FindDuplicates", "name: 'reps/a1'", "name"},
      {"MergeService", "MergeRecords", "survivor: 'leads/a1' absorbed: 'contacts/a1' reason: 'x'", "absorbed"},
      {"MergeService", "MergeRecords", "survivor: 'leads/a1' absorbed: 'leads/a1' reason: 'x'", "absorbed"},
      {"MergeService", "GetEntity", "name: 'packs/central'", "name"},
      {"RoutingService", "GetRep", "name: 'ana'", "name"},
      {"RoutingService", "GetQueue", "name: 'junk'", "name"},
      {"NotificationService", "ListWebhookDeliveries", "parent: 'crm'", "parent"},
      {"NotificationService", "ListWebhookDeliveries", "parent: 'webhookEndpoints/-' state: 9", "state"},
      {"NotificationService", "ReplayWebhookDeliveries", "parent: 'webhookEndpoints/-'", "parent"},
      {"NotificationService", "ReplayWebhookDeliveries",
       "parent: 'webhookEndpoints/a' names: 'webhookEndpoints/b/deliveries/1'", "names[0]"},
      {"RoutingService", "ListReps", "page_token: 'garbage'", "page_token"},
      {"ContactService", "GetContact", "name: 'leads/a1'", "name"},
      {"ContactService", "UpdateContact", "", "contact"},
      {"ContactService", "UpdateContact", "contact { name: 'contacts/a1' } update_mask { paths: 'status' }",
       "update_mask.paths[0]"},
      {"ContactService", "EraseContact", "name: 'contacts/a1'", "reason"},
      {"ContactService", "ListContacts", "page_token: 'garbage'", "page_token"},
      {"AccountService", "GetAccount", "name: 'contacts/a1'", "name"},
      {"AccountService", "UpdateAccount", "account { name: 'accounts/a1' owner: 'ana' }", "account.owner"},
      {"AccountService", "ListAccounts", "page_size: -1", "page_size"},
      {"MergeService", "FindDuplicates", "", "name"},
      // Numbers.
      {"LeadService", "ListLeads", "page_size: -1", "page_size"},
      {"StatusService", "ListOverdue", "page_size: -5", "page_size"},
      {"MergeService", "FindDuplicates", "name: 'leads/a1' max_results: -1", "max_results"},
      {"LeadService", "SubmitEnquiry", Enquiry("account { employee_count: -1 }"), "enquiry.account.employee_count"},
      {"LeadService", "SubmitEnquiry", Enquiry("value { currency_code: 'EUR' units: -1 }"), "enquiry.value"},
      {"LeadService", "SubmitEnquiry",
       Enquiry("attributes { key: 'page_views_per_visit' value { number_value: nan } }"),
       "enquiry.attributes[\"page_views_per_visit\"].number_value"},
      {"LeadService", "UpdateLead", Update("probability: 1.5", "probability"), "lead.probability"},
      {"LeadService", "UpdateLead", Update("probability: nan", "probability"), "lead.probability"},
      {"ScoringService", "Score", "record { lead { probability: -0.1 } }", "record.lead.probability"},
      // Enumerations.
      {"ReportService", "GetFunnel", "group_by: 9", "group_by[0]"},
      {"ReportService", "GetFunnel", "group_by: REPORT_DIMENSION_WEEK group_by: REPORT_DIMENSION_UNSPECIFIED",
       "group_by[1]"},
      {"ReportService", "GetVelocity", "group_by: REPORT_DIMENSION_TEAM group_by: REPORT_DIMENSION_TEAM",
       "group_by[1]"},
      {"ReportService", "GetSlaCompliance", "group_by: [1, 2, 3, 4]", "group_by"},
      {"ReportService", "GetFunnel", "filter { subject: REPORT_SUBJECT_CONTACTS } group_by: [2, 4]", "group_by[1]"},
      {"ReportService", "GetFunnel", "filter { time_basis: REPORT_TIME_BASIS_DUE }", "filter.time_basis"},
      {"ReportService", "GetVelocity", "filter { time_basis: 9 }", "filter.time_basis"},
      {"ReportService", "GetSlaCompliance", "filter { time_basis: REPORT_TIME_BASIS_ENTRY }", "filter.time_basis"},
      {"ReportService", "GetVelocity", "filter { subject: 9 }", "filter.subject"},
      {"ReportService", "GetSlaCompliance", "filter { subject: REPORT_SUBJECT_CONTACTS }", "filter.subject"},
      {"LeadService", "SubmitEnquiry",
       Enquiry("activities { channel: 'website' investment: 'huge' response: 'visit' }"),
       "enquiry.activities[0].investment"},
      // Times.
      {"LeadService", "SubmitEnquiry", Activity("occur_time { seconds: 253402300799 }"),
       "enquiry.activities[0].occur_time"},
      {"LeadService", "SubmitEnquiry", Activity("occur_time { seconds: -5 }"), "enquiry.activities[0].occur_time"},
      {"LeadService", "SubmitEnquiry", Activity("occur_time { seconds: 9 nanos: -1 }"),
       "enquiry.activities[0].occur_time.nanos"},
      {"LeadService", "SubmitEnquiry", Enquiry("enquiry_time { seconds: 253402300799 }"), "enquiry.enquiry_time"},
      {"LeadService", "SubmitEnquiry",
       Enquiry(
           "history { occur_time { seconds: 1700000000 } status: 'mql' } history { occur_time { seconds: 1600000000 } "
           "status: 'sal' }"),
       "enquiry.history[1].occur_time"},
      {"ScoringService", "ScoreLead", "name: 'leads/a1' as_of_time { seconds: 253402300800 }", "as_of_time"},
      {"RoutingService", "GetFairness", "start_time { seconds: 2000 } end_time { seconds: 1000 }", "end_time"},
      {"ReportService", "GetFunnel", "filter { start_time { seconds: 2000 } end_time { seconds: 1000 } }",
       "filter.end_time"},
      {"RoutingService", "SetAvailability", "rep: 'reps/ana' available: true return_time { seconds: 4000000000 }",
       "return_time"},
      // Forms of text.
      {"LeadService", "SubmitEnquiry", Enquiry("account { country: 'Germany' }"), "enquiry.account.country"},
      {"LeadService", "SubmitEnquiry", Enquiry("language: 'not a tag'"), "enquiry.language"},
      {"LeadService", "SubmitEnquiry", Enquiry("region: 'EMEAA'"), "enquiry.region"},
      {"LeadService", "SubmitEnquiry", Activity("product: '$LONG'"), "enquiry.activities[0].product"},
      {"LeadService", "SubmitEnquiry",
       Enquiry("activities { channel: 'webiste' investment: 'high' response: 'visit' }"),
       "enquiry.activities[0].channel"},
      {"LeadService", "SubmitEnquiry", Enquiry("attributes { key: 'budget' value { string_value: 'maybe' } }"),
       "enquiry.attributes[\"budget\"]"},
      {"LeadService", "RecordActivity",
       "activity { lead: 'leads/a1' channel: 'website' investment: 'high' response: 'contact-me' }",
       "activity.response"},
      {"ScoringService", "Score", "record { contact { country: 'XX' } }", "record.contact.country"},
      {"ScoringService", "Score", "record { lead { status: 'mqll' } }", "record.lead.status"},
      {"LeadService", "SubmitEnquiry", Enquiry("value { currency_code: 'EURO' }"), "enquiry.value.currency_code"},
      {"LeadService", "SubmitEnquiry", "enquiry { source: 'web' contact { email: 'nobody' } }",
       "enquiry.contact.email"},
      {"LeadService", "SubmitEnquiry", Enquiry("account { display_name: 'a\\000b' }"), "enquiry.account.display_name"},
      {"LeadService", "SubmitEnquiry", Enquiry("account { display_name: '$LONG' }"), "enquiry.account.display_name"},
      {"LeadService", "SubmitEnquiry", Enquiry("products: ''"), "enquiry.products[0]"},
      {"LeadService", "SubmitEnquiry", Activity("activity_id: 'with blank'"), "enquiry.activities[0].activity_id"},
      {"LeadService", "SubmitEnquiry", Enquiry("attributes { key: 'no_such_thing' value { bool_value: true } }"),
       "enquiry.attributes[\"no_such_thing\"]"},
      {"LeadService", "SubmitEnquiry", Enquiry("") + " request_id: 'with blank'", "request_id"},
      {"LeadService", "SubmitEnquiry", Enquiry("") + " request_id: '$LONG'", "request_id"},
      {"LeadService", "SubmitEnquiry", Enquiry("") + " request_id: 'import/x/1'", "request_id"},
      {"StatusService", "RecordDisposition", "name: 'leads/a1' disposition: 'left_voicemail' note: '$LONG'", "note"},
      {"LeadService", "UpdateLead", Update("etag: '3'", "source"), "lead.etag"},
      {"StatusService", "TransitionLead", "name: 'leads/a1' status: 'mql' etag: '\"x\"'", "etag"},
      {"LeadService", "UpdateLead", Update("", "status"), "update_mask.paths[0]"},
      {"LeadService", "UpdateLead", Update("", "attributes."), "update_mask.paths[0]"},
      // Packs.
      {"AdminService", "ValidatePack", "", "pack"},
      {"AdminService", "ValidatePack", "pack: 'packs/emea'", "files"},
      {"AdminService", "ValidatePack", "pack: 'packs/Not An Id' " + kFile, "pack"},
      {"AdminService", "ProposePack", kFile, "pack"},
      {"AdminService", "ProposePack", "pack: 'packs/emea'", "files"},
      {"AdminService", "ProposePack", "pack: 'packs/../emea' " + kFile, "pack"},
      {"AdminService", "ProposePack", "pack: 'packs/emea' files { content: 'a: 1' }", "files[0].path"},
      {"AdminService", "ProposePack", "pack: 'packs/emea' files { path: '/etc/pack.yaml' }", "files[0].path"},
      {"AdminService", "ProposePack", "pack: 'packs/emea' files { path: '../pack.yaml' }", "files[0].path"},
      {"AdminService", "ProposePack", "pack: 'packs/emea' files { path: 'tests/../../pack.yaml' }", "files[0].path"},
      {"AdminService", "ProposePack", "pack: 'packs/emea' files { path: 'tests//a.yaml' }", "files[0].path"},
      {"AdminService", "ProposePack", "pack: 'packs/emea' files { path: 'tests/' }", "files[0].path"},
      {"AdminService", "ProposePack", "pack: 'packs/emea' files { path: '.' }", "files[0].path"},
      {"AdminService", "ProposePack", "pack: 'packs/emea' files { path: 'evil.so' }", "files[0].path"},
      {"AdminService", "ProposePack", "pack: 'packs/emea' files { path: 'a\\\\b.yaml' }", "files[0].path"},
      {"AdminService", "ProposePack", "pack: 'packs/emea' files { path: '$LONG' }", "files[0].path"},
      {"AdminService", "ProposePack", "pack: 'packs/emea' " + kFile + kFile, "files[1].path"},
      {"AdminService", "DiffPack", "", "pack"},
      {"AdminService", "DiffPack", "pack: 'packs/emea'", "files"},
      {"AdminService", "DiffPack", "sha256: 'abc'", "sha256"},
      {"AdminService", "DiffPack", "sha256: '" + kHash + "' pack: 'packs/emea'", "pack"},
      {"AdminService", "DiffPack", "sha256: '" + kHash + "' " + kFile, "files"},
      {"AdminService", "DiffPack", "sha256: '" + kHash + "' max_leads: -1", "max_leads"},
      {"AdminService", "DiffPack", "sha256: '" + kHash + "' max_samples: 201", "max_samples"},
      {"AdminService", "DiffPack", "sha256: '" + kHash + "' region: '$LONG'", "region"},
      {"AdminService", "ApprovePack", "side: APPROVAL_SIDE_SALES", "sha256"},
      {"AdminService", "ApprovePack", "sha256: '" + kHash + "'", "side"},
      {"AdminService", "ApprovePack", "sha256: '" + kHash + "' side: 9", "side"},
      {"AdminService", "ActivatePack", "", "sha256"},
      {"AdminService", "ActivatePack", "sha256: '" + kHash + "0'", "sha256"},
      {"AdminService", "ActivatePack", "sha256: '" + kHash + "' mode: 9", "mode"},
      {"AdminService", "ActivatePack", "sha256: '" + kHash + "' mode: ACTIVATION_MODE_CANARY", "canary_percent"},
      {"AdminService", "ActivatePack", "sha256: '" + kHash + "' mode: ACTIVATION_MODE_CANARY canary_percent: 100",
       "canary_percent"},
      {"AdminService", "ActivatePack", "sha256: '" + kHash + "' canary_percent: 10", "canary_percent"},
      {"AdminService", "ActivatePack", "sha256: '" + kHash + "' reason: '$LONG'", "reason"},
      {"AdminService", "RollbackPack", "", "pack"},
      {"AdminService", "RollbackPack", "pack: 'emea'", "pack"},
      {"AdminService", "RollbackPack", "pack: 'regions/emea'", "pack"},
      {"AdminService", "StopTrial", "reason: '$LONG'", "reason"},
      {"AdminService", "LoadPlugin", "", "name"},
      {"AdminService", "ReloadPlugin", "name: 'plugins/com.example.fit\\n'", "name"},
      {"AdminService", "ReloadPlugin", "name: 'com.example.fit'", "name"},
      {"AdminService", "ReloadPlugin", "name: 'plugins/com.example.fit' reason: '$LONG'", "reason"},
      {"LeadService", "ListLeads", "page_token: 'garbage'", "page_token"},
      {"LeadService", "GetTimeline", "name: 'leads/a1' page_token: 'cDE6eDp5'", "page_token"},
      {"StatusService", "ListOverdue", "page_token: '$LONG'", "page_token"},
  };
  return *kCases;
}

std::string Expand(std::string text) {
  if (size_t at = text.find("$LONG"); at != std::string::npos) text.replace(at, 5, std::string(5000, 'x'));
  return text;
}

TEST(MalformedRequestsTest, EachNamesItsField) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  ASSERT_GE(Cases().size(), 80u);
  for (const Case& c : Cases()) {
    SCOPED_TRACE(c.service + "." + c.method + " " + c.request);
    grpc::Status status = CallByName(server.channel(), c.service, c.method, Expand(c.request));
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    EXPECT_THAT(FieldsOf(status), Contains(c.field)) << status.error_message();
    EXPECT_EQ(ErrorInfoOf(status), "INVALID_ARGUMENT@leadline.dev");
    EXPECT_THAT(status.error_message(), HasSubstr(c.field));
  }
  v1::ListLeadsResponse leads;
  auto stub = v1::LeadService::NewStub(server.channel());
  ASSERT_TRUE(stub->ListLeads(NewContext().get(), {}, &leads).ok());
  EXPECT_EQ(leads.leads_size(), 0);
  v1::WatchEventsRequest from_start;
  auto context = NewContext(2);
  auto events = stub->WatchEvents(context.get(), from_start);
  v1::WatchEventsResponse event;
  while (events->Read(&event)) {
    // The packs and plugins that decide since the first start, and nothing else.
    const v1::Event& happened = event.event();
    const bool plugin = happened.has_plugin_changed();
    EXPECT_TRUE(plugin ? happened.plugin_changed().action() == v1::PLUGIN_ACTION_LOADED
                       : happened.pack_changed().action() == v1::PACK_ACTION_ACTIVATED)
        << event.DebugString();
    EXPECT_EQ(plugin ? happened.plugin_changed().reason() : happened.pack_changed().reason(), "first start");
  }
}

// What no text format case can say: files, and packs, that are too large.
TEST(MalformedRequestsTest, PacksThatAreTooLarge) {
  ServerSetup setup;
  setup.flags = {"--max-message-mib", "32"};
  ServerProcess server(setup);
  ASSERT_TRUE(server.Start()) << server.output();
  auto stub = v1::AdminService::NewStub(server.channel());
  v1::ProposePackRequest request;
  request.set_pack("packs/emea");
  request.add_files()->set_path("pack.yaml");
  request.mutable_files(0)->set_content(std::string((4 << 20) + 1, '#'));
  v1::ProposePackResponse response;
  EXPECT_THAT(FieldsOf(stub->ProposePack(NewContext().get(), request, &response)), ElementsAre("files[0].content"));
  request.mutable_files(0)->set_content(std::string(4 << 20, '#'));
  for (int i = 1; i < 5; ++i) {
    *request.add_files() = request.files(0);
    request.mutable_files(i)->set_path("tests/a" + std::to_string(i) + ".yaml");
  }
  EXPECT_THAT(FieldsOf(stub->ProposePack(NewContext().get(), request, &response)), ElementsAre("files"));
  request.clear_files();
  for (int i = 0; i < 1001; ++i) request.add_files()->set_path("tests/a" + std::to_string(i) + ".yaml");
  EXPECT_THAT(FieldsOf(stub->ProposePack(NewContext().get(), request, &response)), ElementsAre("files"));
}

TEST(MalformedRequestsTest, AllViolationsAtOnce) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  grpc::Status status =
      CallByName(server.channel(), "LeadService", "SubmitEnquiry",
                 "request_id: 'a b' enquiry { account { country: 'x' employee_count: -1 } language: '?' "
                 "contact { email: 'ana@acme.example' } }");
  EXPECT_THAT(FieldsOf(status),
              testing::UnorderedElementsAre("request_id", "enquiry.account.country", "enquiry.account.employee_count",
                                            "enquiry.source", "enquiry.language"));
}

// More violations than fit into trailing metadata are cut, and the call still ends with its own status.
TEST(MalformedRequestsTest, ManyViolationsStillArrive) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  std::string request = "enquiry { source: 'web' contact { email: 'ana@acme.example' }";
  for (int i = 0; i < 500; ++i) request += " activities { }";
  grpc::Status status = CallByName(server.channel(), "LeadService", "SubmitEnquiry", request + " }");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
  EXPECT_GE(FieldsOf(status).size(), 10u);
}

TEST(MalformedRequestsTest, Streams) {
  ServerProcess server;
  ASSERT_TRUE(server.Start()) << server.output();
  auto leads = v1::LeadService::NewStub(server.channel());
  auto import = [&](const std::vector<v1::ImportLeadsRequest>& messages) {
    auto context = NewContext();
    auto stream = leads->ImportLeads(context.get());
    v1::ImportLeadsResponse response;
    for (const auto& message : messages) {
      if (!stream->Write(message) || !stream->Read(&response)) break;
    }
    stream->WritesDone();
    return stream->Finish();
  };
  v1::ImportLeadsRequest named;
  named.set_import_id("spring");
  v1::ImportLeadsRequest other;
  other.set_import_id("autumn");
  v1::ImportLeadsRequest large = named;
  for (int i = 0; i < 1001; ++i) large.add_rows()->set_row(i + 1);
  EXPECT_THAT(FieldsOf(import({v1::ImportLeadsRequest()})), ElementsAre("import_id"));
  EXPECT_THAT(FieldsOf(import({named, other})), ElementsAre("import_id"));
  EXPECT_THAT(FieldsOf(import({large})), ElementsAre("rows"));

  auto scoring = v1::ScoringService::NewStub(server.channel());
  auto context = NewContext();
  auto stream = scoring->BatchScore(context.get());
  v1::BatchScoreRequest batch;
  batch.add_records();
  batch.add_records()->mutable_lead()->set_probability(7);
  stream->Write(batch);
  v1::BatchScoreResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_THAT(FieldsOf(stream->Finish()), ElementsAre("records[1].lead.probability"));

  for (const char* token : {"garbage", "ZTE6LTE=", "ZTE6OTk5OTk5"}) {  // the last two: e1:-1, e1:999999
    auto watch_context = NewContext();
    v1::WatchEventsRequest watch;
    watch.set_resume_token(token);
    auto events = leads->WatchEvents(watch_context.get(), watch);
    v1::WatchEventsResponse event;
    EXPECT_FALSE(events->Read(&event));
    EXPECT_THAT(FieldsOf(events->Finish()), ElementsAre("resume_token")) << token;
  }
}

}  // namespace
}  // namespace leadline::e2e
