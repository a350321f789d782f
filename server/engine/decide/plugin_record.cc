#include "engine/decide/plugin_record.h"

namespace leadline::engine {
namespace {

plugin::Value ScalarOf(const cel::Value& value) {
  switch (value.kind()) {
    case cel::Kind::kBool:
      return plugin::BoolValue(value.as_bool());
    case cel::Kind::kInt:
      return plugin::IntValue(value.as_int());
    case cel::Kind::kDouble:
      return plugin::DoubleValue(value.as_double());
    case cel::Kind::kString:
      return plugin::StringValue(value.as_string());
    case cel::Kind::kTimestamp:
      return plugin::TimeValue(value.timestamp_micros());
    default:
      return plugin::NullValue();
  }
}

}  // namespace

uint32_t PluginKindOf(const cel::Type& type) {
  switch (type.Unwrapped().kind()) {
    case cel::TypeKind::kBool:
      return LEADLINE_BOOL;
    case cel::TypeKind::kInt:
      return LEADLINE_I64;
    case cel::TypeKind::kDouble:
      return LEADLINE_F64;
    case cel::TypeKind::kString:
      return LEADLINE_STR;
    case cel::TypeKind::kTimestamp:
      return LEADLINE_TIME;
    case cel::TypeKind::kList:
      return LEADLINE_LIST;
    default:
      return LEADLINE_NULL;
  }
}

PluginRecord::PluginRecord(std::span<const int> field_slots, packs::Evaluation& evaluation) {
  values_.reserve(field_slots.size());
  for (int slot : field_slots) {
    cel::Value value = slot < 0 ? cel::Value::Null() : evaluation.Field(slot);
    if (!value.is_list()) {
      values_.push_back(ScalarOf(value));
      continue;
    }
    std::vector<plugin::Value>& items = lists_.emplace_back();
    for (const cel::Value& item : value.as_list()) items.push_back(ScalarOf(item));
    values_.push_back(plugin::ListValue(items));
  }
}

}  // namespace leadline::engine
