#include "store/store.h"

#include <future>

namespace leadline::store {

absl::Status WriteAndWait(Store& store, std::string_view tenant, WriteFunction write) {
  std::promise<absl::Status> result;
  std::future<absl::Status> waiting = result.get_future();
  store.Write(tenant, std::move(write), [&result](absl::Status status) { result.set_value(std::move(status)); });
  return waiting.get();
}

}  // namespace leadline::store
