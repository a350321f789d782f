#include "store/sealing/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/escaping.h"
#include "base/errors.h"
#include "base/ids.h"
#include "base/status_macros.h"
#include "fmt/format.h"

namespace leadline::store {

namespace {

constexpr std::string_view kMagic = "LEADKEY\x01";  // the last byte is the format
constexpr size_t kIdBytes = 16;
constexpr size_t kChecksumBytes = 8;
constexpr size_t kHeadBytes = 32;
static_assert(kMagic.size() + kIdBytes + kChecksumBytes == kHeadBytes);

std::string ErrorText(int error) { return std::system_category().message(error); }

off_t OffsetOf(int64_t slot) { return static_cast<off_t>(kHeadBytes + static_cast<size_t>(slot) * kKeyBytes); }

// Of what the file begins with, without the checksum's place: magic, id, and the secret.
std::string Checksum(std::string_view magic_and_id, std::string_view secret) {
  return absl::HexStringToBytes(Sha256Hex(std::string(magic_and_id).append(secret)).substr(0, 2 * kChecksumBytes));
}

bool WriteAll(int file, std::string_view bytes, off_t at) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
    at += written;
  }
  return true;
}

// As much as is there.
std::string ReadAt(int file, size_t count, off_t at) {
  std::string bytes(count, '\0');
  size_t have = 0;
  while (have < count) {
    const ssize_t read = ::pread(file, bytes.data() + have, count - have, at + static_cast<off_t>(have));
    if (read < 0 && errno == EINTR) continue;
    if (read <= 0) break;
    have += static_cast<size_t>(read);
  }
  bytes.resize(have);
  return bytes;
}

std::string RandomBytes(const KeyFile::Random& random, size_t count) {
  std::string bytes(count, '\0');
  random({reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
  return bytes;
}

// The name of a new file is durable only with its folder.
absl::Status SyncFolderOf(const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).parent_path();
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool done = file >= 0 && ::fsync(file) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (done) return absl::OkStatus();
  return absl::FailedPreconditionError(fmt::format("cannot write the folder {}: {}", folder, ErrorText(error)));
}

}  // namespace

absl::Status KeyFile::Fail(std::string_view doing) const {
  return WithReason(
      absl::UnavailableError(fmt::format("cannot {} the keys file {}: {}", doing, path_, ErrorText(errno))),
      ErrorReason::kStoreFileFailing);
}

absl::StatusOr<std::unique_ptr<KeyFile>> KeyFile::Create(const std::string& path, Random random) {
  // Under another name until it is whole.
  const std::string unfinished = path + ".new";
  const int file = ::open(unfinished.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) {
    return absl::FailedPreconditionError(
        fmt::format("cannot make {}: {}; check that the folder exists and may be written", path, ErrorText(errno)));
  }
  std::unique_ptr<KeyFile> keys(new KeyFile(path, file, std::move(random)));
  const std::string head = std::string(kMagic) + RandomBytes(keys->random_, kIdBytes);
  const std::string secret = RandomBytes(keys->random_, kKeyBytes);
  if (!WriteAll(file, head + Checksum(head, secret) + secret, 0) || ::fsync(file) != 0) return keys->Fail("write");
  // Unlike a rename, a link takes no other file's place.
  if (::link(unfinished.c_str(), path.c_str()) != 0) {
    if (errno == EEXIST) return absl::AlreadyExistsError(fmt::format("there is a keys file {} already", path));
    return keys->Fail("name");
  }
  ::unlink(unfinished.c_str());
  RETURN_IF_ERROR(SyncFolderOf(path));
  RETURN_IF_ERROR(keys->ReadHead());
  return keys;
}

absl::StatusOr<std::unique_ptr<KeyFile>> KeyFile::Open(const std::string& path, Access access, Random random) {
  const int file = ::open(path.c_str(), (access == Access::kWrite ? O_RDWR : O_RDONLY) | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return absl::NotFoundError(fmt::format("there is no keys file {}", path));
  if (file < 0) {
    return absl::FailedPreconditionError(fmt::format("cannot open the keys file {}: {}", path, ErrorText(errno)));
  }
  std::unique_ptr<KeyFile> keys(new KeyFile(path, file, std::move(random)));
  RETURN_IF_ERROR(keys->ReadHead());
  return keys;
}

KeyFile::~KeyFile() { ::close(file_); }

absl::Status KeyFile::ReadHead() {
  const std::string bytes = ReadAt(file_, kHeadBytes + kKeyBytes, 0);
  const std::string_view view = bytes;
  if (!view.starts_with(kMagic) || bytes.size() < kHeadBytes + kKeyBytes) {
    return absl::DataLossError(fmt::format(
        "{} is not a keys file of Leadline, or of a format that this version does not know; put the right one back",
        path_));
  }
  const std::string_view head = view.substr(0, kMagic.size() + kIdBytes), secret = view.substr(kHeadBytes);
  if (view.substr(head.size(), kChecksumBytes) != Checksum(head, secret)) {
    return absl::DataLossError(
        fmt::format("the head of the keys file {} is damaged; put the file back from its own backup", path_));
  }
  store_id_ = absl::BytesToHexString(std::string(head.substr(kMagic.size())));
  std::memcpy(secret_.data(), secret.data(), sizeof(secret_));
  slots_ = slots();
  return absl::OkStatus();
}

int64_t KeyFile::slots() const {
  struct stat info {};
  if (::fstat(file_, &info) != 0 || info.st_size < OffsetOf(1)) return 0;
  return (info.st_size - OffsetOf(1)) / static_cast<int64_t>(kKeyBytes);
}

absl::Status KeyFile::Grow() {
  const std::string keys = RandomBytes(random_, kChunkSlots * kKeyBytes);
  // Behind the last whole slot: what a crash left of a further one is written over.
  if (!WriteAll(file_, keys, OffsetOf(slots_ + 1)) || ::fsync(file_) != 0) return Fail("write");
  slots_ += static_cast<int64_t>(kChunkSlots);
  return absl::OkStatus();
}

absl::StatusOr<int64_t> KeyFile::Take() {
  const std::unique_lock lock(mutex_);
  // Which of the slots of before were used is not known, so none of them is.
  if (next_ == 0) next_ = slots_ + 1;
  if (next_ > slots_) RETURN_IF_ERROR(Grow());
  return next_++;
}

void KeyFile::Load(size_t chunk) const {
  if (chunks_.size() <= chunk) chunks_.resize(chunk + 1);
  const std::string bytes =
      ReadAt(file_, kChunkSlots * kKeyBytes, OffsetOf(static_cast<int64_t>(chunk * kChunkSlots) + 1));
  std::vector<Key>& keys = chunks_[chunk].keys;
  if (keys.empty() && bytes.size() >= kKeyBytes) {
    if (loaded_.size() >= kMostChunks) {
      chunks_[loaded_.front()].keys = {};
      loaded_.pop_front();
    }
    loaded_.push_back(chunk);
  }
  keys.resize(bytes.size() / kKeyBytes);
  if (!keys.empty()) std::memcpy(keys.data(), bytes.data(), keys.size() * kKeyBytes);
}

KeyFile::State KeyFile::Get(int64_t slot, Key& key) const {
  if (slot < 1) return State::kMissing;
  const size_t chunk = static_cast<size_t>(slot - 1) / kChunkSlots, place = static_cast<size_t>(slot - 1) % kChunkSlots;
  {
    const std::shared_lock lock(mutex_);
    if (chunk < chunks_.size() && place < chunks_[chunk].keys.size()) {
      key = chunks_[chunk].keys[place];
      return key == Key{} ? State::kDestroyed : State::kThere;
    }
  }
  if (slot > slots()) return State::kMissing;
  const std::unique_lock lock(mutex_);
  Load(chunk);
  if (place >= chunks_[chunk].keys.size()) return State::kMissing;
  key = chunks_[chunk].keys[place];
  return key == Key{} ? State::kDestroyed : State::kThere;
}

absl::Status KeyFile::Missing(int64_t slot) const {
  return absl::DataLossError(fmt::format(
      "key {} is not in the keys file {}, which has {}: the file is older than the database; put the newest one back",
      slot, path_, slots()));
}

absl::Status KeyFile::Destroy(std::span<const int64_t> slots) {
  const std::unique_lock lock(mutex_);
  const std::string zeros(kKeyBytes, '\0');
  for (const int64_t slot : slots) {
    if (slot < 1 || slot > slots_) continue;  // never was, or is gone with an older file
    if (!WriteAll(file_, zeros, OffsetOf(slot))) return Fail("write");
  }
  if (::fsync(file_) != 0) return Fail("write");
  ForgetExpandedKeys();
  for (const int64_t slot : slots) {
    const size_t chunk = static_cast<size_t>(std::max<int64_t>(slot, 1) - 1) / kChunkSlots;
    if (chunk < chunks_.size() && !chunks_[chunk].keys.empty()) Load(chunk);
  }
  return absl::OkStatus();
}

Nonce KeyFile::NextNonce() {
  const std::lock_guard lock(nonce_mutex_);
  if (nonces_left_ == 0) {
    // Eight random bytes and a counter of four: two runs, or processes, would have to draw the same eight.
    random_(nonce_);
    std::fill(nonce_.begin() + 8, nonce_.end(), uint8_t{0});
    nonces_left_ = UINT32_MAX;
    return nonce_;
  }
  --nonces_left_;
  for (size_t i = 8; i < kNonceBytes && ++nonce_[i] == 0; ++i) {
  }
  return nonce_;
}

}  // namespace leadline::store
