// Collects what is wrong with the packs, with its place.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/source_position.h"
#include "base/suggestion.h"
#include "packs/check_budget.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// Keeps as many findings of each layer as the budget allows, errors before warnings, and counts the others. Far beyond
// that it stops the layer's check. Not thread-safe.
class Problems {
 public:
  // `budget` null: one of its own with the default limits, which nothing else spends of. It must outlive this.
  explicit Problems(CheckBudget* budget = nullptr);

  // What the findings stand in, until the next call. `rule` may be empty. What is spent counts for the layer.
  void SetLayer(std::string layer);
  void SetRule(std::string rule) { rule_ = std::move(rule); }
  const std::string& layer() const { return layer_; }
  CheckBudget& budget() { return *budget_; }
  // Whether the layer's check has reached a limit: what is found then does not count.
  bool stopped() const { return budget_->stopped(); }
  // Whether a hint may still be read by somebody: after very many findings each takes its time.
  bool wants_hints() const { return shown_ < budget_->limits().findings; }

  // What is given back may be changed until the next call of anything here.
  Diagnostic& Add(const YamlRange& range, std::string code, std::string message, std::string hint = "");
  Diagnostic& Add(const YamlNode& node, std::string code, std::string message, std::string hint = "") {
    return Add(RangeOf(node), std::move(code), std::move(message), std::move(hint));
  }
  // For what has no place inside a file: a missing file, an unreadable folder.
  Diagnostic& AddFile(std::string path, std::string code, std::string message, std::string hint = "");
  // What was found elsewhere, with its layer.
  void AddAll(std::vector<Diagnostic> found);
  // The one error about a check that stopped: kept whatever else there is.
  void AddStopped(Diagnostic stopped);
  // Takes back what was found.
  template <typename Is>
  void Erase(Is is) {
    Settle();
    for (const Diagnostic& d : list_) {
      if (is(d)) --(d.severity == Severity::kError ? layers_[d.layer].errors : layers_[d.layer].warnings);
    }
    std::erase_if(list_, is);
  }

  // How many were added so far, kept or not.
  size_t found() {
    Settle();
    return found_;
  }
  bool has_errors();
  // Of a layer, kept or not.
  size_t ErrorsOf(const std::string& layer);
  // Whether an error stands in a file of this name, of the layer or (empty) of any.
  bool HasErrorIn(const std::string& layer, const std::string& file);
  // Whether something is said about this file already.
  bool Names(const std::string& path);
  // Everything, by file, line and column; then nothing is left. What is not shown of a layer is said in a line of its
  // own (LL1303), where the first of it stands.
  std::vector<Diagnostic> Take();

 private:
  struct Layer {
    size_t errors = 0, warnings = 0;                // found
    size_t hidden_errors = 0, hidden_warnings = 0;  // of them, not kept
    SourcePosition first_hidden;
    bool stopped_counting = false;
  };
  // Counts the last finding, whose severity stands now, and drops it when there are enough of its kind.
  void Settle();
  void Hide(Layer& of, const Diagnostic& d);
  void AddHidden(const std::string& name, const Layer& layer);

  CheckBudget own_;
  CheckBudget* budget_;
  std::string layer_;
  std::string rule_;
  std::vector<Diagnostic> list_;
  Diagnostic unheard_;  // what is found after the check has stopped
  bool pending_ = false;
  std::unordered_set<size_t> seen_;  // hashes of what was added: a value that is read twice is told of once
  size_t found_ = 0;
  size_t shown_ = 0;  // of the layer
  std::map<std::string, Layer> layers_;
  std::set<std::pair<std::string, std::string>> wrong_files_;  // layer and path
  std::set<std::string> named_files_;
};

}  // namespace leadline::packs
