// Random use of an engine: whatever people, forms, imports and timers may do, in any order.
#pragma once

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/leads/lead_split.h"
#include "tests/engine/pack_rollout_fixture.h"

namespace leadline::engine {

class RandomHistory : public PackRolloutTest {
 protected:
  void Begin(uint64_t seed) {
    random_.seed(seed);
    for (const domain::Rep& rep : holder_->Get()->rules->reps()) reps_.push_back("reps/" + rep.id);
  }

  // One thing that happens; errors of the kinds that callers make are part of it.
  void Step() {
    using What = void (RandomHistory::*)();
    static constexpr std::pair<int, What> kActs[] = {
        {22, &RandomHistory::SubmitOne},  {10, &RandomHistory::ImportSome}, {22, &RandomHistory::ActOnOne},
        {14, &RandomHistory::UpdateOne},  {10, &RandomHistory::MoveOne},    {7, &RandomHistory::AcceptOne},
        {5, &RandomHistory::RejectOne},   {6, &RandomHistory::DisposeOne},  {4, &RandomHistory::RouteOne},
        {5, &RandomHistory::ReassignOne}, {4, &RandomHistory::LeaveOrCome}, {2, &RandomHistory::PlanToBeAway},
        {14, &RandomHistory::TimePasses}, {10, &RandomHistory::MergeTwo},   {8, &RandomHistory::Separate},
        {5, &RandomHistory::SplitOne},    {1, &RandomHistory::Remap},       {5, &RandomHistory::RescoreSome},
        {4, &RandomHistory::EraseOne},
    };
    int all = 0;
    for (const auto& [weight, act] : kActs) all += weight;
    int at = Below(all);
    for (const auto& [weight, act] : kActs) {
      if ((at -= weight) >= 0) continue;
      (this->*act)();
      return;
    }
  }

  int most_activities_ = 4;  // an enquiry has fewer

  int Below(int n) { return static_cast<int>(random_() % static_cast<uint64_t>(n)); }
  bool Once(int in) { return Below(in) == 0; }
  template <typename T>
  const T& Any(const std::vector<T>& of) {
    return of[static_cast<size_t>(Below(static_cast<int>(of.size())))];
  }
  Time Past() { return clock_.Now() - (1 + Below(60 * 24 * 90)) * kMinute; }

  domain::Activity AnyActivity(bool past) {
    static const std::vector<std::string> channels = {"website", "email", "event", "webinar", "phone", "list"};
    static const std::vector<std::string> investments = {"low", "medium", "high"};
    static const std::vector<std::string> responses = {"sent",    "open",    "click",        "download",   "attend",
                                                       "no_show", "meeting", "demo_request", "contact_me", "listed"};
    domain::Activity activity = Did(Any(channels), Any(investments), Any(responses), past ? Past() : 0);
    if (Once(2)) activity.product = Once(2) ? "press" : "lathe";
    if (Once(3)) activity.subject = "about " + std::to_string(Below(100));
    return activity;
  }

  // Of a few people at a few companies in several regions, so that many come again.
  Enquiry AnyEnquiry() {
    static const std::vector<std::pair<std::string, std::string>> places = {
        {"ES", "acme.es"}, {"DE", "werk.de"}, {"US", "shop.com"}, {"IN", "mill.in"}, {"BR", "loja.com.br"}};
    static const std::vector<std::string> titles = {"Gerente de Compras", "CEO", "Head of Purchasing", "Student", ""};
    const auto& [country, domain] = Any(places);
    const int person = Below(6);
    Enquiry e;
    if (!Once(6)) {
      e.account.name = "Company of " + domain;
      e.account.domain = domain;
      e.account.country = country;
      if (Once(3)) e.account.employees = Below(5000);
      if (Once(4)) e.account.industry = "manufacturing";
    }
    e.contact.given_name = "Given" + std::to_string(person);
    e.contact.family_name = "Family" + std::to_string(person);
    e.contact.email = fmt::format("person{}@{}", person, domain);
    e.contact.title = Any(titles);
    e.contact.country = country;
    if (Once(3)) e.contact.phone = fmt::format("+34600{:06}", person);
    if (Once(4)) e.contact.attributes["department"] = std::string("procurement");
    e.source = Once(2) ? "website" : "fair";
    if (Once(3)) e.attributes["budget"] = std::string(Once(2) ? "approved" : "none");
    if (Once(4)) e.value = domain::Money{"EUR", Below(1000) * int64_t{1'000'000}};
    if (Once(4)) e.products = {"press", Once(2) ? "lathe" : "analytics"};
    e.purchased = Once(12);
    for (int i = Below(most_activities_); i > 0; --i) e.activities.push_back(AnyActivity(Once(2)));
    if (Once(3)) {
      e.created_at = Past();
      std::vector<std::string> steps = {"inquiry", "prospect", "mql", "sal", "aql", "sql", "customer", "re_market"};
      Time time = e.created_at;
      for (int i = Below(4); i > 0; --i) {
        time = std::min(clock_.Now(), time + Below(60 * 24 * 20) * kMinute);
        HistoryStep step{time, Once(5) ? "" : Any(steps), Once(2) ? Any(reps_).substr(5) : "", "as it was"};
        if (step.status.empty() && step.rep.empty()) continue;
        e.history.push_back(std::move(step));
      }
      for (domain::Activity& activity : e.activities) {
        if (activity.time != 0 && activity.time < e.created_at && Once(2)) activity.time = e.created_at;
      }
    }
    return e;
  }

  void SubmitOne() {
    const bool dry = Once(10);
    auto result = Submit(AnyEnquiry(), Named(), dry);
    if (!Accept(result.status()) || dry || result->replayed) return;
    Know(result->lead, result->contact, result->account);
  }

  void ImportSome() {
    std::vector<ImportRow> rows;
    for (int i = 0; i < 3; ++i) rows.push_back({Below(30), AnyEnquiry()});
    auto result = Import("file", std::move(rows));
    ++done_[result.ok()];
    if (!Accept(result.status())) return;
    for (const domain::Lead& lead : NewestLeads(3)) Know(lead, {}, {});
  }

  void ActOnOne() {
    if (leads_.empty()) return;
    domain::Activity activity = AnyActivity(Once(4));
    activity.lead_id = IdPart(Any(leads_));
    if (Once(6) && !contacts_.empty()) activity.contact_id = IdPart(Any(contacts_));
    if (Once(8)) activity.id = "activity-" + std::to_string(Below(12));
    Accept(Act(std::move(activity), Named()).status());
  }

  void UpdateOne() {
    if (leads_.empty() || contacts_.empty() || accounts_.empty()) return;
    UpdateRequest request;
    request.lead.id = IdPart(Any(leads_));
    static const std::vector<std::string> regions = {"emea", "latam", "apac", "north_america"};
    static const std::vector<std::string> paths = {
        "region", "source",   "country",     "account",           "contacts",
        "value",  "products", "probability", "attributes.budget", "language"};
    for (int i = 1 + Below(3); i > 0; --i) request.paths.push_back(Any(paths));
    request.lead.region = Any(regions);
    request.lead.source = Once(2) ? "partner" : "website";
    request.lead.country = Once(2) ? "US" : "ES";
    request.lead.account_id = Once(5) ? "" : IdPart(Any(accounts_));
    request.lead.contacts = {{IdPart(Any(contacts_)), Once(2) ? "enquirer" : "user"},
                             {IdPart(Any(contacts_)), "decision_maker"}};
    if (Once(2)) request.lead.value = domain::Money{"USD", Below(100) * int64_t{1'000'000}};
    if (Once(2)) request.lead.products = {Once(2) ? "drill" : "analytics"};
    request.lead.probability = Below(11) / 10.0;
    request.lead.language = Once(2) ? "es" : "en";
    if (Once(2)) request.lead.attributes["budget"] = std::string("planned");
    Accept(Wait<UpdateResult>([&](Done<UpdateResult> done) {
             engine_->UpdateLead(Named(), std::move(request), std::move(done));
           }).status());
  }

  void MoveOne() {
    static const std::vector<std::string> statuses = {"inquiry", "maql",     "lal",          "mql",      "sal",
                                                      "sql",     "customer", "disqualified", "re_market"};
    const std::vector<std::string>& of = Once(3) ? contacts_ : leads_;
    if (of.empty()) return;
    Accept(Wait<RecordResult>([&](Done<RecordResult> done) {
             engine_->Transition(Named(), Any(of), Any(statuses), "asked for", std::move(done));
           }).status());
  }

  void AcceptOne() {
    if (leads_.empty()) return;
    Accept(Wait<RecordResult>([&](Done<RecordResult> done) {
             engine_->AcceptLead(Named(), Any(leads_), Once(2) ? Any(reps_) : "", std::move(done));
           }).status());
  }

  void RejectOne() {
    if (leads_.empty()) return;
    Accept(Wait<RecordResult>([&](Done<RecordResult> done) {
             engine_->RejectLead(Named(), Any(leads_), "no_budget", "", std::move(done));
           }).status());
  }

  void DisposeOne() {
    const std::vector<std::string>& of = Once(3) ? contacts_ : leads_;
    if (of.empty()) return;
    Accept(Wait<RecordResult>([&](Done<RecordResult> done) {
             engine_->RecordDisposition(Named(), Any(of), Once(2) ? "connected" : "left_voicemail", "",
                                        std::move(done));
           }).status());
  }

  void RouteOne() {
    if (leads_.empty()) return;
    Accept(Wait<RouteResult>([&](Done<RouteResult> done) {
             engine_->RouteLead(Named(), Any(leads_), std::move(done));
           }).status());
  }

  void ReassignOne() {
    if (leads_.empty()) return;
    Accept(Wait<domain::Lead>([&](Done<domain::Lead> done) {
             engine_->ReassignLead(Named(), Any(leads_), Any(reps_), "asked for", std::move(done));
           }).status());
  }

  void LeaveOrCome() {
    const bool available = Once(2);
    const Time until = available || Once(2) ? 0 : clock_.Now() + (1 + Below(10)) * kDay;
    Accept(Wait<RepView>([&](Done<RepView> done) {
             engine_->SetAvailability(Named(), Any(reps_), available, until, std::move(done));
           }).status());
  }

  void PlanToBeAway() {
    std::vector<domain::Absence> absences;
    for (int i = Below(4); i > 0; --i) {
      const Time start = clock_.Now() + (Below(20) - 5) * kDay;
      absences.push_back({start, start + (1 + Below(7 * 24)) * kHour});
    }
    Accept(Wait<RepView>([&](Done<RepView> done) {
             engine_->PlanAbsences(Named(), Any(reps_), std::move(absences), std::move(done));
           }).status());
  }

  void TimePasses() {
    clock_.Advance((1 + Below(60 * 16)) * kMinute);
    Accept(engine_->AdvanceClocks({}, 1 + Below(20)).status());
    Accept(engine_->FollowSharedChanges({}, 1 + Below(20)).status());
    Accept(engine_->ScoreAccounts({}, 1 + Below(20)).status());
  }

  void MergeTwo() {
    const std::vector<std::string>& of = Once(3) ? accounts_ : Once(2) ? contacts_ : leads_;
    if (of.size() < 2) return;
    auto merged = Wait<MergeResult>(
        [&](Done<MergeResult> done) { engine_->Merge(Named(), Any(of), Any(of), "the same", std::move(done)); });
    if (Accept(merged.status())) merges_.push_back(merged->merge_id);
  }

  void Separate() {
    if (merges_.empty()) return;
    const std::string id = Once(2) ? merges_.back() : Any(merges_);
    Accept(Wait<UnmergeResult>([&](Done<UnmergeResult> done) {
             engine_->Unmerge(Named(), id, "not the same", std::move(done));
           }).status());
  }

  void SplitOne() {
    if (leads_.empty()) return;
    SplitRequest request{.lead = Any(leads_), .reason = "two deals"};
    if (Once(2)) request.products = {"analytics"};
    if (Once(3)) request.value = domain::Money{"EUR", Below(100) * int64_t{1'000'000}};
    auto split = Wait<SplitResult>(
        [&](Done<SplitResult> done) { SplitLead(engine_->options(), Named(), std::move(request), std::move(done)); });
    if (Accept(split.status())) Know(split->new_lead, {}, {});
  }

  void EraseOne() {
    if (contacts_.empty()) return;
    Accept(Wait<EraseResult>([&](Done<EraseResult> done) {
             engine_->EraseContact(Named(), Any(contacts_), "asked", std::move(done));
           }).status());
  }

  void Remap() { Accept(engine_->RemapStatuses(Named(), false).status()); }

  void RescoreSome() { Accept(packs_->RescoreSome(As("server"), 1 + Below(10)).status()); }

  void Know(const domain::Lead& lead, const domain::Contact& contact, const domain::Account& account) {
    Put(leads_, domain::RecordKind::kLead, lead.id);
    Put(contacts_, domain::RecordKind::kContact, contact.id.empty() ? lead.contacts.front().contact_id : contact.id);
    Put(accounts_, domain::RecordKind::kAccount, account.id.empty() ? lead.account_id : account.id);
  }

  // Whether it was done; that the caller was wrong is no failure of the test.
  bool Accept(const absl::Status& status) {
    ++done_[status.ok()];
    const bool callers = absl::IsInvalidArgument(status) || absl::IsFailedPrecondition(status) ||
                         absl::IsAlreadyExists(status) || absl::IsNotFound(status) || absl::IsAborted(status);
    EXPECT_TRUE(status.ok() || callers) << status;
    return status.ok();
  }

  int64_t done() { return done_[true]; }

 private:
  static std::string IdPart(const std::string& name) { return name.substr(name.find('/') + 1); }
  void Put(std::vector<std::string>& names, domain::RecordKind kind, const std::string& id) {
    if (id.empty()) return;
    const std::string name = domain::ResourceName(kind, id);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  // Some requests come twice.
  CallContext Named() {
    CallContext context;
    context.actor = "person " + std::to_string(Below(3));
    if (Once(4)) context.request_id = "request-" + std::to_string(Below(10'000));
    return context;
  }

  std::mt19937_64 random_;
  std::vector<std::string> reps_, leads_, contacts_, accounts_, merges_;
  std::map<bool, int64_t> done_;
};

}  // namespace leadline::engine
