#include "protocol/requests/modules.hpp"

#include "protocol/documents/modules.hpp"

namespace protocol::requests {

std::optional<NamesModule> NamesModule::parse(FieldReader in) {
  NamesModule request;
  request.path = in.hex_text(';');
  in.expect(';');
  request.triple = in.hex_text();
  return in.complete() ? std::optional(std::move(request)) : std::nullopt;
}

std::optional<NamesModules> NamesModules::parse(FieldReader in) {
  const auto text = in.binary();
  if (!in.complete()) return std::nullopt;
  auto modules = documents::read_module_names(text);
  return modules ? std::optional(NamesModules{std::move(*modules)}) : std::nullopt;
}

}  // namespace protocol::requests
