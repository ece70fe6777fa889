/* time - run a command and tell what it used
 *
 * usage: time [OPTION]... COMMAND [ARG]...
 *
 *   -a, --append         append to the file of -o
 *   -f, --format=FORMAT  what to tell: text with %e (seconds), %E (h:mm:ss), %U and %S (user and system
 *                        seconds), %P (share of the processor), %M (most memory, KiB), %F and %R (page
 *                        faults with and without input), %I and %O (inputs, outputs), %c and %w
 *                        (switches, forced and not), %k (signals), %r and %s (messages), %W (swaps),
 *                        %D %K %X %p %t (average sizes), %Z (page size), %C (command), %x (status)
 *   -o, --output=FILE    tell it in FILE, not on standard error
 *   -p, --portability    in the way of POSIX
 *   -q, --quiet          nothing about a status that is not 0
 *   -v, --verbose        all of it, with explanations
 *
 * Without -f, TIME in the environment is the format.
 *
 * install: /usr/bin
 * options: stop
 * status: 125
 * hidden: -V
 * follows: POSIX.1-2024 time; GNU time(1) 1.9
 */
#include <sys/resource.h>
#include <sys/wait.h>
#include "libbb.h"
#include "command.h"
#include "signals.h"
#include "time.gen.h"

static const char default_format[] = "%Uuser %Ssystem %Eelapsed %PCPU (%Xavgtext+%Davgdata %Mmaxresident)k\n"
				     "%Iinputs+%Ooutputs (%Fmajor+%Rminor)pagefaults %Wswaps";
static const char posix_format[] = "real %e\nuser %U\nsys %S";
static const char long_format[] = "\tCommand being timed: \"%C\"\n"
				  "\tUser time (seconds): %U\n"
				  "\tSystem time (seconds): %S\n"
				  "\tPercent of CPU this job got: %P\n"
				  "\tElapsed (wall clock) time (h:mm:ss or m:ss): %E\n"
				  "\tAverage shared text size (kbytes): %X\n"
				  "\tAverage unshared data size (kbytes): %D\n"
				  "\tAverage stack size (kbytes): %p\n"
				  "\tAverage total size (kbytes): %K\n"
				  "\tMaximum resident set size (kbytes): %M\n"
				  "\tAverage resident set size (kbytes): %t\n"
				  "\tMajor (requiring I/O) page faults: %F\n"
				  "\tMinor (reclaiming a frame) page faults: %R\n"
				  "\tVoluntary context switches: %w\n"
				  "\tInvoluntary context switches: %c\n"
				  "\tSwaps: %W\n"
				  "\tFile system inputs: %I\n"
				  "\tFile system outputs: %O\n"
				  "\tSocket messages sent: %s\n"
				  "\tSocket messages received: %r\n"
				  "\tSignals delivered: %k\n"
				  "\tPage size (bytes): %Z\n"
				  "\tExit status: %x";

struct result {
	char **command;
	struct rusage usage;
	struct timespec elapsed;
	int status; /* as wait(2) tells it */
};

static uintmax_t milliseconds(const struct timeval *t)
{
	return (uintmax_t)t->tv_sec * 1000 + (uintmax_t)t->tv_usec / 1000;
}

static void add_seconds(struct buf *b, uintmax_t ms)
{
	buf_fmt(b, "%ju.%02ju", ms / 1000, ms % 1000 / 10);
}

static void add_elapsed(struct buf *b, const struct timespec *t)
{
	uintmax_t s = (uintmax_t)t->tv_sec;

	if (s >= 3600)
		buf_fmt(b, "%ju:%02ju:%02ju", s / 3600, s / 60 % 60, s % 60);
	else
		buf_fmt(b, "%ju:%02ju.%02ld", s / 60, s % 60, t->tv_nsec / 10000000);
}

static void add_share(struct buf *b, const struct result *r)
{
	uintmax_t used = milliseconds(&r->usage.ru_utime) + milliseconds(&r->usage.ru_stime);
	uintmax_t elapsed = (uintmax_t)r->elapsed.tv_sec * 1000 + (uintmax_t)r->elapsed.tv_nsec / 1000000;

	if (elapsed == 0)
		buf_str(b, "?%");
	else
		buf_fmt(b, "%ju%%", used * 100 / elapsed);
}

static void add_command(struct buf *b, char **command)
{
	for (char **arg = command; *arg; arg++) {
		if (arg != command)
			buf_char(b, ' ');
		buf_str(b, *arg);
	}
}

/* Adds what the letter behind a % stands for. */
static void add_value(struct buf *b, char letter, const struct result *r)
{
	const struct rusage *u = &r->usage;
	static const char counters[] = "MFRWIOsrkwc", nothing[] = "DKXpt";
	const long values[] = { u->ru_maxrss,   u->ru_majflt,  u->ru_minflt, u->ru_nswap,
				u->ru_inblock,  u->ru_oublock, u->ru_msgsnd, u->ru_msgrcv,
				u->ru_nsignals, u->ru_nvcsw,   u->ru_nivcsw };
	const char *counter = letter ? strchr(counters, letter) : NULL;

	if (counter)
		buf_fmt(b, "%ld", values[counter - counters]);
	else if (letter && strchr(nothing, letter))
		buf_char(b, '0');
	else if (letter == 'U' || letter == 'S')
		add_seconds(b, milliseconds(letter == 'U' ? &u->ru_utime : &u->ru_stime));
	else if (letter == 'e')
		add_seconds(b, (uintmax_t)r->elapsed.tv_sec * 1000 + (uintmax_t)r->elapsed.tv_nsec / 1000000);
	else if (letter == 'E')
		add_elapsed(b, &r->elapsed);
	else if (letter == 'P')
		add_share(b, r);
	else if (letter == 'C')
		add_command(b, r->command);
	else if (letter == 'Z')
		buf_fmt(b, "%ld", sysconf(_SC_PAGESIZE));
	else if (letter == 'x')
		buf_fmt(b, "%d", WIFSIGNALED(r->status) ? WTERMSIG(r->status) : WEXITSTATUS(r->status));
	else if (letter == '%')
		buf_char(b, '%');
	else
		buf_char(b, '?');
	if (letter && !strchr("%ZxCPEeUS", letter) && !counter && !strchr(nothing, letter))
		buf_char(b, letter);
}

static void add_report(struct buf *b, const char *format, const struct result *r)
{
	static const char letters[] = "tn\\", values[] = "\t\n\\";

	for (; *format; format++) {
		const char *letter;

		if (*format == '%') {
			add_value(b, format[1], r);
			if (!format[1])
				return;
			format++;
		} else if (*format == '\\') {
			letter = format[1] ? strchr(letters, format[1]) : NULL;
			if (letter) {
				buf_char(b, values[letter - letters]);
			} else {
				buf_str(b, "?\\");
				if (format[1])
					buf_char(b, format[1]);
			}
			format += format[1] != 0;
		} else {
			buf_char(b, *format);
		}
	}
	buf_char(b, '\n');
}

/* Runs the command to its end. */
static void run(struct result *r)
{
	struct timespec start, end;
	pid_t child;

	clock_gettime(CLOCK_MONOTONIC, &start);
	child = fork();
	if (child < 0)
		die_errno("cannot fork");
	if (child == 0) {
		exec_command(r->command, NULL);
		warn_errno("cannot run %s", r->command[0]);
		_exit(errno == ENOENT ? 127 : 126);
	}
	signal_ignore(SIGINT);
	signal_ignore(SIGQUIT);
	while (wait4(child, &r->status, 0, &r->usage) < 0)
		if (errno != EINTR)
			die_errno("error waiting for child process");
	clock_gettime(CLOCK_MONOTONIC, &end);
	r->elapsed.tv_sec = end.tv_sec - start.tv_sec;
	r->elapsed.tv_nsec = end.tv_nsec - start.tv_nsec;
	if (r->elapsed.tv_nsec < 0) {
		r->elapsed.tv_nsec += 1000000000;
		r->elapsed.tv_sec--;
	}
	signal_default(SIGINT);
	signal_default(SIGQUIT);
}

int time_main(struct time_options *opt, char **argv)
{
	const char *format = opt->format ? opt->format : getenv("TIME");
	struct result r = { .command = argv };
	struct buf b = { 0 };
	int fd = STDERR_FILENO;

	if (opt->V) {
		print_version();
		return 0;
	}
	if (!*argv)
		die_usage("missing program to run");
	if (opt->verbose)
		format = long_format;
	else if (opt->portability && opt->portability > opt->format_at)
		format = posix_format;
	else if (!format)
		format = default_format;
	if (opt->output) {
		fd = open_file(opt->output, O_WRONLY | O_CREAT | (opt->append ? O_APPEND : O_TRUNC), 0666);
		if (fd < 0)
			die_errno("%s", opt->output);
	}
	run(&r);
	if (WIFSIGNALED(r.status) && !opt->quiet)
		buf_fmt(&b, "Command terminated by signal %d\n", WTERMSIG(r.status));
	else if (WEXITSTATUS(r.status) != 0 && !opt->quiet)
		buf_fmt(&b, "Command exited with non-zero status %d\n", WEXITSTATUS(r.status));
	add_report(&b, format, &r);
	if (write_all(fd, b.data, b.len) < 0)
		die_errno("%s", opt->output ? opt->output : "standard error");
	return WIFSIGNALED(r.status) ? 128 + WTERMSIG(r.status) : WEXITSTATUS(r.status);
}
