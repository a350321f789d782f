#include "cli/session/list_pages.h"

#include "cli/output/text.h"

namespace leadline::cli {

void NoteShortPages(const Session& session, const ListPages& pages) {
  if (pages.short_pages == 0) return;
  session.Note(
      fmt::format("note: the server looked at many records that did not fit, and ended {} early; the list went on by "
                  "itself. A field with an index narrows the filter sooner: see protos/README.md.\n",
                  Counted(pages.short_pages, "page")));
}

void ShowPageToken(const Session& session, const ListPages& pages) {
  if (!pages.next.empty()) session.Print(fmt::format("There are more: --page-token {}\n", pages.next));
}

void ShowEndOfList(Session& session, const ListPages& pages, std::string_view what) {
  const bool part = pages.in_all.has_value() && *pages.in_all != pages.shown;
  session.Print(fmt::format("\n{}{}{}\n", Counted(pages.shown, what),
                            part ? fmt::format(" of {}", WithThousands(*pages.in_all)) : "",
                            pages.next.empty() ? "" : "; there are more:"));
  if (!pages.next.empty()) session.Print(fmt::format("  --page-token {}\n", pages.next));
}

}  // namespace leadline::cli
