#include "store/verify/verify_reports.h"

#include <map>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "domain/reports/hand_over.h"
#include "fmt/format.h"
#include "store/verify/each_record.h"
#include "store/verify/findings.h"

namespace leadline::store {
namespace {

using domain::CellKey;
using domain::RecordKind;
using domain::RecordRef;

constexpr int kInputsPage = 500;

std::string NameOfCell(const CellKey& key) {
  std::string values = key.values;
  for (char& c : values) c = c == '\x1f' ? ',' : c;
  return fmt::format("reports/{}.{}.{}.{}.{}.{}", static_cast<int>(key.kind), static_cast<int>(key.section),
                     static_cast<int>(key.grouping), static_cast<int>(key.level), key.period, values);
}

std::string Tell(const domain::Sum* sum) {
  return sum == nullptr ? "" : fmt::format("{} (offset {})", sum->count, sum->offset);
}

// Of one tenant. Not thread-safe.
class ReportsCheck {
 public:
  ReportsCheck(ReportCellsSession& session, Reader& reader, const ReportCellsState& state, Findings& findings)
      : session_(session),
        reader_(reader),
        state_(state),
        lifecycle_(domain::LifecycleOfText(state.lifecycle)),
        findings_(findings) {
    for (const std::string& name : state.names) names_.CodeOf(name);
  }

  absl::Status CheckCells(domain::Section section) {
    std::map<CellKey, domain::Sums> told;
    for (const RecordKind kind : {RecordKind::kLead, RecordKind::kContact}) {
      RETURN_IF_ERROR(ForEachInput(kind, [&](const ReportedInput& input) {
        domain::Contribute(input.input, lifecycle_, names_, section,
                           [&](const CellKey& key, const domain::Additions& additions) {
                             domain::Sums& sums = told[key];
                             for (const domain::Addition& addition : additions) AddTo(sums, addition);
                           });
        return absl::OkStatus();
      }));
    }
    RETURN_IF_ERROR(session_.ForEachCell([&](const CellKey& key, const domain::Additions& additions) {
      if (key.section != section) return;
      const auto sums = told.find(key);
      CompareCell(key, additions, sums == told.end() ? domain::Additions() : domain::Sorted(sums->second));
      if (sums != told.end()) told.erase(sums);
    }));
    for (const auto& [key, sums] : told) CompareCell(key, {}, domain::Sorted(sums));
    return absl::OkStatus();
  }

  absl::Status CheckInputs() {
    ASSIGN_OR_RETURN(const std::vector<RecordChange> moved, reader_.LeadsOfOtherSource(state_.commits, kMostMoved));
    const ReportReading reading{.is_sales = domain::IsSales(lifecycle_), .lifecycle = &lifecycle_};
    std::set<std::string> later;
    for (const RecordChange& lead : moved) later.insert(lead.id);
    for (const RecordKind kind : {RecordKind::kLead, RecordKind::kContact}) {
      RETURN_IF_ERROR(ForEachInput(kind, [&](const ReportedInput& input) -> absl::Status {
        const RecordRef ref{kind, input.id};
        ASSIGN_OR_RETURN(std::optional<domain::ReportInput> now, reader_.GetReportInput(ref, reading));
        if (!now) {
          findings_.Add(NameOf(ref), "row", "reported", "");
          return absl::OkStatus();
        }
        if (kind == RecordKind::kLead && later.contains(input.id)) now->record.source = input.input.record.source;
        Compare(ref, input.input, *now);
        return absl::OkStatus();
      }));
      RETURN_IF_ERROR(ForEachId(reader_, kind, [&](const std::string& id) -> absl::Status {
        const RecordRef ref{kind, id};
        ASSIGN_OR_RETURN(const std::optional<domain::ReportInput> kept, session_.GetInput(ref));
        if (kept) return absl::OkStatus();
        ASSIGN_OR_RETURN(const std::optional<domain::ReportInput> now, reader_.GetReportInput(ref, reading));
        if (now) findings_.Add(NameOf(ref), "row", "", "reported");
        return absl::OkStatus();
      }));
    }
    return absl::OkStatus();
  }

 private:
  static constexpr int kMostMoved = 1'000'000;

  static std::string NameOf(const RecordRef& ref) { return "reports of " + domain::ResourceName(ref); }

  template <typename Visit>
  absl::Status ForEachInput(RecordKind kind, const Visit& visit) {
    std::string after;
    do {
      std::string last;
      ASSIGN_OR_RETURN(const std::vector<ReportedInput> inputs,
                       session_.InputsAt(state_.version, kind, after, kInputsPage, last));
      for (const ReportedInput& input : inputs) RETURN_IF_ERROR(visit(input));
      after = last;
    } while (!after.empty());
    return absl::OkStatus();
  }

  void CompareCell(const CellKey& key, const domain::Additions& stored, const domain::Additions& told) {
    domain::Additions less = stored;
    for (domain::Addition& addition : less) {
      domain::Sum sum;
      sum.Add(addition.sum, -1);
      addition.sum = sum;
    }
    for (const domain::Addition& other : domain::SumOf(less, told)) {
      const auto of = [&](const domain::Additions& all) -> const domain::Sum* {
        for (const domain::Addition& addition : all) {
          if (addition.key == other.key) return &addition.sum;
        }
        return nullptr;
      };
      findings_.Add(NameOfCell(key), fmt::format("measure {:#x}", other.key), Tell(of(stored)), Tell(of(told)));
    }
  }

  void Compare(const RecordRef& ref, domain::ReportInput kept, domain::ReportInput now) {
    for (domain::ReportInput* input : {&kept, &now}) {
      input->touched_at = 0;
      input->completeness.reset();
      for (domain::ReportedClock& clock : input->clocks) clock.response = 0;
    }
    if (kept == now) return;
    const auto tell = [](const domain::ReportInput& input) {
      int64_t rules = 0;
      for (const domain::StatusStep& step : input.steps) {
        rules += step.score ? static_cast<int64_t>(step.score->rules.size()) : 0;
      }
      const domain::Money value = input.value.value_or(domain::Money{});
      return fmt::format(
          "source {}, region {}, assignee {}, {} steps to {} by {} rules of scores, {} clocks, worth {} millionths of "
          "{} at {}, of somebody in status \"{}\"",
          input.record.source, input.record.region, input.record.assignee, input.steps.size(),
          input.steps.empty() ? "" : input.steps.back().to, rules, input.clocks.size(), value.micros, value.currency,
          input.probability, input.enquirer_status);
    };
    findings_.Add(NameOf(ref), "record", tell(kept), tell(now));
  }

  ReportCellsSession& session_;
  Reader& reader_;
  const ReportCellsState& state_;
  const domain::Lifecycle lifecycle_;
  Findings& findings_;
  domain::Names names_;
};

}  // namespace

absl::Status VerifyReports(ReportCells& cells, Reader& reader, std::string_view tenant, const OnDifference& found,
                           VerifyCounts& counts) {
  return cells.Read(tenant, [&](ReportCellsSession& session) -> absl::Status {
    ASSIGN_OR_RETURN(const ReportCellsState state, session.GetState());
    ASSIGN_OR_RETURN(const std::optional<std::string> transaction, reader.TransactionIdAt(state.number));
    if (state.lifecycle.empty() || transaction.value_or("") != state.transaction_id) return absl::OkStatus();
    Findings findings(tenant, found, counts);
    ReportsCheck check(session, reader, state, findings);
    for (const domain::Section section : domain::kAllSections) RETURN_IF_ERROR(check.CheckCells(section));
    ASSIGN_OR_RETURN(const int64_t position, reader.LastPosition());
    return domain::TransactionAt(position) == state.number ? check.CheckInputs() : absl::OkStatus();
  });
}

}  // namespace leadline::store
