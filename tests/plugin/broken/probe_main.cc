// The program that the checker's tests start for each check.
#include "plugin/check/probe/run_probe.h"

int main() { leadline::plugin::check::RunProbe(); }
