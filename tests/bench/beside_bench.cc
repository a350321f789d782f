// How long SubmitEnquiry takes while the real server does something slow besides: reports over all leads, checks of
// packs, a region's plugin that never answers. Each beside the same submits without it, in turn.
#include <grpcpp/client_context.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "fmt/format.h"
#include "leadline/v1/admin_service.grpc.pb.h"
#include "leadline/v1/lead_service.grpc.pb.h"
#include "leadline/v1/report_service.grpc.pb.h"
#include "tests/bench/figure.h"
#include "tests/e2e/server_process.h"

namespace leadline::bench {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Flags {
  int stored = 10'000;
  int clients = 4;
  int rounds = 3;
  double seconds = 3;
};

void OkOrExit(const grpc::Status& status, const std::string& doing) {
  if (status.ok()) return;
  std::cerr << doing << ": " << status.error_message() << std::endl;
  std::exit(1);
}

// `number` tells who asks; `hangs`: of the region whose plugin hangs.
v1::SubmitEnquiryRequest EnquiryOf(int64_t number, bool hangs) {
  v1::SubmitEnquiryRequest request;
  v1::Enquiry& enquiry = *request.mutable_enquiry();
  enquiry.set_source("web_form");
  if (hangs) enquiry.set_region("latam");
  enquiry.mutable_account()->set_display_name(fmt::format("Firm {}", number / 5));
  enquiry.mutable_account()->set_domain(fmt::format("firm{}.example", number / 5));
  enquiry.mutable_account()->set_country(number % 2 == 0 ? "DE" : "US");
  enquiry.mutable_contact()->set_given_name(fmt::format("Given{}", number));
  enquiry.mutable_contact()->set_family_name(fmt::format("Family{}", number * 7919));
  enquiry.mutable_contact()->set_email(fmt::format("p{}@firm{}.example", number, number / 5));
  enquiry.mutable_contact()->set_title("Purchasing Manager");
  v1::Activity& activity = *enquiry.add_activities();
  activity.set_channel("website");
  activity.set_investment("high");
  activity.set_response(number % 3 == 0 ? "contact_me" : "download");
  return request;
}

// Clients that submit, each one enquiry after the other, while `beside` runs again and again; the p99 in milliseconds.
class Bench {
 public:
  Bench(e2e::ServerProcess& server, const Flags& flags) : server_(server), flags_(flags) {}

  void Fill() {
    std::vector<std::thread> threads;
    std::atomic<int64_t> left = flags_.stored;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        v1::LeadService::Stub stub(server_.NewChannel());
        while (left-- > 0) SubmitOne(stub);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  double P99(const std::function<void(const std::shared_ptr<grpc::Channel>&)>& beside) {
    std::atomic<bool> stop = false;
    std::vector<std::thread> threads;
    for (int i = 0; i < 2 && beside != nullptr; ++i) {
      threads.emplace_back([&] {
        for (const auto channel = server_.NewChannel(); !stop;) beside(channel);
      });
    }
    std::vector<std::vector<double>> latencies(static_cast<size_t>(flags_.clients));
    const auto end = Clock::now() + std::chrono::duration<double>(flags_.seconds);
    std::vector<std::thread> clients;
    for (std::vector<double>& own : latencies) {
      clients.emplace_back([&] {
        v1::LeadService::Stub stub(server_.NewChannel());
        while (Clock::now() < end) {
          const auto begun = Clock::now();
          SubmitOne(stub);
          own.push_back(std::chrono::duration<double>(Clock::now() - begun).count() * 1000);
        }
      });
    }
    for (std::thread& client : clients) client.join();
    stop = true;
    for (std::thread& thread : threads) thread.join();
    std::vector<double> all;
    for (const std::vector<double>& own : latencies) all.insert(all.end(), own.begin(), own.end());
    return Percentile(all, 0.99);
  }

  void SubmitOne(v1::LeadService::Stub& stub, bool hangs = false) {
    grpc::ClientContext context;
    v1::SubmitEnquiryResponse response;
    OkOrExit(stub.SubmitEnquiry(&context, EnquiryOf(next_++, hangs), &response), "SubmitEnquiry");
  }

 private:
  e2e::ServerProcess& server_;
  const Flags& flags_;
  std::atomic<int64_t> next_ = 1;
};

v1::ValidatePackRequest CentralPack() {
  v1::ValidatePackRequest request;
  request.set_pack("packs/central");
  const fs::path folder = fs::path(LEADLINE_SOURCE_DIR) / "rules" / "central";
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    v1::PackFile& file = *request.add_files();
    file.set_path(fs::relative(entry.path(), folder).string());
    file.set_content(text.str());
  }
  return request;
}

// The project's packs and plugins, and in latam one that hangs, until it is put in quarantine.
e2e::ServerSetup HangingIn(const fs::path& folder) {
  e2e::ServerSetup setup;
  setup.rules = folder / "rules";
  setup.plugins = folder / "plugins";
  fs::copy(fs::path(LEADLINE_SOURCE_DIR) / "rules", setup.rules, fs::copy_options::recursive);
  fs::copy(fs::path(LEADLINE_BINARY_DIR) / "plugins", setup.plugins, fs::copy_options::recursive);
  fs::copy(fs::path(LEADLINE_BINARY_DIR) / "bench_hang", setup.plugins,
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  std::ofstream(fs::path(setup.rules) / "regions/latam/scoring.yaml", std::ios::app)
      << "\nplugins:\n  - {id: latam.hangs, dimension: product, max_points: 5, plugin: org.leadline.bench.hang, "
         "mode: worker, on_failure: skip}\n";
  return setup;
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("SubmitEnquiry while the server does something slow besides");
  app.add_option("--stored", flags.stored, "leads there are")->capture_default_str();
  app.add_option("--clients", flags.clients, "that submit at once")->capture_default_str();
  app.add_option("--rounds", flags.rounds, "the median of so many, taken in turn")->capture_default_str();
  app.add_option("--seconds", flags.seconds, "of each round")->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  const e2e::TempFolder folder;
  e2e::ServerProcess server(HangingIn(folder.path()));
  if (!server.Start()) {
    std::cerr << "the server does not start:\n" << server.output() << std::endl;
    return 1;
  }
  Bench bench(server, flags);
  bench.Fill();
  const v1::ValidatePackRequest pack = CentralPack();
  std::atomic<int> reports = 0, checks = 0, hung = 0;
  const auto report = [&](const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    v1::GetVelocityRequest request;
    v1::GetVelocityResponse response;
    OkOrExit(v1::ReportService::Stub(channel).GetVelocity(&context, request, &response), "GetVelocity");
    ++reports;
  };
  const auto check = [&](const std::shared_ptr<grpc::Channel>& channel) {
    grpc::ClientContext context;
    v1::ValidatePackResponse response;
    OkOrExit(v1::AdminService::Stub(channel).ValidatePack(&context, pack, &response), "ValidatePack");
    ++checks;
  };
  const auto hang = [&](const std::shared_ptr<grpc::Channel>& channel) {
    v1::LeadService::Stub stub(channel);
    bench.SubmitOne(stub, /*hangs=*/true);
    ++hung;
  };
  std::vector<double> alone, with_reports, with_checks, with_hung;
  for (int round = 0; round < flags.rounds; ++round) {
    alone.push_back(bench.P99(nullptr));
    with_reports.push_back(bench.P99(report));
    with_checks.push_back(bench.P99(check));
    with_hung.push_back(bench.P99(hang));
  }
  Note(fmt::format("{} clients that submit one after the other, {} leads at the start; two at once of what is besides",
                   flags.clients, flags.stored));
  Note(fmt::format("{} reports, {} pack checks and {} enquiries whose plugin hung were done meanwhile", reports.load(),
                   checks.load(), hung.load()));
  Note("ratio: to the submits alone; at most 2 is wanted");
  const double base = Median(alone);
  Print({"beside.nothing.submit_p99", base, "ms", std::nullopt, {}});
  Print({"beside.reports.submit_p99", Median(with_reports), "ms", Median(with_reports) / base, {}});
  Print({"beside.pack_checks.submit_p99", Median(with_checks), "ms", Median(with_checks) / base, {}});
  Print({"beside.hung_plugin.submit_p99", Median(with_hung), "ms", Median(with_hung) / base, {}});
  return 0;
}

}  // namespace
}  // namespace leadline::bench

int main(int argc, char** argv) { return leadline::bench::Main(argc, argv); }
