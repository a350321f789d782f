// ImportLeads: one transaction for each message, answered when it is durable.
#pragma once

#include "leadline/v1/lead_service.pb.h"
#include "rpc/exchange.h"

namespace leadline::rpc {

// As Exchange.
class ImportStream final : public Exchange<v1::ImportLeadsRequest, v1::ImportLeadsResponse> {
 public:
  using Exchange::Exchange;

 private:
  void Handle() override;
  absl::Status Begin();
  void Progress(const engine::ImportResult& result);

  std::string import_id_;  // empty until the first message came
  bool validate_only_ = false;
  int64_t received_ = 0;
  int64_t created_ = 0;
  int64_t already_imported_ = 0;
  int64_t changed_ = 0;
  int64_t rejected_ = 0;
};

}  // namespace leadline::rpc
