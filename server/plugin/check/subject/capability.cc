#include "plugin/check/subject/capability.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "fmt/format.h"
#include "plugin/local/call_state.h"
#include "plugin/text.h"

namespace leadline::plugin::check {
namespace {

// A NaN with a mark, to tell an output that was left alone from one that was computed wrongly.
constexpr uint64_t kUnsetBits = 0x7FF8'1EAD'11E0'0001;
double UnsetNumber() { return std::bit_cast<double>(kUnsetBits); }
bool IsUnset(double number) { return std::bit_cast<uint64_t>(number) == kUnsetBits; }

// -------------------------------------------------------------------------------------------------------- Inputs

leadline_str WriteText(const std::string& text, Placer& pieces) {
  char* at = pieces.Place(text.size(), "a text");
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  return {at, text.size()};
}

leadline_value WriteValue(const FieldValue& value, Placer& pieces) {
  leadline_value out{};
  out.kind = value.kind;
  switch (value.kind) {
    case LEADLINE_BOOL:
    case LEADLINE_I64:
    case LEADLINE_TIME:
      out.u.i64 = value.number;
      break;
    case LEADLINE_F64:
      out.u.f64 = value.real;
      break;
    case LEADLINE_STR:
      out.len = static_cast<uint32_t>(value.text.size());
      out.u.str = WriteText(value.text, pieces).ptr;
      break;
    case LEADLINE_LIST: {
      out.len = static_cast<uint32_t>(value.list.size());
      char* at = pieces.Place(value.list.size() * sizeof(leadline_value), "the values of a list");
      for (size_t i = 0; i < value.list.size(); ++i) {
        leadline_value item = WriteValue(value.list[i], pieces);
        std::memcpy(at + i * sizeof(item), &item, sizeof(item));
      }
      out.u.list = reinterpret_cast<const leadline_value*>(at);
      break;
    }
    default:
      break;
  }
  return out;
}

leadline_record WriteRecord(const RecordValues& values, Placer& pieces) {
  char* at = pieces.Place(values.size() * sizeof(leadline_value), "the fields of a record");
  for (size_t i = 0; i < values.size(); ++i) {
    leadline_value value = WriteValue(values[i], pieces);
    std::memcpy(at + i * sizeof(value), &value, sizeof(value));
  }
  return {reinterpret_cast<const leadline_value*>(at), static_cast<uint32_t>(values.size()), 0};
}

template <class T>
void Put(const T& value, char* at) {
  std::memcpy(at, &value, sizeof(value));
}

void WriteRecordItem(const Item& item, Placer& pieces, char* at) { Put(WriteRecord(item.record, pieces), at); }

void WriteTransition(const Item& item, Placer& pieces, char* at) {
  Put(leadline_transition{WriteRecord(item.record, pieces), WriteText(item.from_status, pieces),
                          WriteText(item.to_status, pieces)},
      at);
}

void WritePair(const Item& item, Placer& pieces, char* at) {
  Put(leadline_pair{WriteRecord(item.record, pieces), WriteRecord(item.right, pieces)}, at);
}

void WriteRequest(const Item& item, Placer& pieces, char* at) {
  leadline_route_request request{};
  request.record = WriteRecord(item.record, pieces);
  request.count = static_cast<uint32_t>(item.candidates.size());
  if (request.count != 0) {
    char* array = pieces.Place(request.count * sizeof(leadline_candidate), "the candidates of a request");
    for (uint32_t i = 0; i < request.count; ++i) {
      const CandidateValue& c = item.candidates[i];
      Put(leadline_candidate{WriteText(c.rep_id, pieces), c.weight, c.latitude, c.longitude, c.last_assigned,
                             c.open_load, c.capacity, c.seniority, c.flags},
          array + i * sizeof(leadline_candidate));
    }
    request.candidates = reinterpret_cast<const leadline_candidate*>(array);
  }
  Put(request, at);
}

// ------------------------------------------------------------------------------------------------------- Outputs

template <class T>
T Get(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

std::string ReadNormalize(const OutputView& view, std::vector<Fault>& faults) {
  auto out = Get<leadline_normalize_out>(view.bytes);
  if (!std::isfinite(out.confidence)) {
    faults.push_back({"output-not-finite", fmt::format("item {}: confidence is {}", view.index, out.confidence)});
  } else if (out.confidence < 0 || out.confidence > 1) {
    faults.push_back({"output-out-of-range",
                      fmt::format("item {}: confidence {} is not between 0 and 1", view.index, out.confidence)});
  }
  if (out.value.kind == LEADLINE_NULL) return fmt::format("NULL, confidence {}", out.confidence);
  if (out.value.kind != LEADLINE_STR) {
    faults.push_back({"output-not-text", fmt::format("item {}: the value is {}, only STR or NULL may be given",
                                                     view.index, KindName(out.value.kind))});
    return fmt::format("kind {}", out.value.kind);
  }
  auto text = ViewOf({out.value.u.str, out.value.len});
  if (!text || !IsUtf8(*text)) {
    faults.push_back({"output-not-text", fmt::format("item {}: the value is not UTF-8 of at most 1 MiB", view.index)});
    return "no text";
  }
  if (view.inputs != nullptr && !text->empty() && view.inputs->Holds(text->data())) {
    faults.push_back(
        {"keeps-pointers", fmt::format("item {}: the value points into the input, which dies when the call "
                                       "returns; copy it into alloc()",
                                       view.index)});
  }
  return fmt::format("\"{}\", confidence {}", Presentable(*text), out.confidence);
}

std::string ReadStatus(const OutputView& view, std::vector<Fault>& faults) {
  auto out = Get<leadline_status_out>(view.bytes);
  if (out.verdict == LEADLINE_VERDICT_UNSET) {
    faults.push_back({"output-unset", fmt::format("item {}: no verdict was given", view.index)});
  } else if (out.verdict > LEADLINE_VERDICT_ABSTAIN) {
    faults.push_back({"output-out-of-range", fmt::format("item {}: verdict {} is none", view.index, out.verdict)});
  } else if (out.verdict == LEADLINE_VERDICT_DENY && view.reasons.empty()) {
    faults.push_back({"output-no-reason", fmt::format("item {}: denied without a reason", view.index)});
  }
  constexpr std::array<std::string_view, 4> kNames = {"unset", "allow", "deny", "abstain"};
  return out.verdict < kNames.size() ? std::string(kNames[out.verdict]) : fmt::format("verdict {}", out.verdict);
}

std::string ReadScore(const OutputView& view, std::vector<Fault>& faults) {
  auto out = Get<leadline_score_out>(view.bytes);
  if (IsUnset(out.points)) {
    faults.push_back({"output-unset", fmt::format("item {}: no points were given", view.index)});
  } else if (!std::isfinite(out.points)) {
    faults.push_back({"output-not-finite", fmt::format("item {}: points are {}", view.index, out.points)});
  } else if (!view.reasons.empty()) {
    double sum = 0;
    for (const Reason& reason : view.reasons) sum += reason.weight;
    if (std::abs(sum - out.points) > 1e-6 * (1 + std::abs(out.points))) {
      faults.push_back({"score-reasons", fmt::format("item {}: the reasons add up to {}, the points are {}", view.index,
                                                     sum, out.points)});
    }
  }
  return fmt::format("{} points", out.points);
}

std::string ReadRoute(const OutputView& view, std::vector<Fault>& faults) {
  auto out = Get<leadline_route_out>(view.bytes);
  if (out.choice == LEADLINE_ROUTE_UNSET) {
    faults.push_back({"output-unset", fmt::format("item {}: no choice was made", view.index)});
    return "unset";
  }
  if (out.choice == LEADLINE_ROUTE_NOBODY) {
    if (view.reasons.empty()) {
      faults.push_back({"output-no-reason", fmt::format("item {}: chose nobody without a reason", view.index)});
    }
    return "nobody";
  }
  if (out.choice >= view.item.candidates.size()) {
    faults.push_back({"output-out-of-range", fmt::format("item {}: chose candidate {} of {} (they count from 0)",
                                                         view.index, out.choice, view.item.candidates.size())});
  }
  return fmt::format("candidate {}", out.choice);
}

std::string ReadMerge(const OutputView& view, std::vector<Fault>& faults) {
  auto out = Get<leadline_merge_out>(view.bytes);
  if (out.level == LEADLINE_AGREEMENT_UNSET || IsUnset(out.weight)) {
    faults.push_back({"output-unset", fmt::format("item {}: the {} was not given", view.index,
                                                  out.level == LEADLINE_AGREEMENT_UNSET ? "level" : "weight")});
  } else if (!std::isfinite(out.weight)) {
    faults.push_back({"output-not-finite", fmt::format("item {}: the weight is {}", view.index, out.weight)});
  } else if (out.level > LEADLINE_AGREEMENT_EXACT) {
    faults.push_back(
        {"output-out-of-range", fmt::format("item {}: agreement level {} is none", view.index, out.level)});
  } else if (out.level == LEADLINE_AGREEMENT_MISSING && out.weight != 0) {
    faults.push_back({"output-out-of-range",
                      fmt::format("item {}: nothing to compare, yet the weight is {}, not 0", view.index, out.weight)});
  }
  return fmt::format("level {}, weight {}", out.level, out.weight);
}

// ----------------------------------------------------------------------------------------------------- The table

// `member` is the table's one function.
template <class Table, class In, class Out, auto member>
int32_t CallMember(const void* table, void* self, const char* items, uint32_t n, char* outputs, leadline_call* call,
                   const leadline_call_api* api) {
  auto function = static_cast<const Table*>(table)->*member;
  return function(self, reinterpret_cast<const In*>(items), n, reinterpret_cast<Out*>(outputs), call, api);
}

void UnsetNormalize(char* at) { Put(leadline_normalize_out{NullValue(), 0}, at); }
void UnsetStatus(char* at) { Put(leadline_status_out{LEADLINE_VERDICT_UNSET, 0}, at); }
void UnsetScore(char* at) { Put(leadline_score_out{UnsetNumber()}, at); }
void UnsetRoute(char* at) { Put(leadline_route_out{LEADLINE_ROUTE_UNSET, 0}, at); }
void UnsetMerge(char* at) { Put(leadline_merge_out{LEADLINE_AGREEMENT_UNSET, 0, UnsetNumber()}, at); }

constexpr std::array<Capability, 5> kCapabilities = {{
    {LEADLINE_NORMALIZE_V1, "normalize", sizeof(leadline_normalize_v1), sizeof(leadline_record),
     sizeof(leadline_normalize_out), &WriteRecordItem, &UnsetNormalize,
     &CallMember<leadline_normalize_v1, leadline_record, leadline_normalize_out, &leadline_normalize_v1::normalize>,
     &ReadNormalize},
    {LEADLINE_STATUS_V1, "gate", sizeof(leadline_status_v1), sizeof(leadline_transition), sizeof(leadline_status_out),
     &WriteTransition, &UnsetStatus,
     &CallMember<leadline_status_v1, leadline_transition, leadline_status_out, &leadline_status_v1::gate>, &ReadStatus},
    {LEADLINE_SCORE_V1, "score", sizeof(leadline_score_v1), sizeof(leadline_record), sizeof(leadline_score_out),
     &WriteRecordItem, &UnsetScore,
     &CallMember<leadline_score_v1, leadline_record, leadline_score_out, &leadline_score_v1::score>, &ReadScore},
    {LEADLINE_ROUTE_V1, "route", sizeof(leadline_route_v1), sizeof(leadline_route_request), sizeof(leadline_route_out),
     &WriteRequest, &UnsetRoute,
     &CallMember<leadline_route_v1, leadline_route_request, leadline_route_out, &leadline_route_v1::route>, &ReadRoute},
    {LEADLINE_MERGE_V1, "compare", sizeof(leadline_merge_v1), sizeof(leadline_pair), sizeof(leadline_merge_out),
     &WritePair, &UnsetMerge,
     &CallMember<leadline_merge_v1, leadline_pair, leadline_merge_out, &leadline_merge_v1::compare>, &ReadMerge},
}};

using ReasonLists = std::vector<std::vector<Reason>>;

std::vector<Reason>& ReasonsAt(void* lists, uint32_t index) { return (*static_cast<ReasonLists*>(lists))[index]; }

std::string ReasonText(const std::vector<Reason>& reasons) {
  std::string out;
  for (const Reason& reason : reasons) out += fmt::format("\"{}\" {}; ", Presentable(reason.text), reason.weight);
  return out;
}

}  // namespace

std::span<const Capability> Capabilities() { return kCapabilities; }

const Capability* FindKnown(std::string_view id) {
  for (const Capability& capability : kCapabilities) {
    if (capability.id == id) return &capability;
  }
  return nullptr;
}

Batch::Batch(const Capability& capability, std::span<const Item> items, Placer& array, Placer& pieces) : items_(items) {
  data_ = array.Place(items.size() * capability.item_bytes, "the items of the batch");
  for (size_t i = 0; i < items.size(); ++i) capability.write(items[i], pieces, data_ + i * capability.item_bytes);
}

CallOutcome Call(const Capability& capability, const void* table, void* self, const Batch& batch,
                 const CallSettings& settings) {
  // Around outputs that are not guarded: a step outside must not spoil the probe's own memory.
  constexpr size_t kRoom = 1'024;
  size_t bytes = batch.count() * capability.output_bytes;
  std::vector<char> plain;
  std::optional<Guarded> guarded;
  if (settings.output_edge != nullptr) {
    guarded.emplace(bytes, *settings.output_edge, "the outputs of the batch");
  } else {
    plain.resize(bytes + 2 * kRoom);
  }
  char* outputs = guarded ? guarded->data() : plain.data() + kRoom;
  for (uint32_t i = 0; i < batch.count(); ++i) capability.unset(outputs + i * capability.output_bytes);
  ReasonLists reasons(batch.count());
  CallState state(settings.options, &reasons, batch.count(), &ReasonsAt);
  leadline_call_api api = CallState::Api();
  const leadline_call_api* given = &api;
  std::optional<Guarded> guarded_api;
  if (settings.guard_api) {
    guarded_api.emplace(sizeof(api), Edge::kAfter, "the call table (leadline_call_api)");
    std::memcpy(guarded_api->data(), &api, sizeof(api));
    given = reinterpret_cast<const leadline_call_api*>(guarded_api->data());
  }
  CallOutcome outcome;
  outcome.code = capability.call(table, self, batch.data(), batch.count(), outputs, state.handle(), given);
  if (absl::Status said = state.Finish(outcome.code, capability.id); outcome.code != LEADLINE_OK) {
    outcome.error = std::string(said.message());
  } else if (!said.ok()) {
    outcome.faults.push_back({"reason-broken", std::string(said.message())});
  }
  if (outcome.code < LEADLINE_OK || outcome.code > LEADLINE_UNAUTHENTICATED) {
    outcome.faults.push_back({"interface-use", fmt::format("{} returned {}, which is not a leadline_code",
                                                           capability.function, outcome.code)});
  }
  for (uint32_t i = 0; outcome.ok() && i < batch.count(); ++i) {
    OutputView view{batch.items()[i], outputs + i * capability.output_bytes, reasons[i], settings.inputs, i};
    std::string text = capability.read(view, outcome.faults);
    outcome.items.push_back({std::move(text), ReasonText(reasons[i])});
  }
  return outcome;
}

}  // namespace leadline::plugin::check
