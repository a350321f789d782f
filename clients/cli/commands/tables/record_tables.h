// One record as people read it.
#pragma once

#include "cli/output/table.h"
#include "leadline/v1/records.pb.h"
#include "leadline/v1/routing_service.pb.h"

namespace leadline::cli {

// Two columns: what it is, and the value; fields without a value are left out.
Table RecordTable();
void AddRows(Table& table, const v1::Lead& lead);
void AddRows(Table& table, const v1::Contact& contact);
void AddRows(Table& table, const v1::Account& account);
void AddRows(Table& table, const v1::Rep& rep);
// "2026-01-31 09:30", and nothing for a moment that is not known.
std::string MinuteOf(const google::protobuf::Timestamp& time);

template <typename Record>
Table TableOfRecord(const Record& record) {
  Table table = RecordTable();
  AddRows(table, record);
  return table;
}

}  // namespace leadline::cli
