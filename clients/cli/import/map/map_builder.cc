#include "cli/import/map/map_builder.h"

#include <fmt/format.h>
#include <google/api/field_behavior.pb.h>

#include <algorithm>
#include <filesystem>

#include "cli/import/map/map_functions.h"
#include "leadline/v1/lead_service.pb.h"

namespace leadline::cli {
namespace {

using cel::Type;
using cel::Value;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr char kExpressionCode[] = "LL6002";  // an expression
constexpr char kColumnCode[] = "LL6003";      // a column that is not there
constexpr char kJoinCode[] = "LL6004";        // a joined file

// What the server gives and takes no notice of in an enquiry.
bool IsOutputOnly(const FieldDescriptor& field) {
  // What an enquiry ignores, though another call may set it.
  static const std::vector<std::string> kIgnored = {"leadline.v1.Account.owner",     "leadline.v1.Account.etag",
                                                    "leadline.v1.Contact.account",   "leadline.v1.Contact.etag",
                                                    "leadline.v1.Contact.seniority", "leadline.v1.Activity.lead",
                                                    "leadline.v1.Activity.contact"};
  const auto& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    const auto behavior = options.GetExtension(google::api::field_behavior, i);
    if (behavior == google::api::OUTPUT_ONLY || behavior == google::api::IDENTIFIER) return true;
  }
  return std::find(kIgnored.begin(), kIgnored.end(), field.full_name()) != kIgnored.end();
}

// Money is written as currency and amount; the amount fills units and nanos.
std::string NameInMap(const FieldDescriptor& field) {
  if (field.name() == "currency_code") return "currency";
  return IsMoneyUnits(field) ? "amount" : field.name();
}

std::optional<Type> TypeOf(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return field.is_repeated() ? Type::List(Type::String()) : Type::String();
    case FieldDescriptor::CPPTYPE_BOOL:
      return Type::Bool();
    default:
      return std::nullopt;  // numbers of any kind; times as text, too: seen to when rows are mapped
  }
}

}  // namespace

char DelimiterIn(const packs::YamlNode& root) {
  const packs::YamlNode* delimiter = root.Find("delimiter");
  return delimiter != nullptr && delimiter->text.size() == 1 ? delimiter->text[0] : ',';
}

void ImportMapBuilder::Problem(const Node& node, std::string message, std::string hint) {
  packs::YamlRange range = packs::RangeOf(node);
  diagnostics_.push_back(file_.At(range.begin, range.end, kMapFormCode, std::move(message), std::move(hint)));
}

bool ImportMapBuilder::IsMap(const Node& node, const char* what) {
  if (node.is_map()) return true;
  Problem(node, fmt::format("{} must be a map of names to values", what));
  return false;
}

void ImportMapBuilder::CheckKeys(const Node& map, const std::vector<std::string>& known) {
  for (const Node& key : map.keys) {
    if (std::find(known.begin(), known.end(), key.text) != known.end()) continue;
    std::string nearest = NearestName(key.text, known);
    std::string all;
    for (const auto& name : known) all += (all.empty() ? "" : ", ") + name;
    Problem(key, fmt::format("\"{}\" is not known here", key.text),
            nearest.empty() ? fmt::format("there are {}", all) : fmt::format("did you mean \"{}\"?", nearest));
  }
}

int ImportMapBuilder::Declare(const Node& node, const std::string& name, Type type, uint32_t max_items) {
  auto slot = env_.AddVariable(name, std::move(type), {.max_items = max_items});
  if (slot.ok()) return *slot;
  Problem(node, std::string(slot.status().message()));
  return -1;
}

// `row["Typo"]` and `deal.typo` would fail on every row; they are found here.
void ImportMapBuilder::CheckColumns(const Node& node, const cel::Program& program) {
  const cel::Ast& ast = program.ast();
  auto check = [&](const cel::Expr& holder, std::string_view key, SourceSpan span) {
    auto known = keys_of_.find(holder.name);
    if (holder.kind != cel::ExprKind::kVariable || known == keys_of_.end()) return;
    if (std::find(known->second.begin(), known->second.end(), key) != known->second.end()) return;
    std::string nearest = NearestName(key, known->second);
    packs::YamlRange range = packs::RangeOf(node, span);
    diagnostics_.push_back(file_.At(range.begin, range.end, kColumnCode,
                                    fmt::format("{} has no column \"{}\"", holder.name, key),
                                    nearest.empty() ? "" : fmt::format("did you mean \"{}\"?", nearest)));
  };
  for (size_t id = 0; id < ast.size(); ++id) {
    const cel::Expr& expr = ast.node(static_cast<cel::ExprId>(id));
    if (expr.kind == cel::ExprKind::kCall && expr.op == cel::Op::kIndex) {
      const cel::Expr& key = ast.node(expr.args[1]);
      if (key.kind == cel::ExprKind::kConst && key.value.is_string()) {
        check(ast.node(expr.args[0]), key.value.as_string(), key.span);
      }
    } else if ((expr.kind == cel::ExprKind::kSelect || expr.kind == cel::ExprKind::kHas) && !expr.args.empty()) {
      check(ast.node(expr.args[0]), expr.name, expr.name_span);
    }
  }
}

Expression ImportMapBuilder::Compile(const Node* node, std::optional<Type> type) {
  if (node == nullptr) return nullptr;
  if (!node->is_scalar()) {
    Problem(*node, "an expression is missing here", "text goes in two pairs of quotes: '\"website\"'");
    return nullptr;
  }
  cel::CompileOptions options;
  options.max_cost = UINT64_MAX;  // rows are bounded by the reader
  options.expected_type = std::move(type);
  cel::CompileResult result = cel::Compile(env_, node->text, options);
  for (const cel::Issue& issue : result.issues) {
    packs::YamlRange range = packs::RangeOf(*node, issue.span);
    std::string hint = issue.hint;
    if (hint.empty() && issue.kind == cel::Issue::Kind::kUnknownName) {
      hint = "columns whose heading is not an identifier are read as row[\"Heading\"]; text goes in '\"quotes\"'";
    }
    diagnostics_.push_back(file_.At(range.begin, range.end, kExpressionCode, issue.message, hint));
  }
  if (result.program != nullptr) CheckColumns(*node, *result.program);
  return result.program;
}

void ImportMapBuilder::DeclareColumns(const std::vector<std::string>& headings) {
  state_->row_slot = Declare(file_.root(), "row", Type::Map(Type::String(), Type::String()));
  state_->line_slot = Declare(file_.root(), "line", Type::Int());
  state_->row.SetColumns(headings);
  for (size_t i = 0; i < headings.size(); ++i) {
    if (headings[i].empty()) continue;
    keys_of_["row"].push_back(headings[i]);
    // Headings that are not identifiers, and `row` or `line`, are read through `row` alone.
    if (headings[i].find('.') != std::string::npos) continue;
    auto slot = env_.AddVariable(headings[i], Type::String());
    if (slot.ok()) state_->columns.emplace_back(*slot, static_cast<int>(i));
  }
}

void ImportMapBuilder::ReadTables(const Node& node) {
  if (!IsMap(node, "tables")) return;
  for (size_t i = 0; i < node.keys.size(); ++i) {
    const Node& rows = node.items[i];
    if (!IsMap(rows, "a table")) continue;
    auto table = std::make_unique<CompiledMap::Table>();
    for (size_t n = 0; n < rows.keys.size(); ++n) {
      if (!rows.items[n].is_scalar()) {
        Problem(rows.items[n], "a table holds texts");
        continue;
      }
      table->texts.emplace_back(rows.keys[n].text, rows.items[n].text);
    }
    for (const auto& [key, text] : table->texts) table->entries.push_back({Value::String(key), Value::String(text)});
    std::sort(table->entries.begin(), table->entries.end(),
              [](const cel::MapEntry& a, const cel::MapEntry& b) { return cel::KeyLess(a.key, b.key); });
    int slot = Declare(node.keys[i], "table." + node.keys[i].text, Type::Map(Type::String(), Type::String()),
                       static_cast<uint32_t>(table->entries.size()));
    if (slot < 0) continue;
    state_->slots.resize(env_.slot_count());
    state_->slots[static_cast<size_t>(slot)] = Value::SortedMap(table->entries);
    state_->tables.push_back(std::move(table));
  }
}

void ImportMapBuilder::ReadJoins(const Node& node, const std::string& data_folder,
                                 const std::map<std::string, std::string>& paths) {
  if (!IsMap(node, "joins")) return;
  for (size_t i = 0; i < node.keys.size(); ++i) {
    const Node& join_node = node.items[i];
    if (!IsMap(join_node, "a join")) continue;
    CheckKeys(join_node, {"file", "on", "key"});
    const Node* file = join_node.Find("file");
    const Node* on = join_node.Find("on");
    const Node* key = join_node.Find("key");
    if (file == nullptr || on == nullptr || !file->is_scalar() || !on->is_scalar()) {
      Problem(node.keys[i], "a join needs `file`, and `on`, an expression for the key");
      continue;
    }
    CompiledMap::Join join;
    join.name = node.keys[i].text;
    join.on = Compile(on, Type::String());
    auto given = paths.find(join.name);
    std::string path =
        given != paths.end() ? given->second : (std::filesystem::path(data_folder) / file->text).string();
    auto read = ReadJoinedFile(path, key != nullptr ? key->text : on->text, DelimiterIn(file_.root()));
    if (!read.ok()) {
      packs::YamlRange range = packs::RangeOf(*file);
      diagnostics_.push_back(file_.At(range.begin, range.end, kJoinCode, std::string(read.status().message()),
                                      fmt::format("name another file with --join {}=PATH", join.name)));
      continue;
    }
    join.file = std::move(*read);
    join.row.SetColumns(join.file.columns);
    keys_of_[join.name] = join.file.columns;
    join.slot = Declare(node.keys[i], join.name, Type::Map(Type::String(), Type::String()));
    state_->joins.push_back(std::move(join));
  }
}

void ImportMapBuilder::ReadLets(const Node& node) {
  if (!IsMap(node, "let")) return;
  for (size_t i = 0; i < node.keys.size(); ++i) {
    Expression program = Compile(&node.items[i]);
    int slot = Declare(node.keys[i], node.keys[i].text, program == nullptr ? Type::Error() : program->result_type());
    if (program != nullptr && slot >= 0) state_->lets.push_back({node.keys[i].text, slot, program});
  }
}

void ImportMapBuilder::ReadRejects(const Node& node) {
  if (!node.is_sequence()) return Problem(node, "reject must be a list of {when, reason, field}");
  for (const Node& item : node.items) {
    if (!IsMap(item, "an item of reject")) continue;
    CheckKeys(item, {"when", "reason", "field"});
    if (item.Find("when") == nullptr || item.Find("reason") == nullptr) {
      Problem(item, "an item of reject needs `when` and `reason`");
      continue;
    }
    const Node* field = item.Find("field");
    state_->rejects.push_back({Compile(item.Find("when"), Type::Bool()), Compile(item.Find("reason"), Type::String()),
                               field == nullptr ? "" : field->text});
  }
}

void ImportMapBuilder::ReadMessage(const Node& node, const Descriptor& type, const std::string& path,
                                   MessagePlan& plan) {
  if (!IsMap(node, path.empty() ? "enquiry" : path.c_str())) return;
  std::vector<std::string> known;
  std::map<std::string, const FieldDescriptor*> fields;
  for (int i = 0; i < type.field_count(); ++i) {
    if (IsOutputOnly(*type.field(i)) || type.field(i)->full_name() == "google.type.Money.nanos") continue;
    known.push_back(NameInMap(*type.field(i)));
    fields[known.back()] = type.field(i);
  }
  if (!path.empty()) known.push_back("when");
  if (type.name() == "Activity" || type.name() == "HistoryStep") known.push_back("repeat");
  CheckKeys(node, known);
  for (size_t i = 0; i < node.keys.size(); ++i) {
    auto field = fields.find(node.keys[i].text);
    if (field == fields.end()) continue;
    FieldPlan field_plan;
    field_plan.field = field->second;
    field_plan.path = (path.empty() ? "" : path + ".") + field->second->name();
    ReadField(node.items[i], field_plan);
    plan.fields.push_back(std::move(field_plan));
  }
}

void ImportMapBuilder::ReadField(const Node& node, FieldPlan& plan) {
  const FieldDescriptor& field = *plan.field;
  if (field.is_map()) return ReadEntries(node, plan);
  bool message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  if (message && field.is_repeated()) return ReadItems(node, plan);
  if (message && field.message_type()->full_name() != "google.protobuf.Timestamp") {
    plan.message = std::make_unique<MessagePlan>();
    ReadMessage(node, *field.message_type(), plan.path, *plan.message);
    if (node.is_map()) plan.message->when = Compile(node.Find("when"), Type::Bool());
    return;
  }
  plan.value = Compile(&node, TypeOf(field));
}

void ImportMapBuilder::ReadItems(const Node& node, FieldPlan& plan) {
  if (!node.is_sequence()) return Problem(node, fmt::format("{} must be a list", plan.path));
  for (const Node& item_node : node.items) {
    if (!IsMap(item_node, "an item")) continue;
    ItemPlan item;
    item.when = Compile(item_node.Find("when"), Type::Bool());
    item.repeat = Compile(item_node.Find("repeat"), Type::Int());
    item.message = std::make_unique<MessagePlan>();
    ReadMessage(item_node, *plan.field->message_type(), plan.path, *item.message);
    plan.items.push_back(std::move(item));
  }
}

void ImportMapBuilder::ReadEntries(const Node& node, FieldPlan& plan) {
  if (!IsMap(node, plan.path.c_str())) return;
  for (size_t i = 0; i < node.keys.size(); ++i) {
    FieldPlan::Entry entry;
    entry.key = node.keys[i].text;
    const Node* value = &node.items[i];
    if (value->is_map()) {
      CheckKeys(*value, {"when", "value"});
      entry.when = Compile(value->Find("when"), Type::Bool());
      value = value->Find("value");
      if (value == nullptr) {
        Problem(node.items[i], "an attribute with `when` needs `value`");
        continue;
      }
    }
    entry.value = Compile(value);
    plan.entries.push_back(std::move(entry));
  }
}

bool ImportMapBuilder::Prepare(const char* what, const std::vector<std::string>& known,
                               const std::vector<std::string>& headings, const std::string& data_folder,
                               const std::map<std::string, std::string>& paths) {
  const Node& root = file_.root();
  if (!IsMap(root, what)) return false;
  CheckKeys(root, known);
  if (absl::Status added = AddMapFunctions(env_); !added.ok()) {
    Problem(root, std::string(added.message()));
    return false;
  }
  DeclareColumns(headings);
  if (const Node* node = root.Find("tables")) ReadTables(*node);
  if (const Node* node = root.Find("joins")) ReadJoins(*node, data_folder, paths);
  if (const Node* node = root.Find("let")) ReadLets(*node);
  return true;
}

std::unique_ptr<CompiledMap> ImportMapBuilder::Finish() {
  const bool good = std::none_of(diagnostics_.begin(), diagnostics_.end(),
                                 [](const Diagnostic& d) { return d.severity == Severity::kError; });
  if (!good) return nullptr;
  state_->slots.resize(env_.slot_count());
  return std::move(state_);
}

std::unique_ptr<CompiledMap> ImportMapBuilder::Build(const std::vector<std::string>& headings,
                                                     const std::string& data_folder,
                                                     const std::map<std::string, std::string>& paths) {
  const Node& root = file_.root();
  if (!Prepare("an import map", {"description", "delimiter", "joins", "tables", "let", "key", "reject", "enquiry"},
               headings, data_folder, paths)) {
    return nullptr;
  }
  if (const Node* node = root.Find("key")) state_->key = Compile(node, Type::String());
  if (const Node* node = root.Find("reject")) ReadRejects(*node);
  if (const Node* node = root.Find("enquiry")) {
    ReadMessage(*node, *v1::Enquiry::descriptor(), "", state_->enquiry);
  } else {
    Problem(root, "`enquiry` is missing: what the columns become");
  }
  return Finish();
}

// `birth_date: {type: date, value: dob}`, or `email: mail` where the field is called as its type.
void ImportMapBuilder::ReadComparedField(const Node& key, const Node& node, const std::vector<std::string>& types) {
  CompiledMap::ComparedField field{.name = key.text, .type = key.text};
  const Node *type = &key, *value = &node;
  if (node.is_map()) {
    CheckKeys(node, {"type", "value"});
    if (const Node* given = node.Find("type")) type = given;
    value = node.Find("value");
    if (value == nullptr) return Problem(key, "a field needs `value`, an expression for what it holds");
  }
  field.type = type->text;
  if (std::find(types.begin(), types.end(), field.type) == types.end()) {
    std::string all;
    for (const std::string& name : types) all += (all.empty() ? "" : ", ") + name;
    const std::string nearest = NearestName(field.type, types);
    return Problem(*type, fmt::format("\"{}\" is no type of a field", field.type),
                   nearest.empty() ? fmt::format("write {{type: TYPE, value: EXPRESSION}}; there are {}", all)
                                   : fmt::format("did you mean \"{}\"?", nearest));
  }
  field.value = Compile(value);
  state_->compared.push_back(std::move(field));
}

std::unique_ptr<CompiledMap> ImportMapBuilder::BuildFields(const std::vector<std::string>& headings,
                                                           const std::string& data_folder,
                                                           const std::vector<std::string>& types) {
  const Node& root = file_.root();
  if (!Prepare("a map of duplicates", {"description", "delimiter", "joins", "tables", "let", "id", "truth", "fields"},
               headings, data_folder, {})) {
    return nullptr;
  }
  if (const Node* node = root.Find("id")) state_->key = Compile(node);
  if (const Node* node = root.Find("truth")) state_->truth = Compile(node);
  const Node* fields = root.Find("fields");
  if (fields == nullptr) {
    Problem(root, "`fields` is missing: what is compared");
  } else if (IsMap(*fields, "fields")) {
    for (size_t i = 0; i < fields->keys.size(); ++i) ReadComparedField(fields->keys[i], fields->items[i], types);
    if (fields->keys.empty()) Problem(*fields, "`fields` is empty: name what is compared");
  }
  return Finish();
}

}  // namespace leadline::cli
