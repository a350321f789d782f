// Reads and compiles an import map. Shared by import_map.cc and map_builder.cc alone.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cel/arena.h"
#include "cel/env.h"
#include "cli/import/map/import_map.h"
#include "cli/import/map/map_plan.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::cli {

// A record as a map value from heading to text; the entries are made once, the texts change.
class RecordView {
 public:
  void SetColumns(const std::vector<std::string>& columns);
  // `fields` must outlive the use of value().
  void Fill(const std::vector<std::string>& fields);
  cel::Value value() const { return cel::Value::SortedMap(entries_); }

 private:
  std::vector<std::string> names_;
  std::vector<size_t> column_of_entry_;
  std::vector<cel::MapEntry> entries_;
};

struct ImportMap::State {
  cel::Arena arena;  // of one row
  std::vector<cel::Value> slots;
  int row_slot = -1, line_slot = -1;
  RecordView row;
  std::vector<std::pair<int, int>> columns;  // slot and column
  struct Join {
    std::string name;
    int slot = -1;
    Expression on;
    JoinedFile file;
    RecordView row;
  };
  std::deque<Join> joins;  // they do not move: their views hold
  struct Table {
    std::vector<std::pair<std::string, std::string>> texts;
    std::vector<cel::MapEntry> entries;
  };
  std::vector<std::unique_ptr<Table>> tables;
  struct Let {
    std::string name;
    int slot = -1;
    Expression program;
  };
  std::vector<Let> lets;
  struct RejectRule {
    Expression when, reason;
    std::string field;
  };
  std::vector<RejectRule> rejects;
  MessagePlan enquiry;
};

// One map, read once. Not thread-safe.
class ImportMapBuilder {
 public:
  ImportMapBuilder(packs::YamlFile& file, std::vector<Diagnostic>& diagnostics)
      : file_(file), diagnostics_(diagnostics), state_(std::make_unique<ImportMap::State>()) {}

  std::unique_ptr<ImportMap> Build(const std::vector<std::string>& headings, const std::string& data_folder,
                                   const std::map<std::string, std::string>& paths);

 private:
  using Node = packs::YamlNode;
  void Problem(const Node& node, std::string message, std::string hint = "");
  bool IsMap(const Node& node, const char* what);
  // Complains about keys that are not among `known`.
  void CheckKeys(const Node& map, const std::vector<std::string>& known);
  int Declare(const Node& node, const std::string& name, cel::Type type, uint32_t max_items = 1000);
  Expression Compile(const Node* node, std::optional<cel::Type> type = std::nullopt);
  void CheckColumns(const Node& node, const cel::Program& program);

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
  std::unique_ptr<ImportMap::State> state_;
  // What may stand in [] behind a variable.
  std::map<std::string, std::vector<std::string>, std::less<>> keys_of_;
};

}  // namespace leadline::cli
