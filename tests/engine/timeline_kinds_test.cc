// Histories of some kinds of events only.
#include <gtest/gtest.h>

#include "engine/replay/timeline.h"
#include "tests/engine/engine_fixture.h"

namespace leadline::engine {
namespace {

class TimelineKindsTest : public EngineTest {
 protected:
  // The ids of the events that `request` gives, page by page; how many pages it took.
  std::vector<std::string> All(TimelineRequest request, int* pages = nullptr) {
    std::vector<std::string> ids;
    do {
      int here = 0;
      const auto next = engine_->GetTimeline({}, request, [&](const TimelineEntry& entry) {
        ids.push_back(entry.event.id);
        ++here;
        return true;
      });
      EXPECT_TRUE(next.ok()) << next.status();
      if (!next.ok()) break;
      EXPECT_LE(here, request.page_size);
      request.page_token = *next;
      if (pages != nullptr) ++*pages;
    } while (!request.page_token.empty());
    return ids;
  }
};

bool IsScore(const domain::Event& event) { return std::holds_alternative<domain::ScoreChanged>(event.payload); }

TEST_F(TimelineKindsTest, PagesOfWantedEventsAreTheWholeHistoryWithoutTheOthers) {
  const auto submitted = Submit(HotEnquiry());
  ASSERT_TRUE(submitted.ok()) << submitted.status();
  const std::string name = "contacts/" + submitted->contact.id;
  const auto history = History(name);
  ASSERT_TRUE(history.ok());
  std::vector<std::string> wanted;
  for (const domain::Event& event : *history) {
    if (IsScore(event)) wanted.push_back(event.id);
  }
  ASSERT_GE(wanted.size(), 2u);
  ASSERT_LT(wanted.size(), history->size());
  for (const int page_size : {1, 2, 1000}) {
    int pages = 0;
    EXPECT_EQ(All({.name = name, .page_size = page_size, .wanted = IsScore}, &pages), wanted) << page_size;
    EXPECT_LE(pages, static_cast<int>(wanted.size()) + 1) << "pages are filled over what is left out";
  }
  EXPECT_EQ(All({.name = name, .page_size = 3}).size(), history->size());
  EXPECT_TRUE(All({.name = name, .wanted = [](const domain::Event&) { return false; }}).empty());
}

TEST_F(TimelineKindsTest, APluginThatNothingHappenedToIsNotFoundWhateverIsWanted) {
  const auto none = engine_->GetTimeline({}, {.name = "plugins/com.example.none", .wanted = IsScore},
                                         [](const TimelineEntry&) { return true; });
  EXPECT_EQ(none.status().code(), absl::StatusCode::kNotFound) << none.status();
}

}  // namespace
}  // namespace leadline::engine
