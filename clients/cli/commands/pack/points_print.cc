// The sheet of points for a terminal, a spreadsheet, a browser and a program.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "cli/commands/pack/points_sheet.h"
#include "cli/output/table.h"
#include "cli/output/text.h"

namespace leadline::cli {
namespace {

using enum Table::Align;

std::string Worth(const PointsRow& row) {
  if (row.least) return fmt::format("{} to {}", FormatPoints(*row.least), FormatPoints(row.points));
  return FormatPoints(row.points) + (row.each_activity && row.channel.empty() ? " each" : "");
}

std::string Fades(const PointsRow& row) {
  return row.half_life_days ? fmt::format("half in {} d", FormatPoints(*row.half_life_days)) : "";
}

std::string AtMost(const PointsRow& row) { return row.most ? FormatPoints(*row.most) : ""; }

// Cells of one channel and investment in one row: "form 4, chat 3". What the whole matrix gives at most stands beside
// its first row.
std::vector<PointsRow> Gathered(const std::vector<PointsRow>& rows) {
  std::vector<PointsRow> out;
  for (const PointsRow& row : rows) {
    const bool cell = !row.channel.empty();
    PointsRow* last = out.empty() ? nullptr : &out.back();
    const bool goes_on = cell && last != nullptr && last->rule == row.rule && last->layer == row.layer &&
                         last->channel == row.channel && last->investment == row.investment;
    if (goes_on) {
      last->what += fmt::format(", {} {}", row.response, Worth(row));
      continue;
    }
    const bool same_matrix = cell && last != nullptr && last->rule == row.rule && last->layer == row.layer;
    out.push_back(row);
    if (same_matrix) out.back().most.reset();
    if (cell) out.back().what = fmt::format("{}, {}: {} {}", row.channel, row.investment, row.response, Worth(row));
  }
  return out;
}

// What is ready for sales, who signed it, and until when it stands.
void AddAgreement(const PointsSheet& sheet, std::vector<std::string>& lines) {
  lines.push_back(sheet.sales_ready.definition);
  for (const char* side : {"marketing", "sales"}) {
    bool has_signed = false;
    for (const packs::SalesReady::Signature& s : sheet.sales_ready.signatures) {
      if (s.side != side) continue;
      lines.push_back(fmt::format("Signed for {} by {} on {}.", s.side, s.name, FormatDate(s.day)));
      has_signed = true;
    }
    if (!has_signed) lines.push_back(fmt::format("Nobody has signed for {}.", side));
  }
  if (sheet.sales_ready.review_by != 0) {
    const std::string day = FormatDate(sheet.sales_ready.review_by);
    lines.push_back(sheet.review_overdue ? fmt::format("The review was due by {} and is overdue.", day)
                                         : fmt::format("To be reviewed by {}.", day));
  }
}

// "behaviour, product and account".
std::string Listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "" : i + 1 < names.size() ? ", " : " and ") + names[i];
  }
  return text;
}

// What an account scores, and when it is interested in a product.
void AddAccountScore(const domain::AccountScorePolicy& policy, std::vector<std::string>& lines) {
  std::string line = "An account scores";
  if (!policy.people.empty()) {
    line += fmt::format(" the {} points of each of its people who did something", Listed(policy.people));
  }
  if (!policy.once.empty()) {
    line += fmt::format("{} its {} points once", policy.people.empty() ? "" : ", and", Listed(policy.once));
  }
  lines.push_back(line + ".");
  if (!policy.product_interest) return;
  const double days = static_cast<double>(policy.product_interest->half_life) / static_cast<double>(kDay);
  lines.push_back(
      fmt::format("It is interested in a product from {} on: each interaction with the product counts 1, half in {} d.",
                  FormatPoints(policy.product_interest->at_least), FormatPoints(days)));
}

std::vector<std::string> Heading(const PointsSheet& sheet) {
  std::vector<std::string> lines;
  if (sheet.sales_ready.definition.empty()) {
    lines.push_back("Nobody has written down what is ready for sales: add `sales_ready:` to the central scoring.yaml.");
  } else {
    AddAgreement(sheet, lines);
  }
  const std::string warm =
      sheet.maql < sheet.mql ? fmt::format(" From {} on it is warm.", FormatPoints(sheet.maql)) : "";
  lines.push_back(fmt::format("A record is qualified from {} central points on.{}", FormatPoints(sheet.mql), warm));
  if (!sheet.contact_requests.empty()) {
    lines.push_back(fmt::format("Somebody asks to be contacted by {}. That counts for {} d, or until a person decides.",
                                Listed(sheet.contact_requests), sheet.request_days));
  }
  lines.push_back(fmt::format("All points of a region together count at most {} either way, and never towards the bar.",
                              FormatPoints(sheet.cap)));
  if (sheet.account_score) AddAccountScore(*sheet.account_score, lines);
  return lines;
}

std::string Number(const std::optional<double>& number) { return number ? fmt::format("{}", *number) : ""; }

// "demographic", or "emea: behaviour" for what a region adds.
std::string Section(const PointsRow& row) {
  return row.layer == "central" ? row.dimension : fmt::format("{}: {}", row.layer, row.dimension);
}

}  // namespace

std::string PointsAsText(const PointsSheet& sheet, int width, bool bold) {
  std::string out;
  for (const std::string& line : Heading(sheet)) out += line + "\n";
  out += "\n";
  Table table({{"Dimension"}, {"What", kWrap}, {"Points", kRight}, {"Fades"}, {"At most", kRight}, {"Rule"}});
  std::string section;
  for (const PointsRow& row : Gathered(sheet.rows)) {
    const bool first = Section(row) != section;
    if (first && !section.empty()) table.AddLine();
    section = Section(row);
    table.Add(
        {first ? section : "", row.what, row.channel.empty() ? Worth(row) : "", Fades(row), AtMost(row), row.rule});
  }
  return out + table.ToString(width, bold);
}

std::string PointsAsCsv(const PointsSheet& sheet) {
  std::string out =
      "layer,dimension,rule,what,condition,channel,investment,response,points,least_points,"
      "half_life_days,max_points,each_activity,counts_towards_bar\r\n";
  for (const PointsRow& row : sheet.rows) {
    out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n", CsvField(row.layer), CsvField(row.dimension),
                       CsvField(row.rule), CsvField(row.what), CsvField(row.condition), CsvField(row.channel),
                       CsvField(row.investment), CsvField(row.response), row.points, Number(row.least),
                       Number(row.half_life_days), Number(row.most), row.each_activity, !row.regional);
  }
  return out;
}

std::string PointsAsHtml(const PointsSheet& sheet) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>What is worth "
      "what</title>\n<style>\n"
      "body { font: 10pt sans-serif; margin: 2em; }\ntable { border-collapse: collapse; width: 100%; }\n"
      "th, td { text-align: left; vertical-align: top; padding: 0.15em 0.6em; border-bottom: 1px solid #ccc; }\n"
      ".number { text-align: right; white-space: nowrap; }\n.section th { background: #eee; }\n"
      "code { font-size: 8pt; color: #555; }\n</style>\n</head>\n<body>\n<h1>What is worth what</h1>\n";
  for (const std::string& line : Heading(sheet)) out += fmt::format("<p>{}</p>\n", EscapeMarkup(line));
  out +=
      "<table>\n<tr><th>What</th><th class=\"number\">Points</th><th>Fades</th><th class=\"number\">At most</th>"
      "<th>Rule</th></tr>\n";
  std::string section;
  for (const PointsRow& row : Gathered(sheet.rows)) {
    if (Section(row) != section) {
      section = Section(row);
      out += fmt::format("<tr class=\"section\"><th colspan=\"5\">{}</th></tr>\n", EscapeMarkup(section));
    }
    const std::string condition = row.condition.empty() || row.condition == row.what
                                      ? ""
                                      : fmt::format("<br><code>{}</code>", EscapeMarkup(row.condition));
    out += fmt::format(
        "<tr><td>{}{}</td><td class=\"number\">{}</td><td>{}</td><td class=\"number\">{}</td><td>{}</td></tr>\n",
        EscapeMarkup(row.what), condition, row.channel.empty() ? Worth(row) : "", Fades(row), AtMost(row),
        EscapeMarkup(row.rule));
  }
  return out + "</table>\n</body>\n</html>\n";
}

std::string PointsAsJson(const PointsSheet& sheet) {
  using nlohmann::ordered_json;
  ordered_json out;
  out["mql"] = sheet.mql;
  out["maql"] = sheet.maql;
  out["regionalCap"] = sheet.cap;
  ordered_json& agreed = out["salesReady"];
  agreed["definition"] = sheet.sales_ready.definition;
  agreed["signed"] = ordered_json::array();
  for (const packs::SalesReady::Signature& s : sheet.sales_ready.signatures) {
    agreed["signed"].push_back({{"side", s.side}, {"name", s.name}, {"date", FormatDate(s.day)}});
  }
  if (sheet.sales_ready.review_by != 0) agreed["reviewBy"] = FormatDate(sheet.sales_ready.review_by);
  agreed["reviewOverdue"] = sheet.review_overdue;
  out["contactRequests"] = sheet.contact_requests;
  out["contactRequestDays"] = sheet.request_days;
  if (sheet.account_score) {
    ordered_json& account = out["accountScore"];
    account["people"] = sheet.account_score->people;
    account["once"] = sheet.account_score->once;
    if (const auto& interest = sheet.account_score->product_interest) {
      account["productInterest"] = {
          {"halfLifeDays", static_cast<double>(interest->half_life) / static_cast<double>(kDay)},
          {"atLeast", interest->at_least}};
    }
  }
  out["rules"] = ordered_json::array();
  for (const PointsRow& row : sheet.rows) {
    ordered_json entry = {{"layer", row.layer}, {"dimension", row.dimension}, {"rule", row.rule}, {"what", row.what}};
    if (!row.condition.empty()) entry["condition"] = row.condition;
    if (!row.channel.empty()) {
      entry["channel"] = row.channel;
      entry["investment"] = row.investment;
      entry["response"] = row.response;
    }
    entry["points"] = row.points;
    if (row.least) entry["leastPoints"] = *row.least;
    if (row.half_life_days) entry["halfLifeDays"] = *row.half_life_days;
    if (row.most) entry["maxPoints"] = *row.most;
    entry["eachActivity"] = row.each_activity;
    entry["countsTowardsBar"] = !row.regional;
    out["rules"].push_back(std::move(entry));
  }
  return out.dump(2) + "\n";
}

}  // namespace leadline::cli
