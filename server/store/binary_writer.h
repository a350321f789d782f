// Writes structures by their member lists (members.h) in the form that codec_format.md tells.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "store/codec_wire.h"
#include "store/ledger_members.h"
#include "store/sealing/sealer.h"

namespace leadline::store {

// Appends the members of one structure. Not thread-safe.
class BinaryWriter {
 public:
  template <typename T>
  using Ref = const T&;

  // Without a sealer everything is written in clear.
  explicit BinaryWriter(std::string& out, Sealer* sealer = nullptr) : out_(out), sealer_(sealer) {}

  // The next member; nothing when it has the zero value of its type.
  template <typename T>
  void operator()(std::string_view, const T& value) {
    ++number_;
    if constexpr (IsOptional<T>::value) {
      if (value.has_value()) Tagged(number_, *value);
    } else if constexpr (IsStruct<T>()) {
      const size_t before = out_.size();
      Tagged(number_, value);
      if (out_.back() == 0 && out_.size() == before + TagSize(number_) + 1) out_.resize(before);
    } else if (!IsZero(value)) {
      Tagged(number_, value);
    }
  }

  // The next member, which goes into the structure's sealed part.
  template <typename T>
  void Personal(std::string_view name, const T& value) {
    if (sealer_ == nullptr) return (*this)(name, value);
    BinaryWriter inside(personal_);
    inside.number_ = number_++;
    inside(name, value);
  }
  // The next member, which is the image of `field`.
  void Image(std::string_view name, std::string_view field, const std::string& value) {
    const bool personal = sealer_ != nullptr && sealer_->SealsImage(field);
    personal ? Personal(name, value) : (*this)(name, value);
  }

  // What a structure, a list or a map holds, without a length: it ends where the bytes end.
  template <typename T>
  static void Content(const T& value, std::string& out, Sealer* sealer = nullptr) {
    BinaryWriter writer(out, sealer);
    if constexpr (IsStruct<T>()) {
      const size_t begin = out.size();
      Members(writer, value);
      writer.PutSealedPart(begin);
    } else {
      writer.Items(value);
    }
  }

  // A value that stands alone and ends itself: an item of a list, a value of a map, a part of a body.
  template <typename T>
  static void Item(const T& value, std::string& out) {
    BinaryWriter(out).PutItem(value);
  }

 private:
  template <typename T>
  void Items(const std::vector<T>& v) {
    for (const T& item : v) PutItem(item);
  }
  template <typename Map>
  requires requires { typename Map::mapped_type; }
  void Items(const Map& v) {
    for (const auto& [name, value] : v) {
      PutText(name, out_);
      PutItem(value);
    }
  }

  template <typename T>
  struct IsOptional : std::false_type {};
  template <typename T>
  struct IsOptional<std::optional<T>> : std::true_type {};
  template <typename T>
  struct IsVariant : std::false_type {};
  template <typename... T>
  struct IsVariant<std::variant<T...>> : std::true_type {};
  template <typename T>
  static constexpr bool IsStruct() {
    return requires(BinaryWriter & w, const T& v) { Members(w, v); };
  }
  template <typename T>
  struct IsList : std::false_type {};
  template <typename T>
  struct IsList<std::vector<T>> : std::true_type {};
  template <typename T>
  static constexpr bool IsListOrMap() {
    return IsList<T>::value || requires { typename T::mapped_type; };
  }

  // In front of the other members, so that a reader has it before it needs it.
  void PutSealedPart(size_t begin) {
    if (personal_.empty()) return;
    std::string sealed, part;
    sealer_->Seal(personal_, sealed);
    PutVarint(TagOf(kSealedPart, Wire::kBytes), part);
    PutVarint(sealed.size(), part);
    part += sealed;
    out_.insert(begin, part);
  }

  void Tag(uint64_t number, Wire wire) { PutVarint(TagOf(number, wire), out_); }
  static size_t TagSize(uint64_t number) { return number < (0x80U >> kWireBits) ? 1 : 2; }

  void Tagged(uint64_t number, const std::string& v) {
    char uuid[kUuidBytes];
    if (v.size() == kUuidText && PackUuid(v, uuid)) {
      Tag(number, Wire::kUuid);
      out_.append(uuid, sizeof(uuid));
    } else {
      Tag(number, Wire::kBytes);
      PutText(v, out_);
    }
  }
  void Tagged(uint64_t number, int64_t v) {
    Tag(number, Wire::kVarint);
    PutVarint(ZigZag(v), out_);
  }
  void Tagged(uint64_t number, int32_t v) { Tagged(number, int64_t{v}); }
  void Tagged(uint64_t number, const domain::Moment& v) { Tagged(number, v.micros); }
  void Tagged(uint64_t number, double v) {
    constexpr double kMostWhole = 9007199254740992.0;  // 2^53
    const bool whole = v >= -kMostWhole && v <= kMostWhole && v == std::trunc(v) && !(v == 0 && std::signbit(v));
    if (whole) {
      Tagged(number, static_cast<int64_t>(v));
    } else {
      Tag(number, Wire::kEight);
      PutEight(std::bit_cast<uint64_t>(v), out_);
    }
  }
  void Tagged(uint64_t number, bool v) {
    Tag(number, Wire::kVarint);
    out_.push_back(v ? 1 : 0);
  }
  void Tagged(uint64_t number, std::monostate) { Tagged(number, false); }
  template <typename T>
  requires std::is_enum_v<T>
  void Tagged(uint64_t number, T v) {
    Tag(number, Wire::kVarint);
    PutVarint(static_cast<uint64_t>(v), out_);
  }
  template <typename T>
  requires(IsStruct<T>() || IsListOrMap<T>() || IsVariant<T>::value) void Tagged(uint64_t number, const T& v) {
    Tag(number, Wire::kBytes);
    Sized(v);
  }

  template <typename T>
  void PutItem(const T& v) {
    if constexpr (std::is_same_v<T, std::string>) {
      PutText(v, out_);
    } else if constexpr (IsVariant<T>::value) {
      std::visit([&](const auto& alternative) { Tagged(v.index(), alternative); }, v);
    } else if constexpr (IsStruct<T>() || IsListOrMap<T>()) {
      Sized(v);
    } else {
      Tagged(0, v);
    }
  }

  // A length, and so many bytes. One byte is kept for the length, which nearly always does.
  template <typename T>
  void Sized(const T& v) {
    const size_t at = out_.size();
    out_.push_back(0);
    if constexpr (IsVariant<T>::value) {
      PutItem(v);
    } else {
      Content(v, out_, sealer_);
    }
    size_t length = out_.size() - at - 1;
    if (length >= 0x80) {
      size_t more = 0;
      for (size_t rest = length >> 7; rest != 0; rest >>= 7) ++more;
      out_.insert(at, more, '\0');
    }
    size_t place = at;
    for (; length >= 0x80; length >>= 7) out_[place++] = static_cast<char>(length | 0x80);
    out_[place] = static_cast<char>(length);
  }

  static bool IsZero(const std::string& v) { return v.empty(); }
  static bool IsZero(int64_t v) { return v == 0; }
  static bool IsZero(int32_t v) { return v == 0; }
  static bool IsZero(double v) { return std::bit_cast<uint64_t>(v) == 0; }  // not of -0.0
  static bool IsZero(bool v) { return !v; }
  template <typename T>
  requires(IsListOrMap<T>()) static bool IsZero(const T& v) { return v.empty(); }
  template <typename First, typename... T>
  static bool IsZero(const std::variant<First, T...>& v) {
    return std::is_same_v<First, std::monostate> && v.index() == 0;
  }
  template <typename T>
  requires std::is_enum_v<T>
  static bool IsZero(T) { return false; }  // has no zero

  std::string& out_;
  Sealer* sealer_;
  std::string personal_;
  uint64_t number_ = 0;
};

}  // namespace leadline::store
