// The file that `--notify` names: who outside is told of what the packs' notify.yaml says, and how.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "app/webhook/endpoint.h"

namespace leadline::app {

// Reads it, with its secrets. INVALID_ARGUMENT tells what is wrong with its form as YAML, or else all that is wrong in
// it, a line each with file:line:column; no message shows a secret, nor what stands in the place of the name of one. Of
// the file, of 1 MiB at most:
//   source: https://leads.example.com    # what messages call their source; /leadline without it
//   secrets: /etc/leadline/secrets       # folder; a secret is the file of its name; beside this file without it
//   endpoints:
//     - id: crm                          # as notify.yaml names it
//       url: https://crm.example.com/hooks/leadline
//       secrets: [crm-2026, crm-2025]    # one, or two while one takes the place of the other
//       regions: [emea]                  # whose events it is told of; all without it
//       allow_private_addresses: true    # addresses that are not public, and http://
//       most_per_second: 50              # and most_kept, keep_waiting, keep_dead, timeout: EndpointLimits
absl::StatusOr<NotifySettings> ReadNotifySettings(const std::string& path);

}  // namespace leadline::app
