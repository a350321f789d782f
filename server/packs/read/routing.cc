// routing.yaml: territories, teams, reps and routes, of the centre and of a region.
#include <algorithm>
#include <set>

#include "base/ids.h"
#include "domain/iso_codes.h"
#include "fmt/format.h"
#include "packs/read/readers.h"

namespace leadline::packs {
namespace {

using domain::Rep;
using domain::Route;
using domain::Territory;

constexpr const char* kRoundRobin = "weighted_round_robin";

class RoutingReader : FileReader {
 public:
  RoutingReader(const Reading& reading, SharedRouting& shared)
      : FileReader(reading), reading_(reading), shared_(shared), routing_(rules_.routing) {}

  void Read(const YamlNode& root) {
    MapReader top(problems_, root, "routing.yaml");
    if (layer_.is_central()) {
      const YamlNode* hold = top.Require("default_hold");
      if (hold != nullptr) routing_.default_hold = ReadQueueName(layer_, *hold);
      ReadRouteOnEnter(top);
      ReadCreditFor(top);
    } else {
      ReportCentralOnly(top);
    }
    const auto territories = Section(top, "territories", layer_.points().territories);
    const auto teams = Section(top, "teams", layer_.points().teams);
    const auto reps = Section(top, "reps", layer_.points().reps);
    const auto routes = Section(top, "routes", layer_.points().routes);
    const auto tighten = layer_.is_central() ? std::vector<const YamlNode*>() : top.List("tighten");
    top.List("queues");  // read before (ReadQueues)
    top.Finish();
    for (const YamlNode* node : territories) ReadTerritory(*node);
    for (const YamlNode* node : teams) ReadTeam(*node);
    for (const YamlNode* node : reps) ReadRep(*node);
    for (const auto& [team, lead] : leads_) {
      problems_.SetRule(team);
      CheckReference(*lead, "rep", "LL2515");
    }
    for (const YamlNode* node : routes) ReadRoute(*node);
    for (const YamlNode* node : tighten) ReadTighten(*node);
    problems_.SetRule("");
    // A region's routes are asked before the central ones, but for those that go before regions.
    const auto goes_first = [](const Route& route) { return route.before_regions; };
    std::stable_partition(own_routes_.begin(), own_routes_.end(), goes_first);
    const auto place = std::find_if_not(routing_.routes.begin(), routing_.routes.end(), goes_first);
    routing_.routes.insert(place, std::make_move_iterator(own_routes_.begin()),
                           std::make_move_iterator(own_routes_.end()));
  }

 private:
  std::vector<const YamlNode*> Section(MapReader& top, const char* key, bool opened) {
    std::vector<const YamlNode*> items = top.List(key);
    if (const YamlNode* node = top.Get(key); node != nullptr && !node->is_sequence()) {
      const std::string_view plural(key);
      const bool ies = plural.ends_with("ies");
      definitions_.NoteUnread(std::string(plural.substr(0, plural.size() - (ies ? 3 : 1))) + (ies ? "y" : ""));
    }
    if (!layer_.is_central() && !items.empty() && !layer_.CheckOpened(*items[0], opened, key)) return {};
    return items;
  }

  void ReportCentralOnly(MapReader& top) {
    for (const char* key : {"default_hold", "route_on_enter", "credit_for"}) {
      if (const YamlNode* node = top.Get(key)) layer_.CheckOpened(*node, false, fmt::format("`{}`", key));
    }
  }

  void ReadRouteOnEnter(MapReader& top) {
    for (const YamlNode* node : top.RequiredList("route_on_enter")) {
      if (!node->is_scalar()) continue;
      if (rules_.lifecycle.Find(node->text) == nullptr) {
        problems_.Add(*node, "LL2402", fmt::format("there is no status \"{}\"", node->text),
                      DidYouMean(node->text, layer_.IdsOf("status")));
      }
      routing_.route_on_enter.push_back(node->text);
    }
  }

  void ReadCreditFor(MapReader& top) {
    for (const YamlNode* node : top.List("credit_for")) {
      if (std::optional<std::string> reason = ReadRejectReason(*node))
        routing_.credit_for.push_back(*std::move(reason));
    }
  }

  // One that the packs list, or what stands there in its place; nothing where it is no text.
  std::optional<std::string> ReadRejectReason(const YamlNode& node) {
    const std::vector<std::string>& known = rules_.lifecycle.reject_reasons;
    std::optional<std::string> text = ReadText(problems_, node, "a reject reason");
    if (text && std::find(known.begin(), known.end(), *text) == known.end()) {
      problems_.Add(node, "LL2416", fmt::format("\"{}\" is none of the reject_reasons", *text),
                    DidYouMean(*text, known));
    }
    return text;
  }

  void ReadTerritory(const YamlNode& node) {
    MapReader reader(problems_, node, "a territory");
    if (!reader.ok()) return;
    Territory territory;
    const std::optional<std::string> id = ReadId(problems_, reader, "a territory");
    if (!id) definitions_.NoteUnread("territory");
    problems_.SetRule(id.value_or(""));
    territory.layer = layer_.name();
    territory.source = SourceOf(node);
    territory.region = layer_.is_central() ? reader.RequiredText("region") : layer_.name();
    reader.Text("description");
    for (const YamlNode* country : reader.RequiredList("countries")) ReadCountry(*country, territory);
    territory.calendar = CalendarOf(reader);
    reader.Finish();
    if (!id || !layer_.Define("territory", *id, *reader.Get("id"), Seal::kFinal, nullptr)) return;
    territory.id = *id;
    routing_.territories.push_back(std::move(territory));
  }

  void ReadCountry(const YamlNode& node, Territory& territory) {
    const std::optional<std::string> code = ReadText(problems_, node, "a country");
    if (!code) return;
    if (!domain::IsCountryCode(*code)) {
      // After very many of them nobody reads on, and each look through the names of all countries takes its time.
      const std::string meant = problems_.wants_hints() ? domain::LikelyCountryCode(*code) : "";
      problems_.Add(node, "LL2505", fmt::format("\"{}\" is not a country code", *code),
                    meant.empty() ? std::string(domain::kCountryCodeForm) : "write " + meant);
      return;
    }
    const auto [it, inserted] = shared_.country_places.try_emplace(*code, &node);
    if (!inserted) {
      Diagnostic& d = problems_.Add(node, "LL2503", fmt::format("{} is already in a territory", *code),
                                    "a country belongs to one territory of all packs");
      d.related = it->second->file->PositionOf(it->second->offset);
      d.related_message = "listed first here";
      return;
    }
    territory.countries.push_back(*code);
  }

  void ReadTeam(const YamlNode& node) {
    MapReader reader(problems_, node, "a team");
    if (!reader.ok()) return;
    const std::optional<std::string> id = ReadId(problems_, reader, "a team");
    if (!id) definitions_.NoteUnread("team");
    problems_.SetRule(id.value_or(""));
    std::string strategy = ReadStrategy(reader);
    domain::Team team;
    team.layer = layer_.name();
    team.source = SourceOf(node);
    team.calendar = CalendarOf(reader);
    const YamlNode* lead = reader.Get("lead");
    reader.Text("description");
    reader.Finish();
    if (!id || !layer_.Define("team", *id, *reader.Get("id"), Seal::kFinal, nullptr)) return;
    shared_.team_strategies[*id] = strategy.empty() ? kRoundRobin : strategy;
    team.id = *id;
    if (lead != nullptr) {
      team.lead = lead->text;
      leads_.emplace_back(*id, lead);
    }
    routing_.teams.push_back(std::move(team));
  }

  // Empty when none is written, or there is none.
  std::string CalendarOf(MapReader& reader) {
    const YamlNode* node = reader.Get("calendar");
    return node == nullptr ? "" : ReadCalendarName(reading_, *node);
  }

  // A region's rep in a team of the centre would work as little as the team, which the centre may have made for its
  // own.
  void CheckCalendarOfTeam(MapReader& reader, const Rep& rep) {
    const domain::Team* team = routing_.FindTeam(rep.team);
    if (layer_.is_central() || team == nullptr || team->layer != "central" || !rep.calendar.empty()) return;
    const domain::BusinessCalendar* calendar = rules_.sla.FindCalendar(team->calendar);
    if (calendar == nullptr) return;
    CheckCalendarFloor(layer_, *calendar, *reader.Get("team"), *reader.Get("team"),
                       "give the rep a calendar of the region");
  }

  // Empty when none is written.
  std::string ReadStrategy(MapReader& reader) {
    const YamlNode* node = reader.Get("strategy");
    if (node == nullptr) return "";
    if (node->is_scalar()) {
      if (node->text != kRoundRobin) {
        problems_.Add(*node, "LL1104", fmt::format("there is no strategy \"{}\"", node->text),
                      fmt::format("use {}, or  {{plugin: ID, optional: true, on_failure: fallback, fallback: {}}}",
                                  kRoundRobin, kRoundRobin));
      }
      return kRoundRobin;
    }
    const int plugin = plugins_.ReadAlone(layer_, *node, {"route strategy", "leadline.route/1", {}, {kRoundRobin}});
    return plugin < 0 ? kRoundRobin : "plugin:" + plugins_.at(plugin).id;
  }

  void ReadRep(const YamlNode& node) {
    MapReader reader(problems_, node, "a rep");
    if (!reader.ok()) return;
    Rep rep;
    const std::optional<std::string> id = ReadId(problems_, reader, "a rep");
    problems_.SetRule(id.value_or(""));
    if (id && !IsValidId(*id)) {
      problems_.Add(*reader.Get("id"), "LL1107", fmt::format("\"{}\" is not an id for a rep", *id),
                    "begin with a letter or digit; use small letters, digits, _ and -");
    }
    rep.name = reader.RequiredText("name");
    rep.team = Reference(reader, "team");
    rep.calendar = CalendarOf(reader);
    if (reader.Get("team") != nullptr) CheckCalendarOfTeam(reader, rep);
    rep.region = layer_.is_central() ? "" : layer_.name();
    rep.languages = reader.TextList("languages");
    for (const YamlNode* language : reader.RequiredList("languages")) CheckLanguage(*language);
    for (const YamlNode* territory : reader.List("territories")) {
      CheckReference(*territory, "territory", "LL2502");
      rep.territories.push_back(territory->text);
    }
    ReadRepNumbers(reader, rep);
    reader.Finish();
    if (!id || !layer_.Define("rep", *id, *reader.Get("id"), Seal::kFinal, nullptr)) return;
    rep.id = *id;
    routing_.reps.push_back(std::move(rep));
    ++layer_.info().reps;
  }

  void ReadRepNumbers(MapReader& reader, Rep& rep) {
    rep.weight = reader.Number("weight").value_or(1);
    if (rep.weight <= 0 || rep.weight > 100) {
      problems_.Add(*reader.Get("weight"), "LL1105", "weight must be above 0, up to 100",
                    "set availability to send nothing to a rep");
    }
    rep.capacity = reader.Integer("capacity").value_or(0);
    if (rep.capacity < 0) problems_.Add(*reader.Get("capacity"), "LL1105", "capacity must be 0 (no limit) or more");
    rep.most_per_hour = reader.Limit("most_per_hour", domain::kMostGivenKept);
    rep.most_per_day = reader.Limit("most_per_day", domain::kMostGivenKept);
    rep.senior = reader.Flag("senior", false);
    rep.latitude = reader.Number("latitude");
    rep.longitude = reader.Number("longitude");
    if (rep.latitude && (*rep.latitude < -90 || *rep.latitude > 90)) {
      problems_.Add(*reader.Get("latitude"), "LL1105", "latitude must be between -90 and 90 degrees");
    }
    if (rep.longitude && (*rep.longitude < -180 || *rep.longitude > 180)) {
      problems_.Add(*reader.Get("longitude"), "LL1105", "longitude must be between -180 and 180 degrees");
    }
  }

  void CheckLanguage(const YamlNode& node) {
    if (!node.is_scalar() || domain::IsLanguageTag(node.text)) return;
    problems_.Add(node, "LL2508", fmt::format("\"{}\" is not a language tag", node.text),
                  problems_.wants_hints() ? domain::LanguageHint(node.text) : "");
  }

  void CheckReference(const YamlNode& node, const std::string& kind, const char* code) {
    const Definition* found = definitions_.Find(kind, node.text);
    const bool visible = found != nullptr && (found->layer == "central" || found->layer == layer_.name());
    if ((node.is_scalar() && visible) || node.reported) return;
    const std::vector<std::string> names = problems_.wants_hints() ? layer_.IdsOf(kind) : std::vector<std::string>();
    if (found != nullptr) {
      problems_.Add(node, code, fmt::format("the {} \"{}\" belongs to the region {}", kind, node.text, found->layer),
                    fmt::format("a region names what is its own or the centre's: {}", OneOf(names)));
    } else if (!definitions_.HasUnread(kind)) {
      problems_.Add(node, code,
                    node.is_scalar() ? fmt::format("there is no {} \"{}\"", kind, node.text)
                                     : fmt::format("the id of a {} belongs here", kind),
                    DidYouMean(node.text, names));
    }
  }

  std::string Reference(MapReader& reader, const std::string& kind) {
    const YamlNode* node = reader.Require(kind);
    if (node == nullptr) return "";
    CheckReference(*node, kind, "LL2501");
    return node->text;
  }

  void ReadRoute(const YamlNode& node) {
    MapReader reader(problems_, node, "a route");
    if (!reader.ok()) return;
    Route route;
    const std::optional<std::string> id = ReadId(problems_, reader, "a route");
    problems_.SetRule(id.value_or(""));
    route.layer = layer_.name();
    route.source = SourceOf(node);
    reader.Text("description");
    if (const YamlNode* when = reader.Get("when")) route.condition = conditions_.Compile(*when, {}, rules_);
    ReadTarget(reader, route);
    route.match_language = reader.Flag("match_language", false);
    route.match_territory = reader.Flag("match_territory", false);
    route.senior_only = reader.Flag("senior_only", false);
    route.fast_lane = reader.Flag("fast_lane", false);
    const std::string strategy = ReadStrategy(reader);
    const auto team = shared_.team_strategies.find(route.team);
    route.strategy = !strategy.empty() ? strategy : team != shared_.team_strategies.end() ? team->second : kRoundRobin;
    Seal seal = Seal::kFinal;
    if (layer_.is_central()) seal = ReadSeal(problems_, reader, {Seal::kFinal, Seal::kTighten, Seal::kOpen});
    if (!layer_.is_central()) RefuseSeal(problems_, reader);
    ReadBeforeRegions(reader, route);
    reader.Finish();
    if (!id) return;
    route.id = *id;
    AddRoute(reader, std::move(route), seal);
  }

  void ReadBeforeRegions(MapReader& reader, Route& route) {
    const YamlNode* node = reader.Get("before_regions");
    if (node == nullptr) return;
    if (layer_.is_central()) {
      route.before_regions = reader.Flag("before_regions");
    } else {
      layer_.CheckOpened(*node, false, "`before_regions`");
    }
  }

  void ReadTarget(MapReader& reader, Route& route) {
    const YamlNode* team = reader.Get("team");
    const YamlNode* hold = reader.Get("hold");
    route.account_owner = reader.Flag("account_owner", false);
    const YamlNode* former = reader.Get("former_rep");
    const YamlNode* open_lead = reader.Get("open_lead_owner");
    const int targets = (team != nullptr) + (hold != nullptr) + (former != nullptr) + (open_lead != nullptr);
    if (targets + route.account_owner != 1) {
      problems_.Add(reader.node(), "LL2506",
                    "a route goes to exactly one of: team, hold, account_owner: true, open_lead_owner, former_rep",
                    targets + route.account_owner == 0 ? "say where the lead goes" : "remove all but one");
    }
    if (team != nullptr) {
      CheckReference(*team, "team", "LL2501");
      route.team = team->text;
    }
    if (hold != nullptr) route.hold = ReadQueueName(layer_, *hold);
    if (former != nullptr) ReadFormerRep(*former, route);
    if (open_lead == nullptr) return;
    const bool company = reader.Choice("open_lead_owner", {"person", "company"}) == 1;
    route.open_lead_of = company ? domain::OpenLeadOf::kCompany : domain::OpenLeadOf::kPerson;
  }

  void ReadFormerRep(const YamlNode& node, Route& route) {
    constexpr Duration kLongest = 3660 * kDay;
    route.former_within = kLongest;  // unless it is said, so that the route is one of these
    MapReader reader(problems_, node, "\"former_rep\"");
    if (!reader.ok()) return;
    if (reader.Require("within") != nullptr) {
      const std::optional<Duration> within = reader.Length("within");
      if (within && *within > kLongest) {
        problems_.Add(*reader.Get("within"), "LL1105", fmt::format("within is at most {}", FormatDuration(kLongest)));
      } else if (within) {
        route.former_within = *within;
      }
    }
    for (const YamlNode* reason : reader.List("unless_rejected_for")) {
      if (std::optional<std::string> text = ReadRejectReason(*reason)) route.former_unless.push_back(*std::move(text));
    }
    reader.Finish();
  }

  void AddRoute(MapReader& reader, Route route, Seal seal) {
    bool replaces = false;
    const YamlNode& id = *reader.Get("id");
    const bool central_id = definitions_.Find("route", route.id) != nullptr;
    if (!layer_.is_central() && !central_id && !route.id.starts_with(layer_.name() + ".")) {
      problems_.Add(id, "LL2305", fmt::format("the id of a region's route begins with \"{}.\"", layer_.name()),
                    fmt::format("call it \"{}.{}\"", layer_.name(), route.id));
    }
    if (!layer_.Define("route", route.id, id, seal, layer_.is_central() ? reader.Get("seal") : nullptr, &replaces))
      return;
    ++layer_.info().routes;
    if (!replaces) {
      own_routes_.push_back(std::move(route));
      return;
    }
    for (Route& central : routing_.routes) {
      if (central.id != route.id) continue;
      if (central.layer == layer_.name()) {
        problems_.Add(id, "LL1106", fmt::format("the central route \"{}\" is replaced twice", route.id),
                      "remove one of the two");
      }
      route.before_regions = central.before_regions;
      central = route;
    }
  }

  // `and:` makes a central route take fewer leads; what it leaves goes on to the routes after it.
  void ReadTighten(const YamlNode& node) {
    problems_.SetRule("");
    MapReader reader(problems_, node, "an entry of \"tighten\"");
    if (!reader.ok()) return;
    const YamlNode* name = reader.Require("route");
    if (name != nullptr) problems_.SetRule(name->text);
    const YamlNode* condition = reader.Require("and");
    reader.Finish();
    if (name == nullptr || condition == nullptr) return;
    problems_.SetRule(name->text);
    const Definition* central = definitions_.Find("route", name->text);
    if (central == nullptr || central->layer != "central") {
      problems_.Add(*name, "LL2304", fmt::format("the central pack has no route \"{}\"", name->text),
                    DidYouMean(name->text, definitions_.IdsOf("route", "central")));
      return;
    }
    if (central->seal != Seal::kTighten) {
      Diagnostic& d = ReportSealed(problems_, *name, "route \"" + name->text + "\"", *central, "tighten");
      if (central->seal == Seal::kOpen) {
        d.hint = fmt::format("it is open: write a route with the id \"{}\" of your own", name->text);
      }
      return;
    }
    const int added = conditions_.Compile(*condition, {}, rules_);
    if (added < 0) return;
    for (Route& route : routing_.routes) {
      if (route.id == name->text) Conjoin(route, added, *condition);
    }
  }

  void Conjoin(Route& route, int added, const YamlNode& at) {
    route.layer = layer_.name();
    if (route.condition < 0) {
      route.condition = added;
      return;
    }
    const Condition central = rules_.conditions[static_cast<size_t>(route.condition)];
    const Condition own = rules_.conditions[static_cast<size_t>(added)];
    // On lines of their own, since either may end with a comment (//), which would swallow what follows.
    const std::string first = fmt::format("(\n{}\n) && ", central.program->source());
    const std::string both = fmt::format("{}(\n{}\n)", first, own.program->source());
    route.condition = conditions_.CompileGenerated(both, at, rules_);
    if (route.condition < 0) return;
    const auto end = static_cast<uint32_t>(first.size());
    rules_.conditions.back().shares = {{{0, end}, "central", central.position},
                                       {{end, static_cast<uint32_t>(both.size())}, layer_.name(), own.position}};
  }

  const Reading& reading_;
  SharedRouting& shared_;
  domain::RoutingPolicy& routing_;
  std::vector<std::pair<std::string, const YamlNode*>> leads_;  // of teams, to be looked for among the reps
  std::vector<Route> own_routes_;
};

}  // namespace

void ReadRouting(const Reading& reading, SharedRouting& shared, const YamlNode& root) {
  RoutingReader(reading, shared).Read(root);
}

}  // namespace leadline::packs
