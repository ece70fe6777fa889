/* watch - run a command again and again, and show its output
 *
 * usage: watch [OPTION]... COMMAND [ARG]...
 *
 *   -b, --beep             beep if the command fails
 *   -c, --color            show the colors of the output
 *   -d, --differences[=permanent]  highlight what changed, or what ever changed
 *   -e, --errexit          end, after a key, if the command fails
 *   -g, --chgexit          end when the output changes
 *   -q, --equexit=CYCLES   end when the output is the same so many times
 *   -n, --interval=SECS    seconds between two runs, 2 if not said; at least 0.1
 *   -p, --precise          begin a run each SECS seconds, however long one takes
 *   -t, --no-title         no line with the command and the time
 *   -w, --no-wrap          cut long lines
 *   -x, --exec             run the command itself, not with sh -c
 *   -h                     show this help
 *   -v                     show the version
 *
 * install: /usr/bin
 * options: stop
 * follows: watch(1) of procps-ng 4.0
 */
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include "libbb.h"
#include "command.h"
#include "hash.h"
#include "signals.h"
#include "timefmt.h"
#include "watch.gen.h"

enum { FORK_FAILED = 2, COMMAND_FAILED = 8 }; /* statuses */

enum { TITLE_LINES = 2 };

/* A place on the screen: a character with what combines with it, and how it looks. */
struct cell {
	uint32_t cp;
	uint32_t style; /* where in `styles` its sequence begins; 0: none */
	bool changed;
};

struct job {
	const struct watch_options *opt;
	char **command;
	const char *title;
	double interval;
	bool utf8;
	size_t rows, columns;
	struct cell *cells, *before; /* what is shown, and was */
	struct buf styles;           /* sequences, each ended by a NUL */
	uint32_t style;
	char *output; /* of the command */
	size_t output_len;
	unsigned char digest[HASH_MOST]; /* of the output before */
	bool ran;
	uintmax_t same; /* runs in a row with the same output */
	int status;     /* of the command */
	bool drawn;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Sets the size of the screen; returns whether it changed. */
static bool set_size(struct job *job)
{
	struct winsize ws;
	const char *lines = getenv("LINES"), *columns = getenv("COLUMNS");
	size_t rows = 24, width = 80;
	uintmax_t n;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 && ws.ws_col > 0) {
		rows = ws.ws_row;
		width = ws.ws_col;
	}
	if (lines && parse_uint(lines, NULL, &n) == NUM_OK && n > 0 && n < 10000)
		rows = (size_t)n;
	if (columns && parse_uint(columns, NULL, &n) == NUM_OK && n > 0 && n < 10000)
		width = (size_t)n;
	if (rows == job->rows && width == job->columns)
		return false;
	job->rows = rows;
	job->columns = width;
	return true;
}

/* Runs the command and takes its output. */
static void run(struct job *job)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		die_status_errno(7, "unable to create IPC pipes");
	child = fork();
	if (child < 0)
		die_status_errno(FORK_FAILED, "unable to fork process");
	if (child == 0) {
		char shell[] = "sh", flag[] = "-c", *line = arena_strdup(job->title);
		char *with_shell[] = { shell, flag, line, NULL };

		signal_default(SIGINT);
		signal_default(SIGTERM);
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		exec_command(job->opt->exec ? job->command : with_shell, NULL);
		warn_errno("unable to execute '%s'", job->opt->exec ? job->command[0] : job->title);
		_exit(4);
	}
	close(ends[1]);
	own_file(ends[0]);
	job->output = read_file(ends[0], &job->output_len);
	close_file(ends[0]);
	while (waitpid(child, &job->status, 0) < 0)
		if (errno != EINTR)
			die_status_errno(COMMAND_FAILED, "waitpid");
}

/* Notes the sequence ESC [ ... m, of which the part between is given, as the style of what follows. */
static void set_style(struct job *job, const char *p, size_t len)
{
	bool reset = len == 0 || strncmp(p, "0", len) == 0;
	const char *old;

	if (reset) {
		job->style = 0;
		return;
	}
	old = arena_strdup(job->styles.data + job->style);
	job->style = (uint32_t)job->styles.len;
	buf_fmt(&job->styles, "%s\033[%.*sm", old, (int)len, p);
	buf_char(&job->styles, 0);
}

/* Passes over an escape sequence behind its ESC at `p`; takes the colors if they are wanted. */
static const char *skip_sequence(struct job *job, const char *p, const char *end)
{
	const char *start;

	if (p == end || *p != '[')
		return p;
	for (start = ++p; p < end && ((*p >= '0' && *p <= '9') || *p == ';' || *p == ':' || *p == '?'); p++)
		;
	if (p == end)
		return p;
	if (*p == 'm' && job->opt->color)
		set_style(job, start, (size_t)(p - start));
	return p + 1;
}

/* Puts the output of the command on the screen. */
static void lay_out(struct job *job)
{
	size_t row = job->opt->no_title ? 0 : TITLE_LINES, column = 0;
	const char *p = job->output, *end = p + job->output_len;

	job->style = 0;
	job->styles = (struct buf){ 0 };
	buf_char(&job->styles, 0); /* the first is none */
	memset(job->cells, 0, job->rows * job->columns * sizeof(*job->cells));
	while (p < end && row < job->rows) {
		uint32_t cp = (unsigned char)*p;
		int n = job->utf8 ? utf8_decode(p, (size_t)(end - p), &cp) : 1, width;

		p += n > 0 ? n : 1;
		if (cp == '\n') {
			row++;
			column = 0;
			continue;
		}
		if (cp == '\033') {
			p = skip_sequence(job, p, end);
			continue;
		}
		width = cp == '\t'                         ? (int)(8 - column % 8)
			: n > 0 && cp >= ' ' && cp != 0x7f ? char_width(cp)
							   : 0;
		if (width <= 0 || (!job->utf8 && cp >= 0x80))
			continue;
		if (column + (size_t)width > job->columns) {
			if (job->opt->no_wrap)
				continue;
			row++;
			column = 0;
			if (row == job->rows)
				break;
			width = cp == '\t' ? 8 : width;
		}
		for (int i = 0; i < width && column < job->columns; i++)
			job->cells[row * job->columns + column++] = (struct cell){ cp == '\t' ? ' '
										   : i == 0   ? cp
											      : UINT32_MAX,
										   job->style, false };
	}
}

/* Marks what is not as it was. */
static void compare(struct job *job)
{
	bool permanent = job->opt->differences != NULL;

	for (size_t i = 0; i < job->rows * job->columns; i++) {
		struct cell *cell = &job->cells[i], *old = &job->before[i];
		uint32_t is = cell->cp ? cell->cp : ' ', was = old->cp ? old->cp : ' ';

		cell->changed = (job->drawn && is != was) || (permanent && old->changed);
	}
}

/* Writes the line with the command and the time. */
static void put_title(const struct job *job)
{
	char host[256] = "";
	const char *left = arena_printf("Every %.1fs: ", job->interval), *right;
	struct timespec ts = { .tv_sec = time(NULL) };
	struct buf date = { 0 };
	struct tm tm;
	size_t used, room, len = strlen(job->title), shown;

	gethostname(host, sizeof(host) - 1);
	localtime_r(&ts.tv_sec, &tm);
	time_format(&date, "%a %b %e %H:%M:%S %Y", &tm, &ts);
	right = arena_printf("%s: %s", host, date.data);
	used = strlen(left) + strlen(right) + 1;
	if (strlen(right) > job->columns)
		return;
	if (used > job->columns) {
		out_fill(' ', job->columns - strlen(right));
		out_str(right);
		return;
	}
	room = job->columns - used;
	out_str(left);
	shown = str_width(job->title, len);
	if (shown > room) {
		size_t cut = room > 3 ? room - 3 : 0;

		while (cut > 0 && ((unsigned char)job->title[cut] & 0xc0) == 0x80)
			cut--;
		out_mem(job->title, cut);
		out_str(room > 3 ? "..." : "");
		shown = room > 3 ? str_width(job->title, cut) + 3 : 0;
	} else {
		out_mem(job->title, len);
	}
	out_fill(' ', room - shown + 1);
	out_str(right);
}

/* Writes the screen. */
static void draw(const struct job *job)
{
	out_str(job->drawn ? "\033[H" : "\033[H\033[2J");
	if (!job->opt->no_title) {
		put_title(job);
		out_str("\033[K\r\n\033[K\r\n");
	}
	for (size_t row = job->opt->no_title ? 0 : TITLE_LINES; row < job->rows; row++) {
		const struct cell *cells = job->cells + row * job->columns;
		size_t end = job->columns;
		uint32_t style = 0;
		bool changed = false;

		while (end > 0 && cells[end - 1].cp == 0 && !cells[end - 1].changed)
			end--;
		for (size_t i = 0; i < end; i++) {
			char text[4];

			if (cells[i].cp == UINT32_MAX)
				continue;
			if (cells[i].style != style || cells[i].changed != changed) {
				style = cells[i].style;
				changed = cells[i].changed;
				out_fmt("\033[m%s%s", job->styles.data + style, changed ? "\033[7m" : "");
			}
			out_mem(text, (size_t)utf8_encode(cells[i].cp ? cells[i].cp : ' ', text));
		}
		if (style || changed)
			out_str("\033[m");
		out_str(end < job->columns ? "\033[K" : "");
		if (row + 1 < job->rows)
			out_str("\r\n");
	}
	out_flush();
}

/* Waits until it is time for the next run, a signal or an error. */
static void wait_until(double when)
{
	double left;

	while (!signal_waiting() && (left = when - now()) > 0) {
		struct timespec ts = { (time_t)left, (long)((left - (double)(time_t)left) * 1e9) };

		nanosleep(&ts, NULL);
	}
}

static _Noreturn void end(int status)
{
	out_str("\033[m\033[?25h\033[?1049l");
	leave(status);
}

/* Says that the command failed, and ends after a key. */
static _Noreturn void end_failed(const struct job *job)
{
	char c;

	if (isatty(STDIN_FILENO)) {
		struct termios old, raw;

		out_fmt("\033[%zu;1H\033[K%s", job->rows,
			"command exit with a non-zero status, press a key to exit");
		out_flush();
		tcgetattr(STDIN_FILENO, &old);
		raw = old;
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
		read_some(STDIN_FILENO, &c, 1);
		tcsetattr(STDIN_FILENO, TCSANOW, &old);
	}
	end(COMMAND_FAILED);
}

/* Ends if the options say so of what the last run gave. */
static void check_end(struct job *job, uintmax_t cycles)
{
	bool failed = !WIFEXITED(job->status) || WEXITSTATUS(job->status) != 0;
	unsigned char digest[HASH_MOST] = { 0 };
	struct hash h;
	bool changed;

	hash_begin(&h, HASH_SHA1, 0);
	hash_add(&h, job->output, job->output_len);
	hash_end(&h, digest);
	changed = job->ran && memcmp(digest, job->digest, sizeof(digest)) != 0;
	if (failed && job->opt->beep) {
		out_char('\a');
		out_flush();
	}
	if (failed && job->opt->errexit)
		end_failed(job);
	if (changed && job->opt->chgexit)
		end(0);
	job->same = job->ran && !changed ? job->same + 1 : 0;
	job->ran = true;
	memcpy(job->digest, digest, sizeof(digest));
	if (cycles > 0 && job->same >= cycles)
		end(0);
}

/* Reads a number of seconds; a comma is as good as a point. */
static double read_interval(const char *arg)
{
	char *text = arena_strdup(arg), *end_of, *comma = strchr(text, ',');
	double n;

	if (comma)
		*comma = '.';
	n = strtod(text, &end_of);
	if (!*text || *end_of || !(n >= 0))
		die("failed to parse argument: '%s'", arg);
	return n < 0.1 ? 0.1 : n > 4294967.0 ? 4294967.0 : n;
}

static const char *join(char **words)
{
	struct buf b = { 0 };

	for (char **word = words; *word; word++) {
		if (word != words)
			buf_char(&b, ' ');
		buf_str(&b, *word);
	}
	return b.data;
}

/* Makes room for the screen if its size changed. */
static void resize(struct job *job)
{
	if (!set_size(job))
		return;
	job->drawn = false;
	job->cells = arena_array(struct cell, job->rows * job->columns);
	job->before = arena_array(struct cell, job->rows * job->columns);
}

static void show(struct job *job)
{
	struct cell *cells = job->before;

	/* what was shown is what was laid out last */
	job->before = job->cells;
	job->cells = cells;
	lay_out(job);
	if (job->opt->differences_at)
		compare(job);
	draw(job);
	job->drawn = true;
}

int watch_main(struct watch_options *opt, char **argv)
{
	const char *interval = opt->interval ? opt->interval : getenv("WATCH_INTERVAL");
	struct job job = { .opt = opt, .command = argv, .utf8 = locale_is_utf8() };
	uintmax_t cycles = 0;
	double next;

	if (print_asked(opt->h, opt->v))
		return 0;
	if (opt->differences && strcmp(opt->differences, "permanent") != 0 &&
	    strcmp(opt->differences, "cumulative") != 0)
		die_usage("invalid argument %s for --differences", quote(opt->differences));
	job.interval = interval ? read_interval(interval) : 2;
	if (opt->equexit && (parse_uint(opt->equexit, NULL, &cycles) != NUM_OK || cycles == 0))
		die("failed to parse argument: '%s'", opt->equexit);
	if (!*argv)
		die_usage("no command");
	job.title = join(argv);
	signal_catch(SIGINT);
	signal_catch(SIGTERM);
	signal_catch(SIGHUP);
	out_str("\033[?1049h\033[?25l");
	next = now();
	while (!signal_waiting() && !out_failed()) {
		struct arena_mark mark;

		resize(&job);
		mark = arena_mark();
		run(&job);
		show(&job);
		check_end(&job, cycles);
		arena_release(mark);
		next = (opt->precise ? next : now()) + job.interval;
		wait_until(next);
	}
	end(out_failed() ? 1 : 0);
}
