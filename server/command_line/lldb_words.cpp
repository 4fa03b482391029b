#include "server/command_line/lldb_words.hpp"

#include <algorithm>

namespace server {
namespace {

std::string_view take(std::string_view& text, char stop) {
  const auto piece = text.substr(0, text.find(stop));
  text.remove_prefix(std::min(text.size(), piece.size() + 1));
  return piece;
}

}  // namespace

Words take_after_dashes(Words& words) {
  const auto dashes = std::find(words.begin(), words.end(), "--");
  if (dashes == words.end()) return {};
  Words after(dashes + 1, words.end());
  words.erase(dashes, words.end());
  return after;
}

void double_the_dashes(const CLI::App& app, Words& words) {
  for (auto& word : words) {
    if (word.size() < 3 || word[0] != '-' || word[1] == '-') continue;
    if (app.get_option_no_throw("-" + word.substr(0, word.find('='))) != nullptr) word.insert(0, "-");
  }
}

void read_log_channels(std::string_view channels, log::Settings& log) {
  while (!channels.empty()) {
    auto categories = take(channels, ':');
    const auto channel = take(categories, ' ');
    if (categories.empty()) categories = "default";
    while (!categories.empty()) {
      const auto category = take(categories, ' ');
      const bool all = category == "all" || category == "default";
      if (channel == "gdb-remote" && (all || category == "packets")) log.packets = true;
      if (all || category != "packets") log.level = "debug";
    }
  }
}

}  // namespace server
