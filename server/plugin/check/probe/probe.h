// What the function of a dynamic check is given: the plugin, and where its findings go.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "fmt/format.h"
#include "plugin/check/subject/job.h"
#include "plugin/check/subject/subject.h"

namespace leadline::plugin::check {

// One check in its process. Not thread-safe, but Fail() may be called by any one thread at a time.
class Probe {
 public:
  Probe(const Job& job, Board& board) : job_(job), board_(board), subject_(job) {}

  const Job& job() const { return job_; }
  Board& board() { return board_; }
  Subject& subject() { return subject_; }

  // What the plugin is asked next, for the report of a crash: "in score() with 64 items".
  void Step(Phase phase, std::string_view text);
  void Fail(std::string message) { Post(Outcome::kFailed, std::move(message)); }
  void Warn(std::string message) { Post(Outcome::kWarning, std::move(message)); }
  void Skip(std::string message) { Post(Outcome::kSkipped, std::move(message)); }
  bool has_failed() const { return failures_ != 0; }

  // An instance as the server makes one; null, with a finding, when there is none.
  std::unique_ptr<Instance> Make(CreateSettings settings = {});
  void Destroy(Instance& instance);
  // The job's config, for CreateSettings.
  CreateSettings Settings() const;

  // Calls with inputs that lie in ordinary memory.
  CallOutcome Run(Instance& instance, const Offered& offered, std::span<const Item> items,
                  const CallSettings& settings = {});
  // Calls with a batch that lies where the check wants it.
  CallOutcome Run(Instance& instance, const Offered& offered, const Batch& batch, const CallSettings& settings = {});
  // Whether it is known to survive such items: the input checks come before those that use odd items.
  bool Survives(Flavour flavour) const;
  // Items for the fields that the plugin asked for; after the first Make().
  ItemSource Items(uint64_t salt = 0) const;
  // Whether two calls with `items` agree; if not, posts that nothing can be compared.
  bool IsSettled(Instance& instance, const Offered& offered, std::span<const Item> items);

 private:
  void Post(Outcome outcome, std::string message);

  const Job& job_;
  Board& board_;
  Subject subject_;
  int failures_ = 0;
  int posted_ = 0;
  std::list<BlockPlacer> inputs_;  // kept, so that a plugin that keeps pointers into them is found by one check alone
};

// How two outcomes of the same items differ: the first place, or nothing.
std::string Difference(const CallOutcome& a, const CallOutcome& b);
std::string Difference(const ItemOutcome& a, const ItemOutcome& b);

// "INVALID_ARGUMENT (3)".
std::string CodeName(int32_t code);

}  // namespace leadline::plugin::check
