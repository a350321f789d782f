// Which packs decide, since when, by whose word, and what stands ready to follow them. Plain data; not synchronised.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "domain/decision.h"
#include "domain/reference_versions.h"
#include "domain/set_aside.h"

namespace leadline::domain {

// The files of one version of a pack, kept by their hash.
struct PackContent {
  std::string sha256;                        // of the files
  std::string pack;                          // "central" or the region
  std::map<std::string, std::string> files;  // by path in the pack
  Time stored_at = 0;
  bool operator==(const PackContent&) const = default;
};

// A central pack decides only when both sides of the hand-off have said yes. The numbers are stored: never change them.
enum class ApprovalSide : uint8_t { kMarketing = 1, kSales = 2 };

struct PackApproval {
  ApprovalSide side = ApprovalSide::kMarketing;
  std::string principal;
  Time time = 0;
  std::string reason = {};  // why in spite of what the check warned of; may be empty
  bool operator==(const PackApproval&) const = default;
};

// A version of a pack that was checked and kept, and may be activated.
struct PackCandidate {
  PackRef ref;
  std::string proposed_by;
  Time proposed_at = 0;
  std::vector<PackApproval> approvals;  // at most one a side
  int64_t bytes = 0;                    // of its files
  // It has decided about leads, or may have: decisions name it, so its files stay when it leaves the list.
  bool decided = false;
  bool operator==(const PackCandidate&) const = default;
};

// A pack that decides.
struct ActivePack {
  PackRef ref;
  Time since = 0;
  std::string activated_by;
  bool added_later = false;     // not there at the first start: rolling back its first version takes it away
  std::vector<PackRef> before;  // what decided before it, newest last, at most kKeptVersions; a rollback takes the last
  bool operator==(const ActivePack&) const = default;
};

// A candidate beside the packs that decide. The numbers are stored: never change them.
enum class TrialMode : uint8_t {
  kShadow = 1,  // it decides beside them, and nothing is written from it
  kCanary = 2,  // it decides a share of the leads
};

struct Trial {
  TrialMode mode = TrialMode::kShadow;
  PackRef ref;
  int64_t generation = 0;      // of the snapshot that holds the candidate
  int32_t canary_percent = 0;  // 1 to 99 with kCanary, of leads
  Time since = 0;
  std::string started_by;
  int64_t start_position = 0;  // of the ledger, when it began
  // With kCanary. A position of the ledger: since then the candidate decides without a break, with this share or
  // another one.
  int64_t decided_from = 0;
  // With kCanary: regions whose leads it decides otherwise than the active packs; "": those whose region has no pack.
  std::vector<std::string> regions;
  bool operator==(const Trial&) const = default;
};

// A share of the leads that a canary decided and decides no more.
struct TrialShare {
  PackRef ref;                       // the candidate; its hash says which leads they are
  int32_t percent = 0;               // 1 to 99
  int64_t decided_from = 0;          // as of the trial
  std::vector<std::string> regions;  // as of the trial
  bool operator==(const TrialShare&) const = default;
};

// Leads scored again after an activation, or after a canary, in the order of ids. Left out are those of regions whose
// rules decide as they did, unless their person's region has other rules, or a canary decided them that has ended. A
// lead that is decided as before is not written.
struct Rescoring {
  int64_t generation = 0;  // of the packs that it scores by
  std::string after;       // the last lead that was begun; empty: none yet
  int64_t total = 0;       // leads when it began
  int64_t done = 0;        // gone through: left out or begun, those set aside included
  int64_t left_out = 0;    // of these, not looked at
  int64_t same = 0;        // decided, with the score, the status and the counting as open that they had
  int64_t changed = 0;     // decided otherwise, by the packs or by the time that went by
  Time started_at = 0;
  Time finished_at = 0;  // 0: goes on
  // Those whose step failed, and which are tried again. While kMostSetAside wait, no further leads are begun.
  std::vector<SetAsideLead> set_aside;
  int64_t skipped = 0;                      // given up after kMostTries
  std::vector<SetAsideLead> skipped_leads;  // the first kKeptSkipped of them
  // Regions whose rules are others than those by which their leads were decided, with the fingerprint of the rules; and
  // regions whose rules are not. "": leads whose region has no pack, which the central rules decide.
  std::map<std::string, std::string, std::less<>> regions;
  std::vector<std::string> left_out_regions;
  // Whose leads are decided again wherever they are, as if that trial had not been. At most kMostShares.
  std::vector<TrialShare> shares;
  static constexpr size_t kMostShares = 20;
  static constexpr size_t kMostSetAside = 200;
  static constexpr size_t kKeptSkipped = 20;
  static constexpr int32_t kMostTries = 6;
  bool operator==(const Rescoring&) const = default;

  // Whether leads of this region are to be decided.
  bool Covers(std::string_view region) const {
    if (regions.contains(region)) return true;
    const bool left = std::find(left_out_regions.begin(), left_out_regions.end(), region) != left_out_regions.end();
    return !left && regions.contains("");
  }
};

// One for all servers on the same store.
struct Rollout {
  static constexpr size_t kKeptVersions = 20;
  // Of one pack: so many candidates, with so many bytes of files. Older ones that nobody approved and that do not
  // decide give way.
  static constexpr size_t kMostCandidatesOfPack = 20;
  static constexpr int64_t kMostCandidateBytesOfPack = int64_t{64} << 20;
  // The same of all packs together that do not decide yet.
  static constexpr size_t kMostCandidatesOfNewPacks = 40;
  static constexpr int64_t kMostCandidateBytesOfNewPacks = int64_t{64} << 20;

  int64_t generation = 0;                 // of the packs that decide; grows with every change of what decides
  int64_t last_generation = 0;            // given to any snapshot, a trial's included
  std::vector<ActivePack> active;         // central first, then by name
  std::vector<PluginRef> plugins;         // that decide together with the packs, by id
  ReferenceVersions reference;            // the tables that they decide with; empty texts: an older server did not say
  std::string time_zones_sha256;          // of those of time zones, see TimeZones::fingerprint()
  std::vector<PackCandidate> candidates;  // newest last
  std::optional<Trial> trial;
  std::optional<Rescoring> rescoring;  // the last one, also when it is finished
  // By region with a pack, and "" for the others: the fingerprint of the rules by which all of its leads were decided
  // last; empty: by several, or nobody knows.
  std::map<std::string, std::string, std::less<>> decided_by;
  int64_t version = 0;  // of this record; 0: not stored yet
  bool operator==(const Rollout&) const = default;

  // Null when there is none.
  const ActivePack* FindActive(std::string_view pack) const {
    for (const ActivePack& p : active) {
      if (p.ref.pack == pack) return &p;
    }
    return nullptr;
  }
  // Whether it decides for all leads.
  bool IsActive(const PackRef& ref) const {
    const ActivePack* pack = FindActive(ref.pack);
    return pack != nullptr && pack->ref.sha256 == ref.sha256;
  }
  PackCandidate* FindCandidate(std::string_view sha256) {
    for (PackCandidate& c : candidates) {
      if (c.ref.sha256 == sha256) return &c;
    }
    return nullptr;
  }
};

// The rollout as the ledger keeps it: without its version and what leads were decided by, and of a rescoring only what
// it was begun with.
inline Rollout WithoutProgress(Rollout rollout) {
  rollout.version = 0;
  rollout.decided_by.clear();
  if (rollout.rescoring.has_value()) {
    Rescoring& rescoring = *rollout.rescoring;
    rescoring = {.generation = rescoring.generation,
                 .total = rescoring.total,
                 .started_at = rescoring.started_at,
                 .regions = std::move(rescoring.regions),
                 .left_out_regions = std::move(rescoring.left_out_regions),
                 .shares = std::move(rescoring.shares)};
  }
  return rollout;
}

}  // namespace leadline::domain
