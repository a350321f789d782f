#include "engine/decide/deciding.h"

#include <cstdint>

namespace leadline::engine {

bool InCanary(std::string_view lead_id, std::string_view salt, int percent) {
  // FNV-1a, then the finalizer of SplitMix64: ids that follow one another differ in few bits.
  uint64_t hash = 0xcbf29ce484222325;
  for (const std::string_view part : {salt, lead_id}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  hash ^= hash >> 31;
  return hash % 100 < static_cast<uint64_t>(percent);
}

const std::shared_ptr<const Snapshot>& Deciding::For(std::string_view lead_id) const {
  return canary != nullptr && InCanary(lead_id, canary_salt, canary_percent) ? canary : active;
}

}  // namespace leadline::engine
