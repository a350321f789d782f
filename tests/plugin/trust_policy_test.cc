// Who may load, and what the others are told.
#include "plugin/admit/trust_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin/admit/signature.h"
#include "plugin/host.h"
#include "tests/plugin/testing.h"

namespace leadline::plugin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kOld(64, 'a');
const std::string kNew(64, 'b');

std::string Message(const absl::Status& status) { return std::string(status.message()); }

// A publisher with a key of its own.
struct Signer {
  explicit Signer(std::string called) : name(std::move(called)), keys(*MakeKeyPair()) {}

  void SignIt(Manifest& manifest) const {
    manifest.publisher = name;
    manifest.signature = *Sign(SignedText(manifest), keys.private_pem);
  }
  TrustPolicy::Publisher Listed(std::vector<std::string> ids) const { return {name, keys.public_key, std::move(ids)}; }

  std::string name;
  KeyPair keys;
};

Manifest Fit(const std::string& sha256) {
  return {.id = "com.example.fit",
          .version = "1.0.0",
          .capabilities = {"leadline.score/1"},
          .sha256 = sha256,
          .so_path = "plugins/fit.so"};
}

class TrustPolicyTest : public ::testing::Test {
 protected:
  static TrustPolicy Policy(TrustPolicy::Contents contents) { return TrustPolicy(std::move(contents), "trust.json"); }

  // The refusal, which must be one of permission.
  static std::string Refusal(const TrustPolicy& policy, const Manifest& manifest) {
    const absl::Status status = policy.Admits(manifest);
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << status;
    return Message(status);
  }

  const Signer example_{"Example GmbH"};
};

TEST_F(TrustPolicyTest, NothingLoadsUnlessSomethingVouches) {
  EXPECT_THAT(Refusal(Policy({}), Fit(kOld)), AllOf(HasSubstr("nothing vouches for it"), HasSubstr(kOld),
                                                    HasSubstr("leadline plugin trust plugins --out trust.json")));
  EXPECT_FALSE(TrustPolicy().Admits(Fit(kOld)).ok());
  EXPECT_TRUE(TrustPolicy::Anything().Admits(Fit(kOld)).ok());
  EXPECT_THAT(Message(NoTrustPolicy()), HasSubstr("--plugin-trust FILE"));
}

TEST_F(TrustPolicyTest, AListedHashVouchesAndAnotherOneIsShownBesideIt) {
  const TrustPolicy policy = Policy({.plugins = {{"com.example.fit", kOld}, {"com.example.other", kNew}}});
  EXPECT_EQ(*policy.WhoVouches(Fit(kOld)), "its hash is listed in trust.json");
  EXPECT_THAT(Refusal(policy, Fit(kNew)),
              AllOf(HasSubstr("is not the file that trust.json lists under com.example.fit"), HasSubstr(kOld),
                    HasSubstr(kNew), HasSubstr("leadline plugin trust plugins --out trust.json")));
}

TEST_F(TrustPolicyTest, APublisherVouchesForItsOwnIds) {
  Manifest manifest = Fit(kOld);
  example_.SignIt(manifest);
  for (const char* ids : {"com.example.fit", "com.example.*", "com.*"}) {
    const TrustPolicy policy = Policy({.publishers = {example_.Listed({"org.other", ids})}});
    EXPECT_EQ(*policy.WhoVouches(manifest), "Example GmbH signed it, who may publish com.example.fit by trust.json");
  }
  for (const char* ids : {"com.example.fit.*", "com.example.fi", "com.exampl.*", "com.example.fitness"}) {
    const TrustPolicy policy = Policy({.publishers = {example_.Listed({ids})}});
    EXPECT_THAT(Refusal(policy, manifest), AllOf(HasSubstr("\"Example GmbH\" signed it, but may not publish "
                                                           "com.example.fit by trust.json, only "),
                                                 HasSubstr(ids), HasSubstr("add the id")));
  }
  EXPECT_THAT(Refusal(Policy({.publishers = {Signer("Somebody").Listed({"com.example.*"})}}), manifest),
              AllOf(HasSubstr("signed by \"Example GmbH\", a publisher that trust.json does not know"),
                    HasSubstr("leadline plugin trust plugins --out trust.json")));
}

TEST_F(TrustPolicyTest, WhateverChangesAfterSigningIsSeen) {
  const TrustPolicy policy = Policy({.publishers = {example_.Listed({"com.example.*"})}});
  Manifest signed_one = Fit(kOld);
  example_.SignIt(signed_one);
  ASSERT_TRUE(policy.Admits(signed_one).ok());
  std::vector<Manifest> changed(5, signed_one);
  changed[0].id = "com.example.fat";
  changed[1].version = "1.0.1";
  changed[2].sha256 = kNew;
  changed[3].capabilities.push_back("leadline.route/1");
  changed[4].signature[0] = changed[4].signature[0] == 'A' ? 'B' : 'A';
  for (const Manifest& manifest : changed) {
    EXPECT_THAT(Refusal(policy, manifest),
                AllOf(HasSubstr("the signature of \"Example GmbH\" does not verify"), HasSubstr("changed after it was"),
                      HasSubstr("leadline plugin sign plugins/fit.so")));
  }
  Manifest by_another = Fit(kOld);
  Signer("Example GmbH").SignIt(by_another);
  EXPECT_THAT(Refusal(policy, by_another), HasSubstr("another key signed it"));
}

TEST_F(TrustPolicyTest, AKnownPublishersBadSignatureIsRefusedEvenWhenTheHashIsListed) {
  Manifest manifest = Fit(kOld);
  example_.SignIt(manifest);
  manifest.version = "1.0.1";
  EXPECT_THAT(
      Refusal(Policy({.publishers = {example_.Listed({"com.example.*"})}, .plugins = {{"com.example.fit", kOld}}}),
              manifest),
      HasSubstr("does not verify"));
  // Nobody here can say anything about a stranger's signature, so the hash decides.
  EXPECT_TRUE(Policy({.plugins = {{"com.example.fit", kOld}}}).Admits(manifest).ok());
  EXPECT_THAT(Refusal(Policy({.plugins = {{"com.example.fit", kNew}}}), manifest), HasSubstr("lists under"));
}

TEST_F(TrustPolicyTest, AHashVouchesForWhatAPublisherMayNotPublish) {
  Manifest manifest = Fit(kOld);
  example_.SignIt(manifest);
  const TrustPolicy policy =
      Policy({.publishers = {example_.Listed({"com.other.*"})}, .plugins = {{"com.example.fit", kOld}}});
  EXPECT_EQ(*policy.WhoVouches(manifest), "its hash is listed in trust.json");
}

TEST_F(TrustPolicyTest, APublisherMayHaveTwoKeysWhileItChangesThem) {
  const Signer next("Example GmbH");
  const TrustPolicy policy =
      Policy({.publishers = {example_.Listed({"com.example.*"}), next.Listed({"com.example.*"})}});
  for (const Signer* signer : {&example_, &next}) {
    Manifest manifest = Fit(kOld);
    signer->SignIt(manifest);
    EXPECT_TRUE(policy.Admits(manifest).ok());
  }
}

TEST_F(TrustPolicyTest, OnlyNamedPluginsRunInTheServersProcess) {
  const TrustPolicy policy = Policy({.local = {"com.example.fit"}});
  EXPECT_TRUE(policy.AllowsLocal(Fit(kOld)).ok());
  Manifest other = Fit(kOld);
  other.id = "com.example.fat";
  const absl::Status status = policy.AllowsLocal(other);
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(Message(status), AllOf(HasSubstr("mode: worker"),
                                     HasSubstr("leadline plugin trust plugins --local com.example.fat --out trust")));
}

TEST_F(TrustPolicyTest, AFileIsReadAsItIsWritten) {
  const TrustPolicy policy = Policy({.publishers = {example_.Listed({"com.example.*", "org.one.only"})},
                                     .plugins = {{"com.example.fit", kOld}, {"com.example.fit", kNew}},
                                     .local = {"com.example.fit"}});
  auto read = TrustPolicy::Parse(policy.ToJson(), "again.json");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->ToJson(), policy.ToJson());
  EXPECT_TRUE(read->Admits(Fit(kNew)).ok());
  EXPECT_EQ(TrustPolicy::Parse("{}", "t")->ToJson(), TrustPolicy().ToJson());
}

TEST_F(TrustPolicyTest, EveryFaultOfAFileHasItsPlace) {
  auto fault = [](const std::string& text) {
    const absl::Status status = TrustPolicy::Parse(text, "t.json").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    return Message(status);
  };
  const std::string key = example_.keys.public_key;
  const std::string hash = kOld;
  EXPECT_THAT(fault("{\n  \"plugins\": [,]}"), HasSubstr("trust policy t.json: parse error at line 2, column 15"));
  EXPECT_THAT(fault("[]"), HasSubstr("must be an object"));
  EXPECT_THAT(fault(R"({"plugin": []})"), HasSubstr("unknown member \"plugin\"; did you mean \"plugins\"?"));
  EXPECT_THAT(fault(R"({"local": [], "local": []})"), HasSubstr("\"local\" is there twice"));
  EXPECT_THAT(fault(R"({"plugins": {}})"), HasSubstr("plugins: must be a list"));
  EXPECT_THAT(fault(R"({"plugins": [{"id": "com.example.fit"}]})"), HasSubstr("plugins[0]: \"sha256\" is missing"));
  EXPECT_THAT(fault(R"({"plugins": [{"id": "fit", "sha256": ")" + hash + R"("}]})"),
              HasSubstr("plugins[0].id: \"fit\" is not a plugin id"));
  EXPECT_THAT(fault(R"({"plugins": [{"id": "a.b", "sha256": "AB"}]})"), HasSubstr("plugins[0].sha256: is not 64"));
  EXPECT_THAT(fault(R"({"plugins": [{"id": "a.b", "sha256": ")" + hash + R"(", "mode": 1}]})"),
              HasSubstr("plugins[0]: has an unknown member \"mode\""));
  EXPECT_THAT(fault(R"({"local": ["a.b", 7]})"), HasSubstr("local[1]: must be a text"));
  auto publisher = [&](const std::string& name, const std::string& its_key, const std::string& ids) {
    return R"({"publishers": [{"name": ")" + name + R"(", "key": ")" + its_key + R"(", "ids": )" + ids + "}]}";
  };
  EXPECT_TRUE(TrustPolicy::Parse(publisher("E", key, R"(["a.*"])"), "t").ok());
  EXPECT_THAT(fault(publisher("", key, R"(["a.*"])")), HasSubstr("publishers[0].name"));
  EXPECT_THAT(fault(publisher("E\\n", key, R"(["a.*"])")), HasSubstr("publishers[0].name"));
  EXPECT_THAT(fault(publisher("E", "AAAA", R"(["a.*"])")),
              HasSubstr("publishers[0].key: is not an Ed25519 public key"));
  EXPECT_THAT(fault(publisher("E", key, "[]")), HasSubstr("publishers[0].ids: must be a list of at least one"));
  for (const char* pattern : {"*", "*.fit", "com.*.fit", "com.example*", ".*"}) {
    EXPECT_THAT(fault(publisher("E", key, "[\"" + std::string(pattern) + "\"]")),
                HasSubstr("publishers[0].ids[0]: \"" + std::string(pattern) + "\" is neither"));
  }
  const std::string one = R"({"name": "E", "key": ")" + key + R"(", "ids": ["a.*"]})";
  EXPECT_THAT(fault(R"({"publishers": [)" + one + "," + one + "]}"), HasSubstr("is there twice with the same key"));
}

TEST_F(TrustPolicyTest, AFileThatEverybodyMayWriteIsRefused) {
  ScratchFolder scratch;
  const std::string path = scratch / "trust.json";
  EXPECT_EQ(TrustPolicy::Read(path).status().code(), absl::StatusCode::kNotFound);
  WriteAll(path, TrustPolicy().ToJson());
  std::filesystem::permissions(path, static_cast<std::filesystem::perms>(0644));
  EXPECT_TRUE(TrustPolicy::Read(path).ok());
  std::filesystem::permissions(path, static_cast<std::filesystem::perms>(0646));
  EXPECT_THAT(Message(TrustPolicy::Read(path).status()),
              AllOf(HasSubstr("everybody may write"), HasSubstr("chmod o-w")));
}

TEST_F(TrustPolicyTest, LoadAsksThePolicyBeforeItTouchesTheFile) {
  ScratchFolder scratch;
  LoadOptions options{.fields = TestField, .cache_dir = scratch / "cache"};
  PluginRequest request{
      .id = "org.test.good", .mode = PluginMode::kLocal, .path = FixturePath("good"), .config_json = R"({"size": 3})"};
  absl::Status refused = Load(request, options).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(Message(refused), HasSubstr("plugin org.test.good: the server was started without a trust policy"));

  const Manifest manifest = *ReadManifest(FixturePath("good"));
  const TrustPolicy strict = Policy({});
  options.trust = &strict;
  EXPECT_THAT(Message(Load(request, options).status()), HasSubstr("nothing vouches for it"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "cache"));

  const TrustPolicy worker_only = Policy({.plugins = {{manifest.id, manifest.sha256}}});
  options.trust = &worker_only;
  EXPECT_THAT(Message(Load(request, options).status()), HasSubstr("may not run in the server's own process"));

  const TrustPolicy policy = Policy({.plugins = {{manifest.id, manifest.sha256}}, .local = {manifest.id}});
  options.trust = &policy;
  auto loaded = Load(request, options);
  EXPECT_TRUE(loaded.ok()) << loaded.status();
}

}  // namespace
}  // namespace leadline::plugin
