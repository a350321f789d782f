// Hangul by the Revised Romanisation, syllable by syllable, and family names as people write them.
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "domain/names/part_readings.h"
#include "domain/names/rewriting.h"
#include "domain/names/scripts.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

constexpr char32_t kFirstSyllable = 0xAC00;
constexpr char32_t kLastSyllable = 0xD7A3;
constexpr char32_t kFinals = 28;
constexpr char32_t kVowels = 21;

constexpr std::string_view kInitialLetters[] = {"g",  "kk", "n", "d",  "tt", "r", "m", "b", "pp", "s",
                                                "ss", "",   "j", "jj", "ch", "k", "t", "p", "h"};
constexpr std::string_view kVowelLetters[] = {"a",  "ae", "ya", "yae", "eo", "e",  "yeo", "ye", "o",  "wa", "wae",
                                              "oe", "yo", "u",  "wo",  "we", "wi", "yu",  "eu", "ui", "i"};
constexpr std::string_view kFinalLetters[] = {"",  "k", "k", "k", "n", "n", "n", "t",  "l", "k", "m", "l", "l", "l",
                                              "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"};

// What people of these names call themselves in English, the most frequent spelling first.
constexpr std::string_view kKoreanFamilies[] = {"김 kim gim",
                                                "이 lee yi rhee ri",
                                                "박 park pak bak",
                                                "최 choi choe",
                                                "정 jung jeong chung cheong",
                                                "강 kang gang",
                                                "조 cho jo",
                                                "윤 yoon yun youn",
                                                "장 jang chang",
                                                "임 lim im rim yim",
                                                "한 han",
                                                "오 oh o",
                                                "서 seo suh",
                                                "신 shin sin",
                                                "권 kwon gwon",
                                                "황 hwang",
                                                "안 ahn an",
                                                "송 song",
                                                "전 jeon chun jun chon",
                                                "홍 hong",
                                                "유 yoo yu ryu you",
                                                "류 ryu yoo ryoo",
                                                "고 ko go koh",
                                                "문 moon mun",
                                                "양 yang",
                                                "손 son sohn",
                                                "배 bae pae",
                                                "백 baek paik back paek",
                                                "허 heo hur huh",
                                                "남 nam",
                                                "심 shim sim",
                                                "노 noh roh no",
                                                "로 roh noh",
                                                "하 ha",
                                                "곽 kwak gwak",
                                                "성 sung seong",
                                                "차 cha",
                                                "주 joo ju choo",
                                                "우 woo wu u",
                                                "구 koo gu ku",
                                                "민 min",
                                                "나 na ra",
                                                "라 ra na",
                                                "진 jin chin",
                                                "지 ji chi",
                                                "엄 um eom uhm",
                                                "채 chae",
                                                "원 won",
                                                "천 chun cheon",
                                                "방 bang pang",
                                                "공 kong gong",
                                                "현 hyun hyeon",
                                                "함 ham",
                                                "변 byun byeon",
                                                "염 yeom yum",
                                                "여 yeo",
                                                "추 choo chu",
                                                "도 do doh",
                                                "소 so",
                                                "석 seok suk",
                                                "선 sun seon",
                                                "설 seol sul",
                                                "마 ma",
                                                "길 gil kil",
                                                "연 yeon",
                                                "위 wi",
                                                "표 pyo",
                                                "명 myung myeong",
                                                "기 ki gi",
                                                "반 ban",
                                                "왕 wang",
                                                "금 keum geum",
                                                "옥 ok",
                                                "육 yook yuk",
                                                "인 in",
                                                "맹 maeng",
                                                "제 je",
                                                "모 mo",
                                                "탁 tak",
                                                "국 kook guk",
                                                "리 lee ri",
                                                "량 ryang",
                                                "남궁 namgung namkung",
                                                "황보 hwangbo",
                                                "제갈 jegal",
                                                "선우 sunwoo seonu",
                                                "사공 sagong",
                                                "독고 dokgo"};

using KoreanTable = absl::flat_hash_map<std::u32string, std::vector<std::string>>;

const KoreanTable& KoreanFamilies() {
  static const KoreanTable kTable = [] {
    KoreanTable table;
    for (const std::string_view line : kKoreanFamilies) {
      const std::vector<std::string_view> words = Words(line);
      table[Composed(words[0])] = {words.begin() + 1, words.end()};
    }
    return table;
  }();
  return kTable;
}

std::string Revised(std::u32string_view syllables) {
  std::string out;
  for (const char32_t c : syllables) {
    if (c < kFirstSyllable || c > kLastSyllable) {
      out += WithoutSpaces(FoldText(ToUtf8(std::u32string_view(&c, 1))));
      continue;
    }
    const char32_t index = c - kFirstSyllable;
    out += kInitialLetters[index / kFinals / kVowels];
    out += kVowelLetters[index / kFinals % kVowels];
    out += kFinalLetters[index % kFinals];
  }
  return out;
}

}  // namespace

std::vector<std::string> HangulReadings(const PartWords& words, Part part) {
  std::u32string joined;
  for (const std::u32string& word : words) joined += word;
  if (part == Part::kFamily) {
    if (const auto found = KoreanFamilies().find(joined); found != KoreanFamilies().end()) return found->second;
  }
  std::vector<std::string> readings;
  AddDistinct(readings, Revised(joined));
  return readings;
}

size_t KoreanFamilyLength(std::u32string_view name) {
  if (name.size() < 2 || name.size() > 5) return 0;
  if (name.size() > 2 && KoreanFamilies().contains(std::u32string(name.substr(0, 2)))) return 2;
  return 1;
}

}  // namespace leadline::domain
