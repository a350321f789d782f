// leadline merge, leadline unmerge, leadline entity
#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/commands/duplicates.h"
#include "cli/commands/options/change_options.h"
#include "cli/commands/options/list_options.h"
#include "cli/commands/tables/record_tables.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/merge_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct MergeFlags : ChangeFlags {
  std::string name, other, reason, absorbed_etag;
  ListRange range;
};

void ShowEntity(Session& session, const v1::Entity& entity) {
  Table table = RecordTable();
  if (entity.has_contact()) {
    AddRows(table, entity.contact());
  } else if (entity.has_account()) {
    AddRows(table, entity.account());
  } else {
    AddRows(table, entity.lead());
  }
  // A lead's own rows have them.
  if (!entity.has_lead()) table.Add({"activities", std::to_string(entity.activity_count())});
  for (const auto& merge : entity.merges()) {
    table.Add({"merge", fmt::format("{}: absorbed {} at {}, by {}: {}", merge.name(), merge.absorbed(),
                                    MinuteOf(merge.merge_time()), merge.actor(), merge.reason())});
  }
  session.Print(table);
}

int Merge(Session& session, const MergeFlags& flags) {
  v1::MergeRecordsRequest request;
  request.set_survivor(flags.name);
  request.set_absorbed(flags.other);
  request.set_reason(flags.reason);
  request.set_survivor_etag(EtagOf(flags.etag));
  request.set_absorbed_etag(EtagOf(flags.absorbed_etag));
  return RunChange(
      session, merge_service::kMergeRecords, flags, request, [&](const v1::MergeRecordsResponse& response) {
        const std::string& name = response.merge().name();
        if (!flags.validate_only) {
          session.Print(fmt::format("{}: undo it with `leadline merge undo {} --reason ...`\n", name, IdOf(name)));
        }
        ShowEntity(session, response.entity());
      });
}

void ShowMerges(Session& session, const google::protobuf::RepeatedPtrField<v1::Merge>& merges) {
  Table table({{"Merge"}, {"Survivor"}, {"Absorbed"}, {"When"}, {"By"}, {"Undone"}, {"Why", Table::Align::kWrap}});
  for (const v1::Merge& merge : merges) {
    table.Add({merge.name(), merge.survivor(), merge.absorbed(), MinuteOf(merge.merge_time()), merge.actor(),
               merge.undone() ? "yes" : "", merge.reason()});
  }
  session.Print(table);
}

void AddMergeReading(Command group) {
  auto flags = std::make_shared<MergeFlags>();
  Command get = group.AddCommand("get", "One merge, undone or not", "Example:\n  leadline merge get merges/ID",
                                 [flags](Session& session) {
                                   v1::GetMergeRequest request;
                                   request.set_name(InKind("merges", flags->name));
                                   return session.Run(merge_service::kGetMerge, request, [&](const v1::Merge& merge) {
                                     google::protobuf::RepeatedPtrField<v1::Merge> one;
                                     *one.Add() = merge;
                                     ShowMerges(session, one);
                                   });
                                 });
  get.AddOption("merge", flags->name, "merges/ID").Required();

  auto list_flags = std::make_shared<MergeFlags>();
  Command list =
      group.AddCommand("list", "The merges into a record that stand, oldest first",
                       "Example:\n  leadline merge list contacts/ID", [flags = list_flags](Session& session) {
                         v1::ListMergesRequest request;
                         request.set_survivor(InKind("leads", flags->name));
                         google::protobuf::RepeatedPtrField<v1::Merge> merges;
                         const ListPages pages = ForEachRecord(
                             session, merge_service::kListMerges, request, flags->range,
                             [](const v1::ListMergesResponse& response) -> const auto& { return response.merges(); },
                             [&](const v1::Merge& merge) { *merges.Add() = merge; });
                         if (pages.exit_code != kExitOk || session.json()) return pages.exit_code;
                         ShowMerges(session, merges);
                         ShowEndOfList(session, pages, "merge");
                         return kExitOk;
                       });
  list.AddOption("survivor", list_flags->name, "contacts/ID, accounts/ID or leads/ID").Required();
  AddRangeOptions(list, list_flags->range);
}

// `merge undo`, and `unmerge`, its older name.
Command AddUndo(Command parent, const std::string& name, const std::string& example) {
  auto flags = std::make_shared<MergeFlags>();
  Command undo =
      parent.AddCommand(name, "Undo a merge exactly",
                        fmt::format("Example:\n  leadline {} merges/ID --reason \"two people after all\"", example),
                        [flags](Session& session) {
                          v1::UndoMergeRequest request;
                          request.set_name(InKind("merges", flags->name));
                          request.set_reason(flags->reason);
                          return RunChange(session, merge_service::kUndoMerge, *flags, request,
                                           [&](const v1::UndoMergeResponse& response) {
                                             const bool tried = flags->validate_only;
                                             session.Print(tried ? "The record that has absorbed the other would be:\n"
                                                                 : "The record that had absorbed the other:\n");
                                             ShowEntity(session, response.survivor());
                                             session.Print(tried ? "\nThe record that would be separate again:\n"
                                                                 : "\nThe record that is separate again:\n");
                                             ShowEntity(session, response.restored());
                                           });
                        });
  undo.AddOption("merge", flags->name, "merges/ID").Required();
  undo.AddOption("--reason", flags->reason, "Why").Required();
  AddChangeOptions<v1::UndoMergeRequest>(undo, *flags);
  return undo;
}

constexpr char kMergeTeaching[] = R"(Examples:
  leadline merge contacts/SURVIVOR contacts/ABSORBED --reason "same person, new job"
  leadline merge contacts/SURVIVOR contacts/ABSORBED --reason "same person" --validate-only
  leadline merge list contacts/SURVIVOR
  leadline merge undo merges/ID --reason "two people after all")";

void AddMerges(Command root) {
  Command group = root.AddGroup("merge", "Merge one record into another of the same kind; can be undone");
  auto flags = std::make_shared<MergeFlags>();
  group.SetAction(kMergeTeaching, [group, flags](Session& session) {
    if (flags->name.empty()) {
      session.Note(group.Help());
      return kExitUsage;
    }
    if (flags->other.empty() || flags->reason.empty()) {
      return session.Fail(
          absl::InvalidArgumentError("a merge needs the record that stays, the one that is absorbed, and a --reason"));
    }
    return Merge(session, *flags);
  });
  group.AddOption("survivor", flags->name, "Record that stays");
  group.AddOption("absorbed", flags->other, "Record that is absorbed");
  group.AddOption("--reason", flags->reason, "Why");
  AddEtagOption(group, *flags);
  group.AddOption("--absorbed-etag", flags->absorbed_etag, "The same of the record that is absorbed");
  AddChangeOptions<v1::MergeRecordsRequest>(group, *flags);
  AddMergeReading(group);
  AddUndo(group, "undo", "merge undo");
  AddUndo(root, "unmerge", "unmerge").Hide();

  auto entity_flags = std::make_shared<MergeFlags>();
  Command entity = root.AddCommand("entity", "A record with everything that was merged into it",
                                   "Example:\n  leadline entity contacts/ID   any name that the record has or had",
                                   [flags = entity_flags](Session& session) {
                                     v1::GetEntityRequest request;
                                     request.set_name(InKind("leads", flags->name));
                                     return session.Run(merge_service::kGetEntity, request, [&](const auto& response) {
                                       ShowEntity(session, response.entity());
                                     });
                                   });
  entity.AddOption("name", entity_flags->name, "leads/ID, contacts/ID or accounts/ID").Required();
}

}  // namespace

void AddMergeCommands(Command root) {
  AddDuplicatesCommands(root);
  AddMerges(root);
}

}  // namespace leadline::cli
