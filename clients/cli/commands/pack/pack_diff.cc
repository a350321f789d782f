// leadline pack diff
#include "cli/commands/pack/pack_diff.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include "cli/commands/options/change_options.h"
#include "cli/commands/pack/pack_commands.h"
#include "cli/commands/pack/pack_input.h"
#include "cli/output/text.h"
#include "cli/services/admin_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

using enum Table::Align;

struct DiffFlags : ChangeFlags {
  std::string candidate, pack, region;
  int64_t max_leads = 0;
  int samples = 20;
  bool fail_on_change = false;
};

std::string Signed(int64_t number) { return number == 0 ? "" : (number > 0 ? "+" : "") + WithThousands(number); }

std::string SignedPoints(double points) {
  const std::string text = FormatPoints(points);
  return text == "0" ? "" : (points > 0 ? "+" : "") + text;
}

void ShowCounts(Session& session, const v1::PackDiff& diff) {
  Table aspects({{"Decision"}, {"Leads", kRight}});
  for (const v1::AspectCount& aspect : diff.aspects())
    aspects.Add({aspect.aspect(), WithThousands(aspect.lead_count())});
  session.Print("\n");
  session.Print(aspects);
  if (diff.rules_size() == 0) return;
  Table rules({{"Rule"}, {"Decision"}, {"Leads", kRight}, {"Points", kRight}});
  for (const v1::RuleChange& rule : diff.rules()) {
    rules.Add({rule.rule(), rule.aspect(), WithThousands(rule.lead_count()), SignedPoints(rule.points())});
  }
  session.Print("\n");
  session.Print(rules);
}

void ShowTotals(Session& session, const v1::PackDiff& diff) {
  Table table({{"Region"}, {"Status"}, {"Before", kRight}, {"After", kRight}, {"Difference", kRight}});
  std::string region;
  for (int i = 0; i < diff.totals_size(); ++i) {
    const v1::StatusTotal& total = diff.totals(i);
    const bool first = i == 0 || total.region() != region;
    region = total.region();
    table.Add({first ? (region.empty() ? "(none)" : region) : "", total.status(), WithThousands(total.before_count()),
               WithThousands(total.after_count()), Signed(total.after_count() - total.before_count())});
  }
  session.Print("\n");
  session.Print(table);
}

void ShowSamples(Session& session, const v1::PackDiff& diff) {
  Table table({{"Lead"}, {"Region"}, {"Status"}, {"Decision"}, {"Before", kWrap}, {"After", kWrap}, {"Rules", kWrap}});
  for (const v1::LeadDifference& sample : diff.samples()) {
    bool first = true;
    for (const v1::DecisionChange& change : sample.changes()) {
      table.Add({first ? sample.lead() : "", first ? sample.region() : "", first ? sample.status() : "",
                 change.aspect(), change.before().empty() ? "-" : change.before(),
                 change.after().empty() ? "-" : change.after(), fmt::format("{}", fmt::join(change.rules(), ", "))});
      first = false;
    }
  }
  session.Print(fmt::format("\n{} of the leads that would be decided differently\n\n",
                            WithThousands(static_cast<int64_t>(diff.samples_size()))));
  session.Print(table);
}

}  // namespace

void ShowDiff(Session& session, const v1::PackDiff& diff) {
  const double share = diff.lead_count() == 0
                           ? 0
                           : static_cast<double>(diff.changed_lead_count()) / static_cast<double>(diff.lead_count());
  session.Print(fmt::format("{} of {} leads ({}) would be decided differently\n",
                            WithThousands(diff.changed_lead_count()), WithThousands(diff.lead_count()),
                            FormatPercent(share)));
  if (diff.lead_count() > 0) {
    session.Print(fmt::format("at the bar: {} -> {}; mean score: {} -> {}\n",
                              WithThousands(diff.qualified_before_count()), WithThousands(diff.qualified_after_count()),
                              FormatPoints(diff.mean_score_before()), FormatPoints(diff.mean_score_after())));
  }
  if (diff.changed_lead_count() == 0) return;
  ShowCounts(session, diff);
  ShowTotals(session, diff);
  if (diff.samples_size() > 0) ShowSamples(session, diff);
}

namespace {

int ShowComparison(Session& session, const DiffFlags& flags, const LocalPack* local, v1::DiffPackResponse& response) {
  if (flags.samples == 0) response.mutable_diff()->clear_samples();
  if (session.json()) {
    session.PrintJson(response);
  } else {
    session.Print(FormatDiagnostics(DiagnosticsFrom(response.diagnostics(), local)));
    if (response.has_diff()) ShowDiff(session, response.diff());
  }
  if (!response.has_diff()) return kExitRefused;
  return flags.fail_on_change && response.changed_lead_count() > 0 ? kExitChanges : kExitOk;
}

int Diff(Session& session, const DiffFlags& flags) {
  v1::DiffPackRequest request;
  std::optional<LocalPack> local;
  if (std::filesystem::is_directory(flags.candidate)) {
    absl::StatusOr<LocalPack> read = ReadLocalPack(flags.candidate, flags.pack);
    if (!read.ok()) return session.Fail(read.status());
    FillPack(*read, request);
    local = *std::move(read);
  } else if (IsHashPrefix(flags.candidate)) {
    if (int code = CompleteHash(session, flags.candidate, *request.mutable_sha256()); code != kExitOk) return code;
  } else {
    return session.Fail(absl::NotFoundError(
        fmt::format("\"{}\" is neither a folder nor the first digits of a SHA-256", flags.candidate)));
  }
  request.set_region(flags.region);
  request.set_max_leads(flags.max_leads);
  request.set_max_samples(std::max(1, flags.samples));
  SetChange(flags, request);
  return RunLong(session, admin_service::kDiffPack, request, flags.async, [&](v1::DiffPackResponse& response) {
    return ShowComparison(session, flags, local ? &*local : nullptr, response);
  });
}

}  // namespace

void AddPackDiffCommand(Command group) {
  auto flags = std::make_shared<DiffFlags>();
  Command diff =
      group.AddCommand("diff", "Which decisions a pack would change on the leads that the server has; changes nothing",
                       "Examples:\n  leadline pack diff rules/regions/emea                      before it is proposed\n"
                       "  leadline pack diff 3fa1c0de --region emea                  a proposed version, some leads\n"
                       "  leadline pack diff rules/central --fail-on-change -o json  for CI\n"
                       "  leadline pack diff rules/central --async                   only starts it\n"
                       "Exit code 1 when the pack has errors; 3 with --fail-on-change when decisions change.",
                       [flags](Session& session) { return Diff(session, *flags); });
  diff.AddOption("candidate", flags->candidate,
                 "The pack's folder, or the SHA-256 (8 digits or more) of a kept version")
      .Required();
  diff.AddOption("--pack", flags->pack, "central, or the region; what pack.yaml says when not given");
  diff.AddOption("--region", flags->region, "Only leads of this region");
  diff.AddOption("--max-leads", flags->max_leads, "At most so many leads; 0: all").NotNegative();
  diff.AddOption("--samples", flags->samples, "Show at most so many leads").Between(0, 200).ShowDefault();
  AddChangeOptions<v1::DiffPackRequest>(diff, *flags);
  AddAsyncFlag(diff, *flags);
  diff.AddFlag("--fail-on-change", flags->fail_on_change, "Exit code 3 when decisions change");
}

}  // namespace leadline::cli
