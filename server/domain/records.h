// The records: accounts, contacts, leads and activities. Plain data; not synchronised.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "domain/dimension_points.h"

namespace leadline::domain {

// What an identifier names. The numbers are stored: never change them.
enum class RecordKind : uint8_t { kAccount = 1, kContact = 2, kLead = 3, kRep = 4, kPack = 5, kPlugin = 6 };

// A record by kind and id (without the "leads/" of its resource name).
struct RecordRef {
  RecordKind kind = RecordKind::kLead;
  std::string id;
  auto operator<=>(const RecordRef&) const = default;
};

// "leads/0198...", "contacts/...", "accounts/...", "reps/...", "packs/...", "plugins/com.example.fit".
std::string ResourceName(const RecordRef& ref);
std::string ResourceName(RecordKind kind, std::string_view id);
// The inverse; nothing when `name` has another form.
std::optional<RecordRef> ParseResourceName(std::string_view name);

// A value of a field that the packs' schema declares. monostate: null. `Moment` keeps times apart from numbers.
struct Moment {
  Time micros = 0;
  bool operator==(const Moment&) const = default;
};
using AttributeValue = std::variant<std::monostate, std::string, double, bool, Moment, std::vector<std::string>>;
using Attributes = std::map<std::string, AttributeValue, std::less<>>;

// What a record scores at one moment, in points.
struct Score {
  double total = 0;  // central + adjustment
  double central = 0;
  double adjustment = 0;
  DimensionPoints dimensions;  // central points only
  double threshold = 0;
  bool qualified = false;
  bool warm = false;  // worth a person's look before it is qualified
  Time as_of = 0;
  bool operator==(const Score&) const = default;
};

// Equal but for the moment that they are as of.
bool SamePoints(const Score& a, const Score& b);

// What the people of an account researched of one product: interactions, each of which counts less as it grows older.
struct ProductInterest {
  std::string product;
  double points = 0;
  bool operator==(const ProductInterest&) const = default;
};

// What all people of an account score together, in central points, at one moment (domain/account/account_score.h).
struct AccountScore {
  double total = 0;
  DimensionPoints dimensions;
  int64_t people = 0;                     // who did something, and whose points these are
  int64_t left_out = 0;                   // people beyond the most that are looked at: those who score least
  std::vector<ProductInterest> products;  // that they are interested in, the most first
  std::string policy;                     // fingerprint of what says how accounts score
  Time as_of = 0;
  int64_t position = 0;  // of the last event in the ledger that it counts
  bool operator==(const AccountScore&) const = default;
};

// Equal but for the moment and the position that they are as of.
bool SamePoints(const AccountScore& a, const AccountScore& b);

// That a record came to stand in a status, as StatusChanged told it.
struct StatusWord {
  Time time = 0;
  std::string status;
  std::string trigger;      // as in StatusChanged
  bool lead_alone = false;  // likewise
  bool decided = false;     // by a decision about this very record
  bool operator==(const StatusWord&) const = default;
};

// What one record went through, in the order of the ledger.
using StatusWords = std::vector<StatusWord>;

// A record keeps so many of its changes of status beside it, the newest.
inline constexpr size_t kMostMovesKept = 100;

// As of when the values of a person or company are that may become others with time (domain/history/value_times.h).
struct ValueTime {
  std::string field;
  Time time = 0;
  bool operator==(const ValueTime&) const = default;
};
struct ValueTimes {
  Time first = 0;                // of all that was said when the record was made
  std::vector<ValueTime> later;  // of what was said by itself, by field
  bool operator==(const ValueTimes&) const = default;
};

struct Account {
  std::string id;
  std::string name;
  std::string domain;   // registrable, lower case
  std::string country;  // ISO 3166-1 alpha-2
  std::string region;
  std::string industry;
  int64_t employees = 0;  // 0: unknown
  std::string owner;      // rep id
  Attributes attributes;
  Time created_at = 0;
  Time updated_at = 0;
  int64_t version = 0;  // 0: not stored yet
  std::string merged_into;
  std::optional<AccountScore> score;  // nothing: accounts are not scored, or none of its people did anything
  ValueTimes value_times;
  bool operator==(const Account&) const = default;
};

// What fields of a record mean by the packs' tables and plugins. Empty: they know nothing of it, and what was given
// stands.
struct Meaning {
  std::string seniority;   // contact.seniority
  std::string industry;    // account.industry
  std::string source;      // lead.source
  std::string language;    // lead.language
  std::string department;  // contact.department
  bool operator==(const Meaning&) const = default;
};

// Meaning as it was last derived for a record, kept so that plugins are not asked twice for the same. It never stands
// in the place of what was given, and no other record reads it.
struct DerivedMeaning {
  Meaning central;                  // by the centre's tables, and by those of the region that the centre accepts
  std::optional<Meaning> regional;  // by all of the region's tables; nothing: the same
  std::string derived_from;         // fingerprint of the tables, plugins and values; empty: to be derived again
  int64_t generation = 0;           // of the snapshot that derived it
  bool operator==(const DerivedMeaning&) const = default;

  const Meaning& by_region() const { return regional ? *regional : central; }
};

// The value of a field: its meaning where it has one, else what was given.
inline const std::string& Meant(const std::string& meaning, const std::string& given) {
  return meaning.empty() ? given : meaning;
}

// Reasons why a person is not marketable that no pack names.
inline constexpr std::string_view kNotMarketableErased = "erased";
inline constexpr std::string_view kNotMarketableStatus = "status";  // the person's status says so

struct Contact {
  std::string id;
  std::string account_id;
  std::string given_name;
  std::string family_name;
  std::string email;  // lower case
  std::string phone;  // E.164 where the library can read it, else as given; only what IsPhone says is a number
  std::string title;
  std::string language;  // BCP 47
  std::string country;
  DerivedMeaning meaning;  // for the person's own score and status, by the rules of the person's country
  std::string status;
  Time status_since = 0;
  Time handled_at = 0;  // when a person last decided its status, see Answers(); 0: never
  std::string disposition;
  Score score;
  bool marketable = false;            // may be sent marketing
  std::string not_marketable_reason;  // a pack's id of it, or one of the above; empty: marketable, or not decided yet
  Time next_decision_at = 0;          // as of a lead
  Attributes attributes;
  Time created_at = 0;
  Time updated_at = 0;
  int64_t version = 0;
  std::string merged_into;
  Time erased_at = 0;  // when the person was erased; then nothing says any more who it was; 0: not
  StatusWords moves;   // at most kMostMovesKept
  ValueTimes value_times;
  bool operator==(const Contact&) const = default;
};

// The attribute `department` as it was given; empty when it was not, or is no text.
const std::string& DepartmentOf(const Contact& contact);

struct ContactRole {
  std::string contact_id;
  std::string role;  // "enquirer", "decision_maker", ...
  bool operator==(const ContactRole&) const = default;
};

struct Money {
  std::string currency;  // ISO 4217
  int64_t micros = 0;
  bool operator==(const Money&) const = default;
};

// The numbers are stored: never change them. kUndone: the clock came with a merge that was undone; no report counts it.
enum class SlaState : uint8_t {
  kRunning = 1,
  kWarned = 2,
  kBreached = 3,
  kMet = 4,
  kMetLate = 5,
  kCancelled = 6,
  kUndone = 7
};

struct SlaClock {
  std::string sla_id;
  Time start = 0;
  Time warn = 0;
  Time due = 0;
  Time stopped = 0;  // 0 while it runs
  SlaState state = SlaState::kRunning;
  std::string calendar;  // on which it counts
  // After it was handed over or stood: from when it counts on, and the working time that had passed by then. 0: it
  // counts from its start.
  Time since = 0;
  Duration counted = 0;
  Time paused = 0;  // since when it stands; then `due` is the latest that it can be; 0: it does not
  // Of its level's ladder that were taken, by it and by those that it goes on for; or kNoSteps: it climbs none.
  int64_t steps = 0;
  static constexpr int64_t kNoSteps = -1;
  Time step_at = 0;  // when the next of them is due; 0: it is not breached, or there is none
  bool operator==(const SlaClock&) const = default;
  // One that was breached stays open until it is met too late, or ended without an answer: then it stays breached.
  bool open() const {
    return stopped == 0 && (state == SlaState::kRunning || state == SlaState::kWarned || state == SlaState::kBreached);
  }
};

// Who last had a lead and has it no more, or no more in hand.
struct FormerRep {
  std::string rep;           // empty: nobody has had it
  Time until = 0;            // when they last had it in work
  std::string rejected_by;   // who gave it back since it was last given to them; empty: nobody
  std::string rejected_for;  // the packs' reason for that
  bool operator==(const FormerRep&) const = default;
};

struct Lead {
  std::string id;
  std::string account_id;             // may be empty
  std::vector<ContactRole> contacts;  // the first is the enquirer
  std::string source;
  std::string region;
  std::string country;
  std::string language;
  DerivedMeaning meaning;  // by the rules of its region
  std::vector<std::string> products;
  std::optional<Money> value;
  double probability = 0;  // 0 to 1
  bool purchased = false;
  std::string status;
  Time status_since = 0;
  Time handled_at = 0;  // when a person last decided its status; 0: never
  std::string disposition;
  Score score;
  std::string assignee;    // rep id
  std::string given_by;    // the route of the last Assigned
  std::string hold_queue;  // where it waits while nobody works it; empty: in none
  // The route, gate or transition that put it there, or "sla/" and the level whose ladder did; empty: no route had a
  // rep for it.
  std::string held_by;
  Time held_since = 0;  // since when it is in that queue; 0: in none
  // The open clock that is due first; without any, the one that was told last.
  std::optional<SlaClock> sla;
  std::vector<SlaClock> other_clocks;  // open, beside `sla`, in the order in which they are due
  int64_t handed_on = 0;               // clocks that ended breached since it entered its status
  bool open = false;                   // whether its status counts as work in hand of whoever has it
  int64_t activity_count = 0;
  Time last_activity_at = 0;  // 0: none
  // When time alone may first change what is decided of it, or earlier; 0: never. Derived with every score by the rules
  // that decide then, as meaning is: no event tells it. 0 of whoever is merged or erased.
  Time next_decision_at = 0;
  Attributes attributes;
  Time created_at = 0;
  Time updated_at = 0;
  int64_t version = 0;
  std::string merged_into;
  StatusWords moves;  // at most kMostMovesKept
  FormerRep former;
  // The lead that it was one deal with until then; empty: none. Its activities without a contact repeat that one's.
  std::string split_from;
  Time split_at = 0;
  bool operator==(const Lead&) const = default;
};

struct Activity {
  std::string id;
  std::string lead_id;
  // Who acted. Empty: it repeats, on a lead that was split off, what somebody did of the other lead, and counts for the
  // lead alone.
  std::string contact_id;
  std::string account_id;
  std::string channel;
  std::string investment;
  std::string response;
  Time time = 0;
  std::string product;
  std::string subject;
  bool operator==(const Activity&) const = default;
};

// By time, then id: the order in which activities count.
bool Older(const Activity& a, const Activity& b);
// Of activities in that order, those that have happened at `now`.
std::span<const Activity> HappenedBy(std::span<const Activity> activities, Time now);

// A person who works leads, as the packs list them.
struct Rep {
  std::string id;
  std::string name;
  std::string team;
  std::string calendar;  // whose hours and holidays they work; empty: their team's
  std::string region;    // of the pack that lists the rep; empty for central
  std::vector<std::string> languages;
  std::vector<std::string> territories;
  double weight = 1;
  int64_t capacity = 0;  // leads in work at once; 0: no limit
  // Leads given within any hour, and any 24 hours; at most kMostGivenKept; 0: no limit.
  int64_t most_per_hour = 0;
  int64_t most_per_day = 0;
  bool senior = false;
  std::optional<double> latitude;
  std::optional<double> longitude;
  bool operator==(const Rep&) const = default;
};

// A time in which a rep takes no new leads, planned ahead: from `start`, without `end`.
struct Absence {
  Time start = 0;
  Time end = 0;
  bool operator==(const Absence&) const = default;
  auto operator<=>(const Absence&) const = default;
};

// What the store knows of a rep.
struct RepState {
  std::string rep_id;
  bool available = true;
  Time unavailable_until = 0;  // 0: until told otherwise, when not available
  int64_t open_leads = 0;
  std::vector<Absence> absences;  // planned, by their start; at most kMostAbsences
  std::vector<Time> given;        // when leads were given, oldest first; see NoteGiven of domain/routing.h
  int64_t version = 0;
  bool operator==(const RepState&) const = default;

  bool AvailableAt(Time now) const {
    const bool said = available || (unavailable_until != 0 && unavailable_until <= now);
    return said && std::none_of(absences.begin(), absences.end(),
                                [&](const Absence& absence) { return absence.start <= now && now < absence.end; });
  }
};

// A pool member's place in the round robin.
struct PoolState {
  std::string rep_id;
  double turns_owed = 0;  // what it earned by its weight, less what it was given; below 0: it is ahead
  int64_t assigned = 0;
  Time last_assigned = 0;
  bool operator==(const PoolState&) const = default;
};

// One field of a record before and after a change, as images (domain/field_values.h).
struct FieldChange {
  std::string field;  // as its member is called; "attributes.<name>" for an attribute
  std::string before;
  std::string after;
  bool operator==(const FieldChange&) const = default;
};

// One merge that stands, with what undoing it needs.
struct MergeRecord {
  std::string id;
  RecordKind kind = RecordKind::kContact;
  std::string survivor_id;
  std::string absorbed_id;
  Time time = 0;
  std::string actor;
  std::string reason;
  bool undone = false;
  std::vector<FieldChange> changed;  // of the survivor, as the merge left it
  bool operator==(const MergeRecord&) const = default;
};

}  // namespace leadline::domain
