#pragma once

namespace target::linux {

/// The server's right to the processor before the programs it controls, for the time that it is held.
///
/// Who sleeps while a hundred threads run waits his turn among them when he wakes (EEVDF, Linux 6.6): an
/// interrupt took 40 ms to stop them all, 1 ms with real-time priority. Needs CAP_SYS_NICE or RLIMIT_RTPRIO;
/// without them it has no effect. What the server starts does not inherit it.
class Precedence {
 public:
  Precedence();
  ~Precedence() { hold(false); }
  Precedence(const Precedence&) = delete;
  Precedence& operator=(const Precedence&) = delete;

  void hold(bool wanted);
  bool held() const { return held_; }

 private:
  int former_policy_;
  bool possible_;
  bool held_ = false;
};

}  // namespace target::linux
