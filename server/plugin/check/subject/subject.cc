#include "plugin/check/subject/subject.h"

#include <algorithm>
#include <cstring>

#include "fmt/format.h"
#include "plugin/text.h"

namespace leadline::plugin::check {
namespace {

FieldCatalog CatalogOf(const std::vector<KnownField>& fields) {
  return [&fields](std::string_view name) -> std::optional<FieldSlot> {
    for (size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].name == name) return FieldSlot{fields[i].kind, static_cast<uint32_t>(i)};
    }
    return std::nullopt;
  };
}

}  // namespace

Instance::Instance(Subject& subject, CreateSettings settings) : subject_(subject), settings_(std::move(settings)) {
  plain_host_ = {sizeof(leadline_host) + settings_.extra_bytes,
                 LEADLINE_ABI_MAJOR,
                 settings_.minor,
                 this,
                 &Instance::FieldSlotFor,
                 &Instance::Log,
                 &Instance::SetError,
                 &Instance::Extension};
  if (settings_.guard_host || settings_.extra_bytes != 0) {
    host_.emplace(plain_host_.size, Edge::kAfter, "the host table (leadline_host)");
    std::memcpy(host_->data(), &plain_host_, sizeof(plain_host_));
  }
  if (settings_.guard_config || settings_.forget_config) {
    // A NUL behind the text keeps the two faults apart: only guard_config finds out who relies on it.
    size_t slack = settings_.guard_config ? 0 : 1;
    config_.emplace(settings_.config_json.size() + slack, Edge::kAfter, "the config given to create()");
    std::memcpy(config_->data(), settings_.config_json.data(), settings_.config_json.size());
  }
}

int32_t Instance::Create() {
  leadline_str config = StrOf(settings_.config_json);
  if (config_) config.ptr = config_->data();
  const leadline_host* host = host_ ? reinterpret_cast<const leadline_host*>(host_->data()) : &plain_host_;
  creating_ = true;
  int32_t code = subject_.Describe().create(host, config, &self_);
  creating_ = false;
  if (config_ && settings_.forget_config) config_->Forbid();
  if (code < LEADLINE_OK || code > LEADLINE_UNAUTHENTICATED) {
    fault_ = fmt::format("create() returned {}, which is not a leadline_code", code);
  } else if (code == LEADLINE_OK && self_ == nullptr) {
    fault_ = "create() returned LEADLINE_OK but left *self NULL";
    code = LEADLINE_INTERNAL;
  }
  if (code != LEADLINE_OK) self_ = nullptr;
  // As the server does: later instances ask for what the first one did.
  if (code == LEADLINE_OK && settings_.fields == CreateSettings::Fields::kAll) subject_.fields().Freeze();
  return code;
}

void Instance::Destroy() {
  if (self_ != nullptr) subject_.Describe().destroy(std::exchange(self_, nullptr));
}

int32_t Instance::FieldSlotFor(const leadline_host* host, leadline_str name, uint32_t kind, uint32_t* slot) {
  Instance& self = Of(host);
  auto view = ViewOf(name);
  if (!self.creating_) {
    self.fault_ = "field_slot() was called outside of create()";
    return LEADLINE_FAILED_PRECONDITION;
  }
  if (!view || slot == nullptr || !IsUtf8(*view)) {
    self.fault_ = "field_slot() was called with a name that is not text, or without a place for the slot";
    return LEADLINE_INVALID_ARGUMENT;
  }
  if (self.settings_.fields == CreateSettings::Fields::kNone) return LEADLINE_NOT_FOUND;
  if (self.settings_.fields == CreateSettings::Fields::kOtherKind) return LEADLINE_INVALID_ARGUMENT;
  absl::Status status = self.subject_.fields().Ask(*view, kind, *slot);
  if (!status.ok()) self.refused_field_ = std::string(status.message());
  return static_cast<int32_t>(status.code());
}

void Instance::Log(const leadline_host* host, int32_t, leadline_str text) {
  if (!ViewOf(text)) Of(host).fault_ = "log() was called with what is not text";
}

void Instance::SetError(const leadline_host* host, leadline_str text) {
  Instance& self = Of(host);
  auto view = ViewOf(text);
  if (!view) self.fault_ = "set_error() was called with what is not text";
  if (view && self.creating_) self.error_ = Presentable(*view);
}

const void* Instance::Extension(const leadline_host*, const char*) { return nullptr; }

Subject::Subject(const Job& job) : job_(job), fields_(CatalogOf(job.fields)) {}

absl::Status Subject::Open() {
  auto entry = OpenUnadmitted(job_.so_path);
  if (!entry.ok()) return entry.status();
  entry_ = *entry;
  return absl::OkStatus();
}

const leadline_plugin& Subject::Describe() {
  if (descriptor_.size != 0) return descriptor_;
  const leadline_plugin* given = entry_(LEADLINE_ABI_MAJOR, LEADLINE_ABI_MINOR);
  if (given == nullptr) return descriptor_;
  uint64_t size = 0;
  std::memcpy(&size, given, sizeof(size));
  std::memcpy(&descriptor_, given, std::min<uint64_t>(size, sizeof(descriptor_)));
  return descriptor_;
}

const std::vector<Offered>& Subject::Offers() {
  if (!offers_.empty()) return offers_;
  for (const Capability& capability : Capabilities()) {
    const auto& named = job_.capabilities;
    if (!named.empty() && std::find(named.begin(), named.end(), capability.id) == named.end()) continue;
    const void* table = Describe().get_capability(std::string(capability.id).c_str());
    uint64_t size = 0;
    if (table != nullptr) std::memcpy(&size, table, sizeof(size));
    if (size >= capability.table_bytes) offers_.push_back({&capability, table});
  }
  return offers_;
}

std::vector<KnownField> Subject::wanted_fields() const {
  std::vector<KnownField> out;
  auto names = fields_.names();
  auto slots = fields_.slots();
  for (size_t i = 0; i < names.size(); ++i)
    out.push_back({names[i], slots[i].kind, job_.fields[slots[i].index].values});
  return out;
}

}  // namespace leadline::plugin::check
