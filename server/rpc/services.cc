#include "rpc/services.h"

#include <algorithm>

#include "base/source_position.h"
#include "fmt/format.h"
#include "rpc/account_service.h"
#include "rpc/admin_service.h"
#include "rpc/contact_service.h"
#include "rpc/lead_service.h"
#include "rpc/longrunning/operations_service.h"
#include "rpc/merge_service.h"
#include "rpc/outbox/notification_service.h"
#include "rpc/report_service.h"
#include "rpc/routing_service.h"
#include "rpc/scoring_service.h"
#include "rpc/status_service.h"

namespace leadline::rpc {
namespace {

std::unique_ptr<grpc::Service> Make(std::string_view short_name, const Environment& env) {
  if (short_name == "lead") return std::make_unique<LeadService>(env);
  if (short_name == "contact") return std::make_unique<ContactService>(env);
  if (short_name == "account") return std::make_unique<AccountService>(env);
  if (short_name == "status") return std::make_unique<StatusService>(env);
  if (short_name == "scoring") return std::make_unique<ScoringService>(env);
  if (short_name == "routing") return std::make_unique<RoutingService>(env);
  if (short_name == "merge") return std::make_unique<MergeService>(env);
  if (short_name == "report") return std::make_unique<ReportService>(env);
  if (short_name == "notification") return std::make_unique<NotificationService>(env);
  if (short_name == "operations") return std::make_unique<OperationsService>(env);
  return std::make_unique<AdminService>(env);
}

}  // namespace

const std::vector<ServiceName>& AllServices() {
  static const auto* const kNames = new std::vector<ServiceName>{
      {"lead", v1::LeadService::service_full_name()},
      {"contact", v1::ContactService::service_full_name()},
      {"account", v1::AccountService::service_full_name()},
      {"status", v1::StatusService::service_full_name()},
      {"scoring", v1::ScoringService::service_full_name()},
      {"routing", v1::RoutingService::service_full_name()},
      {"merge", v1::MergeService::service_full_name()},
      {"report", v1::ReportService::service_full_name(), /*writes=*/false},
      {"notification", v1::NotificationService::service_full_name()},
      {"admin", v1::AdminService::service_full_name()},
      {"operations", google::longrunning::Operations::service_full_name()},
  };
  return *kNames;
}

std::vector<std::string_view> ServicesThatNeed(std::string_view capability) {
  // An enquiry goes through all of them; the others ask for single decisions.
  const std::string_view kind = capability.substr(0, capability.find('/'));
  if (kind == "leadline.normalize" || kind == "leadline.score") return {"lead", "contact", "scoring"};
  if (kind == "leadline.status") return {"lead", "contact", "status"};
  if (kind == "leadline.route") return {"lead", "routing"};
  if (kind == "leadline.merge") return {"lead", "contact", "account", "merge"};
  return {};
}

bool IsServed(const std::vector<std::string>& wanted, std::string_view short_name) {
  const auto is_wanted = [&](std::string_view name) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  };
  // Nobody else could say what becomes of the long work that these start.
  if (short_name == "operations") return is_wanted(short_name) || is_wanted("admin") || is_wanted("status");
  return is_wanted(short_name);
}

absl::StatusOr<std::vector<NamedService>> MakeServices(const std::vector<std::string>& short_names,
                                                       const Environment& env) {
  std::vector<std::string> known;
  for (const ServiceName& name : AllServices()) known.emplace_back(name.short_name);
  for (const std::string& wanted : short_names) {
    if (std::find(known.begin(), known.end(), wanted) != known.end()) continue;
    std::string nearest = NearestName(wanted, known);
    return absl::InvalidArgumentError(
        fmt::format("there is no service \"{}\"{}; these are: {}", wanted,
                    nearest.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", nearest), fmt::join(known, ", ")));
  }
  std::vector<NamedService> services;
  for (const ServiceName& name : AllServices()) {
    if (IsServed(short_names, name.short_name)) services.push_back({name, Make(name.short_name, env)});
  }
  return services;
}

}  // namespace leadline::rpc
