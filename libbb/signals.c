/* signals.c - signals that an applet waits for */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "arena.h"
#include "signals.h"

/* The real-time signals are numbered as by the GNU C library, whose tools the user will send them with; musl keeps 34 to
 * itself and so begins at 35. */
enum { MOST = 65, RT_FIRST = 34, RT_LAST = 64 };

static volatile sig_atomic_t came[MOST], any;

static void note(int sig)
{
	came[sig] = 1;
	any = 1;
}

static void set(int sig, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	sigaction(sig, &action, NULL);
}

void signal_catch(int sig)
{
	set(sig, note);
}

void signal_ignore(int sig)
{
	set(sig, SIG_IGN);
}

void signal_default(int sig)
{
	set(sig, SIG_DFL);
}

bool signal_ignored(int sig)
{
	struct sigaction now;

	return sigaction(sig, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

bool signal_take(int sig)
{
	bool was = came[sig];

	came[sig] = 0;
	return was;
}

bool signal_waiting(void)
{
	bool was = any;

	any = 0;
	return was;
}

static const struct {
	int number;
	char name[7];
} names[] = {
	{ 0, "EXIT" },           { SIGHUP, "HUP" },   { SIGINT, "INT" },       { SIGQUIT, "QUIT" },
	{ SIGILL, "ILL" },       { SIGTRAP, "TRAP" }, { SIGABRT, "ABRT" },     { SIGBUS, "BUS" },
	{ SIGFPE, "FPE" },       { SIGKILL, "KILL" }, { SIGUSR1, "USR1" },     { SIGSEGV, "SEGV" },
	{ SIGUSR2, "USR2" },     { SIGPIPE, "PIPE" }, { SIGALRM, "ALRM" },     { SIGTERM, "TERM" },
	{ SIGSTKFLT, "STKFLT" }, { SIGCHLD, "CHLD" }, { SIGCONT, "CONT" },     { SIGSTOP, "STOP" },
	{ SIGTSTP, "TSTP" },     { SIGTTIN, "TTIN" }, { SIGTTOU, "TTOU" },     { SIGURG, "URG" },
	{ SIGXCPU, "XCPU" },     { SIGXFSZ, "XFSZ" }, { SIGVTALRM, "VTALRM" }, { SIGPROF, "PROF" },
	{ SIGWINCH, "WINCH" },   { SIGIO, "POLL" },   { SIGPWR, "PWR" },       { SIGSYS, "SYS" },
	{ SIGIO, "IO" },         { SIGCHLD, "CLD" },  { SIGABRT, "IOT" },
};

/* RTMIN, RTMIN+N, RTMAX-N; -1 if it is none of them. */
static int realtime(const char *name)
{
	int low = RT_FIRST, high = RT_LAST, n = 0;
	char *end;

	if (strncasecmp(name, "RTMIN", 5) != 0 && strncasecmp(name, "RTMAX", 5) != 0)
		return -1;
	if (name[5]) {
		long value = strtol(name + 5, &end, 10);

		if (*end || value < -high || value > high || (name[5] != '+' && name[5] != '-'))
			return -1;
		n = (int)value;
	}
	n += (name[4] | 32) == 'n' && (name[3] | 32) == 'i' ? low : high;
	return n >= low && n <= high ? n : -1;
}

int signal_number(const char *name)
{
	char *end;
	unsigned long n = strtoul(name, &end, 10);

	if (*name >= '0' && *name <= '9')
		return !*end && n < MOST ? (int)n : -1;
	if (strncasecmp(name, "SIG", 3) == 0)
		name += 3;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(name, names[i].name) == 0)
			return names[i].number;
	return realtime(name);
}

const char *signal_name(int sig)
{
	int low = RT_FIRST, high = RT_LAST;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == sig)
			return names[i].name;
	if (sig < low || sig > high)
		return NULL;
	if (sig == low || sig == high)
		return sig == low ? "RTMIN" : "RTMAX";
	return sig <= low + (high - low) / 2 ? arena_printf("RTMIN+%d", sig - low)
					     : arena_printf("RTMAX-%d", high - sig);
}
