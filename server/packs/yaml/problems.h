// Collects what is wrong with the packs, all of it, with its place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/source_position.h"
#include "base/suggestion.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// Not thread-safe.
class Problems {
 public:
  // What the findings stand in, until the next call. `rule` may be empty.
  void SetLayer(std::string layer) { layer_ = std::move(layer); }
  void SetRule(std::string rule) { rule_ = std::move(rule); }
  const std::string& layer() const { return layer_; }

  Diagnostic& Add(const YamlRange& range, std::string code, std::string message, std::string hint = "");
  Diagnostic& Add(const YamlNode& node, std::string code, std::string message, std::string hint = "") {
    return Add(RangeOf(node), std::move(code), std::move(message), std::move(hint));
  }
  // For what has no place inside a file: a missing file, an unreadable folder.
  Diagnostic& AddFile(std::string path, std::string code, std::string message, std::string hint = "");

  // For findings made by YamlFile::Parse.
  std::vector<Diagnostic>& list() { return list_; }
  bool has_errors() const;
  // Whether something is said about this file already.
  bool Names(const std::string& file) const;
  // Everything, by file, line and column.
  std::vector<Diagnostic> Take();

 private:
  std::string layer_;
  std::string rule_;
  std::vector<Diagnostic> list_;
};

}  // namespace leadline::packs
