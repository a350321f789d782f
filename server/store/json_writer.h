// Writes structures as JSON objects by their member lists (members.h).
#pragma once

#if defined(__SSE4_2__)
#define RAPIDJSON_SSE42
#elif defined(__SSE2__)
#define RAPIDJSON_SSE2
#endif

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "store/ledger_members.h"

namespace leadline::store {

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
    out_.Key(name.data(), Size(name));
    Write(value);
  }

  void Write(std::string_view v) { out_.String(v.data() == nullptr ? "" : v.data(), Size(v)); }
  void Write(const std::string& v) { Write(std::string_view(v)); }
  void Write(int64_t v) { out_.Int64(v); }
  void Write(int32_t v) { out_.Int(v); }
  void Write(double v) { out_.Double(v); }
  void Write(bool v) { out_.Bool(v); }
  void Write(const domain::AttributeValue& value);

  template <typename T>
  requires std::is_enum_v<T>
  void Write(T v) { out_.Int(static_cast<int>(v)); }

  template <typename Map>
  requires requires { typename Map::mapped_type; }
  void Write(const Map& v) {
    out_.StartObject();
    for (const auto& [name, value] : v) {
      out_.Key(name.data(), Size(name));
      Write(value);
    }
    out_.EndObject();
  }

  template <typename T>
  void Write(const std::vector<T>& v) {
    out_.StartArray();
    for (const T& item : v) {
      Write(item);
    }
    out_.EndArray();
  }

  template <typename T>
  void Write(const std::optional<T>& v) {
    Write(*v);
  }

  template <typename T>
  requires requires(JsonWriter& w, const T& v) { Members(w, v); }
  void Write(const T& v) {
    out_.StartObject();
    Members(*this, v);
    out_.EndObject();
  }

  // Which alternative, and its value.
  template <typename... T>
  void Write(const std::variant<std::monostate, T...>& v) {
    out_.StartArray();
    out_.Int(static_cast<int>(v.index()));
    std::visit(
        [this](const auto& value) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) Write(value);
        },
        v);
    out_.EndArray();
  }

  // Starts a new text.
  void Reset() {
    buffer_.Clear();
    out_.Reset(buffer_);
  }
  std::string_view text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  static rapidjson::SizeType Size(std::string_view v) { return static_cast<rapidjson::SizeType>(v.size()); }

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

  using Text = rapidjson::StringBuffer;
  Text buffer_;
  rapidjson::Writer<Text, rapidjson::UTF8<>, rapidjson::UTF8<>, rapidjson::CrtAllocator, rapidjson::kWriteNanAndInfFlag>
      out_{buffer_};
};

}  // namespace leadline::store
