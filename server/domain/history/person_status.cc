#include "domain/history/person_status.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

namespace leadline::domain {
namespace {

constexpr size_t kOwn = std::numeric_limits<size_t>::max();

// A word, and whose it is.
struct Said {
  const StatusWord* word;
  size_t by;  // the lead's number, or kOwn
};

bool BySomebody(const StatusWord& word) { return ByPerson({.trigger = word.trigger}); }

// How far on the way; twice, so that there are places in between.
int PlaceOf(const Lifecycle& lifecycle, const StatusDef& def) {
  if (def.order >= 0) return 2 * def.order;
  if (def.terminal) return -1;
  int nearest = std::numeric_limits<int>::max() / 4;
  for (const TransitionDef& transition : lifecycle.transitions) {
    const bool of_itself = transition.trigger == Trigger::kActivity || transition.trigger == Trigger::kRescore;
    if (!of_itself || !StartsFrom(lifecycle, transition, def.id)) continue;
    const StatusDef* to = lifecycle.Find(lifecycle.Current(transition.to));
    if (to != nullptr && to->order >= 0) nearest = std::min(nearest, to->order);
  }
  return 2 * nearest - 1;
}

class PersonFold {
 public:
  PersonFold(const Lifecycle& lifecycle, size_t leads) : lifecycle_(lifecycle), leads_(leads) {}

  // Takes all that was said of one moment, and then looks where the person stands.
  void Take(std::span<const Said> said) {
    const bool closed = !stays_.empty() && IsTerminal(stays_.back().status);
    for (const Said& one : said) {
      if (one.by == kOwn) {
        TakeOwn(*one.word);
      } else {
        TakeLead(*one.word, leads_[one.by], closed);
      }
    }
    const StatusWord* furthest = Furthest();
    if (furthest == nullptr) return;
    const std::string_view status = lifecycle_.Current(furthest->status);
    if (!stays_.empty() && stays_.back().status == status) return;
    // Where another word than the furthest's led here, such as one that took away what stood before, it is the cause.
    const bool of_now = furthest->time == said.back().word->time;
    StatusWord stay = of_now ? *furthest : *said.back().word;
    stay.status = status;
    stays_.push_back(std::move(stay));
  }

  PersonStays stays() && { return std::move(stays_); }

 private:
  struct Place {
    const StatusWord* word = nullptr;  // null: it says nothing of the person
    bool by_somebody = false;
  };

  const StatusDef* DefOf(std::string_view status) const { return lifecycle_.Find(lifecycle_.Current(status)); }
  bool IsTerminal(std::string_view status) const {
    const StatusDef* def = DefOf(status);
    return def != nullptr && def->terminal;
  }
  bool IsWon(const StatusWord& word) const {
    const StatusDef* def = DefOf(word.status);
    return def != nullptr && def->won;
  }

  void TakeOwn(const StatusWord& word) {
    // They were known before: what the packs made of somebody new was of somebody else.
    if (word.trigger == "created" && !stays_.empty()) return;
    own_ = {&word, BySomebody(word)};
    if (own_.by_somebody) said_of_person_ = std::max(said_of_person_, word.time);
  }

  void TakeLead(const StatusWord& word, Place& lead, bool closed) {
    const bool by_somebody = BySomebody(word);
    const bool counts = !word.lead_alone && (by_somebody || !closed);
    lead = counts ? Place{&word, by_somebody} : Place();
    if (!by_somebody) return;
    // What the packs made of the person was of this lead, too.
    const bool keeps = own_.by_somebody && (word.lead_alone || IsWon(*own_.word));
    if (!keeps && own_.word != nullptr && own_.word->time <= word.time) own_ = {};
  }

  const StatusWord* Furthest() const {
    std::vector<const StatusWord*> standing;
    for (const Place& lead : leads_) {
      if (lead.word != nullptr && lead.word->time > said_of_person_) standing.push_back(lead.word);
    }
    if (own_.word != nullptr) standing.push_back(own_.word);
    std::optional<Time> sold;
    for (const StatusWord* word : standing) {
      if (IsWon(*word)) sold = std::max(sold.value_or(word->time), word->time);
    }
    const auto rank = [&](const StatusWord& word) {
      const StatusDef* def = DefOf(word.status);
      if (def == nullptr) return std::tuple(-1, 0);
      if (def->open && (!sold.has_value() || word.time > *sold)) return std::tuple(3, PlaceOf(lifecycle_, *def));
      return def->won ? std::tuple(2, 0) : std::tuple(1, PlaceOf(lifecycle_, *def));
    };
    const StatusWord* furthest = nullptr;
    for (const StatusWord* word : standing) {
      if (furthest == nullptr || rank(*word) > rank(*furthest) ||
          (rank(*word) == rank(*furthest) && word->time < furthest->time)) {
        furthest = word;
      }
    }
    return furthest;
  }

  const Lifecycle& lifecycle_;
  std::vector<Place> leads_;
  Place own_;
  Time said_of_person_ = std::numeric_limits<Time>::min();  // when somebody last said something of the person
  PersonStays stays_;
};

}  // namespace

int PlaceOnWay(const Lifecycle& lifecycle, std::string_view status) {
  const StatusDef* def = lifecycle.Find(lifecycle.Current(status));
  if (def == nullptr) return -1;
  return def->won ? std::numeric_limits<int>::max() : PlaceOf(lifecycle, *def);
}

PersonStays FoldPersonStatus(const Lifecycle& lifecycle, const StatusWords& own, std::span<const StatusWords> leads) {
  std::vector<Said> said;
  for (const StatusWord& word : own) said.push_back({&word, kOwn});
  for (size_t i = 0; i < leads.size(); ++i) {
    for (const StatusWord& word : leads[i]) said.push_back({&word, i});
  }
  // Of one moment what the packs said of the person comes first, and what somebody did last.
  const auto place = [](const Said& one) { return one.by != kOwn ? 1 : BySomebody(*one.word) ? 2 : 0; };
  std::stable_sort(said.begin(), said.end(), [&](const Said& a, const Said& b) {
    return a.word->time != b.word->time ? a.word->time < b.word->time : place(a) < place(b);
  });
  PersonFold fold(lifecycle, leads.size());
  for (size_t begin = 0, end = 0; begin < said.size(); begin = end) {
    while (end < said.size() && said[end].word->time == said[begin].word->time) ++end;
    fold.Take(std::span(said).subspan(begin, end - begin));
  }
  return std::move(fold).stays();
}

PersonStays StaysAsTold(const Lifecycle& lifecycle, const StatusWords& told) {
  PersonStays stays;
  for (const StatusWord& word : told) {
    // What is told of a later time was told before this was known; of one moment only the last stands.
    while (!stays.empty() && stays.back().time >= word.time) stays.pop_back();
    const std::string_view status = lifecycle.Current(word.status);
    if (!stays.empty() && lifecycle.Current(stays.back().status) == status) continue;
    stays.push_back(word);
    stays.back().status = status;
  }
  return stays;
}

}  // namespace leadline::domain
