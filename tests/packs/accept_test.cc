#include "packs/accept.h"

#include <gtest/gtest.h>

#include "base/ids.h"
#include "packs/loader.h"
#include "tests/packs/testing.h"

namespace leadline::packs {
namespace {

const std::string kAcceptedHash(64, 'a');
const std::string kEntry = "{pack: emea, mail_providers: " + kAcceptedHash + "}";

std::string Accepted(const std::string& pack_yaml) {
  return WithAcceptance(pack_yaml, "emea", "mail_providers", kAcceptedHash);
}

TEST(Accept, ReplacesTheHashAndNothingElse) {
  EXPECT_EQ(
      Accepted("# ours\naccepts:\n  - {pack: latam, mail_providers: 12}\n  - {pack: emea, mail_providers: 12}  # x\n"),
      "# ours\naccepts:\n  - {pack: latam, mail_providers: 12}\n  - " + kEntry + "  # x\n");
  EXPECT_EQ(Accepted("accepts:\n- pack: emea\n  mail_providers: '12'\nowner: us"),
            "accepts:\n- pack: emea\n  mail_providers: " + kAcceptedHash + "\nowner: us");
}

TEST(Accept, AddsAnEntryToTheListThatIsThere) {
  EXPECT_EQ(Accepted("owner: us\naccepts:   # by vote\n    - {pack: latam, mail_providers: 12}\n"),
            "owner: us\naccepts:   # by vote\n    - " + kEntry + "\n    - {pack: latam, mail_providers: 12}\n");
  EXPECT_EQ(Accepted("accepts: [{pack: latam, mail_providers: 12}]\n"),
            "accepts: [" + kEntry + ", {pack: latam, mail_providers: 12}]\n");
  // A kind of file that the entry of the region does not speak of.
  EXPECT_EQ(Accepted("accepts:\n- {pack: emea, other: 12}\n"),
            "accepts:\n- " + kEntry + "\n- {pack: emea, other: 12}\n");
}

TEST(Accept, AddsTheListWhereThereIsNone) {
  EXPECT_EQ(Accepted("# ours\npack: central\nowner: us"),
            "# ours\naccepts: [" + kEntry + "]\npack: central\nowner: us");
  EXPECT_EQ(Accepted("pack: central\r\nowner: us\r\n"), "accepts: [" + kEntry + "]\r\npack: central\r\nowner: us\r\n");
  EXPECT_EQ(Accepted("  pack: central\n  owner: us\n"), "  accepts: [" + kEntry + "]\n  pack: central\n  owner: us\n");
  EXPECT_EQ(Accepted("{pack: central}\n"), "{accepts: [" + kEntry + "], pack: central}\n");
}

TEST(Accept, LeavesWhatItCannotRead) {
  for (const std::string text : {"pack: [", "", "- a\n", "accepts:\npack: central\n", "accepts: emea\n"}) {
    EXPECT_EQ(Accepted(text), text);
  }
}

TEST(Accept, ThenTheRegionsListCounts) {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  EXPECT_FALSE(AcceptancesOf(set, "emea").changed);  // its table is accepted already
  PackFiles emea = *set.Find("emea");
  emea.files["mail_providers.yaml"] = "domains: [correo.es]\n";
  set.Put(emea);
  const Acceptances acceptances = AcceptancesOf(set, "emea");
  ASSERT_EQ(acceptances.files.size(), 2u);
  EXPECT_EQ(acceptances.files[0].name, "normalize.yaml");
  EXPECT_EQ(acceptances.files[1].name, "mail_providers.yaml");
  EXPECT_EQ(acceptances.files[1].sha256, Sha256Hex("domains: [correo.es]\n"));
  EXPECT_TRUE(acceptances.changed);
  EXPECT_TRUE(acceptances.path.ends_with("tests/packs/base/central/pack.yaml"));
  PackFiles central = *set.Find("central");
  central.files["pack.yaml"] = acceptances.text;
  set.Put(central);
  EXPECT_FALSE(AcceptancesOf(set, "emea").changed);
  const LoadResult result = LoadRuleSet(set);
  ASSERT_NE(result.rules, nullptr) << FormatDiagnostics(result.diagnostics);
  EXPECT_EQ(FormatDiagnostics(WithoutPins(result.diagnostics)), "");
  EXPECT_TRUE(result.rules->ForRegion("emea").public_mail->IsPublic("correo.es"));
  EXPECT_TRUE(AcceptancesOf(set, "central").files.empty());
  EXPECT_TRUE(AcceptancesOf(set, "apac").files.empty());
}

TEST(Accept, KeepsTheTableThatItAccepts) {
  PackSet set = ReadPackSet(LEADLINE_SOURCE_DIR "/tests/packs/base").set;
  PackFiles emea = *set.Find("emea");
  emea.files["normalize.yaml"] += "# more to come\n";
  set.Put(emea);
  const Acceptances acceptances = AcceptancesOf(set, "emea");
  EXPECT_TRUE(acceptances.changed);
  EXPECT_TRUE(acceptances.copy_path.ends_with("tests/packs/base/central/accepted/emea/normalize.yaml"));
  EXPECT_EQ(acceptances.copy_text, emea.files["normalize.yaml"]);
  // An entry without the copy is not enough: it would name what nobody has once the region goes on.
  PackFiles central = *set.Find("central");
  central.files["pack.yaml"] = acceptances.text;
  set.Put(central);
  EXPECT_TRUE(AcceptancesOf(set, "emea").changed);
  central.files["accepted/emea/normalize.yaml"] = acceptances.copy_text;
  set.Put(central);
  EXPECT_FALSE(AcceptancesOf(set, "emea").changed);
}

}  // namespace
}  // namespace leadline::packs
