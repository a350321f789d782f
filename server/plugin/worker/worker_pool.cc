#include "plugin/worker/worker_pool.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/executor.h"
#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::plugin {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A caller that may be cancelled looks up this often, since nobody wakes it.
constexpr auto kLookAfter = milliseconds(20);
// Between a start that failed and the next one.
constexpr auto kPause = milliseconds(200);

// Threads of a library take no signals of the program's.
std::thread StartWithoutSignals(std::function<void()> run) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(std::move(run));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

bool SameFields(const std::vector<wire::Field>& a, const std::vector<wire::Field>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const wire::Field& x, const wire::Field& y) {
    return x.name == y.name && x.slot.kind == y.slot.kind;
  });
}

template <class T>
void Remove(std::vector<T>& from, const T& item) {
  from.erase(std::remove(from.begin(), from.end(), item), from.end());
}

}  // namespace

struct WorkerPool::Watch {
  std::vector<pollfd> fds;  // first the wake-up, then per child: standard error, the end
  std::vector<WorkerChild*> children;
  std::vector<Late> late;  // their answers come last in fds
  std::optional<TimePoint> until;
};

WorkerPool::WorkerPool(WorkerSpec spec, uint32_t limit, CallRecord& record)
    : spec_(std::move(spec)),
      limit_(limit),
      who_("plugin " + spec_.start.id),
      record_(record),
      deaths_(spec_.options.quarantine_after, spec_.options.quarantine_window) {}

WorkerPool::~WorkerPool() {
  closing_.store(true);
  if (thread_.joinable()) {
    Wake();
    thread_.join();
  }
  if (wake_fd_ >= 0) close(wake_fd_);
}

absl::Status WorkerPool::Open() {
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd_ < 0) return absl::UnavailableError(std::generic_category().message(errno));
  // Workers are started by this thread alone: they die with the thread that started them.
  thread_ = StartWithoutSignals([this] { Supervise(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return opened_; });
  return opening_;
}

absl::StatusOr<WorkerChild*> WorkerPool::Borrow(const CallOptions& options) {
  std::unique_lock lock(mutex_);
  TimePoint none_since = TimePoint::max();
  while (true) {
    if (!quarantine_.empty()) return Quarantined();
    if (lent_ < limit_ && !idle_.empty()) {
      WorkerChild* child = idle_.back();
      idle_.pop_back();
      ++lent_;
      // The spare is taken: another one, in the background.
      if (WantsOne()) Wake();
      return child;
    }
    RETURN_IF_ERROR(StillWanted(options, who_));
    const TimePoint now = steady_clock::now();
    none_since = Living() == 0 ? std::min(none_since, now) : TimePoint::max();
    if (none_since != TimePoint::max() && now - none_since >= spec_.options.call_timeout) {
      return absl::UnavailableError(fmt::format("{}: its workers died and no new one is ready yet; try again", who_));
    }
    TimePoint until = now + (options.cancelled != nullptr ? kLookAfter : spec_.options.call_timeout);
    if (options.deadline) until = std::min(until, *options.deadline);
    ++waiting_;
    {
      const Executor::Away away;
      changed_.wait_until(lock, until);
    }
    --waiting_;
  }
}

void WorkerPool::Return(WorkerChild* child) {
  std::lock_guard lock(mutex_);
  --lent_;
  if (!quarantine_.empty()) return Retire(child);
  idle_.push_back(child);
  if (waiting_ > 0) changed_.notify_one();
}

void WorkerPool::Leave(WorkerChild* child, TimePoint hang) {
  std::lock_guard lock(mutex_);
  late_.push_back({child, hang});
  Wake();
}

void WorkerPool::Bury(WorkerChild* child, std::string_view what) {
  child->process().Kill();
  std::lock_guard lock(mutex_);
  --lent_;
  Retire(child);
  CountDeath(what);
}

PluginHealth::State WorkerPool::state() const {
  std::lock_guard lock(mutex_);
  if (!quarantine_.empty()) return PluginHealth::State::kQuarantined;
  return Living() == 0 ? PluginHealth::State::kRestarting : PluginHealth::State::kServing;
}

absl::Status WorkerPool::Quarantined() const {
  return absl::UnavailableError(fmt::format("{}: quarantined: {}; mend it, then reload it", who_, quarantine_));
}

void WorkerPool::Retire(WorkerChild* child) {
  child->process().Kill();
  dead_.push_back(child);
  Wake();
}

void WorkerPool::CountDeath(std::string_view what) {
  record_.CountDeath(fmt::format("{}: its worker {}", who_, what));
  if (deaths_.Add(steady_clock::now()) && quarantine_.empty()) {
    quarantine_ = fmt::format("its workers died {} times within {} s, and the last one {}",
                              std::max(1, spec_.options.quarantine_after),
                              std::chrono::duration<double>(spec_.options.quarantine_window).count(), what);
    quarantined_.store(true, std::memory_order_relaxed);
    if (spec_.log) spec_.log(LEADLINE_LOG_ERROR, spec_.start.id, "quarantined: " + quarantine_);
    for (WorkerChild* child : idle_) Retire(child);
    idle_.clear();
  }
  changed_.notify_all();
}

// ------------------------------------------------------------------------------------------------- The thread

void WorkerPool::Wake() const {
  uint64_t one = 1;
  [[maybe_unused]] ssize_t written = write(wake_fd_, &one, sizeof(one));
}

void WorkerPool::Supervise() {
  while (!closing_.load()) {
    bool start = false;
    {
      std::lock_guard lock(mutex_);
      start = WantsOne() && steady_clock::now() >= next_start_;
    }
    if (start) StartOne();
    if (!opening_.ok()) break;  // written by this thread alone
    EndTheDead();
    LookAfter(WhatToWatch());
  }
  std::vector<Child> all;
  {
    std::lock_guard lock(mutex_);
    all.swap(children_);
  }
  for (Child& child : all) child->process().Kill();
}

bool WorkerPool::WantsOne() const {
  if (closing_.load() || !quarantine_.empty()) return false;
  // One that serves and one that stands ready; more when all are busy at once.
  return Living() < 2 || (idle_.empty() && Living() <= limit_);
}

absl::Status WorkerPool::Accept(const wire::Ready& ready) {
  if (opened_) {
    if (SameFields(ready.fields, ready_.fields)) return absl::OkStatus();
    return absl::FailedPreconditionError(
        "asks for other fields than its first instance; ask for the same in every create()");
  }
  ready_ = ready;
  for (wire::Field& field : ready_.fields) {
    // Never the worker's word for what a field is: only for the kind where the schema leaves it open.
    std::optional<FieldSlot> known = spec_.catalog ? spec_.catalog(field.name) : std::nullopt;
    if (!known || (known->kind != LEADLINE_NULL && known->kind != field.slot.kind)) {
      return absl::InternalError(fmt::format("its worker says it was given the field \"{}\"", field.name));
    }
    field.slot.index = known->index;
  }
  spec_.start.fields = ready_.fields;
  spec_.start.fields_fixed = true;
  return absl::OkStatus();
}

void WorkerPool::StartOne() {
  absl::StatusOr<Child> child = WorkerChild::Start(spec_, next_instance_++, closing_);
  absl::Status status = child.status();
  if (status.ok()) status = Accept((*child)->ready());
  if (status.ok() && !opened_) sandbox_ = (*child)->sandbox();
  std::lock_guard lock(mutex_);
  if (status.ok()) {
    WorkerChild* ready = child->get();
    children_.push_back(*std::move(child));
    // The others may have been given up meanwhile.
    if (quarantine_.empty()) {
      idle_.push_back(ready);
    } else {
      Retire(ready);
    }
  } else if (!opened_) {
    opening_ = status;
  } else if (!closing_.load()) {
    next_start_ = steady_clock::now() + kPause;
    CountDeath(fmt::format("could not be started again: {}", std::string(status.message())));
  }
  opened_ = true;
  changed_.notify_all();
}

void WorkerPool::EndTheDead() {
  std::vector<Child> ended;
  {
    std::lock_guard lock(mutex_);
    for (WorkerChild* dead : dead_) {
      auto at = std::find_if(children_.begin(), children_.end(), [&](const Child& c) { return c.get() == dead; });
      ended.push_back(std::move(*at));
      children_.erase(at);
    }
    dead_.clear();
  }
  for (Child& child : ended) child->ForwardErrors(true);
}

WorkerPool::Watch WorkerPool::WhatToWatch() {
  Watch watch;
  watch.fds.push_back({wake_fd_, POLLIN, 0});
  std::lock_guard lock(mutex_);
  for (const Child& child : children_) {
    watch.children.push_back(child.get());
    watch.fds.push_back({child->error_fd(), POLLIN, 0});
    watch.fds.push_back({child->process().end_fd(), POLLIN, 0});
  }
  watch.late = late_;
  for (const Late& late : late_) {
    watch.fds.push_back({late.child->answer_fd(), POLLIN, 0});
    watch.until = std::min(watch.until.value_or(TimePoint::max()), late.hang);
  }
  if (WantsOne()) watch.until = std::min(watch.until.value_or(TimePoint::max()), next_start_);
  return watch;
}

void WorkerPool::LookAfter(const Watch& watch) {
  std::vector<pollfd> fds = watch.fds;
  int timeout = -1;
  if (watch.until) {
    auto left = std::chrono::ceil<milliseconds>(*watch.until - steady_clock::now()).count();
    timeout = static_cast<int>(std::clamp<int64_t>(left, 0, 60'000));
  }
  poll(fds.data(), fds.size(), timeout);
  uint64_t count;
  [[maybe_unused]] ssize_t size = read(wake_fd_, &count, sizeof(count));
  for (size_t i = 0; i < watch.children.size(); ++i) {
    WorkerChild* child = watch.children[i];
    if (fds[1 + 2 * i].revents != 0) child->ForwardErrors(false);
    if (fds[2 + 2 * i].revents != 0) LookAtIdle(child);
  }
  for (const Late& late : watch.late) LookAtLate(late);
}

// It has ended. Whoever called it notices by itself; nobody does when it was idle.
void WorkerPool::LookAtIdle(WorkerChild* child) {
  {
    std::lock_guard lock(mutex_);
    if (std::find(idle_.begin(), idle_.end(), child) == idle_.end()) return;
    Remove(idle_, child);
    Retire(child);
  }
  std::string what = child->Obituary();
  std::lock_guard lock(mutex_);
  CountDeath(what);
}

void WorkerPool::LookAtLate(const Late& late) {
  auto answer = late.child->Answer(steady_clock::now(), nullptr);
  const bool not_yet = answer.status().code() == absl::StatusCode::kDeadlineExceeded;
  if (not_yet && steady_clock::now() < late.hang) return;
  {
    std::lock_guard lock(mutex_);
    late_.erase(std::find_if(late_.begin(), late_.end(), [&](const Late& l) { return l.child == late.child; }));
  }
  if (answer.ok()) return Return(late.child);
  if (not_yet) return Bury(late.child, "gave no answer in time and was ended");
  if (answer.status().code() == absl::StatusCode::kUnavailable) return Bury(late.child, late.child->Obituary());
  Bury(late.child, std::string(answer.status().message()));
}

}  // namespace leadline::plugin
