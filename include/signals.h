/* signals.h - signals that an applet waits for
 *
 * A caught signal is only noted; the applet asks at a point of its own choosing. System calls return EINTR.
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdbool.h>

/* From now on `sig` is noted, ignored, or does what it does by default. Cannot fail for a signal that may be caught. */
void signal_catch(int sig);
void signal_ignore(int sig);
void signal_default(int sig);

/* Whether `sig` is ignored now. */
bool signal_ignored(int sig);

/* Whether `sig` came since it was last taken; takes it. */
bool signal_take(int sig);

/* Whether any caught signal came that was not taken yet. */
bool signal_waiting(void);

/* Number of a signal by name, with or without SIG and in any case, or by number: HUP, SIGTERM, 9, RTMIN+1, EXIT (0).
 * -1 if there is none. */
int signal_number(const char *name);

/* Name without SIG of a signal number: "HUP", "RTMIN+1"; NULL if there is none. In the arena or constant. */
const char *signal_name(int sig);

#endif
