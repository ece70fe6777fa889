/* kill - send signals to processes, or list signals
 *
 * usage: kill [-s SIGNAL | -SIGNAL] PID...
 * usage: kill -l [SIGNAL]...
 * usage: kill -t [SIGNAL]...
 *
 *   -s, --signal=SIGNAL, -SIGNAL    the signal, by name or number; TERM if not given
 *   -q, --queue=VALUE               send a number along with it, by sigqueue(3)
 *   -l, --list                      print the names of signals, or the names of numbers and the other way round
 *   -t, -L, --table                 print a table of signals with their descriptions
 *
 * 0 as SIGNAL sends nothing, but tells whether there is such a process. A negative PID is a process group, -1 all
 * processes that may be signalled. For -l a SIGNAL may also be the exit status of a process.
 *
 * install: /bin
 * options: raw
 * follows: POSIX.1-2024 kill; GNU coreutils manual, "kill invocation"; kill(1) of procps-ng for -q and -L
 */
#include "libbb.h"
#include "signals.h"
#include "kill.gen.h"

struct job {
	int signal;
	bool given, list, table, queue;
	int value;
};

static int signal_of(const char *name)
{
	int sig = signal_number(name);

	if (sig < 0)
		die_usage("%s: invalid signal", quote(name));
	return sig;
}

static void set_signal(struct job *job, const char *name)
{
	if (job->given)
		die_usage("%s: multiple signals specified", quote(name));
	job->signal = signal_of(name);
	job->given = true;
}

static void set_value(struct job *job, const char *s)
{
	intmax_t n;

	if (parse_range(s, INT_MIN, INT_MAX, &n) != NUM_OK)
		die_usage("%s: invalid value", quote(s));
	job->queue = true;
	job->value = (int)n;
}

/* The argument of the option that begins with `letter` or is `name`: the rest of the word, or the next one. NULL if the
 * word is another option. */
static const char *argument(char ***argv, char letter, const char *name)
{
	const char *word = **argv;
	size_t len = strlen(name);

	if (word[1] == letter && word[2])
		return word + 2;
	if (strncmp(word, name, len) == 0 && word[len] == '=')
		return word + len + 1;
	if ((word[1] != letter || word[2]) && strcmp(word, name) != 0)
		return NULL;
	if (!(*argv)[1])
		die_usage(word[1] == letter ? "option requires an argument -- '%s'"
					    : "option '%s' requires an argument",
			  word[1] == letter ? word + 1 : word);
	return *++*argv;
}

/* Reads one option at *argv. Returns false if it is where the PIDs begin. */
static bool read_option(struct job *job, char ***argv)
{
	const char *word = **argv, *value;

	if (word[0] != '-' || !word[1] || strcmp(word, "--") == 0)
		return false;
	if (strcmp(word, "-l") == 0 || strcmp(word, "--list") == 0) {
		job->list = true;
	} else if (strcmp(word, "-t") == 0 || strcmp(word, "-L") == 0 || strcmp(word, "--table") == 0) {
		job->table = true;
	} else if (word[1] >= '0' && word[1] <= '9') {
		if (job->given || job->list || job->table)
			return false;
		set_signal(job, word + 1);
	} else if ((value = argument(argv, 's', "--signal"))) {
		set_signal(job, value);
	} else if ((value = argument(argv, 'q', "--queue"))) {
		set_value(job, value);
	} else if (word[1] == '-') {
		die_usage("unrecognized option '%s'", word);
	} else {
		set_signal(job, word + 1);
	}
	++*argv;
	return true;
}

/* Writes a line about each signal that is named; a number is taken as an exit status too. */
static int list_some(char **names, bool table)
{
	int status = 0;

	for (; *names; names++) {
		uintmax_t n;
		bool number = parse_uint(*names, NULL, &n) == NUM_OK;
		int sig = number ? (int)(n & 127) : signal_number(*names);
		const char *name = sig > 0 ? signal_name(sig) : sig == 0 ? "EXIT" : NULL;

		if (!name || (number && n > 255)) {
			warn("%s: invalid signal", quote(*names));
			status = 1;
		} else if (table) {
			out_fmt("%2d %-10s %s\n", sig, name, sig ? strsignal(sig) : "Exit");
		} else if (number) {
			out_line(name);
		} else {
			out_fmt("%d\n", sig);
		}
	}
	return status;
}

static int list_all(bool table)
{
	for (int sig = 1; sig <= SIGRTMAX; sig++) {
		const char *name = signal_name(sig);

		if (name && table)
			out_fmt("%2d %-10s %s\n", sig, name, strsignal(sig));
		else if (name)
			out_line(name);
	}
	return 0;
}

static int send(const struct job *job, const char *word)
{
	intmax_t pid;

	if (parse_range(word, INT_MIN, INT_MAX, &pid) != NUM_OK) {
		warn("%s: invalid process id", quote(word));
		return 1;
	}
	if (job->queue ? sigqueue((pid_t)pid, job->signal, (union sigval){ .sival_int = job->value }) < 0
		       : kill((pid_t)pid, job->signal) < 0) {
		warn_errno("sending signal to %s failed", word);
		return 1;
	}
	return 0;
}

int kill_main(struct kill_options *opt, char **argv)
{
	struct job job = { .signal = SIGTERM };
	int status = 0;

	(void)opt;
	while (*argv && read_option(&job, &argv))
		;
	if (*argv && strcmp(*argv, "--") == 0)
		argv++;
	if ((job.list || job.table) && job.given)
		die_usage("cannot combine signal with -l or -t");
	if (job.list || job.table)
		return *argv ? list_some(argv, job.table) : list_all(job.table);
	if (!*argv)
		die_usage("no process ID specified");
	for (; *argv; argv++)
		status |= send(&job, *argv);
	return status;
}
