/* run.c - running applets as functions, and leaving them */
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "arena.h"
#include "out.h"
#include "quote.h"
#include "run.h"
#include "run_internal.h"

/* One applet being run. The outermost run of a process leaves the closing of files to the kernel. */
struct run {
	struct run *outer;
	const struct applet *applet;
	const char *name;
	unsigned char
		*open; /* a bit for each file it opened; malloc'ed, for the applet may put the arena back */
	size_t open_size;
	int status;
	jmp_buf end;
};

static struct run *running;

const char *applet_name(void)
{
	return running ? running->name : "box";
}

const struct applet *this_applet(void)
{
	return running->applet;
}

void run_track(int fd, bool open)
{
	struct run *r = running;
	size_t at = (size_t)fd / 8;

	if (fd < 0 || !r || !r->outer || (at >= r->open_size && !open))
		return;
	if (at >= r->open_size) {
		unsigned char *more = realloc(r->open, at + 32);

		if (!more)
			return;
		memset(more + r->open_size, 0, at + 32 - r->open_size);
		r->open = more;
		r->open_size = at + 32;
	}
	if (open)
		r->open[at] |= (unsigned char)(1 << fd % 8);
	else
		r->open[at] &= (unsigned char)~(1 << fd % 8);
}

static void close_files(const struct run *r)
{
	for (size_t i = 0; i < r->open_size * 8; i++)
		if (r->open[i / 8] & 1 << i % 8)
			close((int)i);
}

static int main_of(const struct applet *a, char **argv)
{
	void *options = arena_alloc(a->options_size);

	argv++;
	if (a->flags & (APPLET_RAW | APPLET_MANUAL)) {
		if (a->flags & APPLET_RAW && !(a->flags & APPLET_NO_HELP) && argv[0] && !argv[1] &&
		    (!strcmp(argv[0], "--help") || !strcmp(argv[0], "--version")))
			parse_options(a, options, argv);
		return a->main(options, argv);
	}
	return a->main(options, parse_options(a, options, argv));
}

/* Runs `a` with its standard output going to `out`. Whoever calls drops the arena to its mark afterwards. */
static int run_to(struct writer out, const struct applet *a, char **argv)
{
	struct run run = { .outer = running, .applet = a, .name = a->name };

	running = &run;
	std_out = out;
	if (setjmp(run.end) == 0)
		run.status = main_of(a, argv);
	if (writer_flush(&std_out) < 0) {
		warn_code(std_out.error, "write error");
		run.status = a->trouble;
	}
	if (run.outer)
		close_files(&run);
	free(run.open);
	running = run.outer;
	return run.status;
}

int run_applet(const struct applet *a, char **argv)
{
	struct arena_mark mark = arena_mark();
	struct writer outer;
	int status;

	out_flush();
	outer = std_out;
	status = run_to((struct writer){ .fd = STDOUT_FILENO }, a, argv);
	std_out = outer;
	arena_release(mark);
	return status;
}

int run_applet_captured(const struct applet *a, char **argv, char **text, size_t *len)
{
	struct arena_mark mark = arena_mark();
	struct writer outer = std_out;
	int status = run_to((struct writer){ .fd = -1 }, a, argv);

	*len = std_out.len;
	*text = std_out.buf ? std_out.buf : malloc(1);
	if (*text)
		(*text)[*len] = 0;
	std_out = outer;
	arena_release(mark);
	return status;
}

void leave(int status)
{
	if (!running)
		_exit(status);
	running->status = status;
	longjmp(running->end, 1);
}

/* One message: `NAME: text[: error]`, with what follows it, in a single write. */
static void say(int code, const char *after, const char *fmt, va_list args)
{
	char small[1024];
	char *line = small;
	const char *reason = code ? strerror(code) : NULL;
	const char *name = applet_name();
	size_t frame = strlen(name) + strlen(after) + (reason ? strlen(reason) : 0) + 8, at;
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	if (n < 0)
		n = 0;
	if ((size_t)n + frame > sizeof(small))
		line = malloc((size_t)n + frame);
	if (!line) {
		line = small;
		n = (int)(sizeof(small) - frame);
	}
	at = (size_t)sprintf(line, "%s: ", name);
	vsnprintf(line + at, (size_t)n + 1, fmt, again);
	va_end(again);
	at += (size_t)n;
	at += (size_t)sprintf(line + at, "%s%s\n%s", reason ? ": " : "", reason ? reason : "", after);
	out_flush();
	write_all(STDERR_FILENO, line, at);
	if (line != small)
		free(line);
}

static void vwarn(int code, const char *fmt, va_list args)
{
	say(code, "", fmt, args);
}

void warn(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vwarn(0, fmt, args);
	va_end(args);
}

void warn_errno(const char *fmt, ...)
{
	int code = errno;
	va_list args;

	va_start(args, fmt);
	vwarn(code, fmt, args);
	va_end(args);
	errno = code;
}

void warn_code(int code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vwarn(code, fmt, args);
	va_end(args);
}

static int trouble(void)
{
	return running ? running->applet->trouble : 1;
}

void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vwarn(0, fmt, args);
	va_end(args);
	leave(trouble());
}

void die_errno(const char *fmt, ...)
{
	int code = errno;
	va_list args;

	va_start(args, fmt);
	vwarn(code, fmt, args);
	va_end(args);
	leave(trouble());
}

void die_status(int status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vwarn(0, fmt, args);
	va_end(args);
	leave(status);
}

void die_status_errno(int status, const char *fmt, ...)
{
	int code = errno;
	va_list args;

	va_start(args, fmt);
	vwarn(code, fmt, args);
	va_end(args);
	leave(status);
}

static const char *try_help(void)
{
	const char *name = applet_name();
	bool named = running && running->applet->flags & APPLET_DIFFUTILS;

	return arena_printf("%s%sTry '%s --help' for more information.\n", named ? name : "",
			    named ? ": " : "", name);
}

/* Writes the message, if there is one, and the line that names --help. */
static void say_usage(const char *fmt, va_list args)
{
	const char *line = try_help();

	if (fmt) {
		say(0, line, fmt, args);
	} else {
		out_flush();
		write_all(STDERR_FILENO, line, strlen(line));
	}
}

void die_usage(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say_usage(fmt, args);
	va_end(args);
	leave(trouble());
}

void die_status_usage(int status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say_usage(fmt, args);
	va_end(args);
	leave(status);
}

void die_missing_operand(const char *last)
{
	if (last)
		die_usage("missing operand after %s", quote(last));
	die_usage("missing operand");
}

void die_extra_operand(const char *word)
{
	die_usage("extra operand %s", quote(word));
}
