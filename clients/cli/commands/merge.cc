// leadline duplicates|merge|unmerge|entity
#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/merge_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct MergeFlags {
  std::string name, other, reason, request_id;
  int limit = 10;
};

std::string VerdictName(v1::DuplicateVerdict verdict) {
  switch (verdict) {
    case v1::DUPLICATE_VERDICT_MATCH:
      return "the same";
    case v1::DUPLICATE_VERDICT_POSSIBLE:
      return "possibly the same: for a person to judge";
    case v1::DUPLICATE_VERDICT_DIFFERENT:
      return "different";
    default:
      return "not judged";
  }
}

void ShowCandidate(Session& session, const v1::DuplicateCandidate& candidate) {
  session.Print(fmt::format("{}  {}\n", candidate.name(), candidate.display_name()));
  session.Print(fmt::format("  {} (probability {:.4f}, weight {} bits)\n", VerdictName(candidate.verdict()),
                            candidate.probability(), FormatPoints(candidate.match_weight())));
  Table table({{"  Compared"},
               {"Asked for", Table::Align::kWrap},
               {"Candidate", Table::Align::kWrap},
               {"Level"},
               {"Weight", Table::Align::kRight}});
  double sum = 0;
  for (const auto& comparison : candidate.comparisons()) {
    table.Add({"  " + comparison.field(), comparison.left_value(), comparison.right_value(), comparison.level(),
               fmt::format("{:+.2f}", comparison.weight())});
    sum += comparison.weight();
  }
  table.Add({"  before any comparison", "", "", "prior", fmt::format("{:+.2f}", candidate.match_weight() - sum)});
  table.AddLine();
  table.Add({"  sum", "", "", "", fmt::format("{:+.2f}", candidate.match_weight())});
  session.Print(table);
  session.Print("\n");
}

void ShowEntity(Session& session, const v1::Entity& entity) {
  Table table({{""}, {"", Table::Align::kWrap}});
  auto add = [&](const char* label, const std::string& value) {
    if (!value.empty()) table.Add({label, value});
  };
  if (entity.has_contact()) {
    const v1::Contact& contact = entity.contact();
    add("contact", contact.name());
    const bool erased = contact.has_erase_time();
    add("name", erased ? "" : fmt::format("{} {}", contact.given_name(), contact.family_name()));
    if (erased) add("erased", FormatMinute(ToTime(contact.erase_time())));
    add("email", contact.email());
    add("phone", contact.phone());
    add("title", contact.title());
    add("seniority", contact.seniority());
    add("account", contact.account());
    add("status", contact.status());
    add("merged into", contact.merged_into());
  } else if (entity.has_account()) {
    const v1::Account& account = entity.account();
    add("account", account.name());
    add("name", account.display_name());
    add("domain", account.domain());
    add("country", account.country());
    add("industry", account.industry());
    add("score", account.has_score() ? FormatAccountScore(account.score()) : "");
    add("interested in", FormatInterests(account.score()));
    add("merged into", account.merged_into());
  } else {
    const v1::Lead& lead = entity.lead();
    add("lead", lead.name());
    add("account", lead.account());
    for (const auto& contact : lead.contacts())
      add("contact", fmt::format("{} ({})", contact.contact(), contact.role()));
    add("source", lead.source());
    add("status", lead.status());
    add("score", FormatScore(lead.score()));
    add("merged into", lead.merged_into());
  }
  add("activities", std::to_string(entity.activity_count()));
  for (const auto& merge : entity.merges()) {
    add("merge", fmt::format("{}: absorbed {} at {}, by {}: {}", merge.merge_id(), merge.absorbed(),
                             FormatMinute(ToTime(merge.merge_time())), merge.actor(), merge.reason()));
  }
  session.Print(table);
}

int FindDuplicates(Session& session, const MergeFlags& flags) {
  v1::FindDuplicatesRequest request;
  request.set_name(InKind("leads", flags.name));
  request.set_max_results(flags.limit);
  return session.Run(merge_service::kFindDuplicates, request, [&](const v1::FindDuplicatesResponse& response) {
    if (response.candidates_size() == 0) session.Print("No record is like this one.\n");
    for (const auto& candidate : response.candidates()) ShowCandidate(session, candidate);
  });
}

void AddDuplicates(Command root) {
  Command group = root.AddGroup("duplicates", "Records that may be the same, with the weight of each comparison");
  auto flags = std::make_shared<MergeFlags>();
  Command find =
      group.AddCommand("find", "Records that may be the same as this one",
                       "Examples:\n  leadline duplicates find contacts/ID\n  leadline duplicates contacts/ID\n"
                       "Weights are bits: +1 doubles the odds that the two are one, -1 halves them.",
                       [flags](Session& session) { return FindDuplicates(session, *flags); });
  find.AddOption("name", flags->name, "contacts/ID, accounts/ID or leads/ID").Required();
  find.AddOption("--limit", flags->limit, "At most this many").Between(1, 100).ShowDefault();

  // `duplicates NAME` is `duplicates find NAME`.
  auto short_flags = std::make_shared<MergeFlags>();
  group.AddOption("name", short_flags->name, "contacts/ID, accounts/ID or leads/ID, as for `find`");
  group.SetAction("", [group, short_flags](Session& session) {
    if (!short_flags->name.empty()) return FindDuplicates(session, *short_flags);
    session.Note(group.Help());
    return kExitUsage;
  });
}

void AddMerges(Command root) {
  auto flags = std::make_shared<MergeFlags>();
  Command merge = root.AddCommand(
      "merge", "Merge one record into another of the same kind; can be undone",
      "Example:\n  leadline merge contacts/SURVIVOR contacts/ABSORBED --reason \"same person, new job\"",
      [flags](Session& session) {
        v1::MergeRequest request;
        request.set_survivor(flags->name);
        request.set_absorbed(flags->other);
        request.set_reason(flags->reason);
        request.set_request_id(flags->request_id);
        return session.Run(merge_service::kMerge, request, [&](const v1::MergeResponse& response) {
          session.Print(fmt::format("merge {}: undo it with `leadline unmerge {} --reason ...`\n", response.merge_id(),
                                    response.merge_id()));
          ShowEntity(session, response.entity());
        });
      });
  merge.AddOption("survivor", flags->name, "Record that stays").Required();
  merge.AddOption("absorbed", flags->other, "Record that is absorbed").Required();
  merge.AddOption("--reason", flags->reason, "Why").Required();
  merge.AddOption("--request-id", flags->request_id, "Names the request, so that a repeat acts once");

  auto unmerge_flags = std::make_shared<MergeFlags>();
  Command unmerge = root.AddCommand(
      "unmerge", "Undo a merge exactly", "Example:\n  leadline unmerge MERGE_ID --reason \"two people after all\"",
      [flags = unmerge_flags](Session& session) {
        v1::UnmergeRequest request;
        request.set_merge_id(flags->name);
        request.set_reason(flags->reason);
        request.set_request_id(flags->request_id);
        return session.Run(merge_service::kUnmerge, request, [&](const v1::UnmergeResponse& response) {
          session.Print("The record that had absorbed the other:\n");
          ShowEntity(session, response.survivor());
          session.Print("\nThe record that is separate again:\n");
          ShowEntity(session, response.restored());
        });
      });
  unmerge.AddOption("merge", unmerge_flags->name, "The merge's id").Required();
  unmerge.AddOption("--reason", unmerge_flags->reason, "Why").Required();
  unmerge.AddOption("--request-id", unmerge_flags->request_id, "Names the request, so that a repeat acts once");

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
  AddDuplicates(root);
  AddMerges(root);
}

}  // namespace leadline::cli
