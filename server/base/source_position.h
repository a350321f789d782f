// Where something stands in a text file, and what is wrong there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// Line and column count from 1; a column counts code points. 0: unknown.
struct SourcePosition {
  std::string file;
  int32_t line = 0;
  int32_t column = 0;

  bool known() const { return line > 0; }
  // "file:line:column", or the file alone when the place in it is unknown.
  std::string ToString() const;
  bool operator==(const SourcePosition&) const = default;
};

// A half-open range of bytes in one expression's or file's text.
struct SourceSpan {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool operator==(const SourceSpan&) const = default;
};

enum class Severity { kError, kWarning };

// One problem, written so that its reader can mend it. Plain data.
struct Diagnostic {
  Severity severity = Severity::kError;
  std::string code;         // stable, such as "LL2103"
  SourcePosition position;  // of the fault itself
  int32_t length = 1;       // code points to underline
  std::string message;      // what is wrong
  std::string hint;         // what to do; may be empty
  std::string source_line;  // the text of the line; may be empty
  std::string rule;         // the rule or section it stands in; may be empty
  std::string layer;        // "central" or the region; may be empty
  SourcePosition related;   // the other place, such as the central line that seals; may be unknown
  std::string related_message;
};

// Text for people: position, code, message, the source line with the fault underlined, hint, related place.
std::string FormatDiagnostic(const Diagnostic& diagnostic);
std::string FormatDiagnostics(const std::vector<Diagnostic>& diagnostics);

// The candidate nearest to `name` by Damerau-Levenshtein (optimal string alignment) distance, when near enough to be
// a likely slip of the keyboard; empty otherwise.
std::string NearestName(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace leadline
