// Signatures: the published vectors, and that every part of what is signed counts.
#include "plugin/admit/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "fmt/format.h"
#include "plugin/admit/manifest.h"

namespace leadline::plugin {
namespace {

using ::testing::HasSubstr;

std::string Base64OfHex(const std::string& hex) { return absl::Base64Escape(absl::HexStringToBytes(hex)); }

// A raw private key as PKCS #8 (RFC 8410, section 7) in PEM.
std::string PemOf(const std::string& hex) {
  return fmt::format("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
                     Base64OfHex("302e020100300506032b657004220420" + hex));
}

struct Vector {
  const char* secret;
  const char* key;
  const char* message;
  const char* signature;
};

// RFC 8032, section 7.1, TEST 1 to TEST 3.
constexpr Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "55141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
     "027beceea1ec40a"},
};

TEST(SignatureTest, PublishedVectors) {
  for (const Vector& v : kVectors) {
    const std::string message = absl::HexStringToBytes(v.message);
    auto key = PublicKeyOf(PemOf(v.secret));
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(*key, Base64OfHex(v.key));
    auto signature = Sign(message, PemOf(v.secret));
    ASSERT_TRUE(signature.ok()) << signature.status();
    EXPECT_EQ(*signature, Base64OfHex(v.signature));
    EXPECT_TRUE(Verifies(message, *signature, *key));
    EXPECT_FALSE(Verifies(message + "x", *signature, *key));
  }
  EXPECT_FALSE(Verifies("", Base64OfHex(kVectors[0].signature), Base64OfHex(kVectors[1].key)));
}

TEST(SignatureTest, ASignatureOnceMoreWithAnotherNumberOfTheGroupIsNoSignature) {
  // S + L gives the same point; RFC 8032 (5.1.7) wants S below L, or every signature would have a twin.
  std::string raw = absl::HexStringToBytes(kVectors[1].signature);
  const std::string order = absl::HexStringToBytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  int carry = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    const int sum = static_cast<unsigned char>(raw[32 + i]) + static_cast<unsigned char>(order[i]) + carry;
    raw[32 + i] = static_cast<char>(sum & 0xff);
    carry = sum >> 8;
  }
  EXPECT_FALSE(Verifies("r", absl::Base64Escape(raw), Base64OfHex(kVectors[1].key)));
  EXPECT_TRUE(Verifies("r", Base64OfHex(kVectors[1].signature), Base64OfHex(kVectors[1].key)));
}

TEST(SignatureTest, ANewKeySignsAndOnlyItsOwnPublicKeyVerifies) {
  auto first = MakeKeyPair();
  auto second = MakeKeyPair();
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(first->public_key, second->public_key);
  EXPECT_EQ(*PublicKeyOf(first->private_pem), first->public_key);
  auto signature = Sign("text", first->private_pem);
  ASSERT_TRUE(signature.ok());
  EXPECT_TRUE(IsBase64Of(*signature, 64));
  EXPECT_TRUE(Verifies("text", *signature, first->public_key));
  EXPECT_FALSE(Verifies("text", *signature, second->public_key));
  std::string other = *signature;
  other[10] = other[10] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(Verifies("text", other, first->public_key));
}

TEST(SignatureTest, WhatIsNoKeyAndNoBase64IsRefused) {
  for (const char* text : {"", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
    auto key = PublicKeyOf(text);
    EXPECT_EQ(key.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(key.status().message()), HasSubstr("leadline plugin keygen"));
  }
  const std::string key = Base64OfHex(kVectors[0].key);
  EXPECT_TRUE(IsBase64Of(key, 32));
  EXPECT_FALSE(IsBase64Of(key, 31));
  EXPECT_FALSE(IsBase64Of(key.substr(0, key.size() - 1), 32)) << "no padding";
  EXPECT_FALSE(IsBase64Of(key + "\n", 32));
  EXPECT_FALSE(Verifies("", "", ""));
}

TEST(SignedTextTest, IsWhatTheHeaderSays) {
  const Manifest manifest{.id = "com.example.fit",
                          .version = "1.4.0",
                          .capabilities = {"leadline.score/1", "leadline.normalize/1", "leadline.score/1"},
                          .sha256 = std::string(64, 'a'),
                          .so_path = "anywhere.so",
                          .publisher = "Anybody",
                          .signature = "anything"};
  EXPECT_EQ(SignedText(manifest),
            "leadline plugin signature 1\n"
            "id: com.example.fit\n"
            "version: 1.4.0\n"
            "sha256: " +
                std::string(64, 'a') +
                "\n"
                "capability: leadline.normalize/1\n"
                "capability: leadline.score/1\n");
}

}  // namespace
}  // namespace leadline::plugin
