#include "domain/history/field_values.h"

#include <charconv>

#include "fmt/format.h"

namespace leadline::domain {
namespace {

template <typename Number>
bool ReadNumber(std::string_view text, Number& value) {
  Number read = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (error != std::errc{} || end != text.data() + text.size()) return false;
  value = read;
  return true;
}

// What follows the kind's letter; nothing when the image is of another kind.
std::optional<std::string_view> Body(std::string_view image, char kind) {
  if (image.empty() || image[0] != kind) return std::nullopt;
  return image.substr(1);
}

void AppendItem(std::string& out, std::string_view item) {
  out += fmt::format("{}:", item.size());
  out += item;
}

std::optional<std::vector<std::string>> ReadItems(std::string_view body) {
  std::vector<std::string> items;
  while (!body.empty()) {
    size_t colon = body.find(':');
    size_t length = 0;
    if (colon == std::string_view::npos || !ReadNumber(body.substr(0, colon), length)) return std::nullopt;
    body.remove_prefix(colon + 1);
    if (length > body.size()) return std::nullopt;
    items.emplace_back(body.substr(0, length));
    body.remove_prefix(length);
  }
  return items;
}

std::string ShowMicros(int64_t micros) {
  bool negative = micros < 0;
  uint64_t size = negative ? 0 - static_cast<uint64_t>(micros) : static_cast<uint64_t>(micros);
  std::string text = fmt::format("{}{}", negative ? "-" : "", size / 1'000'000);
  if (size % 1'000'000 == 0) return text;
  text += fmt::format(".{:06}", size % 1'000'000);
  while (text.back() == '0') text.pop_back();
  return text;
}

}  // namespace

std::string EncodeValue(const std::string& value) { return "s" + value; }
std::string EncodeValue(int64_t value) { return fmt::format("i{}", value); }
std::string EncodeValue(double value) { return fmt::format("d{:a}", value); }
std::string EncodeValue(bool value) { return value ? "b1" : "b0"; }

std::string EncodeValue(const std::vector<std::string>& value) {
  std::string out = "l";
  for (const std::string& item : value) AppendItem(out, item);
  return out;
}

std::string EncodeValue(const std::vector<ContactRole>& value) {
  std::string out = "r";
  for (const ContactRole& role : value) {
    AppendItem(out, role.contact_id);
    AppendItem(out, role.role);
  }
  return out;
}

std::string EncodeValue(const std::optional<Money>& value) {
  return value.has_value() ? fmt::format("m{}:{}", value->micros, value->currency) : std::string(kAbsent);
}

std::string EncodeValue(const AttributeValue& value) {
  struct Visitor {
    std::string operator()(std::monostate) const { return "n"; }
    std::string operator()(const Moment& moment) const { return fmt::format("t{}", moment.micros); }
    std::string operator()(const std::string& text) const { return EncodeValue(text); }
    std::string operator()(double number) const { return EncodeValue(number); }
    std::string operator()(bool flag) const { return EncodeValue(flag); }
    std::string operator()(const std::vector<std::string>& list) const { return EncodeValue(list); }
  };
  return std::visit(Visitor{}, value);
}

bool DecodeValue(std::string_view image, std::string& value) {
  auto body = Body(image, 's');
  if (body.has_value()) value = *body;
  return body.has_value();
}

bool DecodeValue(std::string_view image, int64_t& value) {
  auto body = Body(image, 'i');
  return body.has_value() && ReadNumber(*body, value);
}

bool DecodeValue(std::string_view image, double& value) {
  auto body = Body(image, 'd');
  if (!body.has_value()) return false;
  bool negative = body->starts_with('-');
  if (negative) body->remove_prefix(1);
  // from_chars reads hexadecimal without its prefix.
  bool hexadecimal = body->starts_with("0x");
  if (hexadecimal) body->remove_prefix(2);
  double read = 0;
  auto format = hexadecimal ? std::chars_format::hex : std::chars_format::general;
  auto [end, error] = std::from_chars(body->data(), body->data() + body->size(), read, format);
  if (error != std::errc{} || end != body->data() + body->size()) return false;
  value = negative ? -read : read;
  return true;
}

bool DecodeValue(std::string_view image, bool& value) {
  if (image != "b0" && image != "b1") return false;
  value = image == "b1";
  return true;
}

bool DecodeValue(std::string_view image, std::vector<std::string>& value) {
  auto body = Body(image, 'l');
  if (!body.has_value()) return false;
  auto items = ReadItems(*body);
  if (items.has_value()) value = *std::move(items);
  return items.has_value();
}

bool DecodeValue(std::string_view image, std::vector<ContactRole>& value) {
  auto body = Body(image, 'r');
  if (!body.has_value()) return false;
  auto items = ReadItems(*body);
  if (!items.has_value() || items->size() % 2 != 0) return false;
  value.clear();
  for (size_t i = 0; i < items->size(); i += 2) value.push_back({std::move((*items)[i]), std::move((*items)[i + 1])});
  return true;
}

bool DecodeValue(std::string_view image, std::optional<Money>& value) {
  if (image == kAbsent) {
    value.reset();
    return true;
  }
  auto body = Body(image, 'm');
  if (!body.has_value()) return false;
  size_t colon = body->find(':');
  Money money;
  if (colon == std::string_view::npos || !ReadNumber(body->substr(0, colon), money.micros)) return false;
  money.currency = body->substr(colon + 1);
  value = std::move(money);
  return true;
}

bool DecodeValue(std::string_view image, AttributeValue& value) {
  if (image == "n") {
    value = std::monostate{};
    return true;
  }
  auto decode_as = [&]<typename T>(T read) {
    if (!DecodeValue(image, read)) return false;
    value = std::move(read);
    return true;
  };
  if (auto body = Body(image, 't')) {
    Moment moment;
    if (!ReadNumber(*body, moment.micros)) return false;
    value = moment;
    return true;
  }
  return decode_as(std::string()) || decode_as(0.0) || decode_as(false) || decode_as(std::vector<std::string>());
}

std::string ShowValue(const std::string& value) { return value; }
std::string ShowValue(int64_t value) { return fmt::format("{}", value); }
std::string ShowValue(double value) { return fmt::format("{}", value); }
std::string ShowValue(bool value) { return value ? "true" : "false"; }

std::string ShowValue(const std::vector<std::string>& value) {
  std::string out;
  for (const std::string& item : value) out += (out.empty() ? "" : ", ") + item;
  return out;
}

std::string ShowValue(const std::vector<ContactRole>& value) {
  std::string out;
  for (const ContactRole& role : value) {
    if (!out.empty()) out += ", ";
    out += ResourceName(RecordKind::kContact, role.contact_id);
    if (!role.role.empty()) out += " (" + role.role + ")";
  }
  return out;
}

std::string ShowValue(const std::optional<Money>& value) {
  return value.has_value() ? fmt::format("{} {}", value->currency, ShowMicros(value->micros)) : "";
}

std::string ShowImage(std::string_view field, std::string_view image) {
  const auto show = [&]<typename T>(T value) {
    if (!DecodeValue(image, value)) return std::string(image);
    if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
      if (value == 0) return std::string();
    }
    return ShowValue(value);
  };
  if (image.empty() || image == kAbsent) return "";
  if (image == kErasedImage) return "(erased)";
  switch (image[0]) {
    case 'i': {
      Time time = 0;
      const bool is_time = field.ends_with("_at") || field.ends_with("_since");
      return is_time && DecodeValue(image, time) && time != 0 ? FormatTime(time) : show(int64_t{0});
    }
    case 'r':
      return show(std::vector<ContactRole>());
    case 'm':
      return show(std::optional<Money>());
    case 'd':
      return field.starts_with("attributes.") ? show(AttributeValue()) : show(0.0);
    default:
      return show(AttributeValue());
  }
}

std::string ShowValue(const AttributeValue& value) {
  struct Visitor {
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(const Moment& moment) const { return FormatTime(moment.micros); }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(double number) const { return ShowValue(number); }
    std::string operator()(bool flag) const { return ShowValue(flag); }
    std::string operator()(const std::vector<std::string>& list) const { return ShowValue(list); }
  };
  return std::visit(Visitor{}, value);
}

bool IsEmptyValue(const std::string& value) { return value.empty(); }
bool IsEmptyValue(int64_t value) { return value == 0; }
bool IsEmptyValue(double value) { return value == 0; }
bool IsEmptyValue(bool /*value*/) { return false; }
bool IsEmptyValue(const std::vector<std::string>& value) { return value.empty(); }
bool IsEmptyValue(const std::vector<ContactRole>& value) { return value.empty(); }
bool IsEmptyValue(const std::optional<Money>& value) { return !value.has_value(); }

// An attribute's 0 is a value: what has not been said is not there.
bool IsEmptyValue(const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return text->empty();
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return list->empty();
  return std::holds_alternative<std::monostate>(value);
}

}  // namespace leadline::domain
