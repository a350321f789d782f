#include "cli/commands/options/list_options.h"

namespace leadline::cli {

void AddRangeOptions(Command command, ListRange& range) {
  const Option all = command.AddFlag("--all", range.all, "All of them, page after page");
  command.AddOption("--limit", range.limit, "At most this many").Positive().ShowDefault().Excludes(all);
  command.AddOption("--page-token", range.page_token, "Go on where an earlier list ended");
}

void AddListOptions(Command command, ListFlags& flags, const std::string& example) {
  command.AddOption("--filter", flags.filter, "Terms that must hold, such as '" + example + "'");
  command.AddOption("--order", flags.order, "Field to order by, with \" desc\" for falling order; create_time desc");
  AddRangeOptions(command, flags.range);
}

FilterText& FilterText::Equal(std::string_view field, std::string_view value) {
  if (value.empty()) return *this;
  if (!text_.empty()) text_ += " AND ";
  text_ += field;
  text_ += " = \"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text_ += '\\';
    text_ += c;
  }
  text_ += '"';
  return *this;
}

}  // namespace leadline::cli
