// The plugin under test inside a probe process: opened, created and called as a host would, and as no host should.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "leadline/plugin.h"
#include "plugin/check/subject/capability.h"
#include "plugin/check/subject/job.h"
#include "plugin/field_table.h"
#include "plugin/local/module.h"

namespace leadline::plugin::check {

// How an instance is made.
struct CreateSettings {
  enum class Fields { kAll, kNone, kOtherKind };
  std::string config_json;
  Fields fields = Fields::kAll;
  uint32_t minor = LEADLINE_ABI_MINOR;
  uint64_t extra_bytes = 0;    // that a host of a later minor has at the end of its table
  bool guard_host = false;     // the host table lies before an untouchable page
  bool guard_config = false;   // the config does, without a NUL at its end
  bool forget_config = false;  // the config is made untouchable once create() has returned
};

class Subject;

// One instance. Destroyed by Destroy(), or left to the end of the process. Its address must not change.
class Instance {
 public:
  Instance(Subject& subject, CreateSettings settings);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  // Calls create(): its code, with `error` what the plugin said. OK means that there is an instance.
  int32_t Create();
  void Destroy();
  void* self() const { return self_; }
  const std::string& error() const { return error_; }
  // How the plugin broke the interface, in create() or since; empty when it did not.
  const std::string& fault() const { return fault_; }
  const std::string& refused_field() const { return refused_field_; }

 private:
  static Instance& Of(const leadline_host* host) { return *static_cast<Instance*>(host->impl); }
  static int32_t FieldSlotFor(const leadline_host* host, leadline_str name, uint32_t kind, uint32_t* slot);
  static void Log(const leadline_host* host, int32_t level, leadline_str text);
  static void SetError(const leadline_host* host, leadline_str text);
  static const void* Extension(const leadline_host* host, const char* id);

  Subject& subject_;
  CreateSettings settings_;
  leadline_host plain_host_{};
  std::optional<Guarded> host_;
  std::optional<Guarded> config_;
  void* self_ = nullptr;
  std::atomic<bool> creating_{false};
  std::string error_;
  std::string fault_;
  std::string refused_field_;
};

// A capability the plugin has, and its table.
struct Offered {
  const Capability* capability;
  const void* table;
};

// Thread-safe once open; instances are the caller's.
class Subject {
 public:
  explicit Subject(const Job& job);

  // Opens the file; runs its constructors. Once.
  absl::Status Open();
  EntryFunction entry() const { return entry_; }
  // What entry() gives this host, copied; members that an older plugin has not are NULL.
  const leadline_plugin& Describe();
  // The capabilities of the manifest that this host knows; without a manifest, all that the plugin has.
  const std::vector<Offered>& Offers();
  FieldTable& fields() { return fields_; }
  // The fields that the plugin asked for, in slot order; after the first create().
  std::vector<KnownField> wanted_fields() const;
  const Job& job() const { return job_; }

 private:
  const Job& job_;
  FieldTable fields_;
  EntryFunction entry_ = nullptr;
  leadline_plugin descriptor_{};
  std::vector<Offered> offers_;
};

}  // namespace leadline::plugin::check
