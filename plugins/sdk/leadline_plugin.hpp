// C++ over leadline/plugin.h, for C++20 or later: write a class, get a plugin. Nothing thrown in it reaches the host.
//
//   class FitScore {
//    public:
//     static constexpr uint32_t kFlags = LEADLINE_FLAG_CONCURRENT | LEADLINE_FLAG_PURE;     // optional
//     static constexpr const char* kConfigSchema = R"({"type": "object"})";                 // optional
//     explicit FitScore(leadline::sdk::Setup& setup) : size_(setup.Field("account.employees", LEADLINE_I64)) {}
//     double Score(leadline::sdk::Fields record, leadline::sdk::Call& call) const {
//       double points = record.Int(size_).value_or(0) > 50 ? 20 : 0;
//       call.Reason("more than 50 employees", points);
//       return points;
//     }
//    private:
//     uint32_t size_;
//   };
//   LEADLINE_PLUGIN(FitScore)
//
// The capabilities are the members the class has, each called once for an item; what a member returns is its output:
//
//   leadline_normalize_out Normalize(Fields, Call&)
//   leadline_status_out Gate(const leadline_transition&, Call&)
//   double Score(Fields, Call&)
//   leadline_route_out Route(const leadline_route_request&, Call&)
//   leadline_merge_out Compare(Fields left, Fields right, Call&)
//
// A const member may be called by several threads at once when kFlags says CONCURRENT; without it, one thread at a
// time. leadline_config.h reads config_json() where no JSON library is at hand. LEADLINE_PLUGIN_ID and
// LEADLINE_PLUGIN_VERSION are defined by leadline_add_plugin().
#pragma once

#include <cstdint>
#include <cstring>
#include <exception>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "leadline/plugin.h"

namespace leadline::sdk {

inline std::string_view View(leadline_str text) { return {text.ptr, text.len}; }
inline leadline_str Str(std::string_view text) { return {text.data(), text.size()}; }

// Throw it to fail a call with a code of your choice; every other exception becomes LEADLINE_INTERNAL.
class Error : public std::runtime_error {
 public:
  Error(int32_t code, const std::string& text) : std::runtime_error(text), code_(code) {}
  int32_t code() const { return code_; }

 private:
  int32_t code_;
};

// What an instance is made from. Valid inside the constructor only, on its thread.
class Setup {
 public:
  Setup(const leadline_host* host, leadline_str config) : host_(host), config_(View(config)) {}

  // Valid under kConfigSchema.
  std::string_view config_json() const { return config_; }

  // The slot of a field; throws when the schema has no such field of that kind.
  uint32_t Field(std::string_view name, uint32_t kind) {
    uint32_t slot = 0;
    if (int32_t code = host_->field_slot(host_, Str(name), kind, &slot); code != LEADLINE_OK) {
      throw Error(code, "the field " + std::string(name) + " is not there, or of another kind");
    }
    return slot;
  }

  // nullopt when the schema has no such field; throws when it is of another kind.
  std::optional<uint32_t> OptionalField(std::string_view name, uint32_t kind) {
    uint32_t slot = 0;
    int32_t code = host_->field_slot(host_, Str(name), kind, &slot);
    if (code == LEADLINE_NOT_FOUND) return std::nullopt;
    return code == LEADLINE_OK ? slot : Field(name, kind);
  }

  // For log lines later on: the host outlives the instance. [any]
  const leadline_host* host() const { return host_; }

 private:
  const leadline_host* host_;
  std::string_view config_;
};

// Writes a line to the server's log at an enum leadline_log_level. Never what may identify a person. [any]
inline void Log(const leadline_host* host, int32_t level, std::string_view text) { host->log(host, level, Str(text)); }

// Reads a record by slot. A view: valid during the call. A slot that no record has reads as NULL.
class Fields {
 public:
  explicit Fields(const leadline_record& record) : fields_(record.fields, record.count) {}

  bool IsNull(uint32_t slot) const { return At(slot).kind == LEADLINE_NULL; }
  std::optional<std::string_view> Text(uint32_t slot) const {
    const leadline_value& v = At(slot);
    return v.kind == LEADLINE_STR ? std::optional(std::string_view(v.u.str, v.len)) : std::nullopt;
  }
  std::optional<bool> Bool(uint32_t slot) const {
    const leadline_value& v = At(slot);
    return v.kind == LEADLINE_BOOL ? std::optional(v.u.i64 != 0) : std::nullopt;
  }
  std::optional<int64_t> Int(uint32_t slot) const {
    const leadline_value& v = At(slot);
    return v.kind == LEADLINE_I64 ? std::optional(v.u.i64) : std::nullopt;
  }
  std::optional<double> Double(uint32_t slot) const {
    const leadline_value& v = At(slot);
    return v.kind == LEADLINE_F64 ? std::optional(v.u.f64) : std::nullopt;
  }
  std::optional<int64_t> Time(uint32_t slot) const {
    const leadline_value& v = At(slot);
    return v.kind == LEADLINE_TIME ? std::optional(v.u.i64) : std::nullopt;
  }
  std::span<const leadline_value> List(uint32_t slot) const {
    const leadline_value& v = At(slot);
    return v.kind == LEADLINE_LIST ? std::span(v.u.list, v.len) : std::span<const leadline_value>();
  }

 private:
  const leadline_value& At(uint32_t slot) const {
    static constexpr leadline_value kNull{};
    return slot < fields_.size() ? fields_[slot] : kNull;
  }
  std::span<const leadline_value> fields_;
};

// Outputs, written shortly.
inline leadline_status_out Allow() { return {LEADLINE_VERDICT_ALLOW, 0}; }
inline leadline_status_out Deny() { return {LEADLINE_VERDICT_DENY, 0}; }  // give a reason, too
inline leadline_status_out Abstain() { return {LEADLINE_VERDICT_ABSTAIN, 0}; }
inline leadline_route_out Choose(uint32_t candidate) { return {candidate, 0}; }
inline leadline_route_out Nobody() { return {LEADLINE_ROUTE_NOBODY, 0}; }  // give a reason, too
inline leadline_merge_out Agree(leadline_agreement level, double weight) { return {level, 0, weight}; }

// The call in flight, at one item of its batch. On the call's thread only.
class Call {
 public:
  Call(leadline_call* call, const leadline_call_api* api) : call_(call), api_(api) {}

  int64_t now() const { return api_->now(call_); }
  // Microseconds; for giving up, never for choosing.
  int64_t time_left() const { return api_->time_left(call_); }
  bool cancelled() const { return api_->cancelled(call_) != 0; }
  void Reason(std::string_view text, double weight = 0) { api_->add_reason(call_, item_, Str(text), weight); }

  // A STR output with a copy of `text` that lives long enough.
  leadline_value Text(std::string_view text) {
    auto* copy = static_cast<char*>(api_->alloc(call_, text.size()));
    if (copy == nullptr || text.size() > UINT32_MAX) throw Error(LEADLINE_RESOURCE_EXHAUSTED, "the output is too long");
    std::memcpy(copy, text.data(), text.size());
    leadline_value value{};
    value.kind = LEADLINE_STR;
    value.len = static_cast<uint32_t>(text.size());
    value.u.str = copy;
    return value;
  }

  // For the wrapper.
  void MoveTo(uint32_t item) { item_ = item; }
  void Fail(const char* text) noexcept { api_->set_error(call_, {text, std::strlen(text)}); }

 private:
  leadline_call* call_;
  const leadline_call_api* api_;
  uint32_t item_ = 0;
};

namespace internal {

// Runs `body`; turns what it throws into a code and tells `fail` the text.
template <class Body, class Fail>
int32_t Guard(Body body, Fail fail) noexcept {
  try {
    body();
    return LEADLINE_OK;
  } catch (const Error& e) {
    fail(e.what());
    return e.code() == LEADLINE_OK ? LEADLINE_INTERNAL : e.code();
  } catch (const std::exception& e) {
    fail(e.what());
  } catch (...) {
    fail("an exception that is not a std::exception");
  }
  return LEADLINE_INTERNAL;
}

template <class T, class In, class Out, class Item>
int32_t Batch(void* self, const In* items, uint32_t n, Out* outs, leadline_call* handle, const leadline_call_api* api,
              Item item) noexcept {
  Call call(handle, api);
  return Guard(
      [&] {
        for (uint32_t i = 0; i < n; ++i) {
          call.MoveTo(i);
          outs[i] = item(*static_cast<T*>(self), items[i], call);
        }
      },
      [&](const char* text) { call.Fail(text); });
}

template <class T>
int32_t Normalize(void* self, const leadline_record* in, uint32_t n, leadline_normalize_out* out, leadline_call* call,
                  const leadline_call_api* api) {
  return Batch<T>(self, in, n, out, call, api,
                  [](T& t, const leadline_record& r, Call& c) { return t.Normalize(Fields(r), c); });
}

template <class T>
int32_t Gate(void* self, const leadline_transition* in, uint32_t n, leadline_status_out* out, leadline_call* call,
             const leadline_call_api* api) {
  return Batch<T>(self, in, n, out, call, api,
                  [](T& t, const leadline_transition& r, Call& c) { return t.Gate(r, c); });
}

template <class T>
int32_t Score(void* self, const leadline_record* in, uint32_t n, leadline_score_out* out, leadline_call* call,
              const leadline_call_api* api) {
  return Batch<T>(self, in, n, out, call, api,
                  [](T& t, const leadline_record& r, Call& c) { return leadline_score_out{t.Score(Fields(r), c)}; });
}

template <class T>
int32_t Route(void* self, const leadline_route_request* in, uint32_t n, leadline_route_out* out, leadline_call* call,
              const leadline_call_api* api) {
  return Batch<T>(self, in, n, out, call, api,
                  [](T& t, const leadline_route_request& r, Call& c) { return t.Route(r, c); });
}

template <class T>
int32_t Compare(void* self, const leadline_pair* in, uint32_t n, leadline_merge_out* out, leadline_call* call,
                const leadline_call_api* api) {
  return Batch<T>(self, in, n, out, call, api,
                  [](T& t, const leadline_pair& p, Call& c) { return t.Compare(Fields(p.left), Fields(p.right), c); });
}

template <class T>
const void* Capability(const char* id) {
  std::string_view name = id;
  if constexpr (requires { &T::Normalize; }) {
    static constexpr leadline_normalize_v1 kTable = {sizeof(kTable), &Normalize<T>};
    if (name == LEADLINE_NORMALIZE_V1) return &kTable;
  }
  if constexpr (requires { &T::Gate; }) {
    static constexpr leadline_status_v1 kTable = {sizeof(kTable), &Gate<T>};
    if (name == LEADLINE_STATUS_V1) return &kTable;
  }
  if constexpr (requires { &T::Score; }) {
    static constexpr leadline_score_v1 kTable = {sizeof(kTable), &Score<T>};
    if (name == LEADLINE_SCORE_V1) return &kTable;
  }
  if constexpr (requires { &T::Route; }) {
    static constexpr leadline_route_v1 kTable = {sizeof(kTable), &Route<T>};
    if (name == LEADLINE_ROUTE_V1) return &kTable;
  }
  if constexpr (requires { &T::Compare; }) {
    static constexpr leadline_merge_v1 kTable = {sizeof(kTable), &Compare<T>};
    if (name == LEADLINE_MERGE_V1) return &kTable;
  }
  return nullptr;
}

template <class T>
int32_t Create(const leadline_host* host, leadline_str config, void** self) {
  return Guard(
      [&] {
        Setup setup(host, config);
        *self = new T(setup);
      },
      [&](const char* text) {
        host->set_error(host, {text, std::strlen(text)});
      });
}

template <class T>
void Destroy(void* self) {
  Guard([&] { delete static_cast<T*>(self); }, [](const char*) {});
}

template <class T>
constexpr uint32_t Flags() {
  if constexpr (requires { T::kFlags; }) return T::kFlags;
  return 0;
}

template <class T>
constexpr const char* ConfigSchema() {
  if constexpr (requires { T::kConfigSchema; }) return T::kConfigSchema;
  return nullptr;
}

template <class T>
const leadline_plugin* Describe(const char* id, const char* version) {
  static const leadline_plugin kPlugin = {
      sizeof(leadline_plugin), LEADLINE_ABI_MAJOR, 0,           Flags<T>(),     0,      id, version,
      ConfigSchema<T>(),       &Create<T>,         &Destroy<T>, &Capability<T>, nullptr};
  return &kPlugin;
}

}  // namespace internal
}  // namespace leadline::sdk

// Defines the entry for class `T`.
#define LEADLINE_PLUGIN(T)                                                                    \
  LEADLINE_EXPORT const leadline_plugin* leadline_plugin_entry(uint32_t, uint32_t) {          \
    return leadline::sdk::internal::Describe<T>(LEADLINE_PLUGIN_ID, LEADLINE_PLUGIN_VERSION); \
  }
