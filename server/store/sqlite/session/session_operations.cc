// Long work that clients asked for.
#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/errors.h"
#include "base/status_macros.h"
#include "fmt/format.h"
#include "store/codec.h"
#include "store/compression.h"
#include "store/sealing/key_sealer.h"
#include "store/sqlite/session/session.h"

namespace leadline::store {
namespace {

absl::Status TakeCompressed(std::string_view stored, std::string_view id, std::string& bytes) {
  if (Decompress(stored, bytes) && stored.empty()) return absl::OkStatus();
  return DamagedRecord("operations", id, absl::DataLossError("it cannot be decompressed"));
}

constexpr char kSampleSealed = 's', kSampleInClear = 'c';  // begin the second text of a sample

bool TellsOf(const std::string& names, const std::set<std::string, std::less<>>& records) {
  const std::vector<std::string> each = absl::StrSplit(names, ' ');
  return std::any_of(each.begin(), each.end(), [&](const std::string& name) { return records.contains(name); });
}

absl::Status DecodeSamples(std::string_view stored, std::string_view id, std::vector<std::string>& texts) {
  absl::Status read = Decode(stored, texts);
  if (read.ok() && texts.size() % 2 != 0) read = absl::DataLossError("a sample has no bytes");
  return read.ok() ? read : DamagedRecord("operations", id, read);
}

}  // namespace

// Two texts for each: the names, and how it is kept with its bytes, compressed. Nothing for none.
absl::StatusOr<std::string> Session::SamplesForm(const Operation& operation) {
  std::vector<std::string> texts;
  std::string form, plain;
  for (const OperationSample& sample : operation.samples) {
    Slots slots;
    for (const std::string& name : sample.records) {
      const std::optional<domain::RecordRef> ref = domain::ParseResourceName(name);
      using domain::RecordKind;
      if (!ref || (ref->kind != RecordKind::kContact && ref->kind != RecordKind::kLead)) continue;
      ASSIGN_OR_RETURN(const int64_t slot, StoredSlot(ref->kind, ref->id));
      if (slot != 0) slots.push_back(slot);
    }
    plain.clear();
    Compress(sample.bytes, plain);
    texts.push_back(absl::StrJoin(sample.records, " "));
    std::string& kept = texts.emplace_back(1, slots.empty() ? kSampleInClear : kSampleSealed);
    if (slots.empty()) {
      kept += plain;
    } else {
      RETURN_IF_ERROR(SealWith(keys_, std::move(slots), PlaceOf("operations", operation.id), plain, kept));
    }
  }
  if (!texts.empty()) Encode(texts, form);
  return form;
}

absl::Status Session::TakeSamples(std::string_view stored, Operation& operation) {
  operation.samples.clear();
  if (stored.empty()) return absl::OkStatus();
  std::vector<std::string> texts;
  RETURN_IF_ERROR(DecodeSamples(stored, operation.id, texts));
  std::string plain;
  for (size_t i = 0; i < texts.size(); i += 2) {
    const std::string_view kept = texts[i + 1];
    plain = kept.substr(std::min<size_t>(kept.size(), 1));
    if (kept.starts_with(kSampleSealed)) {
      const Opened opened = OpenWith(keys_, PlaceOf("operations", operation.id), kept.substr(1), plain);
      if (opened == Opened::kErased) continue;
      if (opened == Opened::kFailed) {
        return DamagedRecord("operations", operation.id, absl::DataLossError("a sample cannot be opened"));
      }
    }
    OperationSample& sample = operation.samples.emplace_back();
    sample.records = absl::StrSplit(texts[i], ' ', absl::SkipEmpty());
    RETURN_IF_ERROR(TakeCompressed(plain, operation.id, sample.bytes));
  }
  return absl::OkStatus();
}

absl::StatusOr<Operation> Session::GetOperation(std::string_view id) {
  Query query = connection_.Prepare(Sql::kGetOperation);
  if (!query.Bind(tenant_, id).Next()) {
    RETURN_IF_ERROR(Break(query.status()));
    return WithResource(absl::NotFoundError(fmt::format("there is no operation \"{}\"", id)),
                        fmt::format("operations/{}", id));
  }
  Operation out;
  out.id = id;
  out.method = query.String(0);
  out.subject = query.String(1);
  out.actor = query.String(2);
  out.request_id = query.String(3);
  out.validate_only = query.Int(4) != 0;
  out.created_at = query.Int(5);
  out.begun_at = query.Int(6);
  out.ended_at = query.Int(7);
  out.tries = query.Int(8);
  out.cancelled = query.Int(9) != 0;
  out.done = query.Int(10);
  out.total = query.Int(11);
  RETURN_IF_ERROR(TakeCompressed(query.Bytes(12), id, out.request));
  RETURN_IF_ERROR(TakeCompressed(query.Bytes(13), id, out.result));
  RETURN_IF_ERROR(TakeSamples(query.Bytes(14), out));
  return out;
}

absl::Status Session::Put(const Operation& operation) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kOperation, operation.id);
  std::string request, result;
  Compress(operation.request, request);
  Compress(operation.result, result);
  ASSIGN_OR_RETURN(const std::string samples, SamplesForm(operation));
  Query put = connection_.Prepare(Sql::kPutOperation);
  return Run(put.Bind(tenant_, operation.id, operation.method, operation.subject, operation.actor, operation.request_id,
                      operation.validate_only, operation.created_at, operation.begun_at, operation.ended_at,
                      operation.tries, operation.cancelled, operation.done, operation.total, Blob{request},
                      Blob{result}, Blob{samples}));
}

absl::Status Session::DropOperation(std::string_view id) {
  RETURN_IF_ERROR(BeginWriting());
  Changes(ScopeKind::kOperation, id);
  Query drop = connection_.Prepare(Sql::kDropOperation);
  return Run(drop.Bind(tenant_, id));
}

absl::StatusOr<std::vector<std::string>> Session::OperationIds(std::string_view before, int limit) {
  Query query = connection_.Prepare(Sql::kOperationIds);
  query.Bind(tenant_, before, limit);
  std::vector<std::string> ids;
  while (query.Next()) ids.push_back(query.String(0));
  RETURN_IF_ERROR(Break(query.status()));
  return ids;
}

absl::StatusOr<std::vector<std::string>> Session::UnfinishedOperations(int limit) {
  Query query = connection_.Prepare(Sql::kUnfinishedOperations);
  query.Bind(tenant_, limit);
  std::vector<std::string> ids;
  while (query.Next()) ids.push_back(query.String(0));
  RETURN_IF_ERROR(Break(query.status()));
  return ids;
}

absl::StatusOr<int> Session::ForgetOperations(Time before, int most, int64_t most_bytes) {
  struct Ended {
    Time at;
    std::string id;
    int64_t bytes;
  };
  std::vector<Ended> all;
  {
    Query query = connection_.Prepare(Sql::kEndedOperations);
    query.Bind(tenant_);
    while (query.Next()) all.push_back({query.Int(1), query.String(0), query.Int(2)});
    RETURN_IF_ERROR(Break(query.status()));
  }
  // The last first.
  std::sort(all.begin(), all.end(),
            [](const Ended& a, const Ended& b) { return std::tie(b.at, b.id) < std::tie(a.at, a.id); });
  int forgotten = 0, kept = 0;
  int64_t bytes = 0;
  for (const Ended& operation : all) {
    bytes += operation.bytes;
    if (operation.at >= before && kept < most && bytes <= most_bytes) {
      ++kept;
    } else {
      RETURN_IF_ERROR(DropOperation(operation.id));
      ++forgotten;
    }
  }
  return forgotten;
}

absl::Status Session::ForgetSamples(const std::set<std::string, std::less<>>& records) {
  RETURN_IF_ERROR(BeginWriting());
  std::vector<std::pair<std::string, std::string>> rewritten;
  {
    Query query = connection_.Prepare(Sql::kSampledOperations);
    query.Bind(tenant_);
    while (query.Next()) {
      std::string id = query.String(0);
      std::vector<std::string> texts, left;
      RETURN_IF_ERROR(DecodeSamples(query.Bytes(1), id, texts));
      for (size_t i = 0; i < texts.size(); i += 2) {
        if (!TellsOf(texts[i], records)) std::move(&texts[i], &texts[i] + 2, std::back_inserter(left));
      }
      if (left.size() == texts.size()) continue;
      std::string form;
      if (!left.empty()) Encode(left, form);
      rewritten.emplace_back(std::move(id), std::move(form));
    }
    RETURN_IF_ERROR(Break(query.status()));
  }
  for (const auto& [id, form] : rewritten) {
    Changes(ScopeKind::kOperation, id);
    Query put = connection_.Prepare(Sql::kPutOperationSamples);
    RETURN_IF_ERROR(Run(put.Bind(tenant_, id, Blob{form})));
  }
  return absl::OkStatus();
}

}  // namespace leadline::store
