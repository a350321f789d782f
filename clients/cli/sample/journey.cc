#include "cli/sample/journey.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

#include "cli/sample/locale.h"

namespace leadline::sample {
namespace {

using V = std::string_view;

struct Kind {
  V channel, investment, response, subject;
};

// What an enquiry begins with, by source.
struct Source {
  V name;
  double weight;
  Kind first;
};
constexpr Source kSources[] = {{"organic_search", 0.22, {"website", "low", "visit", "Home page"}},
                               {"paid_search", 0.15, {"search", "low", "click", "Search advertisement"}},
                               {"email", 0.12, {"email", "low", "click", "Newsletter"}},
                               {"webinar", 0.11, {"webinar", "medium", "register", "Planning in practice"}},
                               {"trade_show", 0.09, {"event", "high", "attend", "Spring fair"}},
                               {"content", 0.10, {"content", "medium", "download", "Buyer's guide"}},
                               {"social", 0.08, {"social", "low", "click", "Post"}},
                               {"referral", 0.07, {"referral", "medium", "form", "Recommended by a customer"}},
                               {"partner", 0.06, {"partner", "medium", "reply", "Partner programme"}}};

constexpr Kind kColdTouches[] = {{"website", "low", "visit", "Home page"},
                                 {"email", "low", "open", "Newsletter"},
                                 {"email", "low", "click", "Newsletter"},
                                 {"social", "low", "view", "Post"}};
constexpr Kind kWarmTouches[] = {
    {"website", "low", "visit", "Product page"},     {"website", "medium", "pricing", "Price request"},
    {"email", "low", "click", "Case study"},         {"email", "medium", "reply", "Question"},
    {"content", "medium", "download", "Whitepaper"}, {"webinar", "medium", "register", "Product tour"},
    {"webinar", "high", "attend", "Product tour"},   {"chat", "medium", "chat", "Website chat"}};
constexpr Kind kHotTouches[] = {
    {"website", "high", "demo_request", "Demo form"}, {"website", "high", "trial", "Free trial"},
    {"phone", "high", "call", "Incoming call"},       {"event", "high", "attend", "Workshop"},
    {"webinar", "high", "attend", "Deep dive"},       {"content", "medium", "download", "Price list"}};
constexpr Kind kContactMeTouch = {"website", "high", "contact_me", "Contact form"};
constexpr V kProducts[] = {"platform", "analytics", "integration", "suite"};
constexpr V kRejectReasons[] = {"no_budget", "no_need", "timing", "no_authority"};

enum class Heat { kCold, kWarm, kHot, kContactMe };

Heat PickHeat(int seniority, Random& random) {
  // Decision makers ask more to the point.
  double at = random.Fraction() + (seniority <= kDirector ? 0.08 : 0.0);
  return at < 0.46 ? Heat::kCold : at < 0.78 ? Heat::kWarm : at < 0.93 ? Heat::kHot : Heat::kContactMe;
}

const Source& PickSource(Random& random) {
  double total = 0;
  for (const Source& source : kSources) total += source.weight;
  double at = random.Fraction() * total;
  for (const Source& source : kSources) {
    at -= source.weight;
    if (at < 0) return source;
  }
  return kSources[0];
}

void AddTouch(SampleLead& lead, const Kind& kind, Time time, Random& random) {
  Touch touch;
  touch.channel = kind.channel;
  touch.investment = kind.investment;
  touch.response = kind.response;
  touch.subject = kind.subject;
  touch.time = time;
  if (!lead.products.empty() && random.Chance(0.35)) touch.product = random.Pick(lead.products);
  lead.touches.push_back(std::move(touch));
}

void AddTouches(SampleLead& lead, Heat heat, Time now, Random& random) {
  struct Share {
    std::span<const Kind> kinds;
    int64_t least, most;
  };
  std::array<Share, 3> shares = {Share{kColdTouches, 0, 2}, Share{kWarmTouches, 0, 0}, Share{kHotTouches, 0, 0}};
  if (heat == Heat::kWarm) shares[1] = {kWarmTouches, 2, 6};
  if (heat == Heat::kHot) shares = {Share{kColdTouches, 1, 4}, Share{kWarmTouches, 3, 7}, Share{kHotTouches, 1, 4}};
  if (heat == Heat::kContactMe) shares[1] = {kWarmTouches, 1, 3};
  for (const Share& share : shares) {
    for (int64_t n = random.Between(share.least, share.most); n > 0; --n) {
      // Most happens in the first weeks.
      double days = -std::log(1 - random.Fraction()) * 14;
      Time time = lead.created_at + static_cast<Duration>(days * static_cast<double>(kDay));
      if (time < now) AddTouch(lead, random.Pick(share.kinds), time, random);
    }
  }
  if (heat == Heat::kContactMe) {
    Time time = lead.created_at + random.Between(0, 3 * kDay);
    AddTouch(lead, kContactMeTouch, std::min(time, now - kMinute), random);
  }
  std::stable_sort(lead.touches.begin(), lead.touches.end(),
                   [](const Touch& a, const Touch& b) { return a.time < b.time; });
}

// How it went, for leads old enough that it is known. Times never go backwards.
void AddHistory(SampleLead& lead, Heat heat, Time now, Random& random) {
  Time time = lead.created_at;
  auto step = [&](V status, double mean_days, V reason = "") {
    double days = mean_days * (0.2 - std::log(1 - random.Fraction()) * 0.8);
    Time next = time + static_cast<Duration>(days * static_cast<double>(kDay));
    if (next >= now) return false;
    time = next;
    lead.history.push_back({time, std::string(status), std::string(reason)});
    return true;
  };
  lead.history.push_back({time, "inquiry", ""});
  if (heat == Heat::kContactMe) {
    // Who asks to be contacted is handed over at that moment, and most are called back within minutes.
    auto asked = std::find_if(lead.touches.begin(), lead.touches.end(),
                              [](const Touch& touch) { return touch.response == kContactMeTouch.response; });
    if (asked == lead.touches.end()) return;
    time = asked->time;
    lead.history.push_back({time, "mql", ""});
    if (!step("sal", random.Chance(0.75) ? 0.008 : 0.5)) return;
  } else {
    if (!step("mql", 9)) return;
    if (!step("sal", random.Chance(0.6) ? 0.1 : 2)) return;
  }
  if (random.Chance(0.25)) {
    step("re_market", 5, random.Pick(kRejectReasons));
    return;
  }
  if (!step("sql", 8)) return;
  double end = random.Fraction();
  if (end < 0.38) {
    step("customer", 24);
  } else if (end < 0.75) {
    step("re_market", 18, random.Pick(kRejectReasons));
  } else if (end < 0.82) {
    step("disqualified", 6, "existing_customer");
  }
}

}  // namespace

void MakeJourney(SampleLead& lead, Time now, Random& random) {
  if (lead.purchased) {
    lead.source = "bought_list";
    return;
  }
  const Source& source = PickSource(random);
  lead.source = source.name;
  Heat heat = PickHeat(lead.person.seniority, random);
  for (int64_t n = random.Between(0, heat == Heat::kCold ? 0 : 2); n > 0; --n) {
    std::string product(random.Pick(kProducts));
    if (std::find(lead.products.begin(), lead.products.end(), product) == lead.products.end())
      lead.products.push_back(product);
  }
  AddTouch(lead, source.first, lead.created_at, random);
  AddTouches(lead, heat, now, random);
  bool promising = heat == Heat::kHot || heat == Heat::kContactMe;
  if (promising || (heat == Heat::kWarm && random.Chance(0.2))) {
    const V& country = lead.company.country;
    lead.currency = country == "US" ? "USD" : country == "GB" ? "GBP" : country == "BR" ? "BRL" : "EUR";
    // In hundreds, growing with the company.
    double size = std::sqrt(static_cast<double>(lead.company.employees) + 4);
    lead.value_micros = std::llround((5 + size * (2 + 6 * random.Fraction()))) * 100 * 1'000'000;
  }
  bool old = now - lead.created_at > 21 * kDay;
  if (old && promising && random.Chance(0.9)) AddHistory(lead, heat, now, random);
}

}  // namespace leadline::sample
