// Reads structures by their member lists (members.h) in the form that codec_format.md tells. Nothing that is read may
// crash it, and it keeps no more than its items' size for each byte read.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "domain/history/field_values.h"
#include "store/codec_wire.h"
#include "store/ledger_members.h"
#include "store/sealing/sealer.h"

namespace leadline::store {

// What is wrong with a body: where, and the way to the member. Not thread-safe.
class Damage {
 public:
  explicit Damage(std::string_view body) : body_(body) {}

  bool present() const { return !what_.empty(); }
  // Only the first counts. `at` points into the body.
  void Set(const char* at, std::string_view what);
  void In(std::string_view member);
  void InItem(size_t index);
  // DATA_LOSS; OK when there is none.
  absl::Status ToStatus() const;

 private:
  std::string_view body_;
  size_t offset_ = 0;
  std::string what_;
  std::string path_;
};

// Reads values one after the other. Without an opener, what is sealed is passed over, as if it had been erased. Not
// thread-safe.
class ValueReader {
 public:
  ValueReader(std::string_view bytes, Damage& damage, Opener* opener = nullptr)
      : cursor_(bytes), damage_(damage), opener_(opener) {}

  // What a tag announced.
  void Read(Wire wire, std::string& value);
  void Read(Wire wire, int64_t& value);
  void Read(Wire wire, int32_t& value);
  void Read(Wire wire, double& value);
  void Read(Wire wire, bool& value);
  void Read(Wire wire, domain::Moment& value) { Read(wire, value.micros); }
  void Read(Wire wire, std::monostate&) { Skip(wire); }
  template <typename T>
  requires std::is_enum_v<T>
  void Read(Wire wire, T& value) { value = static_cast<T>(Enum(wire, EnumRange<T>::first, EnumRange<T>::last)); }
  template <typename T>
  void Read(Wire wire, std::optional<T>& value) {
    Read(wire, value.emplace());
  }
  template <typename T>
  void Read(Wire wire, T& value) {
    std::string_view content;
    if (!Content(wire, content)) return;
    if constexpr (IsVariant<T>::value) {
      ValueReader inside(content, damage_, opener_);
      inside.Item(value);
      inside.End();
    } else {
      Contents(content, value);
    }
  }
  void Skip(Wire wire);

  // A value that stands alone.
  void Item(std::string& value) {
    std::string_view content;
    if (Sized(content)) Text(content, value);
  }
  template <typename... T>
  void Item(std::variant<T...>& value) {
    uint64_t kind = 0;
    Wire wire{};
    if (Tag(kind, wire)) Alternative(kind, wire, value, std::index_sequence_for<T...>());
  }
  template <typename T>
  void Item(T& value) {
    if constexpr (std::is_arithmetic_v<T>) {
      uint64_t number = 0;
      Wire wire{};
      if (Tag(number, wire)) Read(wire, value);
    } else {
      std::string_view content;
      if (Sized(content)) Contents(content, value);
    }
  }

  // All of what stands behind a length.
  template <typename T>
  void Contents(std::string_view content, std::vector<T>& value) {
    value.clear();
    value.reserve(CountSized(content));
    ValueReader items(content, damage_, opener_);
    while (items.cursor_.left() != 0) {
      items.Item(value.emplace_back());
      if (damage_.present()) return damage_.InItem(value.size() - 1);
    }
  }
  template <typename Map>
  requires requires { typename Map::mapped_type; }
  void Contents(std::string_view content, Map& value) {
    value.clear();
    ValueReader items(content, damage_, opener_);
    std::string name, last;
    for (size_t i = 0; items.cursor_.left() != 0; ++i) {
      const char* at = items.cursor_.at();
      items.Item(name);
      if (damage_.present()) return damage_.InItem(i);
      // In order, so that each goes to the end.
      if (i != 0 && name <= last) {
        damage_.Set(at, "does not stand in the order of the keys");
        return damage_.In(name);
      }
      items.Item(AtEnd(value, name));
      if (damage_.present()) return damage_.In(name);
      last.swap(name);
    }
  }
  template <typename T>
  void Contents(std::string_view content, T& value);

  bool Tag(uint64_t& number, Wire& wire);
  // A length, and so many bytes.
  bool Sized(std::string_view& content);
  size_t left() const { return cursor_.left(); }
  const char* at() const { return cursor_.at(); }
  // Nothing more may follow.
  void End();
  void Fail(std::string_view what) { damage_.Set(cursor_.at(), what); }

 private:
  template <typename T>
  struct IsVariant : std::false_type {};
  template <typename... T>
  struct IsVariant<std::variant<T...>> : std::true_type {};

  template <typename... T, size_t... I>
  void Alternative(uint64_t kind, Wire wire, std::variant<T...>& value, std::index_sequence<I...>) {
    const bool known = ((kind == I && (Read(wire, value.template emplace<I>()), true)) || ...);
    if (!known) UnknownKind(kind, sizeof...(T) - 1);
  }

  static double& AtEnd(domain::DimensionPoints& points, const std::string& name) { return points[name]; }
  template <typename V, typename L>
  static V& AtEnd(std::map<std::string, V, L>& map, const std::string& name) {
    return map.try_emplace(map.end(), name)->second;
  }

  bool Content(Wire wire, std::string_view& content);
  bool Varint(uint64_t& value);
  int Enum(Wire wire, int first, int last);
  void Text(std::string_view content, std::string& value);
  void UnknownKind(uint64_t kind, size_t last);
  // How many items stand one behind the other, each with its length in front.
  static size_t CountSized(std::string_view content);

  Cursor cursor_;
  Damage& damage_;
  Opener* opener_;
};

// The members of one structure. Not thread-safe.
class BinaryReader {
 public:
  template <typename T>
  using Ref = T&;

  // `fields` are those of the structure and nothing more.
  BinaryReader(std::string_view fields, Damage& damage, Opener* opener = nullptr)
      : values_(fields, damage, opener), damage_(damage), opener_(opener) {
    Begin();
  }

  // Sets every member of `value` that the list names; one that is not there becomes zero.
  template <typename T>
  static void Fields(std::string_view fields, T& value, Damage& damage, Opener* opener = nullptr) {
    BinaryReader reader(fields, damage, opener);
    Members(reader, value);
    reader.PassOverTheRest();
  }

  template <typename T>
  void operator()(std::string_view name, T& value) {
    if (damage_.present()) return;
    ++number_;
    if (next_ == number_) {
      values_.Read(wire_, value);
    } else {
      Absent(value);
    }
    if (damage_.present()) return damage_.In(name);
    if (next_ == number_) Next();
  }
  // Of the sealed part, where there is one; zero when that cannot be read any more.
  template <typename T>
  void Personal(std::string_view name, T& value) {
    if (sealed_ == nullptr) return (*this)(name, value);
    if (damage_.present()) return;
    TakeSealed(name, value);
  }
  void Image(std::string_view name, std::string_view, std::string& value) {
    if (sealed_ == nullptr) return (*this)(name, value);
    if (damage_.present()) return;
    if (!sealed_->readable) {
      ++number_;
      value = domain::kErasedImage;
      return;
    }
    TakeSealed(name, value);
  }

 private:
  // What the sealed part held.
  struct Sealed {
    const char* at = nullptr;  // of the part in the body
    bool readable = false;
    std::string plain;
    std::optional<Damage> damage;
    std::unique_ptr<BinaryReader> members;
  };

  template <typename T>
  void TakeSealed(std::string_view name, T& value) {
    ++number_;
    if (next_ == number_) {
      values_.Fail("stands beside the sealed part, not in it");
      return damage_.In(name);
    }
    sealed_->members->number_ = number_ - 1;
    (*sealed_->members)(name, value);
    if (!sealed_->damage->present()) return;
    damage_.Set(sealed_->at, "is damaged in the sealed part");
    damage_.In(name);
  }
  template <typename T>
  void Absent(T& value) {
    if constexpr (std::is_enum_v<T>) {
      values_.Fail("is missing");
    } else if constexpr (requires(BinaryReader & r, T & v) { Members(r, v); }) {
      Fields(std::string_view(values_.at(), 0), value, damage_, opener_);
    } else {
      value = T{};
    }
  }
  void Begin();
  void OpenSealedPart();
  void Next();
  void PassOverTheRest();

  ValueReader values_;
  Damage& damage_;
  Opener* opener_;
  std::unique_ptr<Sealed> sealed_;  // null: there is none
  uint64_t number_ = 0;
  uint64_t next_ = 0;  // number of the member whose value is next; 0: there is none
  Wire wire_{};
};

template <typename T>
void ValueReader::Contents(std::string_view content, T& value) {
  BinaryReader::Fields(content, value, damage_, opener_);
}

}  // namespace leadline::store
