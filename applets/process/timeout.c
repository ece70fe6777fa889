/* timeout - run a command, and end it if it takes too long
 *
 * usage: timeout [OPTION]... DURATION COMMAND [ARG]...
 *
 *       --preserve-status        exit with the status of COMMAND, also when it took too long
 *       --foreground             let COMMAND read from the terminal and get its signals; what COMMAND itself has started
 *                                is then not ended
 *   -k, --kill-after=DURATION    send KILL too if COMMAND is still running this long after the first signal
 *   -s, --signal=SIGNAL          the signal to send, by name or number; TERM if not given
 *   -v, --verbose                tell of signals that are sent
 *
 * DURATION is a number of seconds, also with a fraction, or of minutes, hours or days with m, h or d after it; 0
 * means no limit.
 *
 * Exit status: that of COMMAND; 124 if it took too long, 125 if timeout fails, 126 if COMMAND cannot be run, 127 if it is
 * not found, 137 if it was sent KILL.
 *
 * install: /usr/bin
 * options: stop
 * status: 125
 * follows: GNU coreutils manual, "timeout invocation"
 */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "libbb.h"
#include "command.h"
#include "signals.h"
#include "timeout.gen.h"

enum { TIMED_OUT = 124 };

/* The command being watched. */
struct watch {
	pid_t child;
	const char *command;
	int signal;
	double kill_after;
	bool foreground, verbose;
	bool timed_out;
	sigset_t waited; /* signals that are not to interrupt, but waited for */
	struct timespec end;
	bool limited; /* `end` counts */
};

static double duration(const char *s)
{
	double n = parse_duration(s);

	if (n < 0)
		die_usage("invalid time interval %s", quote(s));
	return n;
}

static void set_end(struct watch *w, double seconds)
{
	clock_gettime(CLOCK_MONOTONIC, &w->end);
	w->limited = seconds > 0 && seconds < 1e15;
	if (!w->limited)
		return;
	w->end.tv_sec += (time_t)seconds;
	w->end.tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
	if (w->end.tv_nsec >= 1000000000) {
		w->end.tv_sec++;
		w->end.tv_nsec -= 1000000000;
	}
}

/* The time that is left until the end; false if none is. */
static bool time_left(const struct watch *w, struct timespec *left)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	left->tv_sec = w->end.tv_sec - now.tv_sec;
	left->tv_nsec = w->end.tv_nsec - now.tv_nsec;
	if (left->tv_nsec < 0) {
		left->tv_sec--;
		left->tv_nsec += 1000000000;
	}
	return left->tv_sec >= 0;
}

/* Sends a signal to the process group, of which this process is one: it is not to take it for another's. */
static void send_to_group(const struct watch *w, int sig)
{
	static const struct timespec at_once;
	sigset_t own;

	kill(0, sig);
	sigemptyset(&own);
	if (sig > 0 && sigismember(&w->waited, sig)) {
		sigaddset(&own, sig);
		sigtimedwait(&own, NULL, &at_once);
	}
	if (sig != SIGKILL && sig != SIGCONT) {
		kill(w->child, SIGCONT);
		kill(0, SIGCONT);
	}
}

/* Sends a signal to the command, and to all of its process group if that is ours to use. */
static void send(struct watch *w, int sig)
{
	if (w->verbose) {
		const char *name = sig ? signal_name(sig) : "EXIT";

		warn("sending signal %s to command %s", name ? name : "?", quote(w->command));
	}
	kill(w->child, sig);
	if (!w->foreground)
		send_to_group(w, sig);
	if (w->kill_after > 0) {
		w->signal = SIGKILL;
		set_end(w, w->kill_after);
		w->kill_after = 0;
	} else {
		w->limited = false;
	}
}

/* Waits for the command to end, and sends the signals that are due. Returns its wait status. */
static int watch(struct watch *w)
{
	int status;

	while (waitpid(w->child, &status, WNOHANG) == 0) {
		struct timespec left;
		int sig;

		if (w->limited && !time_left(w, &left)) {
			w->timed_out = true;
			send(w, w->signal);
			continue;
		}
		sig = w->limited ? sigtimedwait(&w->waited, NULL, &left) : sigwaitinfo(&w->waited, NULL);
		if (sig == SIGALRM) {
			w->timed_out = true;
			send(w, w->signal);
		} else if (sig > 0 && sig != SIGCHLD) {
			send(w, sig);
		}
	}
	return status;
}

static void start(struct watch *w, char **argv)
{
	static const unsigned char signals[] = { SIGCHLD, SIGALRM, SIGINT, SIGQUIT, SIGHUP, SIGTERM };
	sigset_t before;

	sigemptyset(&w->waited);
	for (size_t i = 0; i < sizeof(signals); i++)
		if (signals[i] == SIGCHLD || !signal_ignored(signals[i]))
			sigaddset(&w->waited, signals[i]);
	if (w->signal > 0)
		sigaddset(&w->waited, w->signal);
	signal_default(SIGCHLD);
	sigprocmask(SIG_BLOCK, &w->waited, &before);
	signal_ignore(SIGTTIN);
	signal_ignore(SIGTTOU);
	w->child = fork();
	if (w->child < 0)
		die_errno("fork system call failed");
	if (w->child == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		signal_default(SIGTTIN);
		signal_default(SIGTTOU);
		run_command(argv, "failed to run command %s");
	}
}

/* Ends this process by the signal that ended the command, so that who waits sees the same; without another core. */
static void die_likewise(int sig)
{
	struct rlimit none = { 0, 0 };
	sigset_t set;

	if (setrlimit(RLIMIT_CORE, &none) < 0 && prctl(PR_SET_DUMPABLE, 0) < 0)
		return;
	signal_default(sig);
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(sig);
}

int timeout_main(struct timeout_options *opt, char **argv)
{
	struct watch w = { .signal = SIGTERM, .foreground = opt->foreground, .verbose = opt->verbose };
	double limit;
	int status;

	if (opt->kill_after)
		w.kill_after = duration(opt->kill_after);
	if (opt->signal) {
		w.signal = signal_number(opt->signal);
		if (w.signal < 0)
			die_usage("%s: invalid signal", quote(opt->signal));
	}
	if (!argv[0] || !argv[1])
		die_usage(NULL);
	limit = duration(*argv++);
	w.command = *argv;
	if (!w.foreground)
		setpgid(0, 0);
	start(&w, argv);
	set_end(&w, limit);
	status = watch(&w);

	if (WIFSIGNALED(status)) {
		int sig = WTERMSIG(status);

		if (WCOREDUMP(status))
			warn("the monitored command dumped core");
		if (!w.timed_out)
			die_likewise(sig);
		if (w.timed_out && sig == SIGKILL)
			die_likewise(SIGKILL);
		status = sig + 128;
	} else {
		status = WEXITSTATUS(status);
	}
	return w.timed_out && !opt->preserve_status ? TIMED_OUT : status;
}
