#include "legal_form.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace company_name {
namespace {

enum class Stands { kBehind, kEitherSide };

struct Entry {
  std::u32string_view words;  // folded, with spaces between
  LegalForm form;
  Stands stands = Stands::kBehind;
};

constexpr auto kL = FormKind::kLimited;
constexpr auto kS = FormKind::kStock;
constexpr auto kP = FormKind::kPartnership;
constexpr auto kC = FormKind::kCooperative;
constexpr auto kO = FormKind::kSole;
constexpr auto kX = FormKind::kOther;
constexpr auto kAny = Stands::kEitherSide;

// Longer forms are tried before those they end with.
constexpr auto kForms = std::to_array<Entry>({
    // English-speaking places
    {U"ltd", {"Ltd", kL}},
    {U"limited", {"Ltd", kL}},
    {U"co ltd", {"Co Ltd", kL}},
    {U"company limited", {"Co Ltd", kL}},
    {U"llc", {"LLC", kL}},
    {U"limited liability company", {"LLC", kL}},
    {U"pty ltd", {"Pty Ltd", kL}},
    {U"proprietary limited", {"Pty Ltd", kL}},
    {U"pte ltd", {"Pte Ltd", kL}},
    {U"pvt ltd", {"Pvt Ltd", kL}},
    {U"private limited", {"Pvt Ltd", kL}},
    {U"sdn bhd", {"Sdn Bhd", kL}},
    {U"plc", {"PLC", kS}},
    {U"public limited company", {"PLC", kS}},
    {U"inc", {"Inc", kS}},
    {U"incorporated", {"Inc", kS}},
    {U"corp", {"Corp", kS}},
    {U"corporation", {"Corp", kS}},
    {U"bhd", {"Bhd", kS}},
    {U"pcl", {"PCL", kS}},
    {U"llp", {"LLP", kP}},
    {U"lp", {"LP", kP}},
    {U"co", {"Co", kX}},
    {U"company", {"Co", kX}},
    // German-speaking places
    {U"gmbh", {"GmbH", kL}},
    {U"mbh", {"GmbH", kL}},
    {U"ggmbh", {"gGmbH", kL}},
    {U"gesmbh", {"GmbH", kL}},
    {U"ug", {"UG", kL}},
    {U"ug haftungsbeschrankt", {"UG", kL}},
    {U"ag", {"AG", kS}},
    {U"aktiengesellschaft", {"AG", kS}},
    {U"kgaa", {"KGaA", kS}},
    {U"gmbh co kg", {"GmbH & Co KG", kP}},
    {U"gmbh co ohg", {"GmbH & Co OHG", kP}},
    {U"ag co kg", {"AG & Co KG", kP}},
    {U"ug co kg", {"UG & Co KG", kP}},
    {U"co kg", {"KG", kP}},
    {U"kg", {"KG", kP}},
    {U"ohg", {"OHG", kP}},
    {U"gbr", {"GbR", kP}},
    {U"eg", {"eG", kC}},
    {U"ek", {"e.K.", kO}},
    {U"ev", {"e.V.", kX}},
    // All of Europe
    {U"se", {"SE", kS}, kAny},
    {U"se co kg", {"SE & Co KG", kP}},
    // Romance-speaking places
    {U"sa", {"SA", kS}},
    {U"sau", {"SA", kS}},
    {U"sociedad anonima", {"SA", kS}},
    {U"societe anonyme", {"SA", kS}},
    {U"sa de cv", {"SA de CV", kS}},
    {U"sab de cv", {"SAB de CV", kS}},
    {U"sapi de cv", {"SAPI de CV", kS}},
    {U"s de rl de cv", {"S de RL de CV", kL}},
    {U"s de rl", {"S de RL", kL}},
    {U"sl", {"SL", kL}},
    {U"slu", {"SL", kL}},
    {U"sociedad limitada", {"SL", kL}},
    {U"srl", {"SRL", kL}},
    {U"srls", {"SRL", kL}},
    {U"spa", {"SpA", kS}},
    {U"sapa", {"SApA", kS}},
    {U"sas", {"SAS", kS}, kAny},
    {U"sasu", {"SAS", kS}, kAny},
    {U"sarl", {"SARL", kL}, kAny},
    {U"eurl", {"EURL", kL}, kAny},
    {U"snc", {"SNC", kP}},
    {U"sci", {"SCI", kX}, kAny},
    {U"ltda", {"Ltda", kL}},
    {U"limitada", {"Ltda", kL}},
    {U"lda", {"Lda", kL}},
    {U"unipessoal lda", {"Lda", kL}},
    {U"eireli", {"EIRELI", kO}},
    {U"sgps sa", {"SGPS SA", kS}},
    {U"s coop", {"S Coop", kC}},
    {U"soc coop", {"Soc Coop", kC}},
    {U"scarl", {"Soc Coop", kC}},
    // The Low Countries
    {U"bv", {"BV", kL}},
    {U"bvba", {"BVBA", kL}},
    {U"sprl", {"SPRL", kL}},
    {U"nv", {"NV", kS}},
    {U"vof", {"VOF", kP}},
    {U"cv", {"CV", kP}},
    // The north and the Baltic
    {U"ab", {"AB", kL}, kAny},
    {U"ab publ", {"AB (publ)", kS}},
    {U"aktiebolag", {"AB", kL}, kAny},
    {U"hb", {"HB", kP}},
    {U"as", {"AS", kL}},
    {U"asa", {"ASA", kS}},
    {U"aps", {"ApS", kL}},
    {U"oy", {"Oy", kL}, kAny},
    {U"oyj", {"Oyj", kS}},
    {U"oy ab", {"Oy Ab", kL}},
    {U"ky", {"Ky", kP}},
    {U"ehf", {"ehf", kL}},
    {U"hf", {"hf", kS}},
    {U"ou", {"OÜ", kL}, kAny},
    {U"uab", {"UAB", kL}, kAny},
    {U"sia", {"SIA", kL}, kAny},
    // Central and eastern Europe; Cyrillic as it is spelt here
    {U"sp zoo", {"Sp. z o.o.", kL}},
    {U"sp z oo", {"Sp. z o.o.", kL}},
    {U"sp zoo sp k", {"Sp. z o.o. Sp. k.", kP}},
    {U"sp z oo sp k", {"Sp. z o.o. Sp. k.", kP}},
    {U"spolka z oo", {"Sp. z o.o.", kL}},
    {U"spolka z ograniczona odpowiedzialnoscia", {"Sp. z o.o.", kL}},
    {U"spolka akcyjna", {"SA", kS}},
    {U"sp k", {"Sp. k.", kP}},
    {U"sp j", {"Sp. j.", kP}},
    {U"sro", {"s.r.o.", kL}},
    {U"spol sro", {"s.r.o.", kL}},
    {U"kft", {"Kft", kL}},
    {U"zrt", {"Zrt", kS}},
    {U"nyrt", {"Nyrt", kS}},
    {U"bt", {"Bt", kP}},
    {U"doo", {"d.o.o.", kL}},
    {U"dd", {"d.d.", kS}},
    {U"ood", {"OOD", kL}},
    {U"eood", {"EOOD", kL}},
    {U"ad", {"AD", kS}},
    {U"ooo", {"OOO", kL}, kAny},
    {U"ao", {"AO", kS}, kAny},
    {U"oao", {"OAO", kS}, kAny},
    {U"pao", {"PAO", kS}, kAny},
    {U"zao", {"ZAO", kS}, kAny},
    {U"tov", {"TOV", kL}, kAny},
    {U"ip", {"IP", kO}, kAny},
    {U"too", {"TOO", kL}, kAny},
    // Greece, Turkey, the Gulf, Africa
    {U"ae", {"AE", kS}},
    {U"epe", {"EPE", kL}},
    {U"ike", {"IKE", kL}},
    {U"as ve tic", {"A.Ş.", kS}},
    {U"ltd sti", {"Ltd. Şti.", kL}},
    {U"sti", {"Ltd. Şti.", kL}},
    {U"anonim sirketi", {"A.Ş.", kS}},
    {U"fze", {"FZE", kL}},
    {U"fz llc", {"FZ LLC", kL}},
    {U"wll", {"WLL", kL}},
    {U"pjsc", {"PJSC", kS}},
    {U"jsc", {"JSC", kS}},
    // Asia, in Latin letters
    {U"kk", {"KK", kS}},
    {U"kabushiki kaisha", {"KK", kS}, kAny},
    {U"gk", {"GK", kL}},
    {U"godo kaisha", {"GK", kL}, kAny},
    {U"pt", {"PT", kL}, kAny},
    {U"tbk", {"Tbk", kS}},
    {U"cong ty tnhh", {"TNHH", kL}, kAny},
    {U"jsc", {"JSC", kS}},
});

// Forms that need no space around them, as they are written.
struct Unspaced {
  std::string_view text;
  LegalForm form;
};
constexpr auto kUnspaced = std::to_array<Unspaced>({{"株式会社", {"KK", kS}},
                                                    {"㈱", {"KK", kS}},
                                                    {"(株)", {"KK", kS}},
                                                    {"（株）", {"KK", kS}},
                                                    {"有限会社", {"YK", kL}},
                                                    {"㈲", {"YK", kL}},
                                                    {"合同会社", {"GK", kL}},
                                                    {"股份有限公司", {"股份有限公司", kS}},
                                                    {"有限责任公司", {"有限公司", kL}},
                                                    {"有限責任公司", {"有限公司", kL}},
                                                    {"有限公司", {"有限公司", kL}},
                                                    {"주식회사", {"주식회사", kS}},
                                                    {"㈜", {"주식회사", kS}},
                                                    {"(주)", {"주식회사", kS}},
                                                    {"유한회사", {"유한회사", kL}}});

size_t WordCount(std::u32string_view words) {
  return 1 + static_cast<size_t>(std::count(words.begin(), words.end(), U' '));
}

std::u32string Joined(std::span<const Word> words) {
  std::u32string out;
  for (const Word& word : words) {
    if (!out.empty()) out += U' ';
    out += word;
  }
  return out;
}

// The longest form that `words` end or begin with, leaving at least one word.
const Entry* FormAt(std::span<const Word> words, bool in_front) {
  constexpr size_t kLongest = 6;
  for (size_t n = std::min(kLongest, words.size() - 1); n > 0; --n) {
    std::u32string phrase = Joined(in_front ? words.first(n) : words.last(n));
    for (const Entry& entry : kForms) {
      if (entry.words == phrase && (!in_front || entry.stands == kAny)) return &entry;
    }
  }
  return nullptr;
}

// What is left without the forms that stand anywhere, and the first of them.
std::string WithoutUnspaced(std::string_view name, std::optional<LegalForm>& form) {
  std::string out(name);
  for (const Unspaced& entry : kUnspaced) {
    for (size_t at = out.find(entry.text); at != out.npos; at = out.find(entry.text, at)) {
      if (!form) form = entry.form;
      out.replace(at, entry.text.size(), " ");
    }
  }
  return out;
}

// Words that join others and tell no company from another.
bool IsFiller(const Word& word) {
  static constexpr auto kFiller =
      std::to_array<std::u32string_view>({U"the", U"and", U"und", U"et", U"y", U"e", U"og", U"och", U"en", U"i"});
  return std::find(kFiller.begin(), kFiller.end(), word) != kFiller.end();
}

}  // namespace

ParsedName ParseName(std::string_view name) {
  ParsedName parsed;
  std::vector<Word> words = WordsOf(WithoutUnspaced(name, parsed.form));
  if (words.empty()) {
    parsed.form.reset();
    words = WordsOf(name);  // a form and nothing else: then it is the name
  }
  std::span<const Word> left = words;
  for (bool in_front : {false, true}) {
    while (left.size() > 1) {
      const Entry* entry = FormAt(left, in_front);
      if (entry == nullptr) break;
      // The outermost form of an end is the whole one: "GmbH & Co KG" before "Co".
      if (!parsed.form) parsed.form = entry->form;
      size_t n = WordCount(entry->words);
      left = in_front ? left.subspan(n) : left.first(left.size() - n);
    }
  }
  // What comes after that many words tells nothing more, and pairing them takes its time.
  constexpr size_t kMostWords = 16;
  for (size_t i = 0; i < left.size() && parsed.core.size() < kMostWords; ++i) {
    bool inside = i > 0 && i + 1 < left.size();
    bool article = left[i] == U"the" && left.size() > 1;
    if (!article && !(inside && IsFiller(left[i]))) parsed.core.push_back(left[i]);
  }
  return parsed;
}

}  // namespace company_name
