#include "plugin/check/subject/items.h"

#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "leadline/plugin.h"

namespace leadline::plugin::check {
namespace {

using Texts = std::span<const std::string_view>;

constexpr std::string_view kTitles[] = {"Head of Purchasing",
                                        "Gerente de Compras",
                                        "CTO",
                                        "Geschäftsführerin",
                                        "VP, Sales & Marketing",
                                        "Einkäufer",
                                        "Directeur général",
                                        "部長",
                                        "intern"};
constexpr std::string_view kMails[] = {"ana.silva@example.com", "j.doe+crm@example.org", "sales@example.net", "x@y"};
constexpr std::string_view kDomains[] = {"example.com", "sub.example.co.uk", "xn--bcher-kva.example"};
constexpr std::string_view kCountries[] = {"DE", "BR", "US", "JP", "GB"};
constexpr std::string_view kLanguages[] = {"de", "pt-BR", "en", "ja", "fr-CA"};
constexpr std::string_view kPhones[] = {"+49 30 901820", "(11) 4002-8922", "+1 202 555 0100", "12"};
constexpr std::string_view kSampleNames[] = {"Ana Silva", "Müller GmbH", "O'Neill & Sons",
                                             "Łukasz",    "ACME, Inc.",  "株式会社例"};
constexpr std::string_view kStatuses[] = {"raw", "inquiry", "maql",     "lal",       "mql",
                                          "sal", "sql",     "customer", "re_market", "disqualified"};
constexpr std::string_view kWords[] = {"website", "webinar",   "emea", "manufacturing", "approved",
                                       "high",    "Sao Paulo", "7",    "other"};

Texts PoolFor(std::string_view field) {
  auto has = [&](std::string_view part) { return field.find(part) != std::string_view::npos; };
  if (has("title")) return kTitles;
  if (has("domain")) return kDomains;
  if (has("mail")) return kMails;
  if (has("country")) return kCountries;
  if (has("language") || has("locale")) return kLanguages;
  if (has("phone")) return kPhones;
  if (has("status")) return kStatuses;
  if (has("name")) return kSampleNames;
  return kWords;
}

constexpr int64_t kSomeDay = 1'750'000'000'000'000;  // June 2025
constexpr int64_t kDay = 86'400'000'000;

void AppendCodePoint(std::string& out, uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// Whether texts and numbers are such as people write.
bool IsPlausible(Flavour flavour) {
  return flavour == Flavour::kFull || flavour == Flavour::kOrdinary || flavour == Flavour::kNull ||
         flavour == Flavour::kNoChoice;
}

FieldValue Number(uint32_t kind, int64_t number) {
  FieldValue value;
  value.kind = kind;
  value.number = number;
  return value;
}

FieldValue Real(double real) {
  FieldValue value;
  value.kind = LEADLINE_F64;
  value.real = real;
  return value;
}

FieldValue Str(std::string text) {
  FieldValue value;
  value.kind = LEADLINE_STR;
  value.text = std::move(text);
  return value;
}

}  // namespace

std::string ItemSource::Text(Flavour flavour) {
  switch (flavour) {
    case Flavour::kEmpty:
      return "";
    case Flavour::kLong: {
      std::string out;
      std::string_view piece = kTitles[Below(std::size(kTitles))];
      while (out.size() < 16'384) out.append(piece).append(" ");
      return out;
    }
    case Flavour::kNotUtf8: {
      constexpr std::string_view kBad[] = {"\xFF",
                                           "\xC3",
                                           "a\x80\x80"
                                           "b",
                                           "\xED\xA0\x80",
                                           "\xF4\x90\x80\x80",
                                           "Manager \xE4\xF6",
                                           "\xC0\xAF"};
      return std::string(kBad[Below(std::size(kBad))]);
    }
    case Flavour::kExtreme: {
      using namespace std::string_view_literals;
      constexpr std::string_view kOdd[] = {"\0"sv,
                                           "a\0b"sv,
                                           " "sv,
                                           "\n\t\r"sv,
                                           "\"\\'`;--"sv,
                                           "%s%n"sv,
                                           "\xF4\x8F\xBF\xBF"sv,
                                           "e\xCC\x81\xCC\x81\xCC\x81"sv,
                                           "\xE2\x80\xAE"
                                           "abc"sv};
      return std::string(kOdd[Below(std::size(kOdd))]);
    }
    default:
      break;
  }
  std::string out;
  for (uint64_t n = Chance(5) ? Below(400) : Below(24); n > 0; --n) {
    uint32_t c = Chance(70) ? static_cast<uint32_t>(0x20 + Below(0x5F)) : static_cast<uint32_t>(Below(0x10FFFF + 1));
    AppendCodePoint(out, c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c);
  }
  return out;
}

FieldValue ItemSource::Ordinary(const KnownField& field) {
  switch (field.kind) {
    case LEADLINE_BOOL:
      return Number(LEADLINE_BOOL, Chance(50) ? 1 : 0);
    case LEADLINE_I64:
      return Number(LEADLINE_I64, static_cast<int64_t>(Below(Chance(50) ? 10 : 20'000)));
    case LEADLINE_F64:
      return Real(static_cast<double>(Below(100'000)) / 16.0);
    case LEADLINE_TIME:
      return Number(LEADLINE_TIME, kSomeDay - static_cast<int64_t>(Below(700)) * kDay);
    case LEADLINE_LIST: {
      FieldValue list;
      list.kind = LEADLINE_LIST;
      for (uint64_t n = Below(4); n > 0; --n) list.list.push_back(Str(std::string(kWords[Below(std::size(kWords))])));
      return list;
    }
    default: {
      if (!field.values.empty()) return Str(field.values[Below(field.values.size())]);
      Texts pool = PoolFor(field.name);
      return Str(std::string(pool[Below(pool.size())]));
    }
  }
}

FieldValue ItemSource::OfKind(uint32_t kind, Flavour flavour) {
  bool extreme = flavour == Flavour::kExtreme || (flavour == Flavour::kRandom && Chance(20));
  switch (kind) {
    case LEADLINE_BOOL:
      return Number(LEADLINE_BOOL, static_cast<int64_t>(Below(2)));
    case LEADLINE_I64:
    case LEADLINE_TIME: {
      constexpr int64_t kEnds[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX};
      if (extreme) return Number(kind, kEnds[Below(std::size(kEnds))]);
      return Number(kind, static_cast<int64_t>(random_()) >> Below(64));
    }
    case LEADLINE_F64: {
      using Limits = std::numeric_limits<double>;
      constexpr double kEnds[] = {Limits::max(), Limits::lowest(), Limits::min(), Limits::denorm_min(), -0.0, 0.0};
      if (extreme) return Real(kEnds[Below(std::size(kEnds))]);
      return Real(std::ldexp(static_cast<double>(static_cast<int64_t>(random_())), static_cast<int>(Below(80)) - 90));
    }
    case LEADLINE_LIST: {
      FieldValue list;
      list.kind = LEADLINE_LIST;
      if (flavour == Flavour::kEmpty) return list;
      for (uint64_t n = extreme ? 32 : Below(6); n > 0; --n) list.list.push_back(Str(Text(flavour)));
      return list;
    }
    default:
      return Str(Text(flavour));
  }
}

FieldValue ItemSource::Field(const KnownField& field, Flavour flavour) {
  if (flavour == Flavour::kNull && nulls_) return {};
  // A field of no fixed kind may be any: texts tell most.
  KnownField known = field;
  if (known.kind == LEADLINE_NULL) known.kind = LEADLINE_STR;
  bool ordinary = IsPlausible(flavour);
  bool may_lack = flavour != Flavour::kFull && (ordinary || flavour == Flavour::kRandom);
  if (may_lack && Chance(12) && nulls_) return {};
  return ordinary ? Ordinary(known) : OfKind(known.kind, flavour);
}

RecordValues ItemSource::Record(Flavour flavour) {
  RecordValues values;
  for (const KnownField& field : fields_) values.push_back(Field(field, flavour));
  return values;
}

CandidateValue ItemSource::Candidate(Flavour flavour) {
  CandidateValue c;
  c.rep_id = "rep-" + std::to_string(Below(90) + 10);
  c.weight = static_cast<double>(1 + Below(8)) / 4;
  bool known_place = flavour != Flavour::kNull && Chance(60);
  c.latitude = known_place ? static_cast<double>(Below(1'800)) / 10 - 90 : std::nan("");
  c.longitude = known_place ? static_cast<double>(Below(3'600)) / 10 - 180 : std::nan("");
  c.last_assigned = Chance(20) ? LEADLINE_TIME_NONE : kSomeDay - static_cast<int64_t>(Below(100)) * kDay;
  c.capacity = static_cast<uint32_t>(Below(30));
  c.open_load = static_cast<uint32_t>(Below(30));
  c.seniority = static_cast<int32_t>(Below(5));
  c.flags = static_cast<uint32_t>(Below(16));
  if (flavour == Flavour::kNoChoice) c.capacity = 0, c.flags = 0;
  if (flavour == Flavour::kRandom || flavour == Flavour::kExtreme) {
    if (Chance(40)) c.weight = Chance(50) ? std::numeric_limits<double>::max() : std::numeric_limits<double>::min();
    if (Chance(40)) c.open_load = UINT32_MAX;
    if (Chance(40)) c.capacity = UINT32_MAX;
    if (Chance(40)) c.seniority = Chance(50) ? INT32_MIN : INT32_MAX;
    if (Chance(40)) c.flags = static_cast<uint32_t>(random_());
    if (Chance(40)) c.last_assigned = INT64_MAX;
  }
  bool odd_text = !IsPlausible(flavour);
  if (odd_text && Chance(40)) c.rep_id = Text(flavour);
  return c;
}

Item ItemSource::Make(Flavour flavour) {
  Item item;
  item.record = Record(flavour);
  // Pairs to compare are often alike, and sometimes the same.
  item.right = Chance(50) ? item.record : Record(flavour);
  for (size_t i = 0; i < item.right.size(); ++i) {
    if (Chance(20)) item.right[i] = Field(fields_[i], flavour);
  }
  item.from_status = Chance(20) ? "" : std::string(kStatuses[Below(std::size(kStatuses))]);
  item.to_status = std::string(kStatuses[Below(std::size(kStatuses))]);
  bool odd_text = !IsPlausible(flavour);
  if (odd_text && Chance(50)) item.from_status = Text(flavour);
  if (odd_text && Chance(50)) item.to_status = Text(flavour);
  uint64_t count = flavour == Flavour::kEmpty                                    ? 0
                   : flavour == Flavour::kNoChoice && Chance(50)                 ? 0
                   : flavour == Flavour::kRandom || flavour == Flavour::kExtreme ? Below(20)
                                                                                 : 1 + Below(5);
  for (; count > 0; --count) item.candidates.push_back(Candidate(flavour));
  return item;
}

std::vector<Item> ItemSource::Make(Flavour flavour, size_t count) {
  std::vector<Item> items;
  items.reserve(count);
  while (items.size() < count) items.push_back(Make(flavour));
  return items;
}

}  // namespace leadline::plugin::check
