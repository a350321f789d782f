// Chinese names by pinyin (ICU), and family names as they are spelled outside of the mainland.

#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "domain/names/part_readings.h"
#include "domain/names/rewriting.h"
#include "domain/names/scripts.h"
#include "domain/text.h"

namespace leadline::domain {
namespace {

// Family names with their spellings: pinyin, Cantonese, Wade-Giles, Hokkien and Teochew.
constexpr std::string_view kChineseFamilies[] = {"王 wang wong ong heng",
                                                 "李 li lee",
                                                 "张 zhang chang cheung teo",
                                                 "刘 liu lau low",
                                                 "陈 chen chan tan chern",
                                                 "杨 yang yeung young yeo",
                                                 "黄 huang wong hwang ng",
                                                 "赵 zhao chao chiu",
                                                 "吴 wu ng goh woo",
                                                 "周 zhou chow chou chew",
                                                 "徐 xu hsu tsui chui",
                                                 "孙 sun suen",
                                                 "马 ma mah",
                                                 "朱 zhu chu choo",
                                                 "胡 hu wu woo",
                                                 "郭 guo kuo kwok",
                                                 "何 he ho",
                                                 "高 gao kao ko",
                                                 "林 lin lam lim",
                                                 "罗 luo lo law",
                                                 "郑 zheng cheng tay chang",
                                                 "梁 liang leung neo",
                                                 "谢 xie hsieh tse chia",
                                                 "宋 song sung soong",
                                                 "唐 tang tong",
                                                 "许 xu hsu hui koh",
                                                 "韩 han hon",
                                                 "冯 feng fung",
                                                 "邓 deng teng tang",
                                                 "曹 cao tsao cho",
                                                 "彭 peng pang",
                                                 "曾 zeng tseng tsang",
                                                 "肖 xiao hsiao siu",
                                                 "萧 xiao hsiao siu",
                                                 "田 tian tien tin",
                                                 "董 dong tung",
                                                 "袁 yuan yuen",
                                                 "潘 pan poon phua",
                                                 "于 yu yue",
                                                 "蒋 jiang chiang cheung",
                                                 "蔡 cai tsai choi chua",
                                                 "余 yu yee yue",
                                                 "杜 du tu to",
                                                 "叶 ye yeh yip yap",
                                                 "程 cheng ching",
                                                 "苏 su so",
                                                 "魏 wei ngai",
                                                 "吕 lu lyu lui lv",
                                                 "丁 ding ting",
                                                 "任 ren yam jen",
                                                 "沈 shen sum sham",
                                                 "姚 yao yiu",
                                                 "卢 lu lo loh",
                                                 "姜 jiang chiang keung",
                                                 "崔 cui tsui chui",
                                                 "钟 zhong chung",
                                                 "谭 tan tam",
                                                 "陆 lu luk",
                                                 "汪 wang wong",
                                                 "范 fan",
                                                 "金 jin kam chin",
                                                 "石 shi shek shih",
                                                 "廖 liao liu liew",
                                                 "贾 jia chia",
                                                 "夏 xia hsia ha",
                                                 "韦 wei wai",
                                                 "付 fu",
                                                 "傅 fu foo",
                                                 "方 fang fong",
                                                 "白 bai pai pak",
                                                 "邹 zou chow tsou",
                                                 "孟 meng mang",
                                                 "熊 xiong hung",
                                                 "秦 qin chin tsun",
                                                 "邱 qiu chiu yau khoo",
                                                 "江 jiang kong chiang",
                                                 "尹 yin wan",
                                                 "薛 xue hsueh sit",
                                                 "阎 yan yen",
                                                 "段 duan tuan",
                                                 "雷 lei lui",
                                                 "侯 hou hau",
                                                 "龙 long lung",
                                                 "史 shi shih sze",
                                                 "陶 tao to",
                                                 "黎 li lai",
                                                 "贺 he ho",
                                                 "顾 gu ku koo",
                                                 "毛 mao mo",
                                                 "龚 gong kung",
                                                 "邵 shao shiu",
                                                 "万 wan man",
                                                 "钱 qian chien chin",
                                                 "严 yan yen yim",
                                                 "莫 mo mok",
                                                 "孔 kong kung hung",
                                                 "关 guan kwan kuan",
                                                 "颜 yan yen ngan",
                                                 "温 wen wan",
                                                 "庄 zhuang chong chuang",
                                                 "柯 ke ko",
                                                 "洪 hong hung ang",
                                                 "戴 dai tai",
                                                 "单 shan",
                                                 "解 xie",
                                                 "仇 qiu",
                                                 "欧阳 ouyang auyeung",
                                                 "司徒 situ szeto",
                                                 "司马 sima",
                                                 "诸葛 zhuge",
                                                 "上官 shangguan",
                                                 "东方 dongfang",
                                                 "皇甫 huangfu",
                                                 "尉迟 yuchi",
                                                 "慕容 murong"};

// Forms of the same character, the one that the tables here have last: traditional, and as Japanese names vary.
constexpr std::u32string_view kForms[] = {
    U"張张",       U"劉刘",     U"陳陈",   U"楊杨", U"黃黄",   U"趙赵",   U"吳吴",   U"孫孙",   U"馬马", U"羅罗",
    U"鄭郑",       U"謝谢",     U"許许",   U"韓韩", U"馮冯",   U"鄧邓",   U"蕭萧",   U"蔣蒋",   U"葉叶", U"蘇苏",
    U"呂吕",       U"盧卢",     U"鍾钟",   U"鐘钟", U"譚谭",   U"陸陆",   U"賈贾",   U"韋韦",   U"鄒邹", U"閻阎",
    U"龍竜龙",     U"賀贺",     U"顧顾",   U"龔龚", U"萬万",   U"錢钱",   U"嚴严",   U"關关",   U"顏颜", U"溫温",
    U"莊庄",       U"單单",     U"歐欧",   U"陽阳", U"東东",   U"諸诸",   U"偉伟",   U"國国",   U"華华", U"麗丽",
    U"強强",       U"軍军",     U"傑杰",   U"濤涛", U"學学",   U"曉晓",   U"紅红",   U"蘭兰",   U"鳳凤", U"寶宝",
    U"貴贵",       U"慶庆",     U"榮荣",   U"輝辉", U"鵬鹏",   U"飛飞",   U"雲云",   U"夢梦",   U"瓊琼", U"靜静",
    U"潔洁",       U"穎颖",     U"瑩莹",   U"慧慧", U"維维",   U"銘铭",   U"鋒锋",   U"鑫鑫",   U"馨馨", U"嶋島岛",
    U"齋斎齊齐斉", U"邊邉辺边", U"髙高",   U"﨑崎", U"澤沢泽", U"濱浜滨", U"櫻桜樱", U"廣広广", U"眞真", U"德徳",
    U"惠恵",       U"圓円圆",   U"瀧滝泷", U"壽寿", U"實実实", U"藏蔵",   U"彌弥",   U"榮栄",   U"發发", U"應应",
    U"興兴",       U"義义",     U"聖圣",   U"愛爱", U"樹树",   U"蓮莲",   U"遠远",   U"達达",   U"連连", U"選选",
    U"遙遥",       U"勝胜",     U"勇勇",   U"堯尧", U"啟启",   U"啓启",   U"婭娅",   U"嬌娇",   U"寧宁", U"將将",
    U"從从",       U"燦灿",     U"獻献",   U"瑋玮", U"紹绍",   U"經经",   U"綺绮",   U"緒绪",   U"縣县", U"耀耀",
    U"聰聪",       U"臺台",     U"舉举",   U"蔭荫", U"衛卫",   U"詠咏",   U"詩诗",   U"誠诚",   U"賢贤", U"躍跃",
    U"鄉乡",       U"錦锦",     U"鎮镇",   U"鐵铁", U"長长",   U"開开",   U"陰阴",   U"雙双",   U"韻韵", U"頌颂",
    U"順顺"};

using Forms = absl::flat_hash_map<char32_t, char32_t>;
using ChineseTable = absl::flat_hash_map<std::u32string, std::vector<std::string>>;

const Forms& UnifiedForms() {
  static const Forms kTable = [] {
    Forms table;
    for (const std::u32string_view forms : kForms) {
      for (const char32_t c : forms.substr(0, forms.size() - 1)) table.emplace(c, forms.back());
    }
    return table;
  }();
  return kTable;
}

const ChineseTable& ChineseFamilies() {
  static const ChineseTable kTable = [] {
    ChineseTable table;
    for (const std::string_view line : kChineseFamilies) {
      const std::vector<std::string_view> words = Words(line);
      table[UnifiedHan(Composed(words[0]))] = {words.begin() + 1, words.end()};
    }
    return table;
  }();
  return kTable;
}

// Wade-Giles without its marks.
constexpr SpellingRule kWadeGiles[] = {{"zh", "ch"}, {"ch", "ch"}, {"j", "ch"},    {"q", "ch"},   {"x", "hs"},
                                       {"z", "ts"},  {"c", "ts"},  {"d", "t"},     {"b", "p"},    {"ng", "ng"},
                                       {"g", "k"},   {"r", "j"},   {"ong", "ung"}, {"ian", "ien"}};

std::u32string InOneWord(const PartWords& words) {
  std::u32string joined;
  for (const std::u32string& word : words) joined += word;
  return joined;
}

}  // namespace

std::u32string UnifiedHan(std::u32string_view text) {
  std::u32string out(text);
  for (char32_t& c : out) {
    if (const auto found = UnifiedForms().find(c); found != UnifiedForms().end()) c = found->second;
  }
  return out;
}

std::vector<std::string> ChineseReadings(const PartWords& words, Part part) {
  const std::u32string joined = UnifiedHan(InOneWord(words));
  if (part == Part::kFamily) {
    if (const auto found = ChineseFamilies().find(joined); found != ChineseFamilies().end()) return found->second;
  }
  std::vector<std::string> readings;
  const std::string pinyin = WithoutSpaces(FoldText(ToUtf8(joined)));
  AddDistinct(readings, pinyin);
  AddDistinct(readings, Rewritten(pinyin, kWadeGiles));
  return readings;
}

size_t ChineseFamilyLength(std::u32string_view name) {
  if (name.size() < 2 || name.size() > 4) return 0;
  if (name.size() > 2 && ChineseFamilies().contains(UnifiedHan(name.substr(0, 2)))) return 2;
  return 1;
}

}  // namespace leadline::domain
