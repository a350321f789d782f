// The functions of the dynamic checks; checks.cc says what each proves.
#pragma once

#include "plugin/check/probe/probe.h"

namespace leadline::plugin::check {

// load_probes.cc
void ProbeLoad(Probe& probe);
void ProbeMajor(Probe& probe);
void ProbeMinor(Probe& probe);
void ProbeOtherHosts(Probe& probe);
void ProbeDescriptor(Probe& probe);
void ProbeDescriptorStable(Probe& probe);
void ProbeUnknownCapability(Probe& probe);
void ProbeUnknownExtension(Probe& probe);
void ProbeMissingCapability(Probe& probe);
void ProbeUnlistedCapability(Probe& probe);

// config_probe.cc
void ProbeConfig(Probe& probe);  // also for "schema" and "schema-open"

// create_probes.cc
void ProbeCreate(Probe& probe);
void ProbeCreateTwice(Probe& probe);
void ProbeHostBounds(Probe& probe);
void ProbeConfigBounds(Probe& probe);
void ProbeNewerHost(Probe& probe);
void ProbeNoFields(Probe& probe);
void ProbeOddConfig(Probe& probe);

// call_probes.cc
void ProbeCall(Probe& probe);
void ProbeOutputs(Probe& probe);  // for each rule about outputs
void ProbeScoreReasons(Probe& probe);
void ProbeNullFields(Probe& probe);
void ProbeRandomFields(Probe& probe);
void ProbeOddTexts(Probe& probe);
void ProbeExtremes(Probe& probe);
void ProbeBatchSizes(Probe& probe);
void ProbeDeadline(Probe& probe);

// bounds_probes.cc
void ProbeReadBounds(Probe& probe);
void ProbeWriteBounds(Probe& probe);
void ProbeTextBounds(Probe& probe);
void ProbeCallTableBounds(Probe& probe);
void ProbeKeptPointers(Probe& probe);

// consistency_probes.cc
void ProbeBatchIndependent(Probe& probe);
void ProbeRepeatable(Probe& probe);
void ProbeSymmetric(Probe& probe);
void ProbeParallelInstances(Probe& probe);
void ProbeConcurrent(Probe& probe);

// resource_probes.cc
void ProbeMemory(Probe& probe);
void ProbeDescriptors(Probe& probe);
void ProbeThreads(Probe& probe);
int64_t Threads();  // of this process

// conduct_probes.cc
void ProbeProcesses(Probe& probe);
void ProbeExec(Probe& probe);
void ProbeNetwork(Probe& probe);
void ProbeSignals(Probe& probe);
void ProbeFiles(Probe& probe);
void ProbeFilesInCreate(Probe& probe);
void ProbeClock(Probe& probe);
void NoteProcessState();  // before the plugin is opened, for the next
void ProbeProcessState(Probe& probe);
void ProbeLife(Probe& probe);  // load, create, call, destroy, and nothing else

// fuzz_probe.cc
void ProbeFuzz(Probe& probe);

}  // namespace leadline::plugin::check
