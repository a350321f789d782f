// Law: a list gives what a filter over all records would, in its order, whatever index serves it and however it is
// cut into pages.
#include <algorithm>
#include <map>
#include <set>

#include "engine/listing/id_time.h"
#include "tests/engine/listing_fixture.h"

namespace leadline::engine {
namespace {

using domain::Lead;

struct Stored {
  Lead lead;
  int64_t position = 0;
};

// A term as it is written, and what it means, said once more.
struct Term {
  std::string text;
  std::function<bool(const Stored&)> holds;
};

class ListingLawTest : public ListingTest {
 protected:
  using Texts = std::vector<std::string>;

  int Below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }
  const std::string& Pick(const Texts& texts) {
    return texts[static_cast<size_t>(Below(static_cast<int>(texts.size())))];
  }

  void SetUp() override {
    ListingTest::SetUp();
    as_told_ = false;  // clocks come without their events
    for (int i = 0; i < 4; ++i) accounts_.push_back(PutAccount({.name = "Acme"}).id);
    for (int i = 0; i < 6; ++i) contacts_.push_back(PutContact({.account_id = accounts_[0]}).id);
    for (int i = 0; i < 260; ++i) {
      if (Below(3) > 0) clock_.Advance(Below(5) * kHour + Below(1000));
      const Lead lead = PutLead(MakeLead(i));
      stored_[lead.id] = {lead, 0};
    }
    for (int i = 0; i < 60; ++i) Change();
    Note();
  }

  Lead MakeLead(int i) {
    Lead lead;
    if (i % 40 == 7) lead.id = "l" + std::to_string(i);  // no UUID
    lead.account_id = Below(5) == 0 ? "" : Pick(accounts_);
    lead.contacts = {{Pick(contacts_), "enquirer"}};
    if (const std::string& other = Pick(contacts_); other != lead.contacts[0].contact_id)
      lead.contacts.push_back({other, ""});
    lead.source = Pick(sources_);
    lead.region = Pick(regions_);
    lead.status = Pick(statuses_);
    lead.assignee = Below(3) == 0 ? "" : Pick(reps_);
    if (lead.assignee.empty() && Below(2) == 0) {
      lead.hold_queue = Pick(queues_);
      lead.held_since = clock_.Now() - Below(4) * kHour;
    }
    for (const char* product : {"suite", "core"}) {
      if (Below(3) == 0) lead.products.push_back(product);
    }
    lead.score.total = Below(6) * 10.5 - 5;
    lead.created_at = clock_.Now() - Below(100) * kDay;
    lead.updated_at = clock_.Now();
    if (Below(3) == 0) {
      lead.sla = domain::SlaClock{.sla_id = "call",
                                  .start = clock_.Now(),
                                  .warn = clock_.Now() + 1,
                                  .due = clock_.Now() + (1 + Below(5)) * kHour};
      if (Below(3) == 0) lead.sla->state = domain::SlaState::kMet;
    }
    if (Below(4) == 0) lead.attributes["external_id"] = Pick({"crm-1", "crm-2", "crm 3"});
    if (Below(12) == 0 && !stored_.empty()) lead.merged_into = stored_.begin()->first;
    return lead;
  }

  void Change() {
    auto at = stored_.begin();
    std::advance(at, Below(static_cast<int>(stored_.size())));
    at->second.lead = Update(at->first, [&](Lead& lead) {
      lead.status = Pick(statuses_);
      lead.score.total += Below(3);
      lead.region = Pick(regions_);
      lead.assignee = Below(3) == 0 ? "" : Pick(reps_);
    });
  }
  void Note() {
    ASSERT_TRUE(store_
                    ->Read("default",
                           [&](store::Reader& reader) -> absl::Status {
                             for (auto& [id, stored] : stored_) {
                               const std::vector<domain::RecordRef> one = {{domain::RecordKind::kLead, id}};
                               ASSIGN_OR_RETURN(const auto events, reader.Timeline(one, 0, 1000));
                               stored.position = domain::TransactionAt(events.back().position);
                             }
                             return absl::OkStatus();
                           })
                    .ok());
  }

  static bool Has(const Texts& texts, const std::string& text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
  }
  Term TextTerm(const std::string& field, const Texts& values, const std::string& prefix, bool only_picks,
                std::function<Texts(const Lead&)> of) {
    Texts wanted = {Pick(values)};
    if (Below(3) == 0) wanted.push_back(Pick(values));
    std::string text;
    for (const std::string& value : wanted) {
      const std::string quoted = "\"" + (value.empty() ? "" : prefix + value) + "\"";
      if (Below(2) == 0 || wanted.size() == 1) {
        text += (text.empty() ? "" : " OR ") + field + " = " + quoted;
      } else {
        text += (text.empty() ? "" : " OR ") + field + " = (" + quoted + ")";
      }
    }
    const bool negated = !only_picks && Below(3) == 0;
    if (negated) {
      wanted.resize(1);
      text = (Below(2) == 0 ? "-" : "NOT ") + field + " = \"" + (wanted[0].empty() ? "" : prefix + wanted[0]) + "\"";
    } else if (wanted.size() > 1) {
      text = "(" + text + ")";
    }
    return {text, [=](const Stored& s) {
              const Texts has = of(s.lead);
              bool holds = false;
              for (const std::string& w : wanted) holds = holds || (w.empty() ? has.empty() : Has(has, w));
              return holds != negated;
            }};
  }
  static Texts One(const std::string& text) { return text.empty() ? Texts() : Texts{text}; }

  Term NumberTerm(const std::string& field, double value, std::string text, std::function<double(const Stored&)> of,
                  bool absent_at_0, int op) {
    const std::vector<std::string> ops = {"<", "<=", ">", ">=", "=", "!="};
    const std::string written = ops[static_cast<size_t>(op)];
    return {field + " " + written + " " + text, [=](const Stored& s) {
              const double has = of(s);
              if (absent_at_0 && has == 0) return op == 5;
              return op == 0   ? has < value
                     : op == 1 ? has <= value
                     : op == 2 ? has > value
                     : op == 3 ? has >= value
                     : op == 4 ? has == value
                               : has != value;
            }};
  }
  Term TimeTerm(const std::string& field, std::function<Time(const Lead&)> of, int op) {
    const auto some = std::next(stored_.begin(), Below(static_cast<int>(stored_.size())));
    Time time = of(some->second.lead);
    if (time == 0) time = clock_.Now();
    if (Below(2) == 0) time += Below(3) - 1;
    const bool absent = field != "create_time";
    return NumberTerm(
        field, static_cast<double>(time), FormatTime(time),
        [of](const Stored& s) { return static_cast<double>(of(s.lead)); }, absent, op);
  }

  Term Picking(const std::string& field) {
    if (field == "status") return TextTerm(field, statuses_, "", true, [](const Lead& l) { return One(l.status); });
    if (field == "region") return TextTerm(field, regions_, "", true, [](const Lead& l) { return One(l.region); });
    if (field == "assignee")
      return TextTerm(field, reps_, "reps/", true, [](const Lead& l) { return One(l.assignee); });
    if (field == "account") {
      return TextTerm(field, accounts_, "accounts/", true, [](const Lead& l) { return One(l.account_id); });
    }
    if (field == "hold_queue") {
      return TextTerm(field, queues_, "queues/", true, [](const Lead& l) { return One(l.hold_queue); });
    }
    if (field == "contact") return TextTerm(field, contacts_, "contacts/", true, ContactsOf);
    return TextTerm(field, {"crm-1", "crm-2", "crm 3"}, "", true, ExternalIdOf);
  }
  static Texts ContactsOf(const Lead& lead) {
    Texts ids;
    for (const auto& role : lead.contacts) ids.push_back(role.contact_id);
    return ids;
  }
  static Texts ExternalIdOf(const Lead& lead) {
    const auto found = lead.attributes.find("external_id");
    return found == lead.attributes.end() ? Texts() : One(std::get<std::string>(found->second));
  }

  Term Further() {
    const auto or_none = [](Texts values) {
      values.push_back("");
      return values;
    };
    switch (Below(9)) {
      case 0:
        return TextTerm("status", statuses_, "", false, [](const Lead& l) { return One(l.status); });
      case 1:
        return TextTerm("assignee", or_none(reps_), "reps/", false, [](const Lead& l) { return One(l.assignee); });
      case 2:
        return TextTerm("source", sources_, "", false, [](const Lead& l) { return One(l.source); });
      case 3:
        return {"product:suite", [](const Stored& s) { return Has(s.lead.products, "suite"); }};
      case 4:
        return {"-assignee:*", [](const Stored& s) { return s.lead.assignee.empty(); }};
      case 5:
        return NumberTerm(
            "score", 16, "16.0", [](const Stored& s) { return s.lead.score.total; }, false, Below(6));
      case 6:
        return TimeTerm("due_time", DueOf, Below(6));
      case 7:
        return TimeTerm(
            "enquiry_time", [](const Lead& l) { return l.created_at; }, Below(6));
      default:
        return TimeTerm(
            "create_time", [](const Lead& l) { return CreateTimeOf(l.id); }, Below(6));
    }
  }
  static Time DueOf(const Lead& lead) { return lead.sla && lead.sla->open() ? lead.sla->due : 0; }

  double OrderOf(const std::string& order, const Stored& s) {
    if (order == "score") return s.lead.score.total;
    if (order == "hold_time") return static_cast<double>(s.lead.held_since);
    if (order == "due_time") return static_cast<double>(DueOf(s.lead));
    if (order == "update_time") return static_cast<double>(s.lead.updated_at);
    if (order == "change_position") return static_cast<double>(s.position);
    return 0;  // by id
  }
  Texts Expected(const std::vector<Term>& terms, const std::string& order, bool descending) {
    std::vector<std::pair<store::ListPlace, std::string>> found;
    for (const auto& [id, s] : stored_) {
      if (!s.lead.merged_into.empty() && order != "change_position") continue;
      const bool all =
          std::all_of(terms.begin(), terms.end(), [&, &stored = s](const Term& t) { return t.holds(stored); });
      if (all) found.push_back({{OrderOf(order, s), id}, id});
    }
    std::sort(found.begin(), found.end(), [&](const auto& a, const auto& b) {
      return descending ? StandsBefore(b.first, a.first) : StandsBefore(a.first, b.first);
    });
    Texts ids;
    for (auto& [place, id] : found) ids.push_back(id);
    return ids;
  }

  std::mt19937_64 random_{20260302};
  Texts accounts_, contacts_;
  const Texts statuses_ = {"raw", "inquiry", "mql"}, regions_ = {"emea", "latam", "apac"},
              reps_ = {"emea-tom-hughes", "left-long-ago"}, queues_ = {"unassigned", "old_queue"},
              sources_ = {"website", "webinar"};
  std::map<std::string, Stored> stored_;
};

TEST_F(ListingLawTest, ListsGiveWhatAFilterOverAllWould) {
  // What serves each order; "" : everything.
  const std::vector<std::pair<std::string, Texts>> served = {
      {"create_time",
       {"", "status", "region", "assignee", "account", "contact", "hold_queue", "attributes.external_id"}},
      {"score", {"status", "assignee", "account", "attributes.external_id"}},
      {"hold_time", {"hold_queue", "contact"}},
      {"due_time", {"assignee", "account", "contact", "hold_queue"}},
      {"update_time", {"account", "attributes.external_id"}},
      {"change_position", {"", "status"}}};
  size_t listed = 0;
  std::set<std::string> seen;
  for (int round = 0; round < 400; ++round) {
    const auto& [order, fields] = served[static_cast<size_t>(Below(static_cast<int>(served.size())))];
    const std::string& field = Pick(fields);
    std::vector<Term> terms;
    if (!field.empty()) terms.push_back(Picking(field));
    if (field.empty() && order == "create_time" && Below(2) == 0) {
      terms.push_back(TimeTerm(
          "create_time", [](const Lead& l) { return CreateTimeOf(l.id); }, Below(5)));
    }
    const bool any_more = !terms.empty() || order == "change_position";
    for (int more = any_more ? Below(3) : 0; more > 0; --more) terms.push_back(Further());
    std::shuffle(terms.begin(), terms.end(), random_);
    std::string filter;
    for (const Term& term : terms) filter += (filter.empty() ? "" : " AND ") + term.text;
    const bool descending = order != "change_position" && Below(2) == 0;
    const std::string order_by = order + (descending ? " desc" : "");
    const int page_size = Below(2) == 0 ? 1 + Below(7) : 1 + Below(300);
    const Texts ids = All(filter, order_by, page_size);
    ASSERT_EQ(ids, Expected(terms, order, descending)) << filter << " by " << order_by << ", pages of " << page_size;
    listed += ids.size();
    if (!ids.empty()) seen.insert(order + " of " + field);
  }
  EXPECT_GT(listed, 5000U) << "the filters must find something";
  EXPECT_EQ(seen.size(), 22U) << "each pair must have found something";
}

}  // namespace
}  // namespace leadline::engine
