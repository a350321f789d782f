// Writes the rows of a test's table, and the values of its `for_each`, as cases of their own.
#pragma once

#include <cstddef>
#include <functional>

#include "packs/yaml/problems.h"
#include "packs/yaml/yaml_source.h"

namespace leadline::packs {

// Puts `value` where `path` points in a case: "contact.title" and "activity.response" into what it gives,
// "expect.score.central" and "expect.fired.title.head" into what it expects, "name" and "given" at its top. `at` is
// where the path is written. False, reported, when there is no such place.
bool PutAtPath(Problems& problems, YamlNode& test_case, const YamlNode& at, const YamlNode& value);

// Gives `take` one case for each row of a `tables:` entry, one after the other; each has `name`, `given`, `with` (a
// list) and `expect` as far as the table or its row says. Nodes keep their places. What is wrong goes to `problems`.
void ReadCasesOfTable(Problems& problems, const YamlNode& table, const std::function<void(const YamlNode&)>& take);
// The values in a tree, itself among them.
size_t CountNodes(const YamlNode& tree);

}  // namespace leadline::packs
