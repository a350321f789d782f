#include "cli/commands/report/html/page.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "cli/commands/report/html/markup.h"
#include "cli/commands/report/html/sections.h"
#include "cli/commands/report/html/style.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

using SectionMaker = std::string (*)(const PageNumbers&);

struct Part {
  std::string_view id, title;
  SectionMaker make;
};

constexpr std::array<Part, 10> kParts = {{{"funnel", "Funnel", FunnelSection},
                                          {"flow", "Flow between statuses", FlowSection},
                                          {"touch", "First touch", TouchSection},
                                          {"behind", "Left behind", LeftBehindSection},
                                          {"age", "Age in stage", AgeSection},
                                          {"levels", "Service levels", LevelsSection},
                                          {"pipeline", "Pipeline", PipelineSection},
                                          {"feedback", "Feedback from sales", FeedbackSection},
                                          {"sources", "Sources", SourcesSection},
                                          {"words", "Statuses in words", WordsSection}}};

struct MadePart {
  std::string_view id, title;
  std::string markup;
};

// Those that have something to say.
std::vector<MadePart> PartsOf(const PageNumbers& numbers) {
  std::vector<MadePart> parts;
  for (const Part& part : kParts) {
    MadePart made{part.id, part.title, part.make(numbers)};
    if (!made.markup.empty()) parts.push_back(std::move(made));
  }
  return parts;
}

// Nothing is allowed but this style sheet: whatever came into the page loads and runs nothing.
std::string Policy() {
  const std::string_view style = PageStyle();
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(style.data()), style.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return fmt::format("default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
                     absl::Base64Escape(digest));
}

std::string Figure(std::string_view name, std::string_view value, std::string_view more) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd><dd class=\"more\">{}</dd></div>\n", EscapeMarkup(name),
                     EscapeMarkup(value), EscapeMarkup(more));
}

// What both sides look at first.
std::string Figures(const PageNumbers& numbers) {
  const v1::Flow& flow = WholeFlow(numbers);
  const int64_t all = flow.record_count(), won = WholeVelocity(numbers).creation_to_customer().ended_count();
  int64_t left = 0, met = 0, broken = 0, soon = 0;
  for (const auto& behind : flow.left_behind()) left += behind.lead_count();
  for (const auto& level : numbers.levels.levels()) {
    met += level.met_count();
    broken += level.breached_count();
  }
  for (const auto& limit : flow.touch_limits()) {
    if (limit.limit_duration().seconds() == 3600) soon = limit.touched_count();
  }
  const auto part = [all](int64_t count) { return Share(count, all) + " of all leads"; };
  return "<dl class=\"figures\">\n" + Figure("Leads", WithThousands(all), "counted here") +
         Figure("Won", WithThousands(won), part(won)) + Figure("Touched in an hour", WithThousands(soon), part(soon)) +
         Figure("Never touched", WithThousands(flow.never_touched_count()), part(flow.never_touched_count())) +
         Figure("Left behind", WithThousands(left), part(left)) +
         Figure("Met in time", Share(met, met + broken),
                fmt::format("{} of {} that ended", WithThousands(met), Counted(met + broken, "service level"))) +
         "</dl>\n";
}

std::string Header(const PageNumbers& numbers, const std::vector<MadePart>& parts) {
  std::string about;
  const auto add = [&about](std::string_view name, std::string_view value) {
    about += fmt::format("<dt>{}</dt><dd>{}</dd>\n", EscapeMarkup(name), EscapeMarkup(value));
  };
  add("As of", FormatMinute(numbers.asked) + " UTC");
  for (const auto& [name, value] : numbers.selection) add(name, value);
  if (numbers.selection.empty()) add("Which leads", "all");
  add("Leads", WithThousands(WholeFunnel(numbers).record_count()));
  add("Counted from", "the ledger, which keeps every change of every lead");
  std::string changed;
  if (numbers.changed_meanwhile) {
    changed =
        "<p class=\"warning\">Leads changed while this report was made: its parts may differ by what changed in those "
        "seconds.</p>\n";
  }
  std::string contents;
  for (const MadePart& part : parts) contents += fmt::format("<li><a href=\"#{}\">{}</a></li>", part.id, part.title);
  return "<header>\n<h1>Leads: funnel, flow and service levels</h1>\n<dl class=\"about\">\n" + about + "</dl>\n" +
         changed + "</header>\n<nav aria-label=\"Parts of this report\"><ul>" + contents + "</ul></nav>\n";
}

std::string Footer(const PageNumbers& numbers) {
  return "<footer>\n" +
         HtmlParagraph(
             "Counts are exact. Medians and the times within which 3 in 4 or 19 in 20 fell are within 1 % of the exact "
             "ones; ages of what is still open are within an hour. Shares are rounded to a tenth of a percent. All "
             "times are UTC.") +
         HtmlCommand(
             "Every number can be shown as the leads behind it, which add up to it; such as those who entered "
             "a status, by name:",
             "leadline report records entered --status mql" + numbers.selection_options) +
         "</footer>\n";
}

}  // namespace

std::string ReportPage(const PageNumbers& numbers) {
  const std::vector<MadePart> parts = PartsOf(numbers);
  std::string main;
  for (const MadePart& part : parts) main += part.markup;
  return fmt::format(
             "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
             "<title>Leads: funnel, flow and service levels, {} UTC</title>\n<style>{}</style>\n</head>\n<body>\n"
             "<a class=\"skip\" href=\"#main\">Skip to the numbers</a>\n",
             Policy(), FormatMinute(numbers.asked), PageStyle()) +
         Header(numbers, parts) + "<main id=\"main\" tabindex=\"-1\">\n" + Figures(numbers) + main + "</main>\n" +
         Footer(numbers) + "</body>\n</html>\n";
}

}  // namespace leadline::cli
