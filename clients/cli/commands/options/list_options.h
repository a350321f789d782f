// What every list of records may be asked for: a filter, an order, and how much of it.
#pragma once

#include <string>
#include <string_view>

#include "cli/command_line/command_line.h"
#include "cli/session/list_pages.h"

namespace leadline::cli {

struct ListFlags {
  ListRange range;
  std::string filter, order;
};

void AddRangeOptions(Command command, ListRange& range);
// Those, --filter and --order.
// `example`: of a filter that this list takes.
void AddListOptions(Command command, ListFlags& flags, const std::string& example);

// Terms that must all hold, in the filter language of the contract (AIP-160), where OR binds more tightly than AND.
// Not thread-safe.
class FilterText {
 public:
  explicit FilterText(const std::string& filter) : text_(filter) {}
  // field = "value"; nothing where the value is empty.
  FilterText& Equal(std::string_view field, std::string_view value);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace leadline::cli
