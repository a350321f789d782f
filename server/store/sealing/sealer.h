// How the codec seals what names a person, and opens it again. A structure's personal members (`c.Personal` in
// members.h) stand together in one sealed part (codec_format.md).
#pragma once

#include <string>
#include <string_view>

namespace leadline::store {

// Not thread-safe.
class Sealer {
 public:
  virtual ~Sealer() = default;
  // Appends the sealed form of `plain`. What belongs to an erased person is not kept: opening gives kErased then.
  virtual void Seal(std::string_view plain, std::string& out) = 0;
  // Whether the image of this field of the record that changes (domain::FieldChange) is personal.
  virtual bool SealsImage(std::string_view field) const = 0;
};

enum class Opened {
  kOpened,
  kErased,  // the key was destroyed, or nothing was kept
  kFailed,  // damaged, of another place, or its key is missing
};

// Not thread-safe.
class Opener {
 public:
  virtual ~Opener() = default;
  // Replaces `plain`; empty unless kOpened.
  virtual Opened Open(std::string_view sealed, std::string& plain) = 0;
};

}  // namespace leadline::store
