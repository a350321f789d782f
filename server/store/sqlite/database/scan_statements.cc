#include "store/sqlite/database/scan_statements.h"

#include <string_view>

#include "fmt/format.h"

namespace leadline::store {

namespace {

using By = IdScan::By;
using domain::RecordKind;

// From where the ids come, and by what they are ordered. An empty `from`: there is no such list.
struct ScanParts {
  std::string_view id;      // column
  std::string_view number;  // the same, empty: none
  std::string_view from;    // with everything that is asked of them but their place
};

// The index is named: between two ids the planner would rather go over all records by their key.
#define LEADLINE_LEADS_BY(index) "leads INDEXED BY leads_by_" index " WHERE tenant_id = ?1 AND merged_into = '' "

ScanParts PartsOfLeads(By by) {
  switch (by) {
    case By::kEverything:
      return {"lead_id", "", "leads WHERE tenant_id = ?1 AND merged_into = ''"};
    case By::kStatus:
      return {"lead_id", "", LEADLINE_LEADS_BY("status") "AND status = ?5"};
    case By::kRegion:
      return {"lead_id", "", LEADLINE_LEADS_BY("region") "AND region = ?5"};
    case By::kAssignee:
      return {"lead_id", "", LEADLINE_LEADS_BY("assignee") "AND assignee = ?5 AND assignee <> ''"};
    case By::kAccount:
      return {"lead_id", "", LEADLINE_LEADS_BY("account") "AND account_id = ?5 AND account_id <> ''"};
    // Joined crosswise, so that the planner goes by the contact.
    case By::kContact:
      return {"c.lead_id", "",
              "lead_contacts c CROSS JOIN leads l WHERE c.tenant_id = ?1 AND c.contact_id = ?5 AND c.named = 1 "
              "AND l.tenant_id = c.tenant_id AND l.lead_id = c.lead_id AND l.merged_into = ''"};
    case By::kQueueByHold:
      return {"lead_id", "held_since", LEADLINE_LEADS_BY("queue") "AND hold_queue = ?5 AND hold_queue <> ''"};
    case By::kStatusByScore:
      return {"lead_id", "score", LEADLINE_LEADS_BY("score") "AND status = ?5"};
  }
  return {};
}

ScanParts PartsOf(RecordKind kind, By by) {
  if (kind == RecordKind::kLead) return PartsOfLeads(by);
  if (kind == RecordKind::kAccount && by == By::kEverything) {
    return {"account_id", "", "accounts WHERE tenant_id = ?1"};
  }
  if (kind == RecordKind::kContact && by == By::kEverything) {
    return {"contact_id", "", "contacts WHERE tenant_id = ?1 AND merged_into = ''"};
  }
  if (kind == RecordKind::kContact && by == By::kAccount) {
    return {"contact_id", "",
            "contacts INDEXED BY contacts_by_account WHERE tenant_id = ?1 AND merged_into = '' AND account_id = ?5 "
            "AND account_id <> ''"};
  }
  return {};
}

std::string Between(const ScanParts& parts) {
  if (parts.number.empty()) return fmt::format("{0} > ?2 AND {0} < ?3", parts.id);
  return fmt::format("({0}, {1}) > (?6, ?2) AND ({0}, {1}) < (?7, ?3)", parts.number, parts.id);
}

}  // namespace

bool GoesByNumber(By by) { return by == By::kQueueByHold || by == By::kStatusByScore; }

std::string ScanSql(RecordKind kind, By by, bool descending) {
  const ScanParts parts = PartsOf(kind, by);
  if (parts.from.empty()) return {};
  const std::string_view way = descending ? " DESC" : "";
  const std::string order = parts.number.empty() ? fmt::format("{}{}", parts.id, way)
                                                 : fmt::format("{}{}, {}{}", parts.number, way, parts.id, way);
  return fmt::format("SELECT {}, {} FROM {} AND {} ORDER BY {} LIMIT ?4", parts.id,
                     parts.number.empty() ? "0" : parts.number, parts.from, Between(parts), order);
}

std::string CountScanSql(RecordKind kind, By by) {
  const ScanParts parts = PartsOf(kind, by);
  if (parts.from.empty()) return {};
  return fmt::format("SELECT COUNT(*) FROM (SELECT 1 FROM {} AND {} LIMIT ?4)", parts.from, Between(parts));
}

}  // namespace leadline::store
