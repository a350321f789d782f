// Which plugins are let in, and what the others are told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/ids.h"
#include "plugin/admit/admission.h"
#include "plugin/admit/config_schema.h"
#include "plugin/admit/manifest.h"
#include "plugin/host.h"
#include "plugin/local/module.h"
#include "tests/plugin/testing.h"

namespace leadline::plugin {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Copies a fixture's module and manifest to `scratch`.
std::string CopyFixture(const ScratchFolder& scratch, const std::string& name) {
  std::string path = scratch / (name + ".so");
  fs::copy_file(FixturePath(name), path, fs::copy_options::overwrite_existing);
  fs::copy_file(ManifestPath(FixturePath(name)), ManifestPath(path), fs::copy_options::overwrite_existing);
  return path;
}

TEST(LoadTest, AGoodPluginTellsWhatItIs) {
  ScratchFolder scratch;
  auto plugin = LoadFixture(scratch, "good");
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  const PluginInfo& info = (*plugin)->info();
  EXPECT_EQ(info.id, "org.test.good");
  EXPECT_EQ(info.version, "1.0.0");
  EXPECT_EQ(info.sha256, Sha256Hex(ReadAll(FixturePath("good"))));
  EXPECT_EQ(info.state, PluginState::kLoaded);
  EXPECT_FALSE(info.concurrent);
  EXPECT_THAT(info.fields, ElementsAre("test.mode", "test.number"));
  EXPECT_EQ((*plugin)->wanted_fields().size(), 2u);
  EXPECT_EQ((*plugin)->wanted_slots()[1].index, 8u);
  EXPECT_TRUE((*plugin)->Has("leadline.route/1"));
  EXPECT_TRUE(fs::exists(scratch / ("cache/" + info.sha256 + ".so")));
}

struct RefusedModule {
  const char* fixture;
  absl::StatusCode code;
  const char* says;
};

class RefusalTest : public ::testing::TestWithParam<RefusedModule> {
 protected:
  void Refused(PluginMode mode) const;
};

void RefusalTest::Refused(PluginMode mode) const {
  ScratchFolder scratch;
  auto plugin = LoadFixture(scratch, GetParam().fixture, {}, R"({"size": 3})", mode);
  ASSERT_FALSE(plugin.ok());
  EXPECT_EQ(plugin.status().code(), GetParam().code) << plugin.status();
  EXPECT_THAT(Message(plugin.status()), HasSubstr(GetParam().says));
  EXPECT_THAT(Message(plugin.status()), HasSubstr(std::string("plugin org.test.") + GetParam().fixture));
}

TEST_P(RefusalTest, SaysWhy) { Refused(PluginMode::kLocal); }
TEST_P(RefusalTest, SaysWhyInAWorker) { Refused(PluginMode::kWorker); }

constexpr auto kRefused = absl::StatusCode::kFailedPrecondition;
INSTANTIATE_TEST_SUITE_P(
    Fixtures, RefusalTest,
    ::testing::Values(RefusedModule{"wrong_major", kRefused, "was built for plugin ABI 7, this server has 1."},
                      RefusedModule{"newer_minor", kRefused, "needs plugin ABI 1.9 or later, this server has 1."},
                      RefusedModule{"create_fails", kRefused, "create() failed: the licence has run out"},
                      RefusedModule{"tiny_table", kRefused, "gives a table of 8 bytes for leadline.score/1"},
                      RefusedModule{"refuses", kRefused, "refuses to be loaded by plugin ABI 1."},
                      RefusedModule{"other_id", kRefused, "says its id is \"org.test.somebody_else\""},
                      RefusedModule{"bad_schema", kRefused, "config schema is not a JSON object"},
                      RefusedModule{"no_entry", kRefused, "does not export leadline_plugin_entry"},
                      RefusedModule{"second_symbol", kRefused, "besides leadline_plugin_entry (leadline_second)"},
                      RefusedModule{"unique", kRefused, "STB_GNU_UNIQUE"},
                      RefusedModule{"other_library", kRefused, "needs \"libz.so.1\", which is not on the allow-list"},
                      RefusedModule{"runpath", kRefused, "RUNPATH"},
                      RefusedModule{"protobuf_symbols", kRefused, "uses protobuf"},
                      RefusedModule{"absent", absl::StatusCode::kNotFound, "has no manifest"}),
    [](const auto& instance) { return std::string(instance.param.fixture); });

TEST(LoadTest, APluginThatNeedsProtobufIsRefused) {
  if (!fs::exists(FixturePath("protobuf"))) GTEST_SKIP() << "libprotobuf is not installed";
  ScratchFolder scratch;
  auto plugin = LoadFixture(scratch, "protobuf");
  ASSERT_FALSE(plugin.ok());
  EXPECT_THAT(Message(plugin.status()), HasSubstr("uses protobuf (\"libprotobuf.so"));
}

TEST(LoadTest, TheManifestMustTellTheTruth) {
  ScratchFolder scratch;
  std::string path = CopyFixture(scratch, "good");
  LoadOptions options{
      .fields = TestField, .cache_dir = scratch / "cache", .trust = AnyTrust(), .worker = TestWorkers()};
  PluginRequest request{
      .id = "org.test.good", .mode = PluginMode::kLocal, .path = path, .config_json = R"({"size": 3})"};
  ASSERT_TRUE(Load(request, options).ok());
  WriteAll(path, ReadAll(path) + "x");
  EXPECT_THAT(Message(Load(request, options).status()), HasSubstr("is not the file its manifest describes"));
  request.id = "org.test.better";
  EXPECT_THAT(Message(Load(request, options).status()), HasSubstr("is that of \"org.test.good\""));
}

TEST(LoadTest, ACapabilityThatIsWantedMustBeThere) {
  ScratchFolder scratch;
  PluginRequest request{.id = "org.leadline.territory_balance",
                        .mode = PluginMode::kLocal,
                        .path = LEADLINE_BINARY_DIR "/plugins/territory_balance.so",
                        .capabilities = {"leadline.score/1"}};
  auto plugin = Load(
      request, {.fields = TestField, .cache_dir = scratch / "cache", .trust = AnyTrust(), .worker = TestWorkers()});
  EXPECT_THAT(Message(plugin.status()), HasSubstr("it has leadline.route/1, not leadline.score/1"));
  PluginInfo info = FailedPlugin(request, plugin.status());
  EXPECT_EQ(info.state, PluginState::kFailed);
  EXPECT_EQ(info.error, Message(plugin.status()));
}

TEST(LoadTest, AFieldThatTheSchemaLacksIsNamed) {
  ScratchFolder scratch;
  PluginRequest request{
      .id = "org.test.good", .mode = PluginMode::kLocal, .path = FixturePath("good"), .config_json = R"({"size": 3})"};
  auto none = [](std::string_view) { return std::optional<FieldSlot>(); };
  auto plugin =
      Load(request, {.fields = none, .cache_dir = scratch / "cache", .trust = AnyTrust(), .worker = TestWorkers()});
  EXPECT_EQ(plugin.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Message(plugin.status()), HasSubstr("the schema has no field \"test.mode\""));
  auto numbers = [](std::string_view) { return std::optional<FieldSlot>({LEADLINE_I64, 0}); };
  plugin =
      Load(request, {.fields = numbers, .cache_dir = scratch / "cache", .trust = AnyTrust(), .worker = TestWorkers()});
  EXPECT_THAT(Message(plugin.status()), HasSubstr("field \"test.mode\" is I64, the plugin asked for it as STR"));
}

TEST(LoadTest, ADescriptorThatEndsEarlyWorks) {
  ScratchFolder scratch;
  auto plugin = LoadFixture(scratch, "short_table");
  ASSERT_TRUE(plugin.ok()) << plugin.status();
  std::vector<Value> fields = {StringValue("plain"), DoubleValue(21)};
  Record record = RecordOf(fields);
  ScoreResult result;
  ASSERT_TRUE((*plugin)->Score({&record, 1}, {&result, 1}).ok());
  EXPECT_EQ(result.points, 42);
}

TEST(LoadTest, ADescriptorOfALaterMinorWorks) {
  struct Longer {
    leadline_plugin known;
    uint64_t later[4];
  } longer{};
  Manifest manifest{.id = "org.test.x", .version = "1", .so_path = "x.so"};
  longer.known.size = sizeof(longer);
  longer.known.abi_major = LEADLINE_ABI_MAJOR;
  longer.known.id = "org.test.x";
  longer.known.version = "1";
  longer.known.create = [](const leadline_host*, leadline_str, void**) { return int32_t{0}; };
  longer.known.destroy = [](void*) {};
  longer.known.get_capability = [](const char*) -> const void* { return nullptr; };
  EXPECT_TRUE(CheckDescriptor(&longer.known, manifest).ok());
  for (uint64_t size : {uint64_t{0}, uint64_t{8}, uint64_t{15}, uint64_t{40}, UINT64_MAX}) {
    longer.known.size = size;
    EXPECT_FALSE(CheckDescriptor(&longer.known, manifest).ok()) << size;
  }
}

TEST(LoadTest, OnePluginMayHaveOnlySoManyFilesInOneProcess) {
  ScratchFolder scratch;
  const std::string path = CopyFixture(scratch, "concurrent");
  const LoadOptions options{
      .fields = TestField, .cache_dir = scratch / "cache", .trust = AnyTrust(), .worker = TestWorkers()};
  const PluginRequest request{
      .id = "org.test.concurrent", .mode = PluginMode::kLocal, .path = path, .config_json = R"({"size": 3})"};
  absl::Status status;
  int loaded = 0;
  for (; loaded < 100 && status.ok(); ++loaded) {
    // What stands behind the last section is nothing to the linker, but it is another file.
    const std::string bytes = ReadAll(path) + "x";
    WriteAll(path, bytes);
    Manifest manifest = *ReadManifest(path);
    manifest.sha256 = Sha256Hex(bytes);
    WriteAll(ManifestPath(path), FormatManifest(manifest));
    status = Load(request, options).status();
  }
  EXPECT_GE(loaded, 32);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_THAT(Message(status), HasSubstr("restart the server, or let the pack run the plugin with `mode: worker`"));
  // Others are not in its way.
  EXPECT_TRUE(LoadFixture(scratch, "good").ok());
}

TEST(LoadTest, AConfigOfMoreThan64KiBIsRefused) {
  ScratchFolder scratch;
  for (PluginMode mode : {PluginMode::kLocal, PluginMode::kWorker}) {
    const std::string most = R"({"size": 3})" + std::string(64 * 1024 - 11, ' ');
    EXPECT_TRUE(LoadFixture(scratch, "good", {}, most, mode).ok());
    const absl::Status refused = LoadFixture(scratch, "good", {}, most + " ", mode).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(Message(refused), HasSubstr("its config has 65537 bytes as JSON; at most 65536 are taken"));
  }
}

// What would end the server ends a worker first.
TEST(LoadTest, APluginOfTheServersOwnProcessIsTriedInAWorkerBefore) {
  ScratchFolder scratch;
  for (const char* fixture : {"crash_in_constructor", "crash_in_create", "exit_in_entry"}) {
    const absl::Status refused = LoadFixture(scratch, fixture, {}, "").status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition) << fixture;
    EXPECT_THAT(Message(refused), HasSubstr("while the plugin was loaded")) << fixture;
  }
  LoadOptions nowhere{.fields = TestField, .cache_dir = scratch / "cache", .trust = AnyTrust()};
  const absl::Status refused = Load({.id = "org.test.good",
                                     .mode = PluginMode::kLocal,
                                     .path = FixturePath("good"),
                                     .config_json = R"({"size": 3})"},
                                    nowhere)
                                   .status();
  EXPECT_THAT(Message(refused), HasSubstr("leadline-plugin-worker"));
}

TEST(AdmissionTest, OnlyRegularFiles) {
  ScratchFolder scratch;
  ASSERT_EQ(mkfifo((scratch / "pipe.so").c_str(), 0600), 0);
  EXPECT_THAT(Message(ReadRegularFile(scratch / "pipe.so").status()), HasSubstr("is not a regular file"));
  EXPECT_THAT(Message(ReadRegularFile(scratch.path()).status()), HasSubstr("is not a regular file"));
  EXPECT_EQ(ReadRegularFile(scratch / "none").status().code(), absl::StatusCode::kNotFound);
}

TEST(AdmissionTest, ACacheThatOthersMayWriteIsRefusedAndASpoiledCopyReplaced) {
  ScratchFolder scratch;
  auto manifest = ReadManifest(FixturePath("good"));
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  fs::create_directory(scratch / "open");
  fs::permissions(scratch / "open", fs::perms::all);
  EXPECT_THAT(Message(Admit(*manifest, scratch / "open").status()), HasSubstr("others may write to it"));
  fs::create_directory(scratch / "own");
  fs::permissions(scratch / "own", fs::perms::owner_all);
  std::string copy = scratch / ("own/" + manifest->sha256 + ".so");
  WriteAll(copy, "spoiled");
  auto admitted = Admit(*manifest, scratch / "own");
  ASSERT_TRUE(admitted.ok()) << admitted.status();
  EXPECT_EQ(admitted->copy_path, copy);
  EXPECT_EQ(Sha256Hex(ReadAll(copy)), manifest->sha256);
}

TEST(ManifestTest, IsReadStrictly) {
  std::string hash(64, 'a');
  auto parse = [&](std::string text) {
    size_t at = text.find('#');
    if (at != std::string::npos) text.replace(at, 1, hash);
    return Message(ParseManifest(text, "m").status());
  };
  EXPECT_EQ(parse(R"({"id":"a.b","version":"1","capabilities":["x/1"],"sha256":"#"})"), "");
  EXPECT_THAT(parse("{"), HasSubstr("not a JSON object"));
  EXPECT_THAT(parse("[]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(parse(R"({"id":"ab","version":"1","capabilities":["x/1"],"sha256":"#"})"), HasSubstr("not a plugin id"));
  EXPECT_THAT(parse(R"({"id":"a..b","version":"1","capabilities":["x/1"],"sha256":"#"})"),
              HasSubstr("not a plugin id"));
  EXPECT_THAT(parse(R"({"id":"a.b","capabilities":["x/1"],"sha256":"#"})"), HasSubstr("\"version\" is missing"));
  EXPECT_THAT(parse(R"({"id":"a.b","version":"1","sha256":"#"})"), HasSubstr("capabilities"));
  EXPECT_THAT(parse(R"({"id":"a.b","version":"1","capabilities":[1],"sha256":"#"})"), HasSubstr("capabilities"));
  EXPECT_THAT(parse(R"({"id":"a.b","version":"1","capabilities":["x/1"],"sha256":"XY"})"), HasSubstr("hexadecimal"));
  EXPECT_THAT(parse(R"({"id":"a.b","versoin":"1"})"), HasSubstr("unknown member \"versoin\""));
  EXPECT_THAT(parse(R"({"id":"a.b","id":"a.c","version":"1"})"), HasSubstr("\"id\" is there twice"));
  EXPECT_THAT(parse(R"({"id":"a.b","version":"1\nsha256: 0","capabilities":["x/1"],"sha256":"#"})"),
              HasSubstr("\"version\" holds a control character"));
  EXPECT_THAT(parse(R"({"id":"a.b","version":"1","capabilities":["x/1\n"],"sha256":"#"})"), HasSubstr("capabilities"));
  const std::string known = R"({"id":"a.b","version":"1","capabilities":["x/1"],"sha256":"#",)";
  const std::string signature = std::string(86, 'A') + "==";
  EXPECT_EQ(parse(known + R"("publisher":"E","signature":")" + signature + "\"}"), "");
  EXPECT_THAT(parse(known + R"("publisher":"E"})"), HasSubstr("\"publisher\" is there without \"signature\""));
  EXPECT_THAT(parse(known + R"("signature":")" + signature + "\"}"), HasSubstr("without \"publisher\""));
  EXPECT_THAT(parse(known + R"("publisher":"E","signature":"AAAA"})"), HasSubstr("not 64 bytes in base64"));
  Manifest manifest =
      *ParseManifest(R"({"id":"a.b","version":"1","capabilities":["x/1","y/1"],"sha256":")" + hash + "\"}", "m");
  manifest.publisher = "E";
  manifest.signature = signature;
  auto again = ParseManifest(FormatManifest(manifest), "m");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(FormatManifest(*again), FormatManifest(manifest));
}

TEST(DirectoryTest, FindsByIdAndTellsOfTheRest) {
  ScratchFolder scratch;
  CopyFixture(scratch, "good");
  CopyFixture(scratch, "concurrent");
  WriteAll(scratch / "lonely.so", "x");
  auto directory = PluginDirectory::Scan(scratch.path());
  ASSERT_TRUE(directory.ok()) << directory.status();
  ASSERT_EQ(directory->manifests().size(), 2u);
  EXPECT_EQ(directory->manifests()[0].id, "org.test.concurrent");
  ASSERT_EQ(directory->problems().size(), 1u);
  EXPECT_THAT(directory->problems()[0], HasSubstr("lonely.so has no manifest"));
  EXPECT_THAT(Message(directory->Find("org.test.goood").status()), HasSubstr("did you mean \"org.test.good\"?"));
  LoadOptions options{.fields = TestField,
                      .cache_dir = scratch / "cache",
                      .directory = &*directory,
                      .trust = AnyTrust(),
                      .worker = TestWorkers()};
  EXPECT_TRUE(Load({.id = "org.test.good", .mode = PluginMode::kLocal, .config_json = R"({"size": 3})"}, options).ok());
  fs::copy_file(scratch / "good.so", scratch / "twice.so");
  fs::copy_file(scratch / "good.plugin.json", scratch / "twice.plugin.json");
  EXPECT_EQ(PluginDirectory::Scan(scratch.path()).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(PluginDirectory::Scan(scratch / "none").status().code(), absl::StatusCode::kNotFound);
}

TEST(ConfigTest, IsHeldToTheSchema) {
  const char* schema = R"({"type":"object","required":["size"],"additionalProperties":false,"properties":{
    "size":{"type":"integer","minimum":1},"names":{"type":"array","items":{"enum":["a","b"]}}}})";
  EXPECT_TRUE(CheckConfig(schema, R"({"size":1,"names":["a","b"]})").ok());
  auto refused = [&](const char* config) {
    absl::Status status = CheckConfig(schema, config);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << config;
    return Message(status);
  };
  EXPECT_THAT(refused("{}"), HasSubstr("size"));
  EXPECT_THAT(refused(R"({"size":0})"), HasSubstr("config[size]"));
  EXPECT_THAT(refused(R"({"size":1.5})"), HasSubstr("config[size]"));
  EXPECT_THAT(refused(R"({"size":"1"})"), HasSubstr("config[size]"));
  EXPECT_THAT(refused(R"({"size":1,"names":["a","c"]})"), HasSubstr("config[names][1]"));
  EXPECT_THAT(refused(R"({"size":1,"colour":"red"})"), HasSubstr("colour"));
  EXPECT_THAT(refused("[1]"), HasSubstr("not a JSON object"));
  EXPECT_THAT(refused("{\"size\":1"), HasSubstr("not a JSON object"));
  EXPECT_TRUE(CheckConfig(nullptr, "{}").ok());
  EXPECT_THAT(Message(CheckConfig(nullptr, R"({"a":1})")), HasSubstr("takes no config"));
  EXPECT_EQ(CheckConfig(R"({"$ref":"http://example.com/x"})", "{}").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(CheckConfig(R"({"type":"colour"})", "{}").code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace leadline::plugin
