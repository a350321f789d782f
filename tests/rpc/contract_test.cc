// The contract keeps the rules of Google's AIPs that it says it keeps. Every exception is named here, with the AIP's
// number and a reason; an exception that nothing needs any more fails, too.
#include <google/api/annotations.pb.h>
#include <google/api/field_behavior.pb.h>
#include <google/api/resource.pb.h>
#include <google/longrunning/operations.pb.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "leadline/v1/account_service.pb.h"
#include "leadline/v1/admin_service.pb.h"
#include "leadline/v1/contact_service.pb.h"
#include "leadline/v1/lead_service.pb.h"
#include "leadline/v1/merge_service.pb.h"
#include "leadline/v1/operations.pb.h"
#include "leadline/v1/report_service.pb.h"
#include "leadline/v1/routing_service.pb.h"
#include "leadline/v1/scoring_service.pb.h"
#include "leadline/v1/status_service.pb.h"

namespace leadline::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

// Name of what breaks the rule, and why it may.
using Exceptions = std::map<std::string, std::string>;

std::vector<const FileDescriptor*> Files() {
  return {v1::Account::descriptor()->file(),
          v1::Decision::descriptor()->file(),
          v1::Event::descriptor()->file(),
          v1::GetAccountRequest::descriptor()->file(),
          v1::GetRolloutRequest::descriptor()->file(),
          v1::GetContactRequest::descriptor()->file(),
          v1::GetLeadRequest::descriptor()->file(),
          v1::GetMergeRequest::descriptor()->file(),
          v1::GetFunnelRequest::descriptor()->file(),
          v1::GetRepRequest::descriptor()->file(),
          v1::ScoreRequest::descriptor()->file(),
          v1::TransitionLeadRequest::descriptor()->file(),
          v1::OperationMetadata::descriptor()->file()};
}

std::vector<const Descriptor*> Messages() {
  std::vector<const Descriptor*> messages;
  for (const FileDescriptor* file : Files()) {
    for (int i = 0; i < file->message_type_count(); ++i) messages.push_back(file->message_type(i));
  }
  return messages;
}

std::vector<const FieldDescriptor*> Fields() {
  std::vector<const FieldDescriptor*> fields;
  for (const Descriptor* message : Messages()) {
    for (int i = 0; i < message->field_count(); ++i) fields.push_back(message->field(i));
  }
  return fields;
}

std::vector<const MethodDescriptor*> Methods() {
  std::vector<const MethodDescriptor*> methods;
  for (const FileDescriptor* file : Files()) {
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) methods.push_back(file->service(i)->method(j));
    }
  }
  return methods;
}

std::string NameOf(const FieldDescriptor* field) { return field->containing_type()->name() + "." + field->name(); }

bool Behaves(const FieldDescriptor* field, google::api::FieldBehavior wanted) {
  const auto& options = field->options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == wanted) return true;
  }
  return false;
}

bool IsMessage(const FieldDescriptor* field, std::string_view full_name) {
  return field->message_type() != nullptr && field->message_type()->full_name() == full_name;
}

bool IsInteger(const FieldDescriptor* field) {
  return field->cpp_type() == FieldDescriptor::CPPTYPE_INT32 || field->cpp_type() == FieldDescriptor::CPPTYPE_INT64;
}

// Whether the call only looks: it changes nothing that is stored.
bool Reads(const MethodDescriptor* method) {
  static constexpr std::string_view kVerbs[] = {"Get",   "List",  "BatchGet", "Preview",    "Explain",
                                                "Watch", "Score", "Find",     "BatchScore", "Validate"};
  return std::any_of(std::begin(kVerbs), std::end(kVerbs),
                     [&](std::string_view verb) { return std::string_view(method->name()).starts_with(verb); });
}

// Fails for each of `all` that breaks the rule and is no exception, and for each exception that breaks none.
template <typename Thing>
void Hold(const std::vector<Thing>& all, const std::function<bool(Thing)>& holds,
          const std::function<std::string(Thing)>& name, const Exceptions& exceptions, std::string_view rule) {
  std::set<std::string> needed;
  int looked_at = 0;
  for (Thing thing : all) {
    ++looked_at;
    if (holds(thing)) continue;
    needed.insert(name(thing));
    EXPECT_TRUE(exceptions.contains(name(thing))) << name(thing) << " breaks this: " << rule;
  }
  EXPECT_GT(looked_at, 0) << rule;
  for (const auto& [exception, why] : exceptions) {
    EXPECT_TRUE(needed.contains(exception)) << exception << " needs no exception any more: " << rule;
    EXPECT_FALSE(why.empty());
  }
}

void HoldForFields(const std::function<bool(const FieldDescriptor*)>& concerned,
                   const std::function<bool(const FieldDescriptor*)>& holds, const Exceptions& exceptions,
                   std::string_view rule) {
  std::vector<const FieldDescriptor*> fields;
  for (const FieldDescriptor* field : Fields()) {
    if (concerned(field)) fields.push_back(field);
  }
  Hold<const FieldDescriptor*>(fields, holds, NameOf, exceptions, rule);
}

void HoldForMethods(const std::function<bool(const MethodDescriptor*)>& concerned,
                    const std::function<bool(const MethodDescriptor*)>& holds, const Exceptions& exceptions,
                    std::string_view rule) {
  std::vector<const MethodDescriptor*> methods;
  for (const MethodDescriptor* method : Methods()) {
    if (concerned(method)) methods.push_back(method);
  }
  Hold<const MethodDescriptor*>(
      methods, holds, [](const MethodDescriptor* method) { return method->name(); }, exceptions, rule);
}

TEST(ContractTest, EveryMethodHasAnHttpRule) {
  HoldForMethods([](const MethodDescriptor*) { return true; },
                 [](const MethodDescriptor* method) { return method->options().HasExtension(google::api::http); },
                 {{"ImportLeads", "AIP-127: HTTP has no streams in both directions"},
                  {"BatchScore", "AIP-127: HTTP has no streams in both directions"}},
                 "AIP-127: methods have google.api.http");
}

TEST(ContractTest, WhatReadsUsesGetAndWhatChangesDoesNot) {
  HoldForMethods([](const MethodDescriptor* method) { return method->options().HasExtension(google::api::http); },
                 [](const MethodDescriptor* method) {
                   const google::api::HttpRule& rule = method->options().GetExtension(google::api::http);
                   return Reads(method) == (rule.pattern_case() == google::api::HttpRule::kGet);
                 },
                 {{"Score", "AIP-136: a record is given, which a query string cannot hold"},
                  {"FindDuplicates", "AIP-136: records may be given, which a query string cannot hold"},
                  {"ValidatePack", "AIP-136: files are given, which a query string cannot hold"}},
                 "AIP-127, AIP-131, AIP-132, AIP-136: GET for what has no side effect, and for nothing else");
}

TEST(ContractTest, GetTakesARequiredNameAndGivesTheResource) {
  HoldForMethods(
      [](const MethodDescriptor* method) { return method->name().starts_with("Get"); },
      [](const MethodDescriptor* method) {
        const FieldDescriptor* name = method->input_type()->FindFieldByName("name");
        return method->output_type()->name() == method->name().substr(3) && name != nullptr &&
               Behaves(name, google::api::REQUIRED) && name->options().HasExtension(google::api::resource_reference);
      },
      {{"GetTimeline", "AIP-131: a history is no resource"},
       {"GetStatusHistory", "AIP-131: a history is no resource"},
       {"GetFairness", "AIP-131: a report is no resource"},
       {"GetFunnel", "AIP-131: a report is no resource"},
       {"GetVelocity", "AIP-131: a report is no resource"},
       {"GetSlaCompliance", "AIP-131: a report is no resource"},
       {"GetFlow", "AIP-131: a report is no resource"},
       {"GetPipeline", "AIP-131: a report is no resource"},
       {"GetFeedback", "AIP-131: a report is no resource"},
       {"GetEntity", "AIP-131: a record of any kind with its merges; GetMerge and GetLead give the resources"},
       {"GetRollout", "AIP-131: there is one for each tenant, without a name"},
       {"GetSnapshot", "AIP-131: there is one for each server, without a name"}},
      "AIP-131: Get takes a required name with its type, and gives the resource itself");
}

TEST(ContractTest, ListsPageFromTheStart) {
  HoldForMethods([](const MethodDescriptor* method) { return method->name().starts_with("List"); },
                 [](const MethodDescriptor* method) {
                   const FieldDescriptor* size = method->input_type()->FindFieldByName("page_size");
                   const FieldDescriptor* token = method->input_type()->FindFieldByName("page_token");
                   const FieldDescriptor* next = method->output_type()->FindFieldByName("next_page_token");
                   return size != nullptr && size->type() == FieldDescriptor::TYPE_INT32 && token != nullptr &&
                          token->type() == FieldDescriptor::TYPE_STRING && next != nullptr &&
                          method->output_type()->field(0)->is_repeated();
                 },
                 {},
                 "AIP-132, AIP-158: page_size (int32), page_token, next_page_token, and the list as the first field");
}

TEST(ContractTest, UpdateTakesTheResourceAndAMask) {
  HoldForMethods([](const MethodDescriptor* method) { return method->name().starts_with("Update"); },
                 [](const MethodDescriptor* method) {
                   const std::string kind = method->name().substr(6);
                   const FieldDescriptor* mask = method->input_type()->FindFieldByName("update_mask");
                   const FieldDescriptor* record = method->input_type()->field(0);
                   const google::api::HttpRule& rule = method->options().GetExtension(google::api::http);
                   return record->message_type() != nullptr && record->message_type()->name() == kind &&
                          Behaves(record, google::api::REQUIRED) && mask != nullptr &&
                          !Behaves(mask, google::api::REQUIRED) && IsMessage(mask, "google.protobuf.FieldMask") &&
                          rule.pattern_case() == google::api::HttpRule::kPatch && rule.body() == record->name();
                 },
                 {},
                 "AIP-134: Update takes the resource first, an optional update_mask, and is a PATCH of the resource");
}

TEST(ContractTest, BatchGetTakesNamesAndGivesThemInOrder) {
  HoldForMethods([](const MethodDescriptor* method) { return method->name().starts_with("BatchGet"); },
                 [](const MethodDescriptor* method) {
                   const FieldDescriptor* names = method->input_type()->FindFieldByName("names");
                   return names != nullptr && names->is_repeated() && Behaves(names, google::api::REQUIRED) &&
                          method->output_type()->field_count() == 1 && method->output_type()->field(0)->is_repeated();
                 },
                 {}, "AIP-231: BatchGet takes repeated names, and gives the resources");
}

TEST(ContractTest, WhatChangesCanBeTriedAgain) {
  HoldForMethods([](const MethodDescriptor* method) { return !Reads(method); },
                 [](const MethodDescriptor* method) {
                   const FieldDescriptor* id = method->input_type()->FindFieldByName("request_id");
                   return id != nullptr && id->type() == FieldDescriptor::TYPE_STRING;
                 },
                 {{"BatchSubmitEnquiries", "AIP-155: each of its requests has one"},
                  {"BatchRecordActivities", "AIP-155: each of its requests has one"},
                  {"BatchReassignLeads", "AIP-155: each of its requests has one"},
                  {"ImportLeads", "AIP-155: import_id and the row's key name each row"}},
                 "AIP-155: every call that changes something has a request_id");
}

bool StartsAnOperation(const MethodDescriptor* method) {
  return method->output_type()->full_name() == "google.longrunning.Operation";
}

TEST(ContractTest, LongWorkSaysWhatItComesTo) {
  HoldForMethods(
      StartsAnOperation,
      [](const MethodDescriptor* method) {
        const auto& info = method->options().GetExtension(google::longrunning::operation_info);
        const FileDescriptor* file = method->file();
        return info.response_type() == method->name() + "Response" &&
               file->FindMessageTypeByName(info.response_type()) != nullptr &&
               info.metadata_type() == v1::OperationMetadata::descriptor()->name();
      },
      {}, "AIP-151: operation_info names the response's and the metadata's type");
  std::set<std::string> long_work;
  for (const MethodDescriptor* method : Methods()) {
    if (StartsAnOperation(method)) long_work.insert(method->name());
  }
  EXPECT_EQ(long_work, (std::set<std::string>{"ActivatePack", "CheckStore", "DiffPack", "LoadPlugin", "ReloadPlugin",
                                              "RemapStatuses"}));
}

TEST(ContractTest, NamesAreInSnakeCaseWithoutPrepositions) {
  const std::set<std::string> prepositions = {"with", "from", "to", "of",     "in",  "on",
                                              "for",  "by",   "at", "before", "per", "into"};
  HoldForFields([](const FieldDescriptor*) { return true; },
                [&](const FieldDescriptor* field) {
                  std::string word;
                  for (const char c : field->name() + "_") {
                    const bool ordinary = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                    if (!ordinary && c != '_') return false;
                    if (ordinary) {
                      word += c;
                      continue;
                    }
                    if (word.empty() || prepositions.contains(word)) return false;
                    word.clear();
                  }
                  return true;
                },
                {{"Account.merged_into", "AIP-140: the established word for it"},
                 {"Contact.merged_into", "AIP-140: the established word for it"},
                 {"Lead.merged_into", "AIP-140: the established word for it"},
                 {"Score.as_of_time", "AIP-140: AIP-142 has no shorter word for the moment that a value holds for"},
                 {"AccountScore.as_of_time", "AIP-140: as Score.as_of_time"},
                 {"ScoreRequest.as_of_time", "AIP-140: as Score.as_of_time"},
                 {"ScoreLeadRequest.as_of_time", "AIP-140: as Score.as_of_time"},
                 {"BatchScoreRequest.as_of_time", "AIP-140: as Score.as_of_time"},
                 {"ExplainLeadRequest.as_of_time", "AIP-140: as Score.as_of_time"},
                 {"StatusChanged.from_status", "AIP-140: a change has two ends"},
                 {"StatusChanged.to_status", "AIP-140: a change has two ends"},
                 {"RemappedStatus.from_status", "AIP-140: a change has two ends"},
                 {"RemappedStatus.to_status", "AIP-140: a change has two ends"},
                 {"RegionChanged.from_region", "AIP-140: a change has two ends"},
                 {"RegionChanged.to_region", "AIP-140: a change has two ends"},
                 {"GetFunnelRequest.group_by", "AIP-140: the established word for it"},
                 {"GetVelocityRequest.group_by", "AIP-140: the established word for it"},
                 {"GetSlaComplianceRequest.group_by", "AIP-140: the established word for it"},
                 {"GetFlowRequest.group_by", "AIP-140: the established word for it"},
                 {"GetPipelineRequest.group_by", "AIP-140: the established word for it"},
                 {"GetFeedbackRequest.group_by", "AIP-140: the established word for it"},
                 {"StatusMove.from_status", "AIP-140: a change has two ends"},
                 {"StatusMove.to_status", "AIP-140: a change has two ends"},
                 {"ListReportRecordsRequest.to_status", "AIP-140: a change has two ends"},
                 {"ListLeadsRequest.order_by", "AIP-132 names it so"},
                 {"ListContactsRequest.order_by", "AIP-132 names it so"},
                 {"ListAccountsRequest.order_by", "AIP-132 names it so"},
                 {"DecisionChange.before", "AIP-140: a change has two ends"},
                 {"StatusTotal.before_count", "AIP-140: a change has two ends"},
                 {"PackDiff.qualified_before_count", "AIP-140: a change has two ends"},
                 {"PackDiff.mean_score_before", "AIP-140: a change has two ends"},
                 {"Velocity.creation_to_customer", "AIP-140: a way has two ends"},
                 {"PackCandidate.proposed_by", "AIP-140: who, beside propose_time"},
                 {"ActivePack.activated_by", "AIP-140: who, beside activate_time"},
                 {"Trial.started_by", "AIP-140: who, beside start_time"},
                 {"PluginInfo.used_by", "AIP-140: where the packs use it"}},
                "AIP-140: field names are in lower snake case, without prepositions");
}

TEST(ContractTest, IntegersSayThatTheyCount) {
  const std::set<std::string> measures = {"line",        "column",       "length",          "row",
                                          "first_row",   "sequence",     "generation",      "depth",
                                          "page_size",   "total_size",   "canary_percent",  "percent",
                                          "capacity",    "landlock_abi", "change_position", "ledger_position",
                                          "max_results", "max_leads",    "max_samples",     "expected_generation"};
  HoldForFields(
      IsInteger,
      [&](const FieldDescriptor* field) {
        return field->name().ends_with("_count") || measures.contains(field->name());
      },
      {}, "AIP-141: numbers of things end in _count; others are in the list of measures above");
}

TEST(ContractTest, MomentsAndSpansSayThatTheyAre) {
  HoldForFields([](const FieldDescriptor* field) { return IsMessage(field, "google.protobuf.Timestamp"); },
                [](const FieldDescriptor* field) { return field->name().ends_with("_time"); },
                {{"AttributeValue.time_value", "AIP-142: one of the kinds of a value, like string_value"}},
                "AIP-142: moments end in _time");
  HoldForFields([](const FieldDescriptor* field) { return IsMessage(field, "google.protobuf.Duration"); },
                [](const FieldDescriptor* field) {
                  return field->name().ends_with("_duration") || field->name().ends_with("_age") ||
                         field->name().ends_with("_interval");
                },
                {}, "AIP-142: spans of time end in _duration, _age or _interval");
  HoldForFields([](const FieldDescriptor* field) { return field->name().ends_with("_time"); },
                [](const FieldDescriptor* field) { return IsMessage(field, "google.protobuf.Timestamp"); }, {},
                "AIP-142: what ends in _time is a google.protobuf.Timestamp");
}

TEST(ContractTest, ResourcesHaveANameAndAnEtag) {
  std::set<std::string> resources;
  for (const Descriptor* message : Messages()) {
    if (!message->options().HasExtension(google::api::resource)) continue;
    const google::api::ResourceDescriptor& resource = message->options().GetExtension(google::api::resource);
    resources.insert(message->name());
    EXPECT_EQ(resource.type(), "leadline.dev/" + message->name());
    EXPECT_FALSE(resource.plural().empty()) << message->name();
    ASSERT_EQ(resource.pattern_size(), 1) << message->name();
    EXPECT_EQ(resource.pattern(0), resource.plural() + "/{" + resource.singular() + "}");
    const FieldDescriptor* name = message->FindFieldByName("name");
    ASSERT_NE(name, nullptr) << message->name();
    EXPECT_EQ(name->number(), 1) << message->name() << ": AIP-122";
    EXPECT_TRUE(Behaves(name, google::api::IDENTIFIER)) << message->name() << ": AIP-203";
  }
  EXPECT_EQ(resources, (std::set<std::string>{"Account", "Contact", "Lead", "Merge", "Queue", "Rep"}));
}

// `names` of one kind have its type; a field that may hold names of several kinds has "*".
TEST(ContractTest, NamesOfResourcesHaveTheirType) {
  std::set<std::string> types = {"*", "leadline.dev/Pack", "leadline.dev/Plugin"};
  for (const Descriptor* message : Messages()) {
    if (message->options().HasExtension(google::api::resource)) types.insert("leadline.dev/" + message->name());
  }
  int references = 0;
  for (const FieldDescriptor* field : Fields()) {
    if (!field->options().HasExtension(google::api::resource_reference)) continue;
    ++references;
    EXPECT_EQ(field->type(), FieldDescriptor::TYPE_STRING) << NameOf(field);
    EXPECT_TRUE(types.contains(field->options().GetExtension(google::api::resource_reference).type()))
        << NameOf(field) << ": AIP-124";
  }
  EXPECT_GT(references, 50);
  HoldForFields(
      [](const FieldDescriptor* field) {
        static const std::set<std::string> kWords = {"lead",  "contact", "account", "rep",   "assignee",
                                                     "owner", "pack",    "plugin",  "merge", "survivor"};
        return field->type() == FieldDescriptor::TYPE_STRING && kWords.contains(field->name());
      },
      [](const FieldDescriptor* field) { return field->options().HasExtension(google::api::resource_reference); },
      {{"Queue.owner", "AIP-124: who answers for the queue, in the pack's own words"},
       {"PackInfo.owner", "AIP-124: who answers for the pack, in its own words"}},
      "AIP-124: a field that holds the name of a resource says of which type");
}

TEST(ContractTest, EnumsBeginWithUnspecified) {
  int enums = 0;
  for (const FileDescriptor* file : Files()) {
    for (int i = 0; i < file->enum_type_count(); ++i) {
      const EnumDescriptor* type = file->enum_type(i);
      ++enums;
      EXPECT_EQ(type->value(0)->number(), 0);
      EXPECT_TRUE(type->value(0)->name().ends_with("_UNSPECIFIED")) << type->full_name() << ": AIP-126";
    }
  }
  EXPECT_GT(enums, 10);
}

TEST(ContractTest, FilesSayWhereTheirCodeGoes) {
  std::set<std::string> go, java, outer;
  for (const FileDescriptor* file : Files()) {
    EXPECT_EQ(file->package(), "leadline.v1");
    EXPECT_TRUE(file->options().java_multiple_files()) << file->name() << ": AIP-191";
    go.insert(file->options().go_package());
    java.insert(file->options().java_package());
    EXPECT_TRUE(outer.insert(file->options().java_outer_classname()).second) << file->name() << ": AIP-191";
  }
  EXPECT_EQ(go.size(), 1U);
  EXPECT_EQ(java.size(), 1U);
}

}  // namespace
}  // namespace leadline::rpc
