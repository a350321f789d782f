// A record of the product as a typed variable: its fields, absent ones, and what is said about wrong ones.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "cel/program.h"

namespace leadline::cel {
namespace {

class LeadEnv {
 public:
  LeadEnv() : env_("leadline.v1") {
    account_ = std::make_shared<StructType>(StructType{
        "leadline.v1.Account", {{"display_name", Type::String()}, {"employees", Type::Wrapper(Type::Int())}}});
    contact_ = std::make_shared<StructType>(
        StructType{"leadline.v1.Contact", {{"email", Type::Wrapper(Type::String())}, {"seniority", Type::String()}}});
    lead_ = std::make_shared<StructType>(StructType{"leadline.v1.Lead",
                                                    {{"status", Type::String()},
                                                     {"score", Type::Wrapper(Type::Double())},
                                                     {"account", Type::Struct(account_)},
                                                     {"contacts", Type::List(Type::Struct(contact_))},
                                                     {"labels", Type::Map(Type::String(), Type::String())},
                                                     {"create_time", Type::Timestamp()}}});
    EXPECT_TRUE(env_.AddVariable("lead", Type::Struct(lead_), {.max_items = 20, .max_len = 100}).ok());
    EXPECT_TRUE(env_.AddVariable("bare", Type::Struct(lead_), {.max_items = 20, .max_len = 100}).ok());
    const Value ann = Make(contact_.get(), {Value::String("ann@example.com"), Value::String("manager")});
    const Value bob = Make(contact_.get(), {Value::Null(), Value::String("staff")});
    const Value contacts[] = {ann, bob};
    const MapEntry labels[] = {{Value::String("origin"), Value::String("fair")}};
    slots_.push_back(
        Make(lead_.get(),
             {Value::String("mql"), Value::Double(104), Make(account_.get(), {Value::String("Acme"), Value::Int(250)}),
              Value::List(arena_.Copy(std::span<const Value>(contacts))),
              Value::Map(arena_.Copy(std::span<const MapEntry>(labels))), Value::Timestamp(1'700'000'000, 0)}));
    slots_.push_back(Make(lead_.get(), {Value::String("raw"), Value::Null(), Value::Null(), Value::List({}),
                                        Value::Map({}), Value::Null()}));
  }

  // The result, or every issue with the text at fault.
  std::string Eval(std::string_view source) {
    const CompileResult compiled = Compile(env_, source);
    std::string out;
    for (const Issue& i : compiled.issues) {
      out += std::string(source.substr(i.span.begin, i.span.end - i.span.begin)) + ": " + i.message +
             (i.hint.empty() ? "" : " (" + i.hint + ")");
    }
    if (compiled.program == nullptr) return out;
    Arena arena;
    return ToDisplayString(compiled.program->Evaluate(slots_, arena));
  }
  std::string TypeOf(std::string_view source) {
    const CompileResult compiled = Compile(env_, source);
    return compiled.program == nullptr ? compiled.issues.front().message : compiled.program->result_type().ToString();
  }

 private:
  Value Make(const StructType* type, std::vector<Value> fields) {
    EXPECT_EQ(fields.size(), type->fields.size());
    const auto owned = arena_.Copy(std::span<const Value>(fields));
    return Value::Struct(arena_.New(Record{type, owned.data()}));
  }

  Env env_;
  std::shared_ptr<StructType> account_, contact_, lead_;
  Arena arena_;
  std::vector<Value> slots_;
};

TEST(RecordsTest, FieldsAreTyped) {
  LeadEnv t;
  EXPECT_EQ(t.TypeOf("lead"), "leadline.v1.Lead");
  EXPECT_EQ(t.TypeOf("lead.account"), "leadline.v1.Account");
  EXPECT_EQ(t.TypeOf("lead.account.employees"), "int or absent");
  EXPECT_EQ(t.TypeOf("lead.contacts.map(c, c.email)"), "list(string or absent)");
  EXPECT_EQ(t.TypeOf("lead.create_time - duration('1h')"), "timestamp");
  EXPECT_EQ(t.TypeOf("lead.labels['origin']"), "string");
  EXPECT_EQ(t.TypeOf("lead.?account.employees"), "optional(int or absent)");
}

TEST(RecordsTest, FieldsAreRead) {
  LeadEnv t;
  EXPECT_EQ(t.Eval("lead.status == 'mql' && lead.score >= 100.0 && lead.account.employees > 50"), "true");
  EXPECT_EQ(t.Eval("lead.contacts.exists(c, c.seniority == 'manager' && c.email.endsWith('.com'))"), "true");
  EXPECT_EQ(t.Eval("lead.contacts.filter(c, has(c.email)).size()"), "1");
  EXPECT_EQ(t.Eval("lead.labels.origin"), "\"fair\"");
  EXPECT_EQ(t.Eval("lead.create_time < timestamp('2026-01-01T00:00:00Z')"), "true");
  EXPECT_EQ(t.Eval("type(lead.account)"), "leadline.v1.Account");
  EXPECT_EQ(t.Eval("lead == lead && lead != bare"), "true");
  EXPECT_EQ(t.Eval("lead.account"), "leadline.v1.Account{display_name: \"Acme\", employees: 250}");
}

TEST(RecordsTest, AbsentFields) {
  LeadEnv t;
  EXPECT_EQ(t.Eval("has(lead.score)"), "true");
  EXPECT_EQ(t.Eval("has(bare.score)"), "false");
  EXPECT_EQ(t.Eval("bare.score == null"), "true");
  EXPECT_EQ(t.Eval("bare.score == 104.0"), "false");
  EXPECT_EQ(t.Eval("bare.score > 1.0"), "error(\"bare.score is absent\")");
  EXPECT_EQ(t.Eval("has(bare.score) && bare.score > 1.0"), "false");
  EXPECT_EQ(t.Eval("has(bare.account)"), "false");
  EXPECT_EQ(t.Eval("has(bare.account.employees)"), "false");
  EXPECT_EQ(t.Eval("bare.account.employees > 5"), "error(\"bare.account is absent\")");
  EXPECT_EQ(t.Eval("bare.?account.?employees.orValue(0)"), "0");
  EXPECT_EQ(t.Eval("lead.?account.?employees.orValue(0)"), "250");
  EXPECT_EQ(t.Eval("lead.contacts.all(c, c.email != null)"), "false");
  EXPECT_EQ(t.Eval("bare.create_time == null"), "true");
}

TEST(RecordsTest, WrongFields) {
  LeadEnv t;
  EXPECT_EQ(t.Eval("lead.scor > 1.0"), "scor: leadline.v1.Lead has no field \"scor\" (did you mean \"score\"?)");
  EXPECT_EQ(t.Eval("lead.account.size"),
            "size: leadline.v1.Account has no field \"size\" (it has: display_name, employees)");
  EXPECT_EQ(t.Eval("has(lead.contacts[0].phone)"),
            "phone: leadline.v1.Contact has no field \"phone\" (it has: email, seniority)");
  EXPECT_EQ(t.Eval("lead.score == 'high'"), "lead.score == 'high': double and string cannot be compared");
  EXPECT_EQ(t.Eval("lead == lead.account"),
            "lead == lead.account: leadline.v1.Lead and leadline.v1.Account cannot be compared");
  EXPECT_EQ(t.Eval("lead.status.first"), "first: string has no fields (\".first\" needs a map or a record before it)");
  EXPECT_EQ(t.Eval("dyn(lead).scor == 1"), "error(\"leadline.v1.Lead has no field \\\"scor\\\"\")");
  EXPECT_EQ(t.Eval("dyn(lead).account.employees"), "250");
  EXPECT_EQ(t.Eval("Lead{status: 'mql'}"),
            "Lead: there is no message type \"Lead\" (records are read, not made, in an expression)");
}

TEST(MessagesTest, LiteralsOfWellKnownTypes) {
  LeadEnv t;
  EXPECT_EQ(t.Eval("google.protobuf.Int32Value{value: 5} + 1"), "6");
  EXPECT_EQ(t.Eval("google.protobuf.Int32Value{value: 2147483648}"), "error(\"the number does not fit in 32 bits\")");
  EXPECT_EQ(t.Eval("google.protobuf.StringValue{?value: optional.none()}"), "\"\"");
  EXPECT_EQ(t.Eval("google.protobuf.StringValue{?value: optional.of('x')}"), "\"x\"");
  EXPECT_EQ(t.Eval("google.protobuf.Duration{seconds: 90, nanos: 500000000}"), "duration(\"90.5s\")");
  EXPECT_EQ(t.Eval("google.protobuf.Timestamp{seconds: 1} == timestamp(1)"), "true");
  EXPECT_EQ(t.Eval("google.protobuf.Timestamp{seconds: 1, nanos: -1}"),
            "error(\"the time is outside the years 1 to 9999\")");
  EXPECT_EQ(t.Eval("google.protobuf.Struct{fields: {'a': google.protobuf.Value{bool_value: true}}}.a"), "true");
  EXPECT_EQ(t.Eval("google.protobuf.FloatValue{value: 1e300} > 1e308"), "true");
  EXPECT_EQ(t.Eval("google.protobuf.Int64Value{value: 'x'}"),
            "'x': value of google.protobuf.Int64Value is int, not string");
  EXPECT_EQ(t.Eval("google.protobuf.Int64Value{value: dyn('x')}"),
            "error(\"\\\"google.protobuf.Int64Value\\\" cannot be applied to string and string\")");
  EXPECT_EQ(t.Eval("google.protobuf.Int64Value{val: 1}"),
            "val: google.protobuf.Int64Value has no field \"val\" (it has: value)");
  EXPECT_EQ(t.Eval("google.protobuf.Int64Value{value: 1, value: 2}"), "value: the field \"value\" is given twice");
}

}  // namespace
}  // namespace leadline::cel
