#include "cli/import/import_stream.h"

#include <fmt/format.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "leadline/v1/lead_service.grpc.pb.h"

namespace leadline::cli {
namespace {

// One thread sends, one receives; not thread-safe beyond that.
class ImportStream {
 public:
  ImportStream(Session& session, const ImportStreamOptions& options, RowSource& source,
               const std::function<void(const SettledRows&)>& settled)
      : options_(options), source_(source), settled_(settled), stub_(session.channel()) {
    session.Prepare(context_, Session::Call::kStream);
    stream_ = stub_.ImportLeads(&context_);
  }

  grpc::Status Run(absl::Status& source_fault) {
    std::thread receiver([this] { Receive(); });
    // Where the source fails, what was sent before stays imported: the server answers it before it sees the end.
    source_fault = Send();
    stream_->WritesDone();
    receiver.join();
    grpc::Status status = stream_->Finish();
    if (!status.ok()) return status;
    std::lock_guard lock(mutex_);
    SettleLocal();
    if (cut_short_ || !underway_.empty()) {
      return grpc::Status(grpc::StatusCode::INTERNAL, "the server ended the import without answering every message");
    }
    return grpc::Status::OK;
  }

 private:
  struct Message {
    SettledRows rows;
    bool sent = false;                                     // false: nothing but rows set aside here
    std::vector<std::pair<int64_t, std::string>> records;  // of the rows that were sent, by their numbers

    std::string RecordOf(int64_t row) const {
      const auto it = std::lower_bound(records.begin(), records.end(), row,
                                       [](const auto& record, int64_t number) { return record.first < number; });
      return it == records.end() || it->first != row ? std::string() : it->second;
    }
  };

  absl::Status Send() {
    v1::ImportLeadsRequest request;
    Message message;
    int64_t read = 0;
    message.rows.begin = source_.position();
    for (SourceRow row; options_.max_rows == 0 || read < options_.max_rows; ++read) {
      absl::StatusOr<bool> more = source_.Next(row);
      if (!more.ok()) return more.status();
      if (!*more) break;
      ++message.rows.rows;
      message.rows.end = row.end;
      if (row.reject.has_value()) {
        row.reject->record = std::move(row.record);
        message.rows.rejects.push_back(std::move(*row.reject));
      } else {
        if (!row.record.empty()) message.records.emplace_back(row.row.row(), std::move(row.record));
        if (message.rows.first_row == 0) message.rows.first_row = row.row.row();
        *request.add_rows() = std::move(row.row);
      }
      row = SourceRow();
      // Rows set aside here travel with a message, but do not make it wait for ever.
      if (request.rows_size() < options_.batch && message.rows.rows < options_.batch * 4L) continue;
      if (!Write(request, message)) return absl::OkStatus();
      request.Clear();
      message = Message();
      message.rows.begin = row.end = source_.position();
    }
    if (message.rows.rows > 0) Write(request, message);
    return absl::OkStatus();
  }

  // False when the stream is broken; Finish() tells why.
  bool Write(v1::ImportLeadsRequest& request, Message& message) {
    message.sent = request.rows_size() > 0;
    {
      std::unique_lock lock(mutex_);
      room_.wait(lock, [this] { return ended_ || underway_.size() < static_cast<size_t>(options_.window); });
      cut_short_ = ended_;
      if (ended_) return false;
      underway_.push_back(message);
      if (!message.sent) {
        SettleLocal();
        return true;
      }
    }
    request.set_import_id(options_.import_id);
    request.set_validate_only(options_.validate_only);
    bool written = stream_->Write(request);
    if (!written) cut_short_ = true;
    return written;
  }

  void Receive() {
    v1::ImportLeadsResponse response;
    v1::ImportLeadsResponse before;
    while (stream_->Read(&response)) {
      std::lock_guard lock(mutex_);
      if (underway_.empty()) break;
      Message message = std::move(underway_.front());
      underway_.pop_front();
      message.rows.created = response.created_count() - before.created_count();
      message.rows.already_imported = response.already_imported_count() - before.already_imported_count();
      message.rows.changed = response.already_imported_changed_count() - before.already_imported_changed_count();
      for (const auto& reject : response.rejects()) {
        message.rows.rejects.push_back(
            {reject.row(), reject.message(), reject.field(), message.RecordOf(reject.row())});
      }
      message.rows.warnings.Swap(response.mutable_warnings());
      message.rows.warnings_left_out = response.left_out_warning_count();
      std::stable_sort(message.rows.rejects.begin(), message.rows.rejects.end(),
                       [](const Reject& a, const Reject& b) { return a.row < b.row; });
      settled_(message.rows);
      SettleLocal();
      before = response;
      room_.notify_one();
    }
    std::lock_guard lock(mutex_);
    ended_ = true;
    room_.notify_one();
  }

  // Messages with nothing but rows set aside here wait only for those before them. Needs mutex_.
  void SettleLocal() {
    while (!underway_.empty() && !underway_.front().sent) {
      settled_(underway_.front().rows);
      underway_.pop_front();
      room_.notify_one();
    }
  }

  const ImportStreamOptions& options_;
  RowSource& source_;
  const std::function<void(const SettledRows&)>& settled_;
  v1::LeadService::Stub stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ImportLeadsRequest, v1::ImportLeadsResponse>> stream_;
  bool cut_short_ = false;  // of the sending thread: not every row could be sent
  std::mutex mutex_;
  std::condition_variable room_;
  std::deque<Message> underway_;  // guarded by mutex_
  bool ended_ = false;            // guarded by mutex_: no answer comes any more
};

}  // namespace

grpc::Status RunImportStream(Session& session, const ImportStreamOptions& options, RowSource& source,
                             const std::function<void(const SettledRows&)>& settled, absl::Status& source_fault) {
  return ImportStream(session, options, source, settled).Run(source_fault);
}

grpc::Status AskWhetherItChecks(Session& session, const std::string& import_id, bool& checks) {
  v1::LeadService::Stub stub(session.channel());
  grpc::ClientContext context;
  session.Prepare(context, Session::Call::kUnary);
  const auto stream = stub.ImportLeads(&context);
  v1::ImportLeadsRequest request;
  request.set_import_id(import_id);
  request.set_validate_only(true);
  v1::ImportLeadsResponse response;
  const bool answered = stream->Write(request) && stream->WritesDone() && stream->Read(&response);
  checks = answered && response.validate_only();
  return stream->Finish();
}

}  // namespace leadline::cli
