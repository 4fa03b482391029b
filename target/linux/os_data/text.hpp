#pragma once

#include <charconv>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Reading the kernel's tables, which are lines of fields.
namespace target::linux::os_data {

std::vector<std::string_view> lines_of(std::string_view text);
/// The pieces between blanks.
std::vector<std::string_view> fields_of(std::string_view line);
std::string_view trimmed(std::string_view text);
/// A whole file of /proc or /etc; "" if it cannot be read.
std::string text_of(const std::string& path);

/// The entries of a folder that are numbers, in order.
std::vector<int> numbers_in(const std::string& folder);

/// 0 if there is no number.
template <class T>
T number_in(std::string_view text, int base = 10) {
  T number{};
  std::from_chars(text.data(), text.data() + text.size(), number, base);
  return number;
}

/// Names for user or group numbers, from a file like /etc/passwd: a static program has no other way to ask.
class AccountNames {
 public:
  static AccountNames of_users() { return AccountNames("/etc/passwd"); }
  static AccountNames of_groups() { return AccountNames("/etc/group"); }

  /// The number itself where there is no name.
  std::string name(std::string_view number) const;

 private:
  explicit AccountNames(const std::string& path);

  std::map<std::string, std::string, std::less<>> names_;
};

}  // namespace target::linux::os_data
