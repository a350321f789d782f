#include <gtest/gtest.h>

#include "domain/matching.h"

namespace leadline::domain {
namespace {

TEST(FoldCompanyNameTest, LegalFormsGo) {
  const std::pair<std::string_view, std::string_view> kNames[] = {
      {"Müller Maschinenbau GmbH", "muller maschinenbau"},
      {"Müller Maschinenbau GmbH & Co. KG", "muller maschinenbau"},
      {"Siemens AG", "siemens"},
      {"Bäckerei Huber e.K.", "backerei huber"},
      {"Startup UG (haftungsbeschränkt)", "startup"},
      {"Telefónica, S.A.", "telefonica"},
      {"Panadería López S.L.U.", "panaderia lopez"},
      {"Cemex, S.A.B. de C.V.", "cemex"},
      {"Tequila del Sur S. de R.L. de C.V.", "tequila del sur"},
      {"Construtora Silva Ltda.", "construtora silva"},
      {"Construtora Silva LTDA - ME", "construtora silva"},
      {"Petróleo Brasileiro S/A", "petroleo brasileiro"},
      {"Vinhos do Norte, Lda", "vinhos do norte"},
      {"Fiat S.p.A.", "fiat"},
      {"Rossi S.r.l.", "rossi"},
      {"Dupont SARL", "dupont"},
      {"SARL Dupont", "dupont"},
      {"Acme, Inc.", "acme"},
      {"Acme Corp.", "acme"},
      {"Acme Co., Ltd.", "acme"},
      {"Acme Pty Ltd", "acme"},
      {"Acme Private Limited", "acme"},
      {"Acme L.L.C.", "acme"},
      {"Nokia Oyj", "nokia"},
      {"Volvo AB", "volvo"},
      {"AB Volvo", "volvo"},
      {"Novo Nordisk A/S", "novo nordisk"},
      {"Philips N.V.", "philips"},
      {"Bakker B.V.", "bakker"},
      {"Orlen Sp. z o.o.", "orlen"},
      {"Orlen Sp. z o.o. Sp. k.", "orlen"},
      {"Škoda a.s.", "skoda"},
      {"Novák s.r.o.", "novak"},
      {"Kovács Kft.", "kovacs"},
      {"Horvat d.o.o.", "horvat"},
      {"ООО Ромашка", "romaska"},
      {"Sony K.K.", "sony"},
      {"株式会社トヨタ", "toyota"},
      {"トヨタ㈱", "toyota"},
      {"주식회사 삼성", "samseong"},
      {"腾讯科技有限公司", "teng xun ke ji"},
      {"PT Astra International Tbk", "astra international"},
      {"Yıldız A.Ş.", "yildiz"},
      {"The Coffee Company", "coffee"},
      {"Johnson & Johnson", "johnson johnson"},
      {"Johnson and Johnson", "johnson johnson"},
  };
  for (const auto& [name, folded] : kNames) EXPECT_EQ(FoldCompanyName(name), folded) << name;
}

TEST(FoldCompanyNameTest, NamesAreNotEatenUp) {
  EXPECT_EQ(FoldCompanyName("SA"), "sa");
  EXPECT_EQ(FoldCompanyName("Limited"), "limited");
  EXPECT_EQ(FoldCompanyName("The The"), "the the");
  EXPECT_EQ(FoldCompanyName(""), "");
  EXPECT_EQ(FoldCompanyName("???"), "");
  EXPECT_EQ(FoldCompanyName("Agora"), "agora");
  EXPECT_EQ(FoldCompanyName("AG Insurance"), "ag insurance");
  EXPECT_EQ(FoldCompanyName("Inca Tours"), "inca tours");
}

TEST(FoldCompanyNameTest, InitialsAreOneWord) {
  EXPECT_EQ(FoldCompanyName("I.B.M. Corp"), "ibm");
  EXPECT_EQ(FoldCompanyName("IBM"), "ibm");
  EXPECT_EQ(FoldCompanyName("B & B Hotels"), "bb hotels");
}

TEST(FoldCompanyNameTest, DifferentCompaniesStayDifferent) {
  EXPECT_NE(FoldCompanyName("Acme Iberia S.A."), FoldCompanyName("Acme France S.A."));
  EXPECT_NE(FoldCompanyName("Acme Holding"), FoldCompanyName("Acme"));
}

TEST(FoldCompanyNameTest, FoldingTwiceChangesNothing) {
  for (std::string_view name : {"Müller GmbH & Co. KG", "AB Volvo", "ООО Ромашка", "Orlen Sp. z o.o.", "The The Ltd"}) {
    std::string once = FoldCompanyName(name);
    EXPECT_EQ(FoldCompanyName(once), once) << name;
  }
}

}  // namespace
}  // namespace leadline::domain
