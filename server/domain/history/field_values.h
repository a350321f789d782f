// Fields of records one by one: their values as text for people and as images that give back the very value.
// Pure and thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/records.h"

namespace leadline::domain {

// Images. One letter says what follows: "s" text, "i" whole number, "d" number (hexadecimal, so that no bit is lost),
// "b" 0 or 1, "t" a Moment's microseconds, "l" a list and "r" roles (each item as length, ":" and bytes), "m" currency
// and micros, "n" null, "-" nothing there.
std::string EncodeValue(const std::string& value);
std::string EncodeValue(int64_t value);
std::string EncodeValue(double value);
std::string EncodeValue(bool value);
std::string EncodeValue(const std::vector<std::string>& value);
std::string EncodeValue(const std::vector<ContactRole>& value);
std::string EncodeValue(const std::optional<Money>& value);
std::string EncodeValue(const AttributeValue& value);
inline constexpr std::string_view kAbsent = "-";
// Stands for an image that was erased with the person whom it was of; no value decodes from it.
inline constexpr std::string_view kErasedImage = "x";

// False, and `value` unchanged, when the image is of another kind.
bool DecodeValue(std::string_view image, std::string& value);
bool DecodeValue(std::string_view image, int64_t& value);
bool DecodeValue(std::string_view image, double& value);
bool DecodeValue(std::string_view image, bool& value);
bool DecodeValue(std::string_view image, std::vector<std::string>& value);
bool DecodeValue(std::string_view image, std::vector<ContactRole>& value);
bool DecodeValue(std::string_view image, std::optional<Money>& value);
bool DecodeValue(std::string_view image, AttributeValue& value);

// For people; empty for nothing.
std::string ShowValue(const std::string& value);
std::string ShowValue(int64_t value);
std::string ShowValue(double value);
std::string ShowValue(bool value);
std::string ShowValue(const std::vector<std::string>& value);
std::string ShowValue(const std::vector<ContactRole>& value);
std::string ShowValue(const std::optional<Money>& value);
std::string ShowValue(const AttributeValue& value);

// An image for people: empty for nothing there and for an unknown number (0). Times are shown as such by the field's
// name, which ends in "_at" or "_since". What is no image is shown as it is.
std::string ShowImage(std::string_view field, std::string_view image);

// Whether there is nothing in it that a merge could lose. Numbers count 0 as unknown; a flag always says something.
bool IsEmptyValue(const std::string& value);
bool IsEmptyValue(int64_t value);
bool IsEmptyValue(double value);
bool IsEmptyValue(bool value);
bool IsEmptyValue(const std::vector<std::string>& value);
bool IsEmptyValue(const std::vector<ContactRole>& value);
bool IsEmptyValue(const std::optional<Money>& value);
bool IsEmptyValue(const AttributeValue& value);

}  // namespace leadline::domain
