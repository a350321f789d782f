/* Reads a plugin's config, for C11 and C++: header-only, no allocation. The host has held the text to the plugin's
 * schema, so it is valid JSON; where it is not, nothing is found and nothing is read beyond the end. [any]
 *
 *   double share = 1;
 *   leadline_config_number(config, "limits.max_load_share", &share);
 *
 * A value is named by the keys that lead to it, with dots between; a key is compared byte by byte, as it is written, so
 * that a key with an escape in it is not found. Each function returns 1 and sets *out, or returns 0 and leaves it.
 */
#ifndef LEADLINE_CONFIG_H_
#define LEADLINE_CONFIG_H_

#include <string.h>

#include "leadline/plugin.h"

static inline const char* leadline_config_space(const char* p, const char* end) {
  while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) ++p;
  return p;
}

/* The end of the string that begins at `p`, after its last quote; `end` when it has none. */
static inline const char* leadline_config_string_end(const char* p, const char* end) {
  for (++p; p < end; ++p) {
    if (*p == '\\') {
      if (++p == end) return end;
    } else if (*p == '"') {
      return p + 1;
    }
  }
  return end;
}

/* The end of the value that begins at `p`. */
static inline const char* leadline_config_value_end(const char* p, const char* end) {
  int depth = 0;
  while (p < end) {
    char c = *p;
    if (c == '"') {
      p = leadline_config_string_end(p, end);
    } else {
      if (depth == 0 && (c == ',' || c == '}' || c == ']' || c == ' ' || c == '\t' || c == '\n' || c == '\r')) return p;
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      ++p;
    }
    if (depth == 0 && (c == '"' || c == '}' || c == ']')) return p;
  }
  return end;
}

/* Goes through an object or a list. *rest is the whole value at first and what is left afterwards. `key` is the text
 * between the quotes, empty in a list; it may be NULL. */
static inline int leadline_config_next(leadline_str* rest, leadline_str* key, leadline_str* value) {
  const char* end = rest->ptr + rest->len;
  const char* p = leadline_config_space(rest->ptr, end);
  if (p < end && (*p == '{' || *p == '[' || *p == ',')) p = leadline_config_space(p + 1, end);
  if (p == end || *p == '}' || *p == ']') return 0;
  leadline_str name = {p, 0};
  const char* after = leadline_config_value_end(p, end);
  const char* colon = leadline_config_space(after, end);
  if (*p == '"' && colon < end && *colon == ':') {
    if (after - p < 2) return 0;
    name.ptr = p + 1;
    name.len = (uint64_t)(after - p - 2);
    p = leadline_config_space(colon + 1, end);
    after = leadline_config_value_end(p, end);
  }
  if (after == p) return 0;
  if (key != NULL) *key = name;
  value->ptr = p;
  value->len = (uint64_t)(after - p);
  rest->ptr = after;
  rest->len = (uint64_t)(end - after);
  /* A list or object that follows would otherwise be entered. */
  const char* comma = leadline_config_space(after, end);
  if (comma < end && *comma != ',') rest->len = 0;
  return 1;
}

/* The text of the value at `path`. */
static inline int leadline_config_find(leadline_str config, const char* path, leadline_str* out) {
  leadline_str at = config;
  while (1) {
    const char* dot = strchr(path, '.');
    size_t length = dot == NULL ? strlen(path) : (size_t)(dot - path);
    leadline_str rest = at;
    leadline_str key;
    leadline_str value;
    const char* p = leadline_config_space(at.ptr, at.ptr + at.len);
    if (p == at.ptr + at.len || *p != '{') return 0;
    int found = 0;
    while (!found && leadline_config_next(&rest, &key, &value)) {
      found = key.len == length && memcmp(key.ptr, path, length) == 0;
    }
    if (!found) return 0;
    if (dot == NULL) {
      *out = value;
      return 1;
    }
    at = value;
    path = dot + 1;
  }
}

/* A number as it is written: digits, with a fraction and an exponent. Independent of the process's locale, unlike
 * strtod(). */
static inline int leadline_config_read_number(leadline_str text, double* out) {
  const char* p = text.ptr;
  const char* end = text.ptr + text.len;
  double value = 0;
  int exponent = 0;
  int fraction = 0;
  int any = 0;
  int negative = p < end && *p == '-';
  for (p += negative; p < end && ((*p >= '0' && *p <= '9') || (*p == '.' && !fraction)); ++p) {
    if (*p == '.') {
      fraction = 1;
      continue;
    }
    value = value * 10 + (*p - '0');
    exponent -= fraction;
    any = 1;
  }
  if (any && p < end && (*p == 'e' || *p == 'E')) {
    int sign = 1;
    int written = 0;
    if (++p < end && (*p == '-' || *p == '+')) sign = *p++ == '-' ? -1 : 1;
    for (; p < end && *p >= '0' && *p <= '9' && written < 1000; ++p) written = written * 10 + (*p - '0');
    exponent += sign * written;
  }
  if (!any) return 0;
  double scale = 1;
  int steps = exponent < 0 ? -exponent : exponent;
  for (int i = 0; i < steps && i < 400; ++i) scale *= 10;
  value = exponent < 0 ? value / scale : value * scale;
  *out = negative ? -value : value;
  return 1;
}

static inline int leadline_config_number(leadline_str config, const char* path, double* out) {
  leadline_str text;
  return leadline_config_find(config, path, &text) && leadline_config_read_number(text, out);
}

/* *out becomes 0 or 1. */
static inline int leadline_config_bool(leadline_str config, const char* path, int* out) {
  leadline_str text;
  if (!leadline_config_find(config, path, &text)) return 0;
  int yes = text.len == 4 && memcmp(text.ptr, "true", 4) == 0;
  if (!yes && (text.len != 5 || memcmp(text.ptr, "false", 5) != 0)) return 0;
  *out = yes;
  return 1;
}

/* The text between the quotes, as it is written: escapes stand in it as such. Lives as long as the config. */
static inline int leadline_config_text(leadline_str config, const char* path, leadline_str* out) {
  leadline_str text;
  if (!leadline_config_find(config, path, &text) || text.len < 2 || text.ptr[0] != '"') return 0;
  out->ptr = text.ptr + 1;
  out->len = text.len - 2;
  return 1;
}

#endif /* LEADLINE_CONFIG_H_ */
