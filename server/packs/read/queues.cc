// The `queues:` of routing.yaml, and the names of queues in the other files.
#include "fmt/format.h"
#include "packs/read/readers.h"

namespace leadline::packs {
namespace {

constexpr const char* kKind = "queue";

class QueueReader : FileReader {
 public:
  explicit QueueReader(const Reading& reading) : FileReader(reading) {}

  void Read(const YamlNode& list) {
    if (!list.is_sequence()) return definitions_.NoteUnread(kKind);
    if (list.items.empty()) return;
    if (!layer_.is_central() && !layer_.CheckOpened(list.items[0], layer_.points().queues, "queues")) {
      return definitions_.NoteUnread(kKind);
    }
    if (list.items.size() > kMostQueues) {
      problems_.Add(list.items[kMostQueues], "LL1105", fmt::format("a pack has at most {} queues", kMostQueues),
                    "a queue is for what one owner answers for, not for one lead");
    }
    for (size_t i = 0; i < list.items.size() && i < kMostQueues; ++i) ReadQueue(list.items[i]);
    problems_.SetRule("");
  }

 private:
  void ReadQueue(const YamlNode& node) {
    MapReader reader(problems_, node, "a queue");
    if (!reader.ok()) return definitions_.NoteUnread(kKind);
    domain::Queue queue;
    const std::optional<std::string> id = ReadId(problems_, reader, "a queue");
    if (!id) definitions_.NoteUnread(kKind);
    problems_.SetRule(id.value_or(""));
    queue.layer = layer_.name();
    queue.source = SourceOf(node);
    queue.owner = Bounded(reader, "owner", reader.RequiredText("owner"), kMostOwnerBytes);
    queue.description = Bounded(reader, "description", reader.Text("description"), kMostDescriptionBytes);
    if (!layer_.is_central()) RefuseSeal(problems_, reader);
    reader.Finish();
    if (!id) return;
    const YamlNode& at = *reader.Get("id");
    if (!layer_.is_central() && !id->starts_with(layer_.name() + ".") && definitions_.Find(kKind, *id) == nullptr) {
      problems_.Add(at, "LL2305", fmt::format("the id of a region's queue begins with \"{}.\"", layer_.name()),
                    fmt::format("call it \"{}.{}\"", layer_.name(), *id));
    }
    if (!layer_.Define(kKind, *id, at, Seal::kFinal, nullptr)) return;
    queue.id = *id;
    rules_.routing.queues.push_back(std::move(queue));
  }

  std::string Bounded(MapReader& reader, std::string_view key, std::string text, size_t most) {
    if (text.size() > most) {
      problems_.Add(*reader.Get(key), "LL1105",
                    fmt::format("\"{}\" has {} bytes, and at most {}", key, text.size(), most),
                    "lists show it: make it short");
    }
    return text;
  }
};

}  // namespace

void ReadQueues(const Reading& reading, const YamlNode* routing) {
  const YamlNode* list = routing == nullptr ? nullptr : routing->Find("queues");
  if (list != nullptr && !list->is_null()) return QueueReader(reading).Read(*list);
  if (routing == nullptr) reading.layer.definitions().NoteUnread(kKind);
}

std::string ReadQueueName(Layer& layer, const YamlNode& node) {
  Problems& problems = layer.problems();
  const Definitions& definitions = layer.definitions();
  const Definition* found = definitions.Find(kKind, node.text);
  const bool visible = found != nullptr && (found->layer == "central" || found->layer == layer.name());
  if (node.is_scalar() && visible) return node.text;
  if (node.reported) return "";
  const auto names = [&] { return problems.wants_hints() ? layer.IdsOf(kKind) : std::vector<std::string>(); };
  if (!node.is_scalar()) {
    problems.Add(node, "LL1102", "the id of a queue belongs here", DidYouMean("", names()));
  } else if (found != nullptr) {
    problems.Add(node, "LL2514", fmt::format("the queue \"{}\" belongs to the region {}", node.text, found->layer),
                 fmt::format("a region names what is its own or the centre's: {}", OneOf(names())));
  } else if (!definitions.HasUnread(kKind)) {
    const std::string meant = DidYouMean(node.text, names());
    problems.Add(node, "LL2514", fmt::format("there is no queue \"{}\"", node.text),
                 fmt::format("{}{}declare it under `queues:` in routing.yaml, with who owns it", meant,
                             meant.empty()          ? ""
                             : meant.ends_with('?') ? " If not, "
                                                    : ", or "));
  }
  return "";
}

}  // namespace leadline::packs
