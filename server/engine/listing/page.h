// A page of a list: the same for all kinds of records.
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/errors.h"
#include "base/status_macros.h"
#include "engine/listing/bound_filter.h"
#include "engine/listing/filter.h"
#include "engine/listing/list_cursor.h"
#include "engine/listing/listing.h"
#include "engine/listing/plan.h"
#include "fmt/format.h"

namespace leadline::engine {

// What is known of a kind of records: the specialisations say
//   static const ListShape& Shape();
//   static FieldValue ValueOf(const Listed<T>& listed, size_t field);
//   static absl::StatusOr<T> Get(store::Reader& reader, std::string_view id);
//   // Sets values to the form in which records have them, and refuses those that nobody has.
//   static absl::Status Prepare(const Snapshot& snapshot, store::Reader& reader, std::string_view filter,
//                               BoundTerm& term);
//   static absl::StatusOr<std::vector<std::string>> IdsOfKey(const Snapshot& snapshot, store::Reader& reader,
//                                                            std::string_view filter, const BoundTerm& term);
template <typename T>
struct ListKind;

// Not thread-safe; lives within one view of the store.
template <typename T>
class Pager {
 public:
  using Kind = ListKind<T>;

  Pager(const Snapshot& snapshot, store::Reader& reader, const ListRequest& request, const Fits<T>& fits)
      : snapshot_(snapshot), reader_(reader), request_(request), fits_(fits) {}

  absl::StatusOr<ListPage<T>> Run() {
    RETURN_IF_ERROR(Understand());
    const auto ids_of_key = [this](const BoundTerm& term) {
      return Kind::IdsOfKey(snapshot_, reader_, request_.filter, term);
    };
    ASSIGN_OR_RETURN(ListSource source, PlanList(reader_, Kind::Shape(), terms_, order_, ids_of_key));
    if (request_.count && source.countable) {
      ASSIGN_OR_RETURN(const int64_t count, reader_.CountIds(source.scans.front(), kMostCounted + 1));
      if (count <= kMostCounted) page_.total_size = count;
    }
    switch (source.from) {
      case ListSource::From::kScans:
        RETURN_IF_ERROR(FromScans(std::move(source.scans)));
        break;
      case ListSource::From::kSorted:
        RETURN_IF_ERROR(FromSorted(std::move(source)));
        break;
      case ListSource::From::kChanges:
        RETURN_IF_ERROR(FromChanges());
        break;
    }
    return std::move(page_);
  }

 private:
  absl::Status Understand() {
    if (request_.page_size < 1 || request_.page_size > kMostPageSize) {
      return InvalidField("page_size", fmt::format("is {}; a page has 1 to {}", request_.page_size, kMostPageSize));
    }
    const ListShape& shape = Kind::Shape();
    ASSIGN_OR_RETURN(const std::vector<FilterTerm> terms, ParseFilter(request_.filter));
    ASSIGN_OR_RETURN(terms_, BindFilter(request_.filter, terms, shape.fields));
    order_.field = FieldNamed(shape.fields, "create_time");
    order_.descending = true;
    if (!request_.order_by.empty()) {
      ASSIGN_OR_RETURN(order_, ParseOrder(request_.order_by, shape.fields));
    } else if (const size_t changes = FieldNamed(shape.fields, "change_position"); BoundsOf(terms_, changes).low) {
      order_ = {changes, false};
    }
    list_ = fmt::format("{}|{}:{}|{}", shape.plural, request_.filter.size(), request_.filter, request_.order_by);
    if (!request_.cursor.empty()) {
      ASSIGN_OR_RETURN(cursor_, ParseListCursor(list_, request_.cursor));
    }
    for (BoundTerm& term : terms_) RETURN_IF_ERROR(Kind::Prepare(snapshot_, reader_, request_.filter, term));
    return absl::OkStatus();
  }

  bool IsWanted(const Listed<T>& listed) const {
    return std::all_of(terms_.begin(), terms_.end(),
                       [&](const BoundTerm& term) { return Holds(term, Kind::ValueOf(listed, term.field)); });
  }
  absl::StatusOr<Listed<T>> Get(const std::string& id) {
    Listed<T> listed;
    ASSIGN_OR_RETURN(listed.record, Kind::Get(reader_, id));
    ASSIGN_OR_RETURN(listed.change_position, reader_.LastChangeOf(Kind::Shape().kind, id));
    return listed;
  }
  bool full() const { return static_cast<int>(page_.items.size()) >= request_.page_size; }
  // False when the page ends without it.
  bool Add(Listed<T> listed) {
    if (fits_ && !fits_(listed) && !page_.items.empty()) return false;
    page_.items.push_back(std::move(listed));
    return true;
  }
  void EndAt(const store::ListPlace& last) { page_.next = FormatListCursor(list_, last); }

  absl::Status FromScans(std::vector<store::IdScan> scans) {
    for (store::IdScan& scan : scans) {
      if (cursor_.has_value()) (scan.descending ? scan.high : scan.low) = cursor_;
    }
    MergedScans places(reader_, std::move(scans), request_.page_size + 1);
    store::ListPlace last;
    for (int looked_at = 0;; ++looked_at) {
      ASSIGN_OR_RETURN(std::optional<store::ListPlace> place, places.Next());
      if (!place.has_value()) return absl::OkStatus();
      page_.scan_limit_reached = !full() && looked_at == kScanBudget;
      if (full() || page_.scan_limit_reached) break;
      ASSIGN_OR_RETURN(Listed<T> listed, Get(place->id));
      const bool wanted = listed.record.merged_into.empty() && IsWanted(listed);
      if (wanted && !Add(std::move(listed))) break;
      last = *std::move(place);
    }
    EndAt(last);
    return absl::OkStatus();
  }

  // The places of all that are wanted, in the list's order. The records are read again for the page, so that no more of
  // them than a page has are held at once.
  absl::StatusOr<std::vector<store::ListPlace>> SortedPlaces(ListSource source) {
    std::vector<std::string> ids = std::move(source.ids);
    for (const store::IdScan& scan : source.scans) {
      ASSIGN_OR_RETURN(const auto places, reader_.ScanIds(scan, kMostSorted));
      for (const store::ListPlace& place : places) ids.push_back(place.id);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    const bool by_id = Kind::Shape().fields[order_.field].name == "create_time";
    std::vector<store::ListPlace> places;
    for (std::string& id : ids) {
      ASSIGN_OR_RETURN(const Listed<T> listed, Get(id));
      if (!listed.record.merged_into.empty() || !IsWanted(listed)) continue;
      places.push_back({by_id ? 0 : NumberOf(Kind::ValueOf(listed, order_.field)), std::move(id)});
    }
    std::sort(places.begin(), places.end(), [this](const auto& a, const auto& b) {
      return order_.descending ? StandsBefore(b, a) : StandsBefore(a, b);
    });
    return places;
  }

  absl::Status FromSorted(ListSource source) {
    ASSIGN_OR_RETURN(const std::vector<store::ListPlace> places, SortedPlaces(std::move(source)));
    if (request_.count) page_.total_size = static_cast<int64_t>(places.size());
    auto place = places.begin();
    if (cursor_.has_value()) {
      place = std::find_if(places.begin(), places.end(), [this](const store::ListPlace& p) {
        return order_.descending ? StandsBefore(p, *cursor_) : StandsBefore(*cursor_, p);
      });
    }
    for (; place != places.end(); ++place) {
      if (full()) break;
      ASSIGN_OR_RETURN(Listed<T> listed, Get(place->id));
      if (!Add(std::move(listed))) break;
    }
    if (place != places.end()) EndAt(*std::prev(place));
    return absl::OkStatus();
  }

  // Of one transaction, from `changes[begin]` on. False when the page ends before it.
  absl::StatusOr<bool> AddTransaction(std::span<const store::RecordChange> changes) {
    std::vector<Listed<T>> wanted;
    for (const store::RecordChange& change : changes) {
      ASSIGN_OR_RETURN(Listed<T> listed, Get(change.id));
      if (IsWanted(listed)) wanted.push_back(std::move(listed));
    }
    if (wanted.empty()) return true;
    const bool first = page_.items.empty();
    if (!first && page_.items.size() + wanted.size() > static_cast<size_t>(request_.page_size)) return false;
    const size_t before = page_.items.size();
    for (Listed<T>& listed : wanted) {
      const bool fits = !fits_ || fits_(listed);
      if (!fits && !first) {
        page_.items.resize(before);
        return false;
      }
      page_.items.push_back(std::move(listed));
    }
    return true;
  }

  absl::Status FromChanges() {
    const FieldBounds bounds = BoundsOf(terms_, order_.field);
    int64_t after = bounds.low ? static_cast<int64_t>(*bounds.low) - (bounds.low_included ? 1 : 0) : 0;
    if (cursor_.has_value()) after = static_cast<int64_t>(cursor_->number);
    after = std::max<int64_t>(after, 0);
    int left = kScanBudget;
    while (true) {
      ASSIGN_OR_RETURN(const store::ChangePage changes,
                       reader_.ChangesAfter(Kind::Shape().kind, after, request_.page_size, left));
      left -= static_cast<int>(changes.looked_at);
      const std::span<const store::RecordChange> items = changes.items;
      for (size_t begin = 0, end = 0; begin < items.size(); begin = end) {
        while (end < items.size() && items[end].number == items[begin].number) ++end;
        if (bounds.high && static_cast<double>(items[begin].number) > *bounds.high) return absl::OkStatus();
        ASSIGN_OR_RETURN(const bool added, AddTransaction(items.subspan(begin, end - begin)));
        if (!added) {
          EndAt({static_cast<double>(items[begin].number - 1), {}});
          return absl::OkStatus();
        }
      }
      after = changes.through;
      if (changes.end) return absl::OkStatus();
      page_.scan_limit_reached = left <= 0 && !full();
      if (full() || left <= 0) break;
    }
    EndAt({static_cast<double>(after), {}});
    return absl::OkStatus();
  }

  const Snapshot& snapshot_;
  store::Reader& reader_;
  const ListRequest& request_;
  const Fits<T>& fits_;
  std::vector<BoundTerm> terms_;
  ListOrder order_;
  std::string list_;  // what cursors are bound to
  std::optional<store::ListPlace> cursor_;
  ListPage<T> page_;
};

template <typename T>
absl::StatusOr<ListPage<T>> ListRecords(const EngineOptions& options, const CallContext& context,
                                        const ListRequest& request, const Fits<T>& fits) {
  const std::shared_ptr<const Snapshot> snapshot = options.snapshots->Get();
  ListPage<T> page;
  RETURN_IF_ERROR(options.store->Read(
      context.tenant,
      [&](store::Reader& reader) -> absl::Status {
        ASSIGN_OR_RETURN(page, Pager<T>(*snapshot, reader, request, fits).Run());
        return absl::OkStatus();
      },
      context.wanted));
  return page;
}

// The value itself, or what the term's values are for others of the same form.
template <typename Change>
absl::Status ForEachText(BoundTerm& term, Change change) {
  for (size_t i = 0; i < term.values.size(); ++i) {
    if (auto* text = std::get_if<std::string>(&term.values[i]); text != nullptr && !text->empty())
      RETURN_IF_ERROR(change(*text, term.places[i]));
  }
  return absl::OkStatus();
}

}  // namespace leadline::engine
