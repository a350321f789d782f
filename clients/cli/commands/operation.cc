// leadline operation list|get|wait|cancel|delete
#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/commands/options/list_options.h"
#include "cli/output/proto_text.h"
#include "cli/output/text.h"
#include "cli/services/operations_service.h"
#include "cli/session/long_work.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

namespace lr = google::longrunning;

struct OperationFlags {
  std::string name, filter;
  ListRange range;
};

Table OperationTable() {
  return Table({{"Operation"}, {"Method"}, {"About"}, {"By"}, {"Asked"}, {"State"}, {"Error", Table::Align::kWrap}});
}

void AddRow(Table& table, const lr::Operation& operation) {
  const v1::OperationMetadata metadata = MetadataOf(operation);
  table.Add({operation.name(), metadata.method(), metadata.target(), metadata.actor(),
             FormatMinute(ToTime(metadata.create_time())),
             DescribeProgress(operation) + (metadata.validate_only() ? ", only tried" : ""),
             operation.error().message()});
}

int ShowOne(Session& session, const lr::Operation& operation) {
  if (session.json()) {
    session.PrintJson(operation);
  } else {
    Table table = OperationTable();
    AddRow(table, operation);
    session.Print(table);
    if (operation.has_response()) session.Print("What it came to: the same command with -o json\n");
  }
  return kExitOk;
}

int List(Session& session, const OperationFlags& flags) {
  lr::ListOperationsRequest request;
  request.set_name("operations");
  request.set_filter(flags.filter);
  Table table = OperationTable();
  const ListPages pages = ForEachRecord(
      session, operations_service::kListOperations, request, flags.range,
      [](const lr::ListOperationsResponse& response) -> const auto& { return response.operations(); },
      [&](const lr::Operation& operation) { AddRow(table, operation); });
  if (pages.exit_code != kExitOk || session.json()) return pages.exit_code;
  session.Print(table);
  ShowEndOfList(session, pages, "operation");
  return kExitOk;
}

int Get(Session& session, const OperationFlags& flags) {
  lr::GetOperationRequest request;
  request.set_name(InKind("operations", flags.name));
  lr::Operation operation;
  const grpc::Status status = session.Ask(operations_service::kGetOperation, request, operation);
  return status.ok() ? ShowOne(session, operation) : session.Fail(status);
}

int Wait(Session& session, const OperationFlags& flags) {
  lr::GetOperationRequest request;
  request.set_name(InKind("operations", flags.name));
  lr::Operation operation;
  grpc::Status status = session.Ask(operations_service::kGetOperation, request, operation);
  if (status.ok()) status = AwaitOperation(session, operation);
  if (!status.ok()) return session.Fail(status);
  const int code = ShowOne(session, operation);
  return code == kExitOk && operation.has_error() ? kExitRefused : code;
}

// A call about one operation that gives nothing back.
template <typename Request>
int Change(Session& session, const UnaryMethod<Request, google::protobuf::Empty>& method, const std::string& given,
           std::string_view what) {
  Request request;
  request.set_name(InKind("operations", given));
  return session.Run(method, request, [&](const google::protobuf::Empty&) {
    session.Print(fmt::format("{}: {}\n", request.name(), what));
  });
}

void AddOfOne(Command group, const std::string& name, const std::string& description, const std::string& teaching,
              std::function<int(Session&, const OperationFlags&)> action) {
  auto flags = std::make_shared<OperationFlags>();
  Command command = group.AddCommand(name, description, teaching,
                                     [flags, action](Session& session) { return action(session, *flags); });
  command.AddOption("operation", flags->name, "operations/ID").Required();
}

}  // namespace

void AddOperationCommands(Command root) {
  Command group = root.AddGroup("operation", "Long work that was asked for: comparisons, activations, loads, remaps");
  auto flags = std::make_shared<OperationFlags>();
  Command list = group.AddCommand("list", "Operations, the newest first; kept for 30 days after their end",
                                  "Examples:\n  leadline operation list\n"
                                  "  leadline operation list --filter 'done = false'\n"
                                  "  leadline operation list --filter 'metadata.method = DiffPack AND done = true'",
                                  [flags](Session& session) { return List(session, *flags); });
  list.AddOption("--filter", flags->filter, "done = true, done = false, metadata.method = METHOD; joined with AND");
  AddRangeOptions(list, flags->range);
  AddOfOne(group, "get", "How far one is, and what came of it",
           "Examples:\n  leadline operation get operations/ID\n  leadline operation get operations/ID -o json", Get);
  AddOfOne(group, "wait", "Wait for its end",
           "Examples:\n  leadline operation wait operations/ID\n"
           "  leadline operation wait operations/ID -o json   with what it came to\n"
           "Exit code 1 when it failed.",
           Wait);
  AddOfOne(group, "cancel", "Ask for its end: what waits ends at once, what runs as soon as it can",
           "Example:\n  leadline operation cancel operations/ID", [](Session& session, const OperationFlags& of) {
             return Change(session, operations_service::kCancelOperation, of.name,
                           "asked for its end; leadline operation get says what became of it");
           });
  AddOfOne(group, "delete", "Forget one that has ended", "Example:\n  leadline operation delete operations/ID",
           [](Session& session, const OperationFlags& of) {
             return Change(session, operations_service::kDeleteOperation, of.name, "forgotten");
           });
}

}  // namespace leadline::cli
