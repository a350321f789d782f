#include "packs/yaml/problems.h"

#include <algorithm>
#include <tuple>

#include "fmt/format.h"

namespace leadline::packs {
namespace {

constexpr uint64_t kStepsOfFinding = 2'000;
// For each finding that is kept so many more are counted, before nobody needs to know.
constexpr size_t kCountedForEachKept = 20;

size_t HashOf(const Diagnostic& d) {
  return std::hash<std::string>()(fmt::format("{}\n{}\n{}\n{}", d.position.ToString(), d.code, d.message, d.layer));
}

}  // namespace

Problems::Problems(CheckBudget* budget) : budget_(budget != nullptr ? budget : &own_) {}

void Problems::SetLayer(std::string layer) {
  Settle();
  layer_ = std::move(layer);
  const Layer& of = layers_[layer_];
  shown_ = of.errors + of.warnings;
  budget_->BeginPack(layer_);
}

Diagnostic& Problems::Add(const YamlRange& range, std::string code, std::string message, std::string hint) {
  Settle();
  if (stopped()) return unheard_ = Diagnostic();
  Diagnostic d = range.file->At(range.begin, range.end, std::move(code), std::move(message), std::move(hint));
  d.layer = layer_;
  d.rule = rule_;
  list_.push_back(std::move(d));
  pending_ = true;
  return list_.back();
}

Diagnostic& Problems::AddFile(std::string path, std::string code, std::string message, std::string hint) {
  Settle();
  if (stopped()) return unheard_ = Diagnostic();
  Diagnostic d;
  d.code = std::move(code);
  d.position.file = std::move(path);
  d.message = std::move(message);
  d.hint = std::move(hint);
  d.layer = layer_;
  list_.push_back(std::move(d));
  pending_ = true;
  return list_.back();
}

void Problems::AddAll(std::vector<Diagnostic> found) {
  for (Diagnostic& d : found) {
    Settle();
    list_.push_back(std::move(d));
    pending_ = true;
  }
}

void Problems::AddStopped(Diagnostic stopped) {
  Settle();
  ++layers_[stopped.layer].errors;
  list_.push_back(std::move(stopped));
}

void Problems::Settle() {
  if (!pending_) return;
  pending_ = false;
  ++found_;
  ++shown_;
  budget_->Spend(kStepsOfFinding);
  const Diagnostic& d = list_.back();
  if (!seen_.insert(HashOf(d)).second) {
    list_.pop_back();
    return;
  }
  Layer& of = layers_[d.layer];
  const bool error = d.severity == Severity::kError;
  if (error) wrong_files_.emplace(d.layer, d.position.file);
  named_files_.insert(d.position.file);
  const size_t most = budget_->limits().findings;
  if (++(error ? of.errors : of.warnings) <= most) return;
  Hide(of, d);
  list_.pop_back();
  if (of.hidden_errors + of.hidden_warnings < most * kCountedForEachKept) return;
  of.stopped_counting = true;
  if (of.errors == 0) ++of.errors;  // the line that tells is an error: the rest was not looked at
  budget_->Stop(CheckBudget::Limit::kFindings);
}

void Problems::Hide(Layer& of, const Diagnostic& d) {
  if (of.hidden_errors + of.hidden_warnings == 0) of.first_hidden = d.position;
  ++(d.severity == Severity::kError ? of.hidden_errors : of.hidden_warnings);
}

bool Problems::has_errors() {
  Settle();
  return std::any_of(layers_.begin(), layers_.end(), [](const auto& layer) { return layer.second.errors > 0; });
}

size_t Problems::ErrorsOf(const std::string& layer) {
  Settle();
  const auto it = layers_.find(layer);
  return it == layers_.end() ? 0 : it->second.errors;
}

bool Problems::HasErrorIn(const std::string& layer, const std::string& file) {
  Settle();
  return std::any_of(wrong_files_.begin(), wrong_files_.end(), [&](const auto& wrong) {
    return (layer.empty() || wrong.first == layer) && wrong.second.ends_with("/" + file);
  });
}

bool Problems::Names(const std::string& path) {
  Settle();
  return named_files_.contains(path);
}

void Problems::AddHidden(const std::string& name, const Layer& layer) {
  const size_t hidden = layer.hidden_errors + layer.hidden_warnings;
  Diagnostic d;
  d.code = "LL1303";
  d.layer = name;
  d.position = layer.first_hidden;
  d.severity = layer.hidden_errors > 0 || layer.stopped_counting ? Severity::kError : Severity::kWarning;
  d.message = layer.stopped_counting
                  ? fmt::format(
                        "from here on more than {} further findings in this pack are not shown, and the check "
                        "stopped counting",
                        hidden)
                  : fmt::format("from here on {} further finding{} in this pack {} not shown", hidden,
                                hidden == 1 ? "" : "s", hidden == 1 ? "is" : "are");
  d.hint = "mend the others first, and check again";
  list_.push_back(std::move(d));
}

std::vector<Diagnostic> Problems::Take() {
  Settle();
  const auto in_order = [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.position.file, a.position.line, a.position.column, a.code) <
           std::tie(b.position.file, b.position.line, b.position.column, b.code);
  };
  std::stable_sort(list_.begin(), list_.end(), in_order);
  // Two readers of one value may both find it wrong.
  const auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return a.position == b.position && a.code == b.code && a.message == b.message;
  };
  list_.erase(std::unique(list_.begin(), list_.end(), same), list_.end());
  // Errors leave the room that they do not need to warnings.
  const size_t most = budget_->limits().findings;
  std::map<std::string, size_t> room;
  for (const Diagnostic& d : list_) {
    if (d.severity == Severity::kError) ++room[d.layer];
  }
  std::erase_if(list_, [&](const Diagnostic& d) {
    if (d.severity == Severity::kError || room[d.layer]++ < most) return false;
    Hide(layers_[d.layer], d);
    return true;
  });
  for (const auto& [name, layer] : layers_) {
    if (layer.hidden_errors + layer.hidden_warnings > 0) AddHidden(name, layer);
  }
  std::stable_sort(list_.begin(), list_.end(), in_order);
  return std::move(list_);
}

}  // namespace leadline::packs
