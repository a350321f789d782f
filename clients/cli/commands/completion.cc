// leadline completion bash|zsh|fish: scripts made from the tree of commands itself.
#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/session/session.h"

namespace leadline::cli {
namespace {

bool IsOfEveryCommand(const std::string& option) { return option != "help" && option != "version"; }

// The words that may follow each command, as "path|word word ..." lines; the root's path is empty. `inherited`: options
// of the root.
void CollectWords(const Command& command, const std::string& path, const std::string& inherited, std::string& lines) {
  std::string words, options, passed = inherited;
  for (const Command& below : command.Commands()) words += " " + below.name();
  for (const OptionInfo& option : command.Options()) {
    for (const std::string& name : option.long_names) {
      options += " --" + name;
      if (path.empty() && IsOfEveryCommand(name)) passed += " --" + name;
    }
  }
  std::string all = words + options + inherited;
  if (!all.empty()) all.erase(0, 1);
  lines += fmt::format("{}|{}\n", path, all);
  for (const Command& below : command.Commands()) {
    CollectWords(below, path.empty() ? below.name() : path + " " + below.name(), passed, lines);
  }
}

constexpr char kBash[] = R"(# bash completion for leadline; load with: source <(leadline completion bash)
_leadline_words='{0}'
_leadline() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} path="" word
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    if [[ $'\n'"$_leadline_words" == *$'\n'"${{path:+$path }}$word|"* ]]; then path="${{path:+$path }}$word"; fi
  done
  local line=${{_leadline_words#*$'\n'"$path|"}}
  [[ -z $path ]] && line=${{_leadline_words#|}}
  line=${{line%%$'\n'*}}
  if [[ $current != -* && -z ${{line%%--*}} ]]; then COMPREPLY=($(compgen -f -- "$current")); return; fi
  COMPREPLY=($(compgen -W "$line" -- "$current"))
  [[ ${{#COMPREPLY[@]}} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$current"))
}}
complete -o filenames -F _leadline leadline
)";

constexpr char kZsh[] = R"(#compdef leadline
# zsh completion for leadline; load with: source <(leadline completion zsh)
_leadline_words='{0}'
_leadline() {{
  local path_so_far="" word line
  local -a lines candidates
  lines=("${{(@f)_leadline_words}}")
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    local tried="${{path_so_far:+$path_so_far }}$word"
    if (( ${{lines[(I)${{(b)tried}}\|*]}} )); then path_so_far=$tried; fi
  done
  line=${{lines[(r)${{(b)path_so_far}}\|*]}}
  candidates=(${{=line#*\|}})
  compadd -- $candidates
  _files
}}
compdef _leadline leadline
)";

constexpr char kFish[] = R"(# fish completion for leadline; load with: leadline completion fish | source
set -g __leadline_words '{0}'
function __leadline_complete
  set -l path ""
  for word in (commandline -opc)[2..]
    set -l tried (string trim -- "$path $word")
    if string match -q -- "$tried|*" (string split \n -- $__leadline_words)
      set path $tried
    end
  end
  for line in (string split \n -- $__leadline_words)
    if string match -q -- "$path|*" $line
      string split " " -- (string replace -- "$path|" "" $line)
    end
  end
end
complete -c leadline -a '(__leadline_complete)'
)";

}  // namespace

void AddCompletionCommand(Command root) {
  auto shell = std::make_shared<std::string>();
  Command command =
      root.AddCommand("completion", "A script that completes commands and options in your shell",
                      "Examples:\n  source <(leadline completion bash)\n  source <(leadline completion zsh)\n"
                      "  leadline completion fish | source",
                      [root, shell](Session& session) {
                        std::string lines;
                        CollectWords(root, "", "", lines);
                        while (!lines.empty() && lines.back() == '\n') lines.pop_back();
                        session.Print(*shell == "bash"  ? fmt::format(kBash, lines)
                                      : *shell == "zsh" ? fmt::format(kZsh, lines)
                                                        : fmt::format(kFish, lines));
                        return kExitOk;
                      });
  command.AddOption("shell", *shell, "bash, zsh or fish").Required().OneOf({"bash", "zsh", "fish"});
}

}  // namespace leadline::cli
