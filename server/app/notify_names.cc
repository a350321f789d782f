#include "app/notify_names.h"

#include <set>

#include "base/suggestion.h"
#include "engine/input/input_schema.h"
#include "engine/notify/told.h"
#include "fmt/format.h"

namespace leadline::app {
namespace {

std::set<std::string> RegionsOf(const engine::Deciding& deciding) {
  std::set<std::string> regions;
  for (const engine::Snapshot* snapshot : {deciding.active.get(), deciding.canary.get()}) {
    if (snapshot == nullptr) continue;
    regions.insert(snapshot->input->regions().begin(), snapshot->input->regions().end());
  }
  return regions;
}

std::string WithHint(std::string problem, const std::string& name, const std::set<std::string>& known) {
  const std::string hint = DidYouMean(name, {known.begin(), known.end()});
  return hint.empty() ? problem : fmt::format("{}; {}", problem, hint);
}

}  // namespace

std::vector<std::string> UnknownNames(const NotifySettings& settings, const engine::Deciding& deciding) {
  const std::set<std::string> endpoints = engine::EndpointsNamed(deciding), regions = RegionsOf(deciding);
  std::vector<std::string> unknown;
  for (const Endpoint& endpoint : settings.endpoints) {
    if (!endpoints.contains(endpoint.id)) {
      unknown.push_back(WithHint(fmt::format("no rule of notify.yaml tells the endpoint {}", Quoted(endpoint.id)),
                                 endpoint.id, endpoints));
    }
    for (const std::string& region : endpoint.regions) {
      if (regions.contains(region)) continue;
      unknown.push_back(
          WithHint(fmt::format("no pack has the region {} of the endpoint {}", Quoted(region), Quoted(endpoint.id)),
                   region, regions));
    }
  }
  return unknown;
}

}  // namespace leadline::app
