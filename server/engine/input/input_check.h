// Holds what clients send to the packs' schema.yaml: one check for every way in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/errors.h"
#include "base/field_path.h"
#include "domain/records.h"
#include "engine/input/input_schema.h"

namespace leadline::engine {

// Checks one request and brings codes into the form they are kept in: countries ("uk" is GB) and languages ("pt_br" is
// pt-BR). Texts have at most `max_len` bytes, lists `max_items` items; where schema.yaml lists `values`, another one is
// refused, or noted as a warning where the field is `open`. An empty text is a field that was not sent. All violations
// are collected: the first kMostFaults with their hints, the others only counted. Costs a look-up in a hash map for
// each value that was sent, and no allocation but where something is wrong. Not thread-safe; lives for one request.
class InputCheck {
 public:
  using Record = InputSchema::Record;
  static constexpr size_t kMostFaults = 20;

  // `schema` must outlive this. `now`: nothing happened more than a day after it.
  InputCheck(const InputSchema& schema, Time now) : schema_(schema), now_(now) {}

  void Account(const FieldPath& path, domain::Account& account);
  void Contact(const FieldPath& path, domain::Contact& contact);
  // What a client may say of a lead; account, contacts, status and value are not looked at.
  void Lead(const FieldPath& path, domain::Lead& lead);
  // With the channel, investment and response, which every activity has.
  void Activity(const FieldPath& path, const domain::Activity& activity);
  void Attributes(const FieldPath& path, Record record, const domain::Attributes& attributes);
  void Attribute(const FieldPath& path, Record record, std::string_view name, const domain::AttributeValue& value);

  // `name` is the field's in schema.yaml. What it does not declare is not checked.
  void Text(const FieldPath& path, Record record, std::string_view name, std::string_view value);
  void Texts(const FieldPath& path, Record record, std::string_view name, const std::vector<std::string>& values);
  void Country(const FieldPath& path, std::string& code);
  void Language(const FieldPath& path, std::string& tag);
  void Region(const FieldPath& path, std::string_view region);

  // Violations that were found before, which are reported with the others; what follows from one of them is not. Gives
  // back a status that carries none.
  absl::Status Take(const absl::Status& found);

  void Refuse(const FieldPath& path, std::string description);
  bool ok() const { return faults_ == 0; }
  // INVALID_ARGUMENT with every violation.
  absl::Status ToStatus() const;

  // A value that an open field took although schema.yaml does not list it.
  struct Unlisted {
    std::string field;    // "activity.response"
    std::string value;    // at most 64 bytes of it
    std::string path;     // in the request
    std::string nearest;  // the listed value that was likely meant; empty when there is none
  };
  // The first kMostFaults of them.
  const std::vector<Unlisted>& unlisted() const { return unlisted_; }

 private:
  // Whether more hints may be made.
  bool Counts();
  void TextOf(const FieldPath& path, const InputSchema::Field& field, std::string_view value);
  void TextsOf(const FieldPath& path, const InputSchema::Field& field, const std::vector<std::string>& values);

  const InputSchema& schema_;
  const Time now_;
  std::vector<FieldViolation> violations_;
  size_t taken_ = 0;  // of them, by Take()
  std::vector<Unlisted> unlisted_;
  size_t faults_ = 0;
};

}  // namespace leadline::engine
