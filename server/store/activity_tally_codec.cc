// Tallies of activities: days one after the other as their distances, times as those from the start of their day.
#include "store/binary_body.h"
#include "store/codec.h"

namespace leadline::store {
namespace {

bool IsDay(int64_t day) { return day >= 0 && day <= domain::kFarthestDay; }
bool IsInDay(Time time) { return time >= 0 && time < kDay; }

void ToDistances(domain::ActivityTally& tally) {
  int64_t before = 0;
  for (domain::DayOfActivities& day : tally.days) {
    const int64_t number = day.day;
    day.last -= domain::StartOfDay(number);
    if (day.interactions > 0) day.last_interaction -= domain::StartOfDay(number);
    // One more, so that midnight is not nothing.
    if (day.last_contact_request != 0) day.last_contact_request -= domain::StartOfDay(number) - 1;
    day.day -= before;
    before = number;
  }
  for (domain::ClassOfActivities& c : tally.classes) {
    for (size_t i = c.days.size(); i-- > 1;) c.days[i] -= c.days[i - 1];
  }
}

// False for what ToDistances never makes.
bool FromDistances(domain::ActivityTally& tally) {
  int64_t before = 0;
  for (domain::DayOfActivities& day : tally.days) {
    if (!IsDay(day.day) || !IsInDay(day.last) || !IsInDay(day.last_interaction)) return false;
    if (day.last_contact_request < 0 || day.last_contact_request > kDay) return false;
    before = day.day += before;
    if (!IsDay(before)) return false;
    day.last += domain::StartOfDay(before);
    if (day.interactions > 0) day.last_interaction += domain::StartOfDay(before);
    if (day.last_contact_request != 0) day.last_contact_request += domain::StartOfDay(before) - 1;
  }
  for (domain::ClassOfActivities& c : tally.classes) {
    for (size_t i = 0; i < c.days.size(); ++i) {
      if (!IsDay(c.days[i])) return false;
      if (i > 0) c.days[i] += c.days[i - 1];
      if (!IsDay(c.days[i])) return false;
    }
  }
  return tally.Sound();
}

}  // namespace

void Encode(const domain::ActivityTally& value, std::string& out) {
  domain::ActivityTally distances = value;
  ToDistances(distances);
  EncodeBody(distances, out);
}

absl::Status Decode(std::string_view body, domain::ActivityTally& value) {
  RETURN_IF_ERROR(DecodeBody(body, value));
  if (FromDistances(value)) return absl::OkStatus();
  return absl::DataLossError("the stored body counts activities in a way that contradicts itself");
}

}  // namespace leadline::store
