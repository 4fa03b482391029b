#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "runner.hpp"

namespace bench {

// The best way's median in each cell; what needs words is in footnotes.
std::string as_text(const Results& results);
std::string as_markdown(const Results& results);
// Everything: median, least and greatest value of every way.
nlohmann::json as_json(const Results& results);

}  // namespace bench
