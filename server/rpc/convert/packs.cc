#include "rpc/convert/packs.h"

#include <unicode/unistr.h>

#include <algorithm>
#include <string_view>

#include "fmt/format.h"
#include "rpc/convert/decisions.h"
#include "rpc/convert/records.h"

namespace leadline::rpc {
namespace {

constexpr size_t kMaxPathBytes = 256;
constexpr size_t kMaxDiagnostics = 500;
constexpr size_t kMaxSourceLineBytes = 1000;

bool IsPlain(char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f' && c != '\\'; }

// Why a file may not stand there; empty when it may.
std::string PathProblem(std::string_view path) {
  if (path.empty()) return "is required";
  if (path.size() > kMaxPathBytes) {
    return fmt::format("has {} bytes; at most {} are allowed", path.size(), kMaxPathBytes);
  }
  if (path.front() == '/') return "must be relative to the pack, such as \"scoring.yaml\"";
  if (!std::all_of(path.begin(), path.end(), IsPlain)) return "must not hold control characters or backslashes";
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return "must not hold empty parts, \".\" or \"..\"";
    begin = end + 1;
  }
  if (!path.ends_with(".yaml") && !path.ends_with(".yml") && !path.ends_with(".ics")) {
    return "must end in .yaml, or in .ics for a calendar: a pack holds nothing else";
  }
  return {};
}

// Messages quote files, which may hold anything; the wire takes UTF-8 only.
std::string Utf8(const std::string& text) {
  std::string out;
  icu::UnicodeString::fromUTF8(text).toUTF8String(out);
  return out;
}

v1::ApprovalSide ToProto(domain::ApprovalSide side) {
  switch (side) {
    case domain::ApprovalSide::kMarketing:
      return v1::APPROVAL_SIDE_MARKETING;
    case domain::ApprovalSide::kSales:
      return v1::APPROVAL_SIDE_SALES;
  }
  return v1::APPROVAL_SIDE_UNSPECIFIED;
}

v1::ActivationMode ToProto(domain::TrialMode mode) {
  switch (mode) {
    case domain::TrialMode::kShadow:
      return v1::ACTIVATION_MODE_SHADOW;
    case domain::TrialMode::kCanary:
      return v1::ACTIVATION_MODE_CANARY;
  }
  return v1::ACTIVATION_MODE_UNSPECIFIED;
}

void ToProto(const SourcePosition& from, v1::Location* to) {
  to->set_file(Utf8(from.file));
  to->set_line(from.line);
  to->set_column(from.column);
}

void ToProto(const Diagnostic& from, v1::PackDiagnostic* to) {
  to->set_severity(from.severity == Severity::kError ? v1::DIAGNOSTIC_SEVERITY_ERROR : v1::DIAGNOSTIC_SEVERITY_WARNING);
  to->set_code(from.code);
  to->set_message(Utf8(from.message));
  to->set_hint(Utf8(from.hint));
  to->set_rule(Utf8(from.rule));
  to->set_layer(from.layer);
  v1::Location* fault = to->add_locations();
  ToProto(from.position, fault);
  fault->set_length(from.length);
  if (from.source_line.size() <= kMaxSourceLineBytes) fault->set_source_line(Utf8(from.source_line));
  if (from.related.file.empty() && from.related_message.empty()) return;
  v1::Location* related = to->add_locations();
  ToProto(from.related, related);
  related->set_message(Utf8(from.related_message));
}

void ToProto(const engine::PackTestReport& from, v1::PackCheck* to) {
  to->set_passed_test_count(from.passed);
  to->set_failed_test_count(from.failed);
  to->set_skipped_test_count(from.skipped);
  for (const engine::PackTestCase& test : from.cases) {
    if (test.outcome != engine::PackTestCase::Outcome::kFailed) continue;
    v1::PackTestFailure* added = to->add_failures();
    added->set_pack(NameOrEmpty(domain::RecordKind::kPack, test.pack));
    added->set_suite(Utf8(test.suite));
    added->set_case_name(Utf8(test.name));
    added->set_file(Utf8(test.position.file));
    added->set_line(test.position.line);
    added->set_message(Utf8(test.message));
  }
}

void ToProto(const engine::LeadDifference& from, v1::LeadDifference* to) {
  to->set_lead(from.lead);
  to->set_region(from.region);
  to->set_status(from.status);
  for (const engine::DecisionChange& change : from.changes) {
    v1::DecisionChange* added = to->add_changes();
    added->set_aspect(change.aspect);
    added->set_before(change.before);
    added->set_after(change.after);
    for (const std::string& rule : change.rules) added->add_rules(rule);
  }
}

void ToProto(const domain::ActivePack& from, v1::ActivePack* to) {
  rpc::ToProto(from.ref, to->mutable_ref());
  if (from.since != 0) *to->mutable_activate_time() = rpc::ToProto(from.since);
  to->set_activated_by(from.activated_by);
  for (const domain::PackRef& ref : from.before) rpc::ToProto(ref, to->add_earlier());
}

void ToProto(const domain::Trial& from, v1::Trial* to) {
  to->set_mode(ToProto(from.mode));
  rpc::ToProto(from.ref, to->mutable_ref());
  to->set_generation(from.generation);
  to->set_canary_percent(from.canary_percent);
  if (from.since != 0) *to->mutable_start_time() = rpc::ToProto(from.since);
  to->set_started_by(from.started_by);
}

void ToProto(const domain::SetAsideLead& from, v1::SetAsideLead* to) {
  to->set_lead(domain::ResourceName(domain::RecordKind::kLead, from.lead));
  to->set_error(from.error);
  to->set_try_count(from.tries);
  if (from.retry_at != 0) *to->mutable_retry_time() = rpc::ToProto(from.retry_at);
}

void ToProto(const domain::Rescoring& from, v1::Rescoring* to) {
  to->set_generation(from.generation);
  to->set_lead_count(from.total);
  to->set_done_count(from.done);
  to->set_changed_count(from.changed);
  if (from.started_at != 0) *to->mutable_start_time() = rpc::ToProto(from.started_at);
  if (from.finished_at != 0) *to->mutable_end_time() = rpc::ToProto(from.finished_at);
  to->set_set_aside_count(static_cast<int64_t>(from.set_aside.size()));
  to->set_skipped_count(from.skipped);
  to->set_left_out_count(from.left_out);
  to->set_unchanged_count(from.same);
  const auto name = [](const std::string& region) { return region.empty() ? "central" : region; };
  for (const auto& [region, fingerprint] : from.regions) to->add_regions(name(region));
  for (const std::string& region : from.left_out_regions) to->add_left_out_regions(name(region));
  for (const domain::TrialShare& share : from.shares) {
    v1::TrialShare* added = to->add_shares();
    rpc::ToProto(share.ref, added->mutable_ref());
    added->set_percent(share.percent);
    for (const std::string& region : share.regions) added->add_regions(name(region));
  }
  for (const domain::SetAsideLead& lead : from.skipped_leads) ToProto(lead, to->add_failures());
  const size_t shown = std::min(from.set_aside.size(), domain::Rescoring::kKeptSkipped);
  for (size_t i = 0; i < shown; ++i) ToProto(from.set_aside[i], to->add_failures());
}

}  // namespace

std::string PackNameFrom(const FieldPath& path, const std::string& name, Checker& check) {
  return check.RequiredId(path, name, {domain::RecordKind::kPack});
}

packs::PackFiles PackFilesFrom(const FieldPath& path, const std::string& name,
                               const google::protobuf::RepeatedPtrField<v1::PackFile>& from, Checker& check) {
  packs::PackFiles pack{name, {}};
  if (from.empty()) check.Refuse(path, "is required: the pack's files");
  check.Count(path, from.size(), kMaxPackFiles);
  uint64_t bytes = 0;
  for (int i = 0; i < from.size() && i < kMaxPackFiles; ++i) {
    const FieldPath file = path[i];
    const std::string& content = from[i].content();
    bytes += content.size();
    if (std::string problem = PathProblem(from[i].path()); !problem.empty()) {
      check.Refuse(file / "path", problem);
    } else if (!pack.files.emplace(from[i].path(), content).second) {
      check.Refuse(file / "path", fmt::format("\"{}\" is there twice", from[i].path()));
    }
    if (content.size() > packs::kMaxPackFileBytes) {
      check.Refuse(file / "content", fmt::format("has {} bytes; a file of a pack has at most {}", content.size(),
                                                 packs::kMaxPackFileBytes));
    }
  }
  if (bytes > packs::kMaxPackBytes) {
    check.Refuse(path, fmt::format("have {} bytes together; a pack has at most {}", bytes, packs::kMaxPackBytes));
  }
  return pack;
}

std::string Sha256From(const FieldPath& path, const std::string& text, Checker& check) {
  if (text.empty()) {
    check.Refuse(path, "is required: the SHA-256 of a proposed version");
    return {};
  }
  std::string out = text;
  for (char& c : out) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  const bool form = out.size() == 64 && out.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!form) check.Refuse(path, "is not a SHA-256: 64 hexadecimal digits");
  return out;
}

domain::ApprovalSide ApprovalSideFrom(const FieldPath& path, v1::ApprovalSide from, Checker& check) {
  if (from == v1::APPROVAL_SIDE_SALES) return domain::ApprovalSide::kSales;
  if (from != v1::APPROVAL_SIDE_MARKETING) {
    check.Refuse(path, "is required: APPROVAL_SIDE_MARKETING or APPROVAL_SIDE_SALES");
  }
  return domain::ApprovalSide::kMarketing;
}

engine::DiffRequest DiffRequestFrom(const v1::DiffPackRequest& from, Checker& check) {
  constexpr int kStandardSamples = 20;
  const FieldPath root;
  engine::DiffRequest out;
  if (!from.sha256().empty()) {
    out.sha256 = Sha256From(root / "sha256", from.sha256(), check);
    if (!from.files().empty()) check.Refuse(root / "files", "must be empty when sha256 names a kept version");
    if (!from.pack().empty()) check.Refuse(root / "pack", "must be empty when sha256 names a kept version");
  } else {
    const std::string name = PackNameFrom(root / "pack", from.pack(), check);
    out.files = PackFilesFrom(root / "files", name, from.files(), check);
  }
  out.region = check.Word(root / "region", from.region());
  out.max_leads = check.NotNegative(root / "max_leads", from.max_leads());
  if (from.max_samples() < 0 || from.max_samples() > kMaxDiffSamples) {
    check.Refuse(root / "max_samples", fmt::format("must lie between 0 and {}", kMaxDiffSamples));
  }
  out.max_samples = from.max_samples() == 0 ? kStandardSamples : from.max_samples();
  return out;
}

engine::ActivateRequest ActivateRequestFrom(const v1::ActivatePackRequest& from, Checker& check) {
  using Mode = engine::ActivateRequest::Mode;
  const FieldPath root;
  engine::ActivateRequest out;
  out.sha256 = Sha256From(root / "sha256", from.sha256(), check);
  out.reason = check.Text(root / "reason", from.reason());
  out.rescore = !from.skip_rescoring();
  out.expected_generation = check.NotNegative(root / "expected_generation", from.expected_generation());
  switch (from.mode()) {
    case v1::ACTIVATION_MODE_UNSPECIFIED:
    case v1::ACTIVATION_MODE_ACTIVE:
      out.mode = Mode::kActive;
      break;
    case v1::ACTIVATION_MODE_SHADOW:
      out.mode = Mode::kShadow;
      break;
    case v1::ACTIVATION_MODE_CANARY:
      out.mode = Mode::kCanary;
      break;
    default:
      check.Refuse(root / "mode", fmt::format("{} is not a mode", static_cast<int>(from.mode())));
  }
  if (out.mode == Mode::kCanary && (from.canary_percent() < 1 || from.canary_percent() > 99)) {
    check.Refuse(root / "canary_percent", "must lie between 1 and 99 with ACTIVATION_MODE_CANARY");
  } else if (out.mode != Mode::kCanary && from.canary_percent() != 0) {
    check.Refuse(root / "canary_percent", "is for ACTIVATION_MODE_CANARY only");
  }
  out.canary_percent = from.canary_percent();
  return out;
}

void ToProto(const std::vector<Diagnostic>& from, google::protobuf::RepeatedPtrField<v1::PackDiagnostic>* to) {
  for (size_t i = 0; i < from.size(); ++i) {
    if (to->size() == kMaxDiagnostics) {
      v1::PackDiagnostic* last = to->Add();
      last->set_severity(v1::DIAGNOSTIC_SEVERITY_WARNING);
      last->set_message(fmt::format("{} more problems are left out here", from.size() - i));
      return;
    }
    ToProto(from[i], to->Add());
  }
}

void ToProto(const engine::PackCheck& from, v1::PackCheck* to) {
  ToProto(from.ref, to->mutable_ref());
  to->set_good(from.status.ok());
  to->set_message(Utf8(std::string(from.status.message())));
  to->set_warning(Utf8(from.warning));
  ToProto(from.diagnostics, to->mutable_diagnostics());
  ToProto(from.tests.diagnostics, to->mutable_diagnostics());
  ToProto(from.tests, to);
  for (const std::string& pack : from.broken_packs) {
    to->add_broken_packs(NameOrEmpty(domain::RecordKind::kPack, pack));
  }
}

void ToProto(const domain::PackCandidate& from, v1::PackCandidate* to) {
  ToProto(from.ref, to->mutable_ref());
  to->set_proposed_by(from.proposed_by);
  if (from.proposed_at != 0) *to->mutable_propose_time() = ToProto(from.proposed_at);
  for (const domain::PackApproval& approval : from.approvals) {
    v1::PackApproval* added = to->add_approvals();
    added->set_side(ToProto(approval.side));
    added->set_principal(approval.principal);
    if (approval.time != 0) *added->mutable_approve_time() = ToProto(approval.time);
    added->set_reason(approval.reason);
  }
}

void ToProto(const engine::PackDiff& from, v1::PackDiff* to) {
  to->set_lead_count(from.leads);
  to->set_changed_lead_count(from.changed);
  for (const auto& [aspect, leads] : from.by_aspect) {
    v1::AspectCount* added = to->add_aspects();
    added->set_aspect(aspect);
    added->set_lead_count(leads);
  }
  for (const engine::RuleChange& rule : from.by_rule) {
    v1::RuleChange* added = to->add_rules();
    added->set_rule(rule.rule);
    added->set_aspect(rule.aspect);
    added->set_lead_count(rule.leads);
    added->set_points(rule.points);
  }
  for (const engine::StatusTotal& total : from.totals) {
    v1::StatusTotal* added = to->add_totals();
    added->set_region(total.region);
    added->set_status(total.status);
    added->set_before_count(total.before);
    added->set_after_count(total.after);
  }
  to->set_qualified_before_count(from.qualified_before);
  to->set_qualified_after_count(from.qualified_after);
  to->set_mean_score_before(from.mean_score_before);
  to->set_mean_score_after(from.mean_score_after);
  for (const engine::LeadDifference& sample : from.samples) ToProto(sample, to->add_samples());
}

void ToProto(const engine::RolloutView& from, v1::Rollout* to) {
  const domain::Rollout& rollout = from.rollout;
  to->set_generation(rollout.generation);
  for (const domain::ActivePack& pack : rollout.active) ToProto(pack, to->add_active());
  for (const domain::PackCandidate& candidate : rollout.candidates) ToProto(candidate, to->add_candidates());
  if (rollout.trial.has_value()) {
    ToProto(*rollout.trial, to->mutable_trial());
    // The counts are this server's own; it may not have followed to that trial yet.
    if (from.trial.has_value() && from.trial->trial.generation == rollout.trial->generation) {
      to->mutable_trial()->set_compared_count(from.trial->compared);
      ToProto(from.trial->diff, to->mutable_trial()->mutable_diff());
    }
  }
  if (rollout.rescoring.has_value()) ToProto(*rollout.rescoring, to->mutable_rescoring());
  to->set_refresh_error(Utf8(from.refresh_error));
}

void ToProto(const domain::ReferenceVersions& from, v1::ReferenceVersions* to) {
  to->set_time_zones(Utf8(from.time_zones));
  to->set_phone_metadata(Utf8(from.phone_metadata));
  to->set_public_suffix_list(Utf8(from.public_suffix_list));
  to->set_country_codes(Utf8(from.country_codes));
}

}  // namespace leadline::rpc
