#include "plugin/check/probe/checks.h"

#include "plugin/check/probe/probes.h"

namespace leadline::plugin::check {
namespace {

using enum Needs;

constexpr std::string_view kCatch = "catch every exception inside and return a code";
constexpr std::string_view kSurvive = "no input may end the process";

constexpr Check kChecks[] = {
    // Read from the files, before anything of the plugin runs.
    {"manifest", "A well-formed manifest is beside the file.", ""},
    {"manifest-hash", "The file is the one that the manifest describes.", ""},
    {"elf-format", "It is an undamaged 64-bit ELF shared object for this machine.", ""},
    {"elf-one-export", "It exports leadline_plugin_entry and nothing else.", ""},
    {"elf-unique", "It has no STB_GNU_UNIQUE symbol, which would be shared with other plugins.", ""},
    {"elf-foreign-runtime", "It holds nothing of protobuf, gRPC or Abseil.", ""},
    {"elf-needed", "It needs no library but those on the allow-list.", ""},
    {"elf-search-path", "It brings no search path for libraries, and no filter or audit library.", ""},
    {"elf-stack", "It does not ask for an executable stack.", ""},
    {"elf-writable-code", "No memory of it is both writable and executable.", ""},
    {"elf-text-relocations", "Its code is not changed when it is loaded.", ""},
    // Loading.
    {"load", "It opens, its constructors return and its entry gives a descriptor.",
     "constructors run inside the server; they may not fail", kElf, &ProbeLoad},
    {"abi-wrong-major", "It was built for this host's major version of the interface.", kSurvive, kLoaded, &ProbeMajor},
    {"abi-newer-minor", "It can live with this host's minor version.", kSurvive, kLoaded, &ProbeMinor},
    {"entry-other-hosts", "Asked by older, newer and future hosts, the entry answers the same and survives.",
     "the numbers are for information: compare nothing, return the descriptor", kLoaded, &ProbeOtherHosts},
    {"descriptor", "The descriptor is whole, and its id and version are the manifest's.",
     "give it static texts that end in NUL", kVersion, &ProbeDescriptor},
    {"descriptor-stable", "The descriptor is the same whenever it is asked for.", kSurvive, kCreated,
     &ProbeDescriptorStable},
    {"capability-unknown", "An unknown capability gives NULL.", "compare the whole id; NULL for all others", kDescribed,
     &ProbeUnknownCapability},
    {"extension-unknown", "An unknown extension gives NULL.", "compare the whole id; NULL for all others", kDescribed,
     &ProbeUnknownExtension},
    {"capability-missing", "It has every capability that the manifest names.", kSurvive, kDescribed,
     &ProbeMissingCapability},
    {"capability-unlisted", "The manifest names every capability that it has.", kSurvive, kDescribed,
     &ProbeUnlistedCapability},
    // Config.
    {"schema", "Its config schema is JSON Schema that this host can use.", "", kDescribed},
    {"schema-open", "Its schema refuses settings that it does not know and values of the wrong type.", "", kDescribed},
    {"config", "There is a config for this run, valid under the schema.", "", kDescribed, &ProbeConfig},
    {"create", "An instance can be made and ended.", kCatch, kDescribed, &ProbeCreate},
    {"create-twice", "A second instance can be made while the first lives, with the same fields.", kSurvive, kCreated,
     &ProbeCreateTwice},
    {"create-odd-config", "It survives every config that its schema lets through.",
     "refuse it in the schema, or return LEADLINE_INVALID_ARGUMENT", kCreated, &ProbeOddConfig},
    {"create-config-bounds", "create() reads no byte past the end of the config, which no NUL follows.",
     "a leadline_str ends at len", kCreated, &ProbeConfigBounds},
    {"create-host-bounds", "create() reads nothing past the host table's size.",
     "ask LEADLINE_HAS before you read a member that came after min_host_minor", kCreated, &ProbeHostBounds},
    {"create-newer-host", "It can be made by a host of a later minor version, whose table is longer.",
     "a longer table is not an error", kCreated, &ProbeNewerHost},
    {"create-no-fields", "It survives a schema without its fields, or with others of that name.",
     "look at what field_slot() returns", kCreated, &ProbeNoFields},
    // Calls.
    {"call", "Ordinary calls of each capability come back and succeed.", kCatch, kCreated, &ProbeCall},
    {"output-unset", "Every output is set.", kSurvive, kCalled, &ProbeOutputs},
    {"output-not-finite", "No number it gives is NaN or infinite.", kSurvive, kCalled, &ProbeOutputs},
    {"output-out-of-range", "Every output is within its range.", kSurvive, kCalled, &ProbeOutputs},
    {"output-not-text", "Every text it gives is UTF-8, at an address that can be read.", kSurvive, kCalled,
     &ProbeOutputs},
    {"output-no-reason", "A refusal has a reason.", kSurvive, kCalled, &ProbeOutputs},
    {"reason-broken", "Every reason is for an item of the batch, in UTF-8, with a finite weight.", kSurvive, kCalled,
     &ProbeOutputs},
    {"score-reasons", "The weights of an item's reasons add up to its points.", kSurvive, kCalled, &ProbeScoreReasons},
    {"interface-use", "Every function returns a leadline_code, and calls the host as the header allows.", kSurvive,
     kCalled, &ProbeOutputs},
    {"input-null", "It survives records whose every field is absent.", "look at the kind before you read a value",
     kCalled, &ProbeNullFields},
    {"input-random", "It survives values at random, each of its field's kind.", kSurvive, kCalled, &ProbeRandomFields},
    {"input-texts", "It survives empty texts, very long ones, and texts that are not UTF-8.", kSurvive, kCalled,
     &ProbeOddTexts},
    {"input-extremes", "It survives the ends of every range, and requests that nobody can take.", kSurvive, kCalled,
     &ProbeExtremes},
    {"batch-sizes", "It takes batches of 1, 64 and 1,024 items.", kSurvive, kCalled, &ProbeBatchSizes},
    {"batch-read-bounds", "It reads no item outside of the batch.", "there are n items, counted from 0", kCalled,
     &ProbeReadBounds},
    {"batch-write-bounds", "It writes no output outside of the batch.", "there are n outputs, counted from 0", kCalled,
     &ProbeWriteBounds},
    {"text-bounds", "It reads no byte outside of a text, a list, a record or the candidates.",
     "a text ends at len: no NUL follows; a record has count fields", kTwice, &ProbeTextBounds},
    {"call-table-bounds", "It reads nothing past the call table's size.",
     "ask LEADLINE_HAS before you read a member that came after min_host_minor", kCalled, &ProbeCallTableBounds},
    {"keeps-pointers", "It uses no memory of the host's after the call that lent it.", "copy what you need later",
     kCalled, &ProbeKeptPointers},
    // Comparisons.
    {"batch-independent", "Each item is judged by itself: in a batch as alone.", kSurvive, kCalled,
     &ProbeBatchIndependent},
    {"repeatable", "The same items give the same outputs: again, in another order, on another instance.", kSurvive,
     kTwice, &ProbeRepeatable},
    {"merge-symmetric", "A pair compares the same when its sides are swapped.", kSurvive, kCalled, &ProbeSymmetric},
    {"instances-parallel", "Instances on several threads at once give what one gives alone.",
     "instances may share nothing that changes", kTwice, &ProbeParallelInstances},
    {"concurrent", "An instance called by several threads at once gives what it gives alone.",
     "protect what the instance alters, or take out CONCURRENT", kCalled, &ProbeConcurrent},
    {"deadline", "It soon returns when nobody waits for the result any more.",
     "ask time_left() and cancelled() between items", kCalled, &ProbeDeadline},
    // Resources.
    {"leak-memory", "A thousand instances, made and ended, leave no memory behind.", kSurvive, kTwice, &ProbeMemory},
    {"leak-descriptors", "Instances leave no descriptors open.", kSurvive, kTwice, &ProbeDescriptors},
    {"leak-threads", "Instances leave no threads running.", kSurvive, kTwice, &ProbeThreads},
    // Conduct.
    {"no-processes", "It starts no process.", kSurvive, kCalled, &ProbeProcesses},
    {"no-exec", "It runs no program.", kSurvive, kCalled, &ProbeExec},
    {"no-network", "It opens no socket.", kSurvive, kCalled, &ProbeNetwork},
    {"no-signals", "It acts on no other process.", kSurvive, kCalled, &ProbeSignals},
    {"no-files", "It opens and changes no file while it decides.", kSurvive, kCalled, &ProbeFiles},
    {"no-files-in-create", "It needs no file to be made.", kSurvive, kCalled, &ProbeFilesInCreate},
    {"clock", "It reads no clock and no random source of the C library while it decides.", kSurvive, kCalled,
     &ProbeClock},
    {"process-state", "It leaves signal handlers, locale, environment and the like as they are.", kSurvive, kCalled,
     &ProbeProcessState},
    {"quiet", "It writes nothing to the standard output and error streams.", kSurvive, kCalled, &ProbeLife},
    {"exit", "The process can end normally once it was used.", "static destructors and exit handlers may not fail",
     kCalled, &ProbeLife, /*runs_exit_handlers=*/true},
    {"fuzz", "No random batch breaks a rule.", kSurvive, kTwice, &ProbeFuzz, /*runs_exit_handlers=*/false,
     /*fuzz=*/true},
};

}  // namespace

std::span<const Check> Checks() { return kChecks; }

const Check* FindCheck(std::string_view id) {
  for (const Check& check : kChecks) {
    if (check.id == id) return &check;
  }
  return nullptr;
}

}  // namespace leadline::plugin::check
