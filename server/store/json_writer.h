// Writes structures as JSON objects by their member lists (members.h), for people.
#pragma once

#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "store/ledger_members.h"

namespace leadline::store {

// What an enumeration's numbers are called, from its first on (EnumRange).
template <typename E>
struct EnumNames;
template <>
struct EnumNames<domain::RecordKind> {
  static constexpr std::string_view names[] = {"account", "contact", "lead", "rep", "pack", "plugin"};
};
template <>
struct EnumNames<domain::SlaState> {
  static constexpr std::string_view names[] = {"running",  "warned",    "breached", "met",
                                               "met_late", "cancelled", "undone"};
};
template <>
struct EnumNames<domain::DecisionKind> {
  static constexpr std::string_view names[] = {"match_account", "match_contact", "duplicates", "normalize",
                                               "score",         "status",        "route",      "sla"};
};
template <>
struct EnumNames<domain::ApprovalSide> {
  static constexpr std::string_view names[] = {"marketing", "sales"};
};
template <>
struct EnumNames<domain::TrialMode> {
  static constexpr std::string_view names[] = {"shadow", "canary"};
};

// Not thread-safe.
class JsonWriter {
 public:
  template <typename T>
  using Ref = const T&;

  // A member; nothing when it has the zero value of its type.
  template <typename T>
  void operator()(std::string_view name, const T& value) {
    if (IsZero(value)) {
      return;
    }
    Key(name);
    Write(value);
  }

  template <typename T>
  void Personal(std::string_view name, const T& value) {
    (*this)(name, value);
  }
  void Image(std::string_view name, std::string_view, const std::string& value) { (*this)(name, value); }

  void Write(std::string_view v);
  void Write(const std::string& v) { Write(std::string_view(v)); }
  void Write(int64_t v);
  void Write(int32_t v) { Write(int64_t{v}); }
  void Write(double v);
  void Write(bool v) { out_ += v ? "true" : "false"; }
  void Write(std::monostate) { out_ += "null"; }
  void Write(const domain::AttributeValue& value);

  template <typename T>
  requires std::is_enum_v<T>
  void Write(T v) {
    constexpr size_t kKnown = std::size(EnumNames<T>::names);
    static_assert(kKnown == EnumRange<T>::last - EnumRange<T>::first + 1);
    const auto place = static_cast<size_t>(static_cast<int>(v) - EnumRange<T>::first);
    if (place < kKnown) {
      Write(EnumNames<T>::names[place]);
    } else {
      Write(int64_t{static_cast<int>(v)});
    }
  }

  template <typename Map>
  requires requires { typename Map::mapped_type; }
  void Write(const Map& v) {
    Start('{');
    for (const auto& [name, value] : v) {
      Key(name);
      Write(value);
    }
    End('}');
  }

  template <typename T>
  void Write(const std::vector<T>& v) {
    Start('[');
    for (const T& item : v) {
      Comma();
      Write(item);
    }
    End(']');
  }

  template <typename T>
  void Write(const std::optional<T>& v) {
    Write(*v);
  }

  template <typename T>
  requires requires(JsonWriter& w, const T& v) { Members(w, v); }
  void Write(const T& v) {
    Start('{');
    Members(*this, v);
    End('}');
  }

  template <typename... T>
  void Write(const std::variant<T...>& v) {
    std::visit([this](const auto& value) { this->Write(value); }, v);
  }

  const std::string& text() const { return out_; }

 private:
  void Start(char bracket) {
    out_ += bracket;
    comma_ = false;
  }
  void End(char bracket) {
    out_ += bracket;
    comma_ = true;
  }
  void Comma() {
    if (comma_) out_ += ',';
    comma_ = true;
  }
  void Key(std::string_view name) {
    Comma();
    Write(name);
    out_ += ':';
  }

  static bool IsZero(const std::string& v) { return v.empty(); }
  static bool IsZero(int64_t v) { return v == 0; }
  static bool IsZero(int32_t v) { return v == 0; }
  static bool IsZero(double v) { return v == 0; }
  static bool IsZero(bool v) { return !v; }
  template <typename T>
  static bool IsZero(const std::vector<T>& v) {
    return v.empty();
  }
  template <typename K, typename V, typename L>
  static bool IsZero(const std::map<K, V, L>& v) {
    return v.empty();
  }
  static bool IsZero(const domain::DimensionPoints& v) { return v.empty(); }
  static bool IsZero(const domain::Meaning& v) { return v == domain::Meaning(); }
  static bool IsZero(const domain::DerivedMeaning& v) { return v == domain::DerivedMeaning(); }
  template <typename... T>
  static bool IsZero(const std::variant<std::monostate, T...>& v) {
    return v.index() == 0;
  }
  template <typename T>
  static bool IsZero(const std::optional<T>& v) {
    return !v.has_value();
  }
  template <typename T>
  static bool IsZero(const T&) {
    return false;  // structures and enumerations are always written
  }

  std::string out_;
  bool comma_ = false;  // one must stand before the next item
};

}  // namespace leadline::store
