// leadline duplicates
#include "cli/commands/duplicates.h"

#include <fmt/format.h>

#include <memory>

#include "cli/duplicates/scan_command.h"
#include "cli/output/text.h"
#include "cli/services/merge_service.h"

namespace leadline::cli {
namespace {

struct DuplicateFlags {
  std::string name, region;
  std::string given_name, family_name, email, phone, title, language, country;
  std::string company, domain, industry;
  int limit = 10;
};

std::string VerdictName(v1::DuplicateVerdict verdict) {
  switch (verdict) {
    case v1::DUPLICATE_VERDICT_MATCH:
      return "the same";
    case v1::DUPLICATE_VERDICT_POSSIBLE:
      return "possibly the same: for a person to judge";
    case v1::DUPLICATE_VERDICT_DIFFERENT:
      return "different";
    default:
      return "not judged";
  }
}

bool HasPerson(const DuplicateFlags& flags) {
  return !(flags.given_name.empty() && flags.family_name.empty() && flags.email.empty() && flags.phone.empty() &&
           flags.title.empty() && flags.language.empty());
}
bool HasCompany(const DuplicateFlags& flags) {
  return !(flags.company.empty() && flags.domain.empty() && flags.industry.empty());
}

v1::FindDuplicatesRequest DuplicatesRequestOf(const DuplicateFlags& flags) {
  v1::FindDuplicatesRequest request;
  request.set_name(InKind("leads", flags.name));
  request.set_region(flags.region);
  request.set_max_results(flags.limit);
  if (HasPerson(flags)) {
    v1::Contact& contact = *request.mutable_contact();
    contact.set_given_name(flags.given_name);
    contact.set_family_name(flags.family_name);
    contact.set_email(flags.email);
    contact.set_phone(flags.phone);
    contact.set_title(flags.title);
    contact.set_language(flags.language);
    contact.set_country(flags.country);
  }
  if (HasCompany(flags)) {
    v1::Account& account = *request.mutable_account();
    account.set_display_name(flags.company);
    account.set_domain(flags.domain);
    account.set_industry(flags.industry);
    account.set_country(flags.country);
  }
  return request;
}

int FindDuplicates(Session& session, const DuplicateFlags& flags) {
  const bool described = HasPerson(flags) || HasCompany(flags);
  if (flags.name.empty() != described) {
    return session.Fail(absl::InvalidArgumentError(
        "name a stored record, or describe one that is not stored with --email, --given-name, --company and the like"));
  }
  return session.Run(merge_service::kFindDuplicates, DuplicatesRequestOf(flags),
                     [&](const v1::FindDuplicatesResponse& response) {
                       if (response.candidates_size() == 0) session.Print("No record is like this one.\n");
                       for (const auto& candidate : response.candidates()) ShowCandidate(session, candidate);
                     });
}

void AddDuplicateOptions(Command command, DuplicateFlags& flags) {
  command.AddOption("name", flags.name, "contacts/ID, accounts/ID or leads/ID");
  command.AddOption("--given-name", flags.given_name, "Given name of a person who is not stored");
  command.AddOption("--family-name", flags.family_name, "Family name");
  command.AddOption("--email", flags.email, "Email address");
  command.AddOption("--phone", flags.phone, "Telephone number");
  command.AddOption("--title", flags.title, "Job title");
  command.AddOption("--language", flags.language, "Language, such as pt-BR");
  command.AddOption("--country", flags.country, "Country code, such as DE, of the person and the company");
  command.AddOption("--company", flags.company, "Name of the person's company, or of a company alone");
  command.AddOption("--domain", flags.domain, "The company's internet domain");
  command.AddOption("--industry", flags.industry, "The company's industry");
  command.AddOption("--region", flags.region, "Region whose rules compare them; that of the country when not given");
  command.AddOption("--limit", flags.limit, "At most this many").Between(1, 100).ShowDefault();
}

constexpr char kDuplicatesTeaching[] = R"(Examples:
  leadline duplicates contacts/ID
  leadline duplicates find --email ana.silva@acme.example --given-name Ana --country PT   a person who is not stored
  leadline duplicates --company "Acme Lda" --domain acme.example
Weights are bits: +1 doubles the odds that the two are one, -1 halves them.)";

}  // namespace

void ShowCandidate(Session& session, const v1::DuplicateCandidate& candidate) {
  session.Print(fmt::format("{}  {}\n", candidate.name(), candidate.display_name()));
  session.Print(fmt::format("  {} (probability {:.4f}, weight {} bits)\n", VerdictName(candidate.verdict()),
                            candidate.probability(), FormatPoints(candidate.match_weight())));
  Table table({{"  Compared"},
               {"Asked for", Table::Align::kWrap},
               {"Candidate", Table::Align::kWrap},
               {"Level"},
               {"Weight", Table::Align::kRight}});
  double sum = 0;
  for (const auto& comparison : candidate.comparisons()) {
    table.Add({"  " + comparison.field(), comparison.left_value(), comparison.right_value(), comparison.level(),
               fmt::format("{:+.2f}", comparison.weight())});
    sum += comparison.weight();
  }
  table.Add({"  before any comparison", "", "", "prior", fmt::format("{:+.2f}", candidate.match_weight() - sum)});
  table.AddLine();
  table.Add({"  sum", "", "", "", fmt::format("{:+.2f}", candidate.match_weight())});
  session.Print(table);
  session.Print("\n");
}

void AddDuplicatesCommands(Command root) {
  Command group = root.AddGroup("duplicates", "Records that may be the same, with the weight of each comparison");
  auto flags = std::make_shared<DuplicateFlags>();
  Command find =
      group.AddCommand("find", "Records that may be the same as this one, which need not be stored",
                       kDuplicatesTeaching, [flags](Session& session) { return FindDuplicates(session, *flags); });
  AddDuplicateOptions(find, *flags);
  AddScanCommands(group);

  // `duplicates NAME` is `duplicates find NAME`.
  auto short_flags = std::make_shared<DuplicateFlags>();
  AddDuplicateOptions(group, *short_flags);
  group.SetAction(kDuplicatesTeaching, [group, short_flags](Session& session) {
    if (!short_flags->name.empty() || HasPerson(*short_flags) || HasCompany(*short_flags)) {
      return FindDuplicates(session, *short_flags);
    }
    session.Note(group.Help());
    return kExitUsage;
  });
}

}  // namespace leadline::cli
