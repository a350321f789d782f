#include "engine/listing/plan.h"

#include <algorithm>

#include "base/errors.h"
#include "base/status_macros.h"
#include "base/suggestion.h"
#include "engine/listing/id_time.h"
#include "engine/listing/listing.h"
#include "fmt/format.h"

namespace leadline::engine {
namespace {

using store::IdScan;
using store::ListPlace;

// Scans that are read as one.
constexpr size_t kMostScans = 200;

bool IsBound(const BoundTerm& term) {
  return !term.negated && !term.any && term.values.size() == 1 && term.op != FilterOp::kNotEqual &&
         term.op != FilterOp::kHas;
}

class Planner {
 public:
  Planner(store::Reader& reader, const ListShape& shape, std::span<const BoundTerm> terms, const ListOrder& order,
          const IdsOfKey& ids_of_key)
      : reader_(reader), shape_(shape), terms_(terms), order_(order), ids_of_key_(ids_of_key) {}

  absl::StatusOr<ListSource> Run() {
    ListSource source;
    if (order_name() == "change_position") {
      if (order_.descending) return InvalidField("order_by", "change_position goes up alone: the oldest change first");
      source.from = ListSource::From::kChanges;
      return source;
    }
    for (const IndexRule& rule : shape_.rules) {
      for (const BoundTerm& term : terms_) {
        if (!term.Picks() || shape_.fields[term.field].name != rule.field) continue;
        ASSIGN_OR_RETURN(const bool serves, Serve(rule, term, source));
        if (serves) return source;
      }
    }
    return Everything();
  }

 private:
  std::string_view order_name() const { return shape_.fields[order_.field].name; }

  // False when the rule serves another order alone, or has too many records to sort.
  absl::StatusOr<bool> Serve(const IndexRule& rule, const BoundTerm& term, ListSource& source) {
    if (rule.key) {
      source.from = ListSource::From::kSorted;
      ASSIGN_OR_RETURN(source.ids, ids_of_key_(term));
      return true;
    }
    const bool ordered = rule.order == order_name();
    if (!ordered && !rule.sorts) return false;
    std::vector<IdScan> scans;
    for (const FieldValue& value : term.values) {
      IdScan scan{.kind = shape_.kind, .by = rule.by, .value = std::get<std::string>(value)};
      scan.descending = order_.descending;
      scans.push_back(std::move(scan));
    }
    if (scans.size() > kMostScans) {
      return InvalidField("filter", fmt::format("{} stands for {} records with those merged into it, and {} is the "
                                                "most; ask for fewer",
                                                rule.field, scans.size(), kMostScans));
    }
    if (!ordered) {
      ASSIGN_OR_RETURN(const bool few, Few(scans));
      if (!few) {
        too_many_ = rule.field;
        ordered_by_ = rule.order;
        return false;
      }
    }
    if (ordered) {
      for (IdScan& scan : scans) SetBounds(scan);
    }
    source.from = ordered ? ListSource::From::kScans : ListSource::From::kSorted;
    source.scans = std::move(scans);
    source.countable = ordered && source.scans.size() == 1 && Served(&term);
    return true;
  }

  absl::StatusOr<bool> Few(const std::vector<IdScan>& scans) {
    int64_t left = kMostSorted;
    for (const IdScan& scan : scans) {
      ASSIGN_OR_RETURN(const int64_t count, reader_.CountIds(scan, static_cast<int>(left) + 1));
      left -= count;
      if (left < 0) return false;
    }
    return true;
  }

  // Whether nothing is asked but `picked` (which may be null) and bounds of what the order goes by.
  bool Served(const BoundTerm* picked) const {
    return std::all_of(terms_.begin(), terms_.end(), [&](const BoundTerm& term) {
      return &term == picked || (term.field == order_.field && IsBound(term));
    });
  }

  void SetBounds(IdScan& scan) const {
    const FieldBounds bounds = BoundsOf(terms_, order_.field);
    if (order_name() == "create_time") {
      const auto first = [](double time, bool next) { return FirstIdAt(static_cast<Time>(time) + (next ? 1 : 0)); };
      if (bounds.low) scan.low = ListPlace{0, first(*bounds.low, !bounds.low_included)};
      if (bounds.high) scan.high = ListPlace{0, first(*bounds.high, bounds.high_included)};
      return;
    }
    const auto place = [](double number, bool after) {
      return ListPlace{number, after ? std::string(store::kAfterAllIds) : std::string()};
    };
    if (bounds.low) scan.low = place(*bounds.low, !bounds.low_included);
    if (bounds.high) scan.high = place(*bounds.high, bounds.high_included);
  }

  absl::StatusOr<ListSource> Everything() {
    if (order_name() != "create_time") return NoOrder();
    ListSource source;
    const bool served = Served(nullptr);
    if (!served && !BoundsOf(terms_, order_.field).any()) return NoIndex();
    IdScan scan{.kind = shape_.kind, .by = IdScan::By::kEverything};
    scan.descending = order_.descending;
    SetBounds(scan);
    source.scans = {std::move(scan)};
    source.countable = served && shape_.kind != domain::RecordKind::kAccount;  // merged accounts are in it
    return source;
  }

  std::vector<std::string> Indexed(bool only_for_order) const {
    std::vector<std::string> names;
    for (const IndexRule& rule : shape_.rules) {
      if (only_for_order && !rule.key && !rule.sorts && rule.order != order_name()) continue;
      std::string name(rule.field);
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
    return names;
  }

  absl::Status NoIndex() const {
    if (!too_many_.empty()) return TooMany();
    return InvalidField("filter", fmt::format("no index serves it, and all {} would be read; add a term with = on {}, "
                                              "or a bound such as create_time >= 2026-01-31",
                                              shape_.plural, OneOf(Indexed(true))));
  }
  absl::Status NoOrder() const {
    if (!too_many_.empty()) return TooMany();
    return InvalidField("order_by", fmt::format("the order of {} needs a term with = on {} in the filter; all {} come "
                                                "in the order of create_time or change_position",
                                                order_name(), OneOf(Indexed(true)), shape_.plural));
  }
  absl::Status TooMany() const {
    return InvalidField("order_by", fmt::format("more than {} {} have this {}, too many to sort by {}; use order_by "
                                                "\"{}\", or add a term with = on another of {}",
                                                kMostSorted, shape_.plural, too_many_, order_name(), ordered_by_,
                                                OneOf(Indexed(true))));
  }

  store::Reader& reader_;
  const ListShape& shape_;
  const std::span<const BoundTerm> terms_;
  const ListOrder& order_;
  const IdsOfKey& ids_of_key_;
  std::string_view too_many_, ordered_by_;  // the last rule that was passed over
};

}  // namespace

size_t FieldNamed(std::span<const FieldInfo> fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const FieldInfo& f) { return f.name == name; });
  return static_cast<size_t>(found - fields.begin());
}

FieldBounds BoundsOf(std::span<const BoundTerm> terms, size_t field) {
  FieldBounds bounds;
  for (const BoundTerm& term : terms) {
    if (term.field != field || !IsBound(term)) continue;
    const double number = NumberOf(term.values.front());
    const bool equal = term.op == FilterOp::kEqual;
    if (equal || term.op == FilterOp::kGreater || term.op == FilterOp::kGreaterEqual) {
      const bool included = term.op != FilterOp::kGreater;
      if (!bounds.low || number > *bounds.low || (number == *bounds.low && !included)) {
        bounds.low = number;
        bounds.low_included = included;
      }
    }
    if (equal || term.op == FilterOp::kLess || term.op == FilterOp::kLessEqual) {
      const bool included = term.op != FilterOp::kLess;
      if (!bounds.high || number < *bounds.high || (number == *bounds.high && !included)) {
        bounds.high = number;
        bounds.high_included = included;
      }
    }
  }
  return bounds;
}

absl::StatusOr<ListSource> PlanList(store::Reader& reader, const ListShape& shape, std::span<const BoundTerm> terms,
                                    const ListOrder& order, const IdsOfKey& ids_of_key) {
  return Planner(reader, shape, terms, order, ids_of_key).Run();
}

MergedScans::MergedScans(store::Reader& reader, std::vector<IdScan> scans, int stretch)
    : reader_(reader), stretch_(stretch) {
  for (IdScan& scan : scans) streams_.push_back({std::move(scan), {}, 0, false});
}

absl::Status MergedScans::Fill(Stream& stream) {
  if (stream.next < stream.places.size() || stream.ended) return absl::OkStatus();
  if (!stream.places.empty()) {
    auto& end = stream.scan.descending ? stream.scan.high : stream.scan.low;
    end = stream.places.back();
  }
  ASSIGN_OR_RETURN(stream.places, reader_.ScanIds(stream.scan, stretch_));
  stream.next = 0;
  stream.ended = stream.places.empty();
  return absl::OkStatus();
}

absl::StatusOr<std::optional<ListPlace>> MergedScans::Next() {
  while (true) {
    Stream* first = nullptr;
    for (Stream& stream : streams_) {
      RETURN_IF_ERROR(Fill(stream));
      if (stream.ended) continue;
      const ListPlace& place = stream.places[stream.next];
      if (first != nullptr) {
        const ListPlace& other = first->places[first->next];
        const bool earlier = stream.scan.descending ? StandsBefore(other, place) : StandsBefore(place, other);
        if (!earlier) continue;
      }
      first = &stream;
    }
    if (first == nullptr) return std::optional<ListPlace>();
    ListPlace place = first->places[first->next++];
    if (last_ == place) continue;  // two of them have it
    last_ = place;
    return std::optional<ListPlace>(std::move(place));
  }
}

}  // namespace leadline::engine
