#include "target/types/result.hpp"

#include <cstring>

namespace target {

std::string describe_errno(int code) {
  const char* text = strerrordesc_np(code);
  return text != nullptr ? text : "error " + std::to_string(code);
}

tl::unexpected<Error> system_failure(std::string doing, int code) {
  doing += ": ";
  doing += describe_errno(code);
  return failure(code, std::move(doing));
}

}  // namespace target
