// Ends by an exception that nobody catches, thrown below a template, a lambda and an operator.
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace shop {

struct Order {
  int number;
  template <class Kind>
  [[gnu::noinline]] Kind price(const std::vector<Kind>& prices) const {
    return prices.at(static_cast<std::size_t>(number));
  }
  [[gnu::noinline]] double operator()(const std::string& name) const { return price(std::vector<double>(name.size())); }
};

[[gnu::noinline]] double total(const std::function<double(const std::string&)>& each) { return each("tea") + 1; }

}  // namespace shop

int main(int argc, char** argv) {
  const auto order = [&](const std::string& name) { return shop::Order{argc + 99}(name + argv[0][0]) * 2; };
  return shop::total(order) > 0;
}
