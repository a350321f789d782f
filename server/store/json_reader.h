// Reads structures from JSON objects by their member lists (members.h).
#pragma once

#include <rapidjson/document.h>

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

// What is wrong with a text, and the way to the member it is wrong at. Not thread-safe.
class JsonFault {
 public:
  bool present() const { return !what_.empty(); }
  void Set(std::string_view what) { what_ = what; }
  void At(std::string_view member);
  void AtIndex(size_t index);
  std::string ToString() const;

 private:
  std::string what_;
  std::string path_;
};

// Members of one JSON object. Not thread-safe.
class JsonReader {
 public:
  template <typename T>
  using Ref = T&;

  // `object` must be a JSON object.
  JsonReader(const rapidjson::Value& object, JsonFault& fault)
      : next_(object.MemberBegin()), begin_(object.MemberBegin()), end_(object.MemberEnd()), fault_(fault) {}

  // A member; the zero value of its type when the object has none of that name.
  template <typename T>
  void operator()(std::string_view name, T& value) {
    if (fault_.present()) {
      return;
    }
    const rapidjson::Value* member = Find(name);
    if (member == nullptr) {
      if constexpr (std::is_enum_v<T>) {
        fault_.Set("is missing");
      } else {
        value = T{};
        return;
      }
    } else {
      Read(*member, value, fault_);
    }
    if (fault_.present()) {
      fault_.At(name);
    }
  }

  static void Read(const rapidjson::Value& json, std::string& value, JsonFault& fault);
  static void Read(const rapidjson::Value& json, int64_t& value, JsonFault& fault);
  static void Read(const rapidjson::Value& json, int32_t& value, JsonFault& fault);
  static void Read(const rapidjson::Value& json, double& value, JsonFault& fault);
  static void Read(const rapidjson::Value& json, bool& value, JsonFault& fault);
  static void Read(const rapidjson::Value& json, domain::AttributeValue& value, JsonFault& fault);
  static void ReadEnum(const rapidjson::Value& json, int first, int last, int& value, JsonFault& fault);

  template <typename T>
  requires std::is_enum_v<T>
  static void Read(const rapidjson::Value& json, T& value, JsonFault& fault) {
    int number = EnumRange<T>::first;
    ReadEnum(json, EnumRange<T>::first, EnumRange<T>::last, number, fault);
    value = static_cast<T>(number);
  }

  template <typename Map>
  requires requires { typename Map::mapped_type; }
  static void Read(const rapidjson::Value& json, Map& value, JsonFault& fault) {
    value.clear();
    if (!json.IsObject()) {
      return fault.Set("is not an object");
    }
    for (auto m = json.MemberBegin(); m != json.MemberEnd() && !fault.present(); ++m) {
      std::string name(m->name.GetString(), m->name.GetStringLength());
      Read(m->value, value[name], fault);
      if (fault.present()) {
        fault.At(name);
      }
    }
  }

  template <typename T>
  static void Read(const rapidjson::Value& json, std::vector<T>& value, JsonFault& fault) {
    value.clear();
    if (!json.IsArray()) {
      return fault.Set("is not a list");
    }
    value.reserve(json.Size());
    for (const rapidjson::Value& item : json.GetArray()) {
      Read(item, value.emplace_back(), fault);
      if (fault.present()) {
        return fault.AtIndex(value.size() - 1);
      }
    }
  }

  template <typename T>
  static void Read(const rapidjson::Value& json, std::optional<T>& value, JsonFault& fault) {
    Read(json, value.emplace(), fault);
  }

  template <typename... T>
  static void Read(const rapidjson::Value& json, std::variant<std::monostate, T...>& value, JsonFault& fault) {
    if (!json.IsArray() || json.Size() != 2 || !json[0].IsInt()) {
      return fault.Set("is not a number and a value");
    }
    int index = 0;
    const bool known =
        ((++index == json[0].GetInt() && (Read(json[1], value.template emplace<T>(), fault), true)) || ...);
    if (!known) {
      fault.Set("is of no kind that this version knows");
    }
  }

  template <typename T>
  requires requires(JsonReader& r, T& v) { Members(r, v); }
  static void Read(const rapidjson::Value& json, T& value, JsonFault& fault) {
    if (!json.IsObject()) {
      return fault.Set("is not an object");
    }
    JsonReader reader(json, fault);
    Members(reader, value);
  }

 private:
  // Texts of ours hold members in the order in which they are asked for, so the next one is nearly always it.
  const rapidjson::Value* Find(std::string_view name) {
    for (auto m = next_; m != end_; ++m) {
      if (Is(*m, name)) {
        next_ = m + 1;
        return &m->value;
      }
    }
    for (auto m = begin_; m != next_; ++m) {
      if (Is(*m, name)) {
        return &m->value;
      }
    }
    return nullptr;
  }
  static bool Is(const rapidjson::Value::Member& m, std::string_view name) {
    return std::string_view(m.name.GetString(), m.name.GetStringLength()) == name;
  }

  rapidjson::Value::ConstMemberIterator next_, begin_, end_;
  JsonFault& fault_;
};

}  // namespace leadline::store
