#include "cli/commands/tables/fairness.h"

#include <fmt/format.h>

#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/routing_service.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

struct FairnessFlags {
  std::string region, from, to;
};

void ShowFairness(Session& session, const v1::GetFairnessResponse& response) {
  using enum Table::Align;
  Table reps({{"Team"},
              {"Rep"},
              {"Region"},
              {"Weight", kRight},
              {"Given", kRight},
              {"Credited", kRight},
              {"Expected", kRight},
              {"Mean score", kRight},
              {"In work", kRight},
              {"Capacity", kRight},
              {"Takes leads"}});
  int64_t given = 0;
  for (const auto& share : response.reps()) {
    const v1::Rep& rep = share.rep();
    std::string takes = rep.available() ? "yes" : "away";
    if (rep.has_return_time()) takes += " until " + FormatMinute(ToTime(rep.return_time()));
    reps.Add({rep.team(), rep.display_name().empty() ? IdOf(rep.name()) : rep.display_name(), rep.region(),
              FormatPoints(rep.weight()), WithThousands(share.assigned_count()), WithThousands(share.credited_count()),
              fmt::format("{:.1f}", share.expected_count()), fmt::format("{:.1f}", share.mean_score()),
              WithThousands(rep.open_lead_count()), rep.capacity() == 0 ? "none" : WithThousands(rep.capacity()),
              takes});
    given += share.assigned_count();
  }
  session.Print(reps);
  session.Print("\n");
  Table teams({{"Team"}, {"Given", kRight}, {"Evenness", kRight}, {"", kWrap}});
  for (const auto& team : response.teams()) {
    teams.Add({team.team(), WithThousands(team.assigned_count()), fmt::format("{:.3f}", team.jain_index()),
               team.assigned_count() == 0 ? "no lead was given out" : ""});
  }
  session.Print(teams);
  session.Print(
      fmt::format("\n{} given. Evenness is Jain's index of leads per weight: 1 is even, 1/n is all to one "
                  "of n.\n",
                  Counted(given, "lead")));
}

}  // namespace

void AddFairnessCommand(Command parent) {
  auto flags = std::make_shared<FairnessFlags>();
  Command command =
      parent.AddCommand("fairness", "How evenly leads were given out",
                        fmt::format("Example:\n  leadline {} fairness --region emea --from \"30d ago\"", parent.name()),
                        [flags](Session& session) {
                          v1::GetFairnessRequest request;
                          request.set_region(flags->region);
                          for (auto& [text, time] : {std::pair{flags->from, request.mutable_start_time()},
                                                     std::pair{flags->to, request.mutable_end_time()}}) {
                            if (text.empty()) continue;
                            absl::StatusOr<Time> moment = ParseMoment(text, session.Now());
                            if (!moment.ok()) return session.Fail(moment.status());
                            *time = ToTimestamp(*moment);
                          }
                          if (flags->from.empty()) request.clear_start_time();
                          if (flags->to.empty()) request.clear_end_time();
                          return session.Run(routing_service::kGetFairness, request,
                                             [&](const auto& response) { ShowFairness(session, response); });
                        });
  command.AddOption("--region", flags->region, "Only this region's reps");
  command.AddOption("--from", flags->from, "Assignments from here on");
  command.AddOption("--to", flags->to, "Assignments before this");
}

}  // namespace leadline::cli
