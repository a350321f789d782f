// Company names without their legal forms.
#include <algorithm>
#include <array>
#include <span>
#include <unordered_set>

#include "absl/strings/ascii.h"
#include "domain/matching.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

// Legal forms as they look once folded, with dotted initials joined ("S. de R.L. de C.V." is "s de rl de cv"), by the
// place where they are usual. Forms in other scripts stand as ICU writes them in Latin letters.
constexpr auto kLegalForms = std::to_array<std::string_view>(
    {// English-speaking places
     "inc", "incorporated", "corp", "corporation", "co", "company", "llc", "lllp", "llp", "lp", "ltd", "limited", "plc",
     "pllc", "pc", "pa", "pty", "pte", "pvt", "private", "proprietary", "ltd co", "co ltd", "cic", "cio", "unlimited",
     "ulc", "ultd", "dac", "clg", "uc", "public limited company", "limited liability company",
     "limited liability partnership", "limited partnership", "ltd liability co", "sdn", "bhd", "sdn bhd", "berhad",
     "sendirian berhad", "opc", "rlp", "npc",
     // German-speaking places
     "gmbh", "mbh", "gesmbh", "ggmbh", "ag", "kg", "kgaa", "ohg", "ug", "ug haftungsbeschrankt", "haftungsbeschrankt",
     "gbr", "ek", "ekfm", "ekfr", "ev", "eg", "egen", "gmbh co kg", "gmbh co ohg", "gmbh co kgaa", "ag co kg",
     "se co kgaa", "ug co kg", "co kg", "partg", "partg mbb", "partgmbb", "stiftung co kg", "og",
     "gesellschaft mit beschrankter haftung", "aktiengesellschaft", "kommanditgesellschaft", "einzelunternehmen",
     // European forms
     "se", "sce", "eeig", "ewiv", "geie",
     // Spain and Latin America
     "sa", "sl", "slu", "sau", "sll", "slp", "slpu", "slne", "sal", "sc", "scp", "scv", "s coop", "scoop", "sccl",
     "ute", "aie", "sociedad anonima", "sociedad limitada", "sociedad de responsabilidad limitada", "sa de cv", "sab",
     "sab de cv", "sapi", "sapi de cv", "s de rl", "s de rl de cv", "srl de cv", "sofom", "sas de cv", "sociedad civil",
     "spa", "eirl", "ltda", "limitada", "cia", "cia ltda", "cltda", "y cia", "saa", "sac", "sacifia", "saci", "saic",
     "sca", "sas esp", "sa esp", "esp", "ca", "rl", "sociedad por acciones simplificada", "sem", "spr",
     // Portugal and Brazil
     "lda", "unipessoal", "unipessoal lda", "sgps", "sgps sa", "me", "epp", "mei", "eireli", "eireli me", "ltda me",
     "ltda epp", "sociedade anonima", "sociedade limitada",
     // France and its neighbours
     "sarl", "sas", "sasu", "eurl", "snc", "scs", "sci", "scop", "scic", "selarl", "selas", "scm", "gie", "gip",
     "sarlau", "societe anonyme", "societe a responsabilite limitee", "societe par actions simplifiee",
     // Italy
     "srl", "srls", "sapa", "sas di", "sdf", "scarl", "scrl", "scpa", "soc coop", "societa cooperativa",
     "societa per azioni", "societa a responsabilita limitata", "in liquidazione", "unipersonale", "srl unipersonale",
     // Belgium, the Netherlands, Luxembourg
     "bv", "nv", "bvba", "cvba", "cv", "vof", "sprl", "sprlu", "scri", "ebvba", "comm v", "commv", "gcv", "asbl", "vzw",
     "besloten vennootschap", "naamloze vennootschap", "sarls", "secs", "scsp", "soparfi", "sicav", "sicar",
     // The north and the Baltic
     "ab", "publ", "ab publ", "hb", "kb", "ekf", "aktiebolag", "handelsbolag", "as", "asa", "ans", "da", "ba", "ks",
     "enk", "aksjeselskap", "aps", "ivs", "amba", "fmba", "smba", "aktieselskab", "anpartsselskab", "oy", "oyj", "ky",
     "osakeyhtio", "ehf", "hf", "ohf", "slf", "sf", "ou", "mtu", "osauhing", "aktsiaselts", "sia", "ik", "uab", "mb",
     "vsi", "tub",
     // Central and eastern Europe
     "sp zoo", "sp z oo", "spzoo", "spolka z oo", "spolka z ograniczona odpowiedzialnoscia", "spolka akcyjna",
     "sp zoo sp k", "sp zoo spk", "sp zoo sk", "spk", "sp k", "sp j", "spj", "sp p", "ska", "psa", "sro", "spol sro",
     "spol s ro", "vos", "zs", "ops", "kft", "zrt", "nyrt", "bt", "kkt", "rt", "kht", "doo", "dd", "jdoo", "ad", "ood",
     "eood", "ead", "kd", "kda", "shpk", "sha", "dooel", "pfa", "ooo", "oao", "zao", "pao", "ao", "npao", "ip", "chp",
     "tov", "tdv", "pat", "prat", "pp", "fop", "too", "mchj", "qk", "odo", "chup",
     "obshchestvo s ogranichennoj otvetstvennost u",
     // Greece, Cyprus, Turkey, Israel
     "ae", "epe", "oe", "ike", "mepe", "monoprosopi ike", "anonim sirketi", "limited sirketi", "ltd sti", "sti",
     "tic ltd sti", "san ve tic as", "san ve tic ltd sti", "ticaret as", "ve tic as", "tas", "koll sti", "bm",
     // The Gulf and Africa
     "fze", "fzc", "fzco", "fzllc", "fz llc", "wll", "bsc", "kscc", "ksc", "saoc", "saog", "qpsc", "pjsc", "psc", "sae",
     "spc", "suarl", "gie", "cc", "pty ltd", "proprietary limited", "sarl au", "saoe", "jsc", "cjsc", "ojsc", "est",
     // Asia
     "kk", "gk", "yk", "gmk", "kabushiki kaisha", "kabushiki gaisha", "godo kaisha", "yugen kaisha",

     "pt", "tbk", "persero", "pt tbk", "pte ltd", "pvt ltd", "co pvt ltd", "private limited", "nidhi", "opc pvt ltd",
     "tnhh", "cong ty tnhh", "cong ty co phan", "ctcp", "jsc", "pcl", "public company limited", "inc ltd", "dba"});

// Forms that stand before the name ("OOO Romashka", "PT Astra"). Only those that are no words of a name themselves.
constexpr auto kLeadingForms =
    std::to_array<std::string_view>({"ooo", "oao", "zao", "pao", "npao", "ao", "tov", "too", "uab", "pt",
                                     "cong ty tnhh", "cong ty co phan", "kabushiki kaisha", "kabushiki gaisha",

                                     "sarl", "eurl", "ab", "the firm"});

// Words that join others and tell no company from another.
constexpr auto kFiller = std::to_array<std::string_view>({"the", "and", "und", "et", "y", "e", "og", "och", "en", "i"});

// Forms of scripts that put no space between words, as they are written; a longer one before those it holds.
constexpr auto kUnspacedForms = std::to_array<std::string_view>(
    {"株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "一般社団法人", "㈱", "㈲", "股份有限公司",
     "有限责任公司", "有限責任公司", "有限公司", "股份公司", "주식회사", "유한회사", "유한책임회사"});

constexpr size_t kLongestForm = 6;

using Phrases = std::unordered_set<std::string_view>;

const Phrases& LegalForms() {
  static const Phrases kSet(kLegalForms.begin(), kLegalForms.end());
  return kSet;
}

const Phrases& LeadingForms() {
  static const Phrases kSet(kLeadingForms.begin(), kLeadingForms.end());
  return kSet;
}

bool IsInitial(std::string_view word) {
  return word.size() == 1 && absl::ascii_isalpha(static_cast<unsigned char>(word[0]));
}

// Joins initials that stand together: "s a" is "sa". One that stands alone stays as it is.
std::string JoinInitials(const std::vector<std::string_view>& words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    bool joins = i > 0 && IsInitial(words[i]) && IsInitial(words[i - 1]);
    if (!out.empty() && !joins) out += ' ';
    out += words[i];
  }
  return out;
}

// `words` are views into one string with single spaces, so a run of them is one view too.
std::string_view Phrase(std::span<const std::string_view> words) {
  return {words.front().data(), static_cast<size_t>(words.back().data() + words.back().size() - words.front().data())};
}

// Removes the longest form at the end, unless nothing would be left.
bool DropEnding(std::span<const std::string_view>& words) {
  for (size_t count = std::min(kLongestForm, words.size() - 1); count > 0; --count) {
    if (!LegalForms().contains(Phrase(words.last(count)))) continue;
    words = words.first(words.size() - count);
    return true;
  }
  return false;
}

bool DropBeginning(std::span<const std::string_view>& words) {
  for (size_t count = std::min(kLongestForm, words.size() - 1); count > 0; --count) {
    if (!LeadingForms().contains(Phrase(words.first(count)))) continue;
    words = words.subspan(count);
    return true;
  }
  return false;
}

bool IsFiller(std::string_view word) { return std::find(kFiller.begin(), kFiller.end(), word) != kFiller.end(); }

// Filler joins two words: at either end it is a name's own letter ("Team E"), save for the article.
std::string WithoutFiller(std::span<const std::string_view> words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    bool inside = i > 0 && i + 1 < words.size();
    if (words.size() > 1 && (words[i] == "the" || (inside && IsFiller(words[i])))) continue;
    if (!out.empty()) out += ' ';
    out += words[i];
  }
  return out;
}

std::string WithoutUnspacedForms(std::string_view name) {
  std::string out(name);
  for (std::string_view form : kUnspacedForms) {
    for (size_t at = out.find(form); at != std::string::npos; at = out.find(form, at))
      out.replace(at, form.size(), 1, ' ');
  }
  return out;
}

}  // namespace

std::string FoldCompanyName(std::string_view name) {
  std::string folded = FoldText(IsAscii(name) ? std::string(name) : WithoutUnspacedForms(name));
  if (folded.empty()) folded = FoldText(name);
  std::string joined = JoinInitials(Words(folded));
  std::vector<std::string_view> all = Words(joined);
  if (all.empty()) return "";
  std::span<const std::string_view> words = all;
  while (words.size() > 1 && DropEnding(words)) {
  }
  while (words.size() > 1 && DropBeginning(words)) {
  }
  std::string core = WithoutFiller(words);
  return core.empty() ? std::string(Phrase(words)) : core;
}

}  // namespace leadline::domain
