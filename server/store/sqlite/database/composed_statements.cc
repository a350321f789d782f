// Statements whose text depends on what is asked of them.
#include "fmt/format.h"
#include "store/sqlite/database/statements.h"

namespace leadline::store {

std::string UpdateLeadSql(unsigned columns) {
  return fmt::format(
      "UPDATE leads SET version = version + 1{}{}{}{}{}{}{}{}, source = ?8, products = ?9, created_at = ?10, "
      "clock_start = ?11, clock_sla = ?12, contacts = ?14, body = ?15, external_key = ?20 "
      "WHERE tenant_id = ?1 AND lead_id = ?2 AND version = ?18",
      columns & kLeadStatus ? ", status = ?3" : "", columns & kLeadAssignee ? ", assignee = ?4" : "",
      columns & kLeadAccount ? ", account_id = ?5" : "", columns & kLeadMerge ? ", merged_into = ?6" : "",
      columns & kLeadNext ? ", next = ?13" : "", columns & kLeadQueue ? ", hold_queue = ?16, held_since = ?17" : "",
      columns & kLeadScore ? ", score = ?19" : "", columns & kLeadRegion ? ", region = ?7" : "");
}

std::string UpdateContactSql(unsigned columns) {
  return fmt::format(
      "UPDATE contacts SET version = version + 1{}{}, status = ?3, created_at = ?5, merged_into = ?6, body = ?8 "
      "WHERE tenant_id = ?1 AND contact_id = ?2 AND version = ?9",
      columns & kContactAccount ? ", account_id = ?4" : "", columns & kContactNext ? ", next = ?7" : "");
}

}  // namespace leadline::store
