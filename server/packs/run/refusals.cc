#include "packs/run/refusals.h"

#include <algorithm>
#include <string>

namespace leadline::packs {
namespace {

bool Among(const std::vector<std::string>& some, const std::string& text) {
  return std::find(some.begin(), some.end(), text) != some.end();
}

bool Makes(const Refusal& refusal, const domain::Activity& activity) {
  return Among(refusal.responses, activity.response) &&
         (refusal.channels.empty() || Among(refusal.channels, activity.channel));
}

bool TakesBack(const Refusal& refusal, const domain::Activity& activity) {
  return Among(refusal.until, activity.response);
}

int64_t Made(size_t refusal) { return 2 * static_cast<int64_t>(refusal); }
int64_t TakenBack(size_t refusal) { return Made(refusal) + 1; }

}  // namespace

void SignsOf(const ResponseKinds& responses, const domain::Activity& activity, std::vector<int64_t>& signs) {
  signs.clear();
  for (size_t i = 0; i < responses.refusals.size(); ++i) {
    if (Makes(responses.refusals[i], activity)) signs.push_back(Made(i));
    if (TakesBack(responses.refusals[i], activity)) signs.push_back(TakenBack(i));
  }
}

bool Stands(const ResponseKinds& responses, int refusal, const RecordView& view) {
  const auto number = static_cast<size_t>(refusal);
  const Refusal& looked_for = responses.refusals[number];
  Time made = 0, taken_back = 0;
  if (view.past != nullptr) {
    made = domain::LastOf(view.past->signs, Made(number));
    taken_back = domain::LastOf(view.past->signs, TakenBack(number));
  }
  for (const domain::Activity& activity : view.activities) {
    if (Makes(looked_for, activity)) made = std::max(made, activity.time);
    if (TakesBack(looked_for, activity)) taken_back = std::max(taken_back, activity.time);
  }
  return made != 0 && made >= taken_back;
}

}  // namespace leadline::packs
