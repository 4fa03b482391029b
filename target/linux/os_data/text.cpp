#include "target/linux/os_data/text.hpp"

#include <dirent.h>

#include <algorithm>
#include <memory>

#include "target/linux/proc_fs.hpp"

namespace target::linux::os_data {
namespace {

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> pieces;
  for (auto start = text.find_first_not_of(separators); start != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(separators, start), text.size());
    pieces.push_back(text.substr(start, end - start));
    start = text.find_first_not_of(separators, end);
  }
  return pieces;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) { return split(text, "\n"); }
std::vector<std::string_view> fields_of(std::string_view line) { return split(line, " \t"); }

std::string_view trimmed(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\n");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\n") + 1 - start);
}

std::string text_of(const std::string& path) {
  return read_proc_file(path).value_or(std::string());
}

std::vector<int> numbers_in(const std::string& folder) {
  std::vector<int> numbers;
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(folder.c_str()), closedir);
  if (!entries) return numbers;
  while (const dirent* entry = readdir(entries.get()))
    if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
      numbers.push_back(number_in<int>(entry->d_name));
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

//     name:password:number:...
AccountNames::AccountNames(const std::string& path) {
  const auto text = text_of(path);
  for (const auto line : lines_of(text)) {
    const auto name = line.find(':');
    const auto password = line.find(':', name + 1);
    if (name == std::string_view::npos || password == std::string_view::npos) continue;
    const auto number = line.substr(password + 1, line.find(':', password + 1) - password - 1);
    names_.emplace(number, line.substr(0, name));
  }
}

std::string AccountNames::name(std::string_view number) const {
  const auto found = names_.find(number);
  return found == names_.end() ? std::string(number) : found->second;
}

}  // namespace target::linux::os_data
