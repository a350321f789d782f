// Which system calls a worker may make. Two seccomp filters, one on top of the other; syscall_table.h has the rows.
//
// Both let through what computing takes: memory, threads of this process, waiting, clocks that are read, random bytes,
// signals to itself, pipes and the descriptors that are open. Where an argument could name something of somebody
// else's, such as another process, it must not. Neither lets through: sockets, programs, processes, other processes'
// memory or signals, changes to files, mounts, namespaces, keys, other filters of privileges. Such a call is not made;
// it ends the process, and the server is told which call it was.
//
// The first also lets files be opened for reading, since dlopen() has to open the module and its libraries, and code be
// mapped from them. It is in force while constructors and leadline_plugin_entry() run. What that leaves to a hostile
// module: it may read what the server's user may read, as far as files are not shut off besides (sandbox.h), but finds
// no way to carry it out of the process than the answers it gives. The second takes both away, from all threads at
// once, before the config is handed over and create() is called. That holds for a module that is only in error.
// The process asks for the second itself, so a hostile one may keep what the first filter and Landlock leave: above all
// the files of library folders, for reading. It never gains more.
//
// Not a failure, but refused with an errno, is what common libraries try and can do without: asking about paths
// (EACCES), whether a descriptor is a terminal (ENOTTY), shared memory, new executable memory and other processes'
// scheduling (EPERM), other processes' clocks and advice about memory that others would notice (EINVAL), locks that
// lend priority and clone3() (ENOSYS, for which clone() stands in).
#pragma once

#include "absl/status/status.h"

namespace leadline::plugin {

// Ends the process when a call is forbidden, after a kForbidden message on kWorkerSocket. `generation` and `instance`
// are those of the messages. Call once, before the filters.
void ReportForbiddenCalls(unsigned generation, unsigned instance);

// Before the module is opened. FAILED_PRECONDITION when this kernel has no such filters.
absl::Status AllowLoadingOnly();
// After it was opened. Works on all threads.
absl::Status AllowComputingOnly();

}  // namespace leadline::plugin
