#include "packs/load/pack_source.h"

#include <algorithm>
#include <filesystem>

#include "fmt/format.h"

namespace leadline::packs {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string>& FileNames(bool central) {
  static const auto* const central_names = new std::vector<std::string>{
      "pack.yaml",       "schema.yaml",  "status.yaml",        "scoring.yaml",        "routing.yaml",
      "merge.yaml",      "sla.yaml",     "normalize.yaml",     "mail_providers.yaml", "phones.yaml",
      "currencies.yaml", "consent.yaml", "buying_groups.yaml", "notify.yaml",         "role_mailboxes.yaml"};
  static const auto* const regional_names =
      new std::vector<std::string>{"pack.yaml",    "schema.yaml", "normalize.yaml",      "scoring.yaml",
                                   "routing.yaml", "sla.yaml",    "mail_providers.yaml", "notify.yaml"};
  return central ? *central_names : *regional_names;
}

void ReportUnknownFile(Problems& problems, const PackSource& pack, const std::string& name, const std::string& path,
                       const YamlFile& file) {
  const auto& central_names = FileNames(true);
  const bool central_only = std::find(central_names.begin(), central_names.end(), name) != central_names.end();
  if (!central_only) {
    problems.AddFile(path, "LL1007", fmt::format("a pack has no file \"{}\"", name),
                     DidYouMean(name, FileNames(pack.central)));
    return;
  }
  Diagnostic& d = problems.Add(YamlRange{&file, 0, 1}, "LL2301", fmt::format("{} is the central pack's alone", name),
                               "remove the file; a region may have " + OneOf(FileNames(false)));
  d.related = {fs::path(pack.directory).parent_path().parent_path().append("central").append(name).string(), 1, 1};
  d.related_message = "sealed: the centre decides this for every region";
}

// `calendars: true`, or the floor beneath them, which opens them too.
void ReadCalendarPoint(Problems& problems, MapReader& extension_points, const YamlNode& node, ExtensionPoints& points) {
  points.hours_at = points.holidays_at = &node;
  if (!node.is_map()) {
    points.calendars = extension_points.Flag("calendars");
    return;
  }
  points.calendars = true;
  MapReader reader(problems, node, "\"calendars\"");
  constexpr double kHoursOfWeek = 7 * 24;
  const std::optional<double> hours = reader.Number("min_hours_per_week");
  if (const YamlNode* at = reader.Get("min_hours_per_week"); at != nullptr && hours) {
    points.hours_at = at;
    points.floor.work_per_week = static_cast<Duration>(*hours * static_cast<double>(kHour));
    if (*hours < 0 || *hours > kHoursOfWeek) {
      problems.Add(*at, "LL1105", "a week has from 0 to 168 hours");
      points.floor = {};
    }
  }
  const std::optional<int64_t> holidays = reader.Integer("max_holidays");
  if (const YamlNode* at = reader.Get("max_holidays"); at != nullptr && holidays) {
    points.holidays_at = at;
    points.floor.holidays_per_year = static_cast<int>(std::clamp<int64_t>(*holidays, 0, 366));
    if (*holidays < 0 || *holidays > 366) problems.Add(*at, "LL1105", "a year has from 0 to 366 holidays");
  }
  reader.Finish();
}

void ReadExtensionPoints(Problems& problems, const YamlNode& node, ExtensionPoints& points) {
  points.at = &node;
  MapReader reader(problems, node, "\"extension_points\"");
  points.normalize_fields = reader.TextList("normalize");
  points.attributes = reader.TextList("attributes");
  points.scoring_adjustments = reader.Flag("scoring_adjustments");
  points.territories = reader.Flag("territories");
  points.teams = reader.Flag("teams");
  points.reps = reader.Flag("reps");
  points.routes = reader.Flag("routes");
  points.queues = reader.Flag("queues");
  points.notifications = reader.Flag("notifications");
  if (const YamlNode* calendars = reader.Get("calendars")) ReadCalendarPoint(problems, reader, *calendars, points);
  for (const YamlNode* item : reader.List("plugins")) {
    MapReader plugin(problems, *item, "a plugin slot");
    ExtensionPoints::PluginPoint point{plugin.RequiredText("slot"), plugin.RequiredText("capability")};
    plugin.Finish();
    points.plugins.push_back(std::move(point));
  }
  reader.Finish();
  static const std::vector<std::string> normalizable = {"contact.seniority", "contact.department", "account.industry",
                                                        "lead.source", "lead.language"};
  static const std::vector<std::string> with_attributes = {"lead", "contact", "account"};
  const auto check = [&](const char* key, const std::vector<std::string>& known, const char* what) {
    for (const YamlNode* item : reader.List(key)) {
      if (std::find(known.begin(), known.end(), item->text) != known.end()) continue;
      problems.Add(*item, "LL1104", fmt::format("\"{}\" {}", item->text, what), DidYouMean(item->text, known));
    }
  };
  check("normalize", normalizable, "cannot be normalised");
  check("attributes", with_attributes, "is no record that takes attributes");
}

void ReadPackFile(Problems& problems, PackSource& pack, ExtensionPoints& points, const YamlNode& root) {
  MapReader reader(problems, root, "pack.yaml");
  const std::string name = reader.RequiredText("pack");
  pack.info.ref.version = reader.RequiredText("version");
  pack.info.description = reader.Text("description");
  pack.info.owner = reader.RequiredText("owner");
  if (pack.central) {
    if (const YamlNode* node = reader.Get("extension_points")) ReadExtensionPoints(problems, *node, points);
    points.accepted.Read(problems, reader);
  } else {
    pack.info.extends = reader.RequiredText("extends");
    if (const YamlNode* extends = reader.Get("extends"); extends != nullptr && pack.info.extends != "central") {
      problems.Add(*extends, "LL1104", "a region's pack extends \"central\"", "write  extends: central");
    }
    pack.info.tested_against = reader.Text("tested_against");
    if (const YamlNode* node = reader.Get("extension_points")) {
      CheckOpened(problems, points, *node, false, "extension points of a region");
    }
    if (const YamlNode* node = reader.Get("accepts")) {
      problems.Add(*node, "LL2301", "what counts into the central score is the centre's to accept",
                   "remove it; \"accepts\" is for the central pack.yaml");
    }
  }
  reader.Finish();
  if (const YamlNode* node = reader.Get("pack"); node != nullptr && name != pack.name()) {
    problems.Add(*node, "LL1107", fmt::format("the pack in the folder \"{}\" is called \"{}\"", pack.name(), name),
                 fmt::format("write  pack: {}", pack.name()));
  }
}

std::unique_ptr<YamlFile> Parsed(Problems& problems, const PackSource& pack, const std::string& path,
                                 const std::string& text) {
  auto source = std::make_unique<YamlFile>(path, text);
  std::vector<Diagnostic> faults;
  // What a byte of text and a value of the tree take, in steps and memory, is as measured.
  if (problems.budget().Spend(20 * text.size())) source->Parse(faults);
  problems.budget().Spend(50 * source->nodes());
  problems.budget().Hold(2 * text.size() + source->nodes() * sizeof(YamlNode));
  for (Diagnostic& d : faults) d.layer = pack.name();
  problems.AddAll(std::move(faults));
  return source;
}

// A region's table as the centre accepted it: "accepted/emea/normalize.yaml".
bool IsAcceptedTable(std::string_view file) {
  constexpr std::string_view folder = "accepted/";
  if (!file.starts_with(folder)) return false;
  const std::string_view rest = file.substr(folder.size());
  const size_t slash = rest.find('/');
  return slash != std::string_view::npos && AcceptedTablePath(rest.substr(0, slash)) == file;
}

bool IsRequired(const PackSource& pack, const std::string& file) {
  return file == "pack.yaml" || (pack.central && file != "normalize.yaml" && file != "phones.yaml" &&
                                 file != "currencies.yaml" && file != "consent.yaml" && file != "buying_groups.yaml" &&
                                 file != "notify.yaml" && file != "role_mailboxes.yaml");
}

}  // namespace

std::string AcceptedTablePath(std::string_view region) { return fmt::format("accepted/{}/normalize.yaml", region); }

bool IsWhole(const PackSource& pack) {
  for (const std::string& file : FileNames(pack.central)) {
    const bool there = pack.files.contains(file);
    if (there ? pack.Root(file) == nullptr : IsRequired(pack, file)) return false;
  }
  return true;
}

void CheckPin(Problems& problems, const PackSource& region, const std::string& central_sha256) {
  if (region.info.tested_against == central_sha256) return;
  const YamlNode& root = *region.Root("pack.yaml");
  const YamlNode* pin = root.Find("tested_against");
  problems.SetLayer(region.name());
  Diagnostic& d = problems.Add(pin != nullptr ? *pin : *root.Find("extends"), "LL2310",
                               pin != nullptr ? "this region was tested with another central pack"
                                              : "nothing says which central pack this region was tested with",
                               "run its tests with the central pack of today, then  leadline pack pin");
  d.severity = Severity::kWarning;
}

PackSource ReadPackSource(Problems& problems, const PackFiles& files, const std::string& directory,
                          ExtensionPoints& points) {
  PackSource pack;
  pack.central = files.name == "central";
  pack.directory = directory;
  pack.info.ref.pack = files.name;
  pack.info.ref.sha256 = HashOf(files);
  problems.SetLayer(pack.name());
  for (const auto& [file, text] : files.files) {
    const std::string path = directory + "/" + file;
    if (!(file.ends_with(".yaml") || file.ends_with(".yml")) || file.starts_with("tests/")) continue;
    if (pack.central && IsAcceptedTable(file)) {
      pack.files.emplace(file, Parsed(problems, pack, path, text));
      continue;
    }
    if (file.find('/') != std::string::npos) {
      problems.AddFile(path, "LL1007", fmt::format("a pack has no file \"{}\"", file),
                       "its files belong in the pack's own folder, its tests in tests/");
      continue;
    }
    const auto& names = FileNames(pack.central);
    if (std::find(names.begin(), names.end(), file) == names.end()) {
      auto source = std::make_unique<YamlFile>(path, text);
      ReportUnknownFile(problems, pack, file, path, *source);
      pack.other_files.push_back(std::move(source));
      continue;
    }
    pack.files.emplace(file, Parsed(problems, pack, path, text));
  }
  for (const std::string& file : FileNames(pack.central)) {
    if (IsRequired(pack, file) && !pack.files.contains(file) && !problems.Names(directory + "/" + file)) {
      problems.AddFile(directory + "/" + file, "LL1008", "the file is missing", "every pack of this kind has one");
    }
  }
  if (const YamlNode* root = pack.Root("pack.yaml")) ReadPackFile(problems, pack, points, *root);
  return pack;
}

}  // namespace leadline::packs
