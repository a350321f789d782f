#include "plugin/check/probe/probe.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace leadline::plugin::check {
namespace {

constexpr int kMostFindings = 4;

}  // namespace

void Probe::Step(Phase phase, std::string_view text) {
  board_.phase.store(static_cast<int>(phase));
  size_t n = std::min(text.size(), sizeof(board_.step) - 1);
  std::memcpy(board_.step, text.data(), n);
  board_.step[n] = '\0';
}

void Probe::Post(Outcome outcome, std::string message) {
  if (outcome == Outcome::kFailed) ++failures_;
  if (posted_++ < kMostFindings) PostFinding(board_, {outcome, std::move(message)});
}

CreateSettings Probe::Settings() const {
  CreateSettings settings;
  settings.config_json = job_.config_json;
  return settings;
}

std::unique_ptr<Instance> Probe::Make(CreateSettings settings) {
  if (settings.config_json.empty()) settings.config_json = job_.config_json;
  auto instance = std::make_unique<Instance>(subject_, std::move(settings));
  Step(Phase::kCreate, "in create()");
  int32_t code = instance->Create();
  if (code == LEADLINE_OK) return instance;
  std::string why = instance->fault().empty() ? instance->error() : instance->fault();
  if (!instance->refused_field().empty()) {
    why += fmt::format("{}{}; name the packs that have it with --rules", why.empty() ? "" : "; ",
                       instance->refused_field());
  }
  Fail(fmt::format("create() failed with {}: {}", CodeName(code), why.empty() ? "it gave no reason" : why));
  return nullptr;
}

void Probe::Destroy(Instance& instance) {
  Step(Phase::kDestroy, "in destroy()");
  instance.Destroy();
}

CallOutcome Probe::Run(Instance& instance, const Offered& offered, std::span<const Item> items,
                       const CallSettings& settings) {
  BlockPlacer& placer = inputs_.emplace_back();
  Batch batch(*offered.capability, items, placer, placer);
  CallSettings known = settings;
  known.inputs = &placer;
  return Run(instance, offered, batch, known);
}

CallOutcome Probe::Run(Instance& instance, const Offered& offered, const Batch& batch, const CallSettings& settings) {
  Step(Phase::kCall, fmt::format("in {}() with {} item{}", offered.capability->function, batch.count(),
                                 batch.count() == 1 ? "" : "s"));
  CallOutcome outcome = Call(*offered.capability, offered.table, instance.self(), batch, settings);
  board_.phase.store(static_cast<int>(Phase::kDestroy));
  return outcome;
}

ItemSource Probe::Items(uint64_t salt) const {
  return ItemSource(subject_.wanted_fields(), job_.seed * 0x9E3779B97F4A7C15 + salt, Survives(Flavour::kNull));
}

bool Probe::Survives(Flavour flavour) const {
  return std::find(job_.deadly_flavours.begin(), job_.deadly_flavours.end(), static_cast<int>(flavour)) ==
         job_.deadly_flavours.end();
}

bool Probe::IsSettled(Instance& instance, const Offered& offered, std::span<const Item> items) {
  CallOutcome first = Run(instance, offered, items);
  CallOutcome second = Run(instance, offered, items);
  if (Difference(first, second).empty()) return true;
  Skip(
      fmt::format("the same call of {}() gives other results the second time (see repeatable): there is nothing to "
                  "compare with",
                  offered.capability->function));
  return false;
}

std::string CodeName(int32_t code) {
  constexpr std::array<std::string_view, 17> kNames = {
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  if (code < 0 || static_cast<size_t>(code) >= kNames.size()) return fmt::format("{}", code);
  return fmt::format("{} ({})", kNames[static_cast<size_t>(code)], code);
}

std::string Difference(const ItemOutcome& a, const ItemOutcome& b) {
  if (a.output != b.output) return fmt::format("{} against {}", a.output, b.output);
  if (a.reasons != b.reasons) return fmt::format("the reasons {}against {}", a.reasons, b.reasons);
  return "";
}

std::string Difference(const CallOutcome& a, const CallOutcome& b) {
  if (a.code != b.code) return fmt::format("{} against {}", CodeName(a.code), CodeName(b.code));
  for (size_t i = 0; i < std::min(a.items.size(), b.items.size()); ++i) {
    if (std::string text = Difference(a.items[i], b.items[i]); !text.empty())
      return fmt::format("item {}: {}", i, text);
  }
  return "";
}

}  // namespace leadline::plugin::check
