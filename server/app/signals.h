// SIGTERM and SIGINT as something to wait for.
#pragma once

namespace leadline::app {

// Keeps the signals from every thread that starts later. Call it before any thread is started. SIGPIPE and SIGXFSZ end
// nothing any more: what fails is the write, and that is told to who asked for it.
void HoldStopSignals();
// Waits for the first of them and gives its number. From then on another one ends the process at once, with status
// 128 + its number.
int WaitForStop();

}  // namespace leadline::app
