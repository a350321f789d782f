// Compiles an import map. For import_map.cc alone.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/source_position.h"
#include "cel/env.h"
#include "cli/import/map/compiled_map.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::cli {

// The form of a map is wrong.
inline constexpr char kMapFormCode[] = "LL6001";

// The delimiter that a map names; a comma when it names none.
char DelimiterIn(const packs::YamlNode& root);

// One map, read once. Not thread-safe.
class ImportMapBuilder {
 public:
  ImportMapBuilder(packs::YamlFile& file, std::vector<Diagnostic>& diagnostics)
      : file_(file), diagnostics_(diagnostics), state_(std::make_unique<CompiledMap>()) {}

  // Of rows that become enquiries. Null when there is an error among the diagnostics.
  std::unique_ptr<CompiledMap> Build(const std::vector<std::string>& headings, const std::string& data_folder,
                                     const std::map<std::string, std::string>& paths);
  // Of rows that are compared with each other (cli/duplicates/scan_map.h): each field's expression and its type, as it
  // is written. The same.
  std::unique_ptr<CompiledMap> BuildFields(const std::vector<std::string>& headings, const std::string& data_folder,
                                           const std::vector<std::string>& types);

 private:
  using Node = packs::YamlNode;
  void Problem(const Node& node, std::string message, std::string hint = "");
  bool IsMap(const Node& node, const char* what);
  // Complains about keys that are not among `known`.
  void CheckKeys(const Node& map, const std::vector<std::string>& known);
  int Declare(const Node& node, const std::string& name, cel::Type type, uint32_t max_items = 1000);
  Expression Compile(const Node* node, std::optional<cel::Type> type = std::nullopt);
  void CheckColumns(const Node& node, const cel::Program& program);

  // All that every map may have. False where nothing more can be read.
  bool Prepare(const char* what, const std::vector<std::string>& known, const std::vector<std::string>& headings,
               const std::string& data_folder, const std::map<std::string, std::string>& paths);
  std::unique_ptr<CompiledMap> Finish();
  void ReadComparedField(const Node& key, const Node& node, const std::vector<std::string>& types);
  void DeclareColumns(const std::vector<std::string>& headings);
  void ReadTables(const Node& node);
  void ReadJoins(const Node& node, const std::string& data_folder, const std::map<std::string, std::string>& paths);
  void ReadLets(const Node& node);
  void ReadRejects(const Node& node);
  void ReadMessage(const Node& node, const google::protobuf::Descriptor& type, const std::string& path,
                   MessagePlan& plan);
  void ReadField(const Node& node, FieldPlan& plan);
  void ReadItems(const Node& node, FieldPlan& plan);
  void ReadEntries(const Node& node, FieldPlan& plan);

  packs::YamlFile& file_;
  std::vector<Diagnostic>& diagnostics_;
  cel::Env env_;
  std::unique_ptr<CompiledMap> state_;
  // What may stand in [] behind a variable.
  std::map<std::string, std::vector<std::string>, std::less<>> keys_of_;
};

}  // namespace leadline::cli
