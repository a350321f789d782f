// The public conformance cases as this language can run them: their JSON read into types and values.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "cel/arena.h"
#include "cel/type.h"
#include "cel/value.h"

namespace leadline::cel {

// Where the cases are, or would be.
std::filesystem::path ConformanceFolder();

// The JSON was made by a reader that does not know two escapes of the cases' own notation: it left \? as it stands, and
// wrote characters beyond U+00FF back as \u0100 or \U0001f431, in lower case. In most cases such a text is meant as it
// is (it is an escape of the expression), so the cases where it is not are named here. True when `test` was changed.
bool RestoreEscapes(std::string_view name, nlohmann::json& test);

// Why the case cannot run without the conformance suite's own message types; empty when it can.
std::string WhatMessagesItNeeds(std::string_view name, const nlohmann::json& test);

// Records like the messages of the suite, with the fields that its cases read: TestAllTypes and NestedTestAllTypes.
const StructType* FindRecordType(std::string_view name);

Type ReadType(const nlohmann::json& type);
// Views into `arena`.
Value ReadValue(const nlohmann::json& value, Arena& arena);

}  // namespace leadline::cel
