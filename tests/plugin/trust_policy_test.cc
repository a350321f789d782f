// Who may load, and what the others are told.
#include "plugin/admit/trust_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "plugin/admit/regular_file.h"
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

TEST_F(TrustPolicyTest, OnlyNamedFilesRunInTheServersProcess) {
  const TrustPolicy policy = Policy({.local = {{"com.example.fit", kOld}}});
  EXPECT_TRUE(policy.AllowsLocal(Fit(kOld)).ok());
  Manifest other = Fit(kOld);
  other.id = "com.example.fat";
  const absl::Status status = policy.AllowsLocal(other);
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(Message(status), AllOf(HasSubstr("does not name it"), HasSubstr("mode: worker"),
                                     HasSubstr("leadline plugin trust plugins --local com.example.fat --out trust")));
}

TEST_F(TrustPolicyTest, APermissionToRunInTheServerIsForOneFile) {
  const TrustPolicy policy = Policy({.local = {{"com.example.fit", kOld}, {"com.example.other", kNew}}});
  const absl::Status status = policy.AllowsLocal(Fit(kNew));
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(Message(status),
              AllOf(HasSubstr("names another file of it, not that with SHA-256 " + kNew),
                    HasSubstr("leadline plugin trust plugins --local com.example.fit --out trust.json")));
  EXPECT_TRUE(Policy({.local = {{"com.example.fit", kOld}, {"com.example.fit", kNew}}}).AllowsLocal(Fit(kNew)).ok());
}

TEST_F(TrustPolicyTest, WhatIsRevokedIsRefusedWhoeverVouchesForIt) {
  Manifest manifest = Fit(kOld);
  example_.SignIt(manifest);
  const TrustPolicy policy = Policy({.publishers = {example_.Listed({"com.example.*"})},
                                     .plugins = {{"com.example.fit", kOld}, {"com.example.fit", kNew}},
                                     .local = {{"com.example.fit", kOld}},
                                     .revoked = {{kOld, "it counts students twice"}}});
  EXPECT_THAT(Refusal(policy, manifest), AllOf(HasSubstr(kOld), HasSubstr("is revoked by trust.json"),
                                               HasSubstr("it counts students twice"), HasSubstr("take another file")));
  // A revoked file stays revoked under another name.
  manifest = Fit(kOld);
  manifest.id = "com.example.other";
  EXPECT_THAT(Refusal(policy, manifest), HasSubstr("is revoked by trust.json"));
  EXPECT_EQ(*policy.WhoVouches(Fit(kNew)), "its hash is listed in trust.json");
  EXPECT_FALSE(policy.StillAdmits("com.example.fit", "1.0.0", kOld).ok());
  EXPECT_TRUE(policy.StillAdmits("com.example.fit", "1.0.0", kNew).ok());
  EXPECT_TRUE(TrustPolicy::Anything().StillAdmits("com.example.fit", "1.0.0", kOld).ok());
}

TEST_F(TrustPolicyTest, WhatIsOlderThanItsLeastVersionIsRefused) {
  auto taken = [&](const std::string& least, const std::string& version) {
    Manifest manifest = Fit(kOld);
    manifest.version = version;
    return Policy({.plugins = {{"com.example.fit", kOld}}, .min_versions = {{"com.example.fit", least}}})
        .Admits(manifest)
        .ok();
  };
  for (const char* version : {"1.4.0", "1.4", "1.4.1", "1.10.0", "2", "1.4.0+build7", "1.4.1-rc1", "1.4.0.1"}) {
    EXPECT_TRUE(taken("1.4.0", version)) << version;
  }
  for (const char* version : {"1.3.9", "1.4.0-rc1", "0.9", "1", "1.3.99+1.5", "next", "v1.5.0", "1.5.x", "1.2.3.4.5"}) {
    EXPECT_FALSE(taken("1.4.0", version)) << version;
  }
  Manifest old = Fit(kOld);
  const TrustPolicy policy = Policy({.plugins = {{"com.example.fit", kOld}},
                                     .min_versions = {{"com.example.fat", "9"}, {"com.example.fit", "1.4.0"}}});
  EXPECT_THAT(Refusal(policy, old), AllOf(HasSubstr("its version 1.0.0 is older than 1.4.0, the least that trust.json "
                                                    "takes of com.example.fit"),
                                          HasSubstr("take a newer file")));
  old.version = "next";
  EXPECT_THAT(Refusal(policy, old), HasSubstr("its version next cannot be compared with 1.4.0"));
}

TEST_F(TrustPolicyTest, AFileIsReadAsItIsWritten) {
  const TrustPolicy policy = Policy({.publishers = {example_.Listed({"com.example.*", "org.one.only"})},
                                     .plugins = {{"com.example.fit", kOld}, {"com.example.fit", kNew}},
                                     .local = {{"com.example.fit", kOld}},
                                     .revoked = {{kNew, "a \"bad\" one"}},
                                     .min_versions = {{"com.example.fit", "1.0"}}});
  auto read = TrustPolicy::Parse(policy.ToJson(), "again.json");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->ToJson(), policy.ToJson());
  EXPECT_TRUE(read->Admits(Fit(kOld)).ok());
  EXPECT_FALSE(read->Admits(Fit(kNew)).ok());
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
  EXPECT_THAT(fault(R"({"local": [7]})"), HasSubstr("local[0]: must be an object with id, sha256"));
  EXPECT_THAT(fault(R"({"local": ["a.b"]})"),
              AllOf(HasSubstr("local[0]: \"a.b\" names an id alone"), HasSubstr("take \"local\" out of the policy"),
                    HasSubstr("leadline plugin trust FOLDER --local a.b --out t.json")));
  EXPECT_THAT(fault(R"({"revoked": [")" + hash + R"("]})"),
              HasSubstr("revoked[0]: must be an object with sha256, why"));
  EXPECT_THAT(fault(R"({"revoked": [{"sha256": ")" + hash + R"("}]})"), HasSubstr("revoked[0]: \"why\" is missing"));
  EXPECT_THAT(fault(R"({"revoked": [{"sha256": ")" + hash + R"(", "why": ""}]})"),
              HasSubstr("revoked[0].why: must be"));
  EXPECT_THAT(fault(R"({"min_version": [{"id": "a.b", "version": "1.x"}]})"),
              HasSubstr("min_version[0].version: \"1.x\" is not a version"));
  EXPECT_THAT(fault(R"({"min_version": {"a.b": "1"}})"), HasSubstr("min_version: must be a list"));
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

class TrustPolicyFileTest : public TrustPolicyTest {
 protected:
  void SetUp() override {
    WriteAll(path_, TrustPolicy().ToJson());
    SetMode(0644);
  }
  void SetMode(unsigned mode) const { std::filesystem::permissions(path_, static_cast<std::filesystem::perms>(mode)); }
  std::string Fault() const {
    const absl::Status status = TrustPolicy::Read(path_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    return Message(status);
  }

  ScratchFolder scratch_;
  const std::string path_ = scratch_ / "trust.json";
};

TEST_F(TrustPolicyFileTest, WhatOthersMayWriteIsRefused) {
  EXPECT_TRUE(TrustPolicy::Read(path_).ok());
  EXPECT_EQ(TrustPolicy::Read(scratch_ / "none.json").status().code(), absl::StatusCode::kNotFound);
  SetMode(0646);
  EXPECT_THAT(Fault(), AllOf(HasSubstr("everybody may write"), HasSubstr("chmod go-w " + path_)));
  SetMode(0664);
  EXPECT_THAT(Fault(), AllOf(HasSubstr("its group may write"), HasSubstr("chmod go-w " + path_)));
  SetMode(0600);
  EXPECT_TRUE(TrustPolicy::Read(path_).ok());
}

TEST_F(TrustPolicyFileTest, OnlyRootAndTheServersUserMayOwnIt) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  ASSERT_EQ(chown(path_.c_str(), 12345, 0), 0);
  EXPECT_THAT(Fault(), AllOf(HasSubstr("belongs to the user with number 12345"), HasSubstr("chown 0 " + path_)));
}

TEST_F(TrustPolicyFileTest, WhatIsNoFileOfAReasonableSizeIsRefused) {
  std::filesystem::remove(path_);
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_THAT(Fault(), HasSubstr("is not a regular file"));
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_THAT(Fault(), HasSubstr("is not a regular file"));
  std::filesystem::remove(path_);
  WriteAll(path_, "{}" + std::string(TrustPolicy::kMostBytes - 2, ' '));
  SetMode(0644);
  EXPECT_TRUE(TrustPolicy::Read(path_).ok());
  std::ofstream(path_, std::ios::app) << " ";
  EXPECT_THAT(Fault(), HasSubstr("is larger than 1 MiB"));
}

// What was looked at is what is read, whatever stands at the path by then.
TEST_F(TrustPolicyFileTest, AnotherFileInItsPlaceIsNotRead) {
  auto file = RegularFile::Open(path_, TrustPolicy::kMostBytes);
  ASSERT_TRUE(file.ok()) << file.status();
  WriteAll(scratch_ / "another", "somebody else's");
  std::filesystem::rename(scratch_ / "another", path_);
  EXPECT_EQ(*file->Read(), TrustPolicy().ToJson());
  auto longer = RegularFile::Open(path_, 100);
  std::ofstream(path_, std::ios::app) << "and more";
  EXPECT_THAT(Message(longer->Read().status()), HasSubstr("changed while it was read"));
}

TEST_F(TrustPolicyTest, LoadAsksThePolicyBeforeItTouchesTheFile) {
  ScratchFolder scratch;
  LoadOptions options{.fields = TestField, .cache_dir = scratch / "cache", .worker = TestWorkers()};
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

  const TrustPolicy policy =
      Policy({.plugins = {{manifest.id, manifest.sha256}}, .local = {{manifest.id, manifest.sha256}}});
  options.trust = &policy;
  auto loaded = Load(request, options);
  EXPECT_TRUE(loaded.ok()) << loaded.status();
}

}  // namespace
}  // namespace leadline::plugin
