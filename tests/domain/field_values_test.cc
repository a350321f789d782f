#include "domain/history/field_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace leadline::domain {
namespace {

template <typename T>
void ExpectThereAndBack(const T& value) {
  T read{};
  std::string image = EncodeValue(value);
  EXPECT_TRUE(DecodeValue(image, read)) << image;
  EXPECT_EQ(read, value) << image;
  EXPECT_EQ(EncodeValue(read), image);
}

TEST(FieldValuesTest, ImagesGiveBackTheVeryValue) {
  for (const char* text : {"", "-", "s", "plain", "with : and 3:abc", "línea\n"}) ExpectThereAndBack(std::string(text));
  for (int64_t number :
       {int64_t{0}, int64_t{-1}, std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}) {
    ExpectThereAndBack(number);
  }
  for (double number : {0.0, 0.1, -1.0 / 3, 1e300, 5e-324, std::numeric_limits<double>::max(), HUGE_VAL, -HUGE_VAL}) {
    ExpectThereAndBack(number);
    ExpectThereAndBack(AttributeValue(number));
  }
  ExpectThereAndBack(true);
  ExpectThereAndBack(false);
  ExpectThereAndBack(std::vector<std::string>{});
  ExpectThereAndBack(std::vector<std::string>{"", "a:b", "10:x", "ñ"});
  ExpectThereAndBack(std::vector<ContactRole>{{"c1", "enquirer"}, {"c2", ""}});
  ExpectThereAndBack(std::optional<Money>());
  ExpectThereAndBack(std::optional<Money>(Money{"EUR", -1'500'000}));
  ExpectThereAndBack(std::optional<Money>(Money{"", 0}));
  ExpectThereAndBack(AttributeValue());
  ExpectThereAndBack(AttributeValue(std::string("text")));
  ExpectThereAndBack(AttributeValue(true));
  ExpectThereAndBack(AttributeValue(Moment{-5}));
  ExpectThereAndBack(AttributeValue(std::vector<std::string>{"a", "b"}));
}

TEST(FieldValuesTest, OtherKindsAndBrokenImagesAreRefused) {
  std::string text = "kept";
  EXPECT_FALSE(DecodeValue("i5", text));
  EXPECT_FALSE(DecodeValue("", text));
  EXPECT_EQ(text, "kept");
  int64_t number = 7;
  for (std::string_view image : {"i", "i5x", "s5", "i99999999999999999999"}) EXPECT_FALSE(DecodeValue(image, number));
  EXPECT_EQ(number, 7);
  std::vector<std::string> list = {"kept"};
  for (std::string_view image : {"l5:abc", "l:", "lx", "l1", "l99999999999999999999:a"}) {
    EXPECT_FALSE(DecodeValue(image, list)) << image;
  }
  EXPECT_EQ(list.size(), 1U);
  std::vector<ContactRole> roles;
  EXPECT_FALSE(DecodeValue("r2:c1", roles));
  std::optional<Money> money;
  EXPECT_FALSE(DecodeValue("mEUR", money));
  AttributeValue value;
  EXPECT_FALSE(DecodeValue("?", value));
  double real = 0;
  EXPECT_FALSE(DecodeValue("d0x", real));
  EXPECT_FALSE(DecodeValue("d", real));
  bool flag = false;
  EXPECT_FALSE(DecodeValue("b2", flag));
}

TEST(FieldValuesTest, ShownForPeople) {
  EXPECT_EQ(ShowValue(std::optional<Money>(Money{"EUR", 1'500'000'000})), "EUR 1500");
  EXPECT_EQ(ShowValue(std::optional<Money>(Money{"EUR", -10'500'000})), "EUR -10.5");
  EXPECT_EQ(ShowValue(std::optional<Money>()), "");
  EXPECT_EQ(ShowValue(std::vector<std::string>{"crm", "erp"}), "crm, erp");
  EXPECT_EQ(ShowValue(std::vector<ContactRole>{{"c1", "enquirer"}, {"c2", ""}}), "contacts/c1 (enquirer), contacts/c2");
  EXPECT_EQ(ShowValue(AttributeValue(Moment{0})), "1970-01-01T00:00:00Z");
  EXPECT_EQ(ShowValue(0.5), "0.5");
  EXPECT_EQ(ShowValue(AttributeValue(2.0)), "2");
}

}  // namespace
}  // namespace leadline::domain
