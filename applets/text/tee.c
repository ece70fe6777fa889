/* tee - copy standard input to each FILE, and also to standard output
 *
 * usage: tee [OPTION]... [FILE]...
 *
 *   -a, --append               append to the FILEs, do not overwrite
 *   -i, --ignore-interrupts    ignore interrupt signals
 *   -p                         as --output-error
 *       --output-error[=MODE]  what to do when a write fails
 *
 * MODE is one of
 *   warn         report it and go on with the other outputs
 *   warn-nopipe  the same, but not a word of pipes whose reader has left (default)
 *   exit         report it and stop
 *   exit-nopipe  the same, but go on after such a pipe
 * Without these options such a pipe ends it all, and other errors are reported.
 *
 * install: /usr/bin
 * follows: POSIX.1-2024 tee; GNU coreutils manual, "tee invocation"
 */
#include "libbb.h"
#include "signals.h"
#include "tee.gen.h"

enum on_error { WARN, WARN_NOPIPE, EXIT, EXIT_NOPIPE };

struct sink {
	const char *name;
	int fd; /* -1 once a write to it has failed */
};

/* The outputs; standard output is the first. */
struct sinks {
	struct sink *list;
	size_t count, alive;
	enum on_error mode;
	int status;
};

static enum on_error error_mode(const struct tee_options *opt)
{
	static const char *const modes[] = { "warn", "warn-nopipe", "exit", "exit-nopipe", NULL };
	int mode = opt->output_error ? choose(modes, NULL, opt->output_error, "--output-error") : WARN_NOPIPE;

	return opt->p > opt->output_error_at ? WARN_NOPIPE : (enum on_error)mode;
}

/* Reports a sink that failed, unless it is a pipe without a reader and that is no error. */
static void report(struct sinks *s, const char *name)
{
	if (errno == EPIPE && (s->mode == WARN_NOPIPE || s->mode == EXIT_NOPIPE))
		return;
	warn_errno("%s", quote_maybe(name));
	s->status = 1;
	if (s->mode == EXIT || s->mode == EXIT_NOPIPE)
		leave(1);
}

/* Opens every FILE after standard output; one that cannot be opened is reported and left out. */
static void open_sinks(struct sinks *s, char **files, bool append)
{
	size_t count = 1;

	while (files[count - 1])
		count++;
	s->list = arena_array(struct sink, count);
	s->list[s->count++] = (struct sink){ "standard output", STDOUT_FILENO };
	for (; *files; files++) {
		int fd = open_file(*files, O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC), 0666);

		if (fd < 0)
			report(s, *files);
		else
			s->list[s->count++] = (struct sink){ *files, fd };
	}
	s->alive = s->count;
}

/* Writes one block to all sinks. */
static void feed(struct sinks *s, const char *block, size_t len)
{
	for (struct sink *sink = s->list; sink < s->list + s->count; sink++)
		if (sink->fd >= 0 && write_all(sink->fd, block, len) < 0) {
			sink->fd = -1;
			s->alive--;
			report(s, sink->name);
		}
}

int tee_main(struct tee_options *opt, char **files)
{
	struct sinks s = { .mode = error_mode(opt) };
	char *block = arena_alloc(IO_BLOCK);
	ssize_t len = 0;

	if (opt->ignore_interrupts)
		signal_ignore(SIGINT);
	if (opt->p || opt->output_error_at)
		signal_ignore(SIGPIPE);
	open_sinks(&s, files, opt->append);
	while (s.alive > 0 && (len = read_some(STDIN_FILENO, block, IO_BLOCK)) > 0)
		feed(&s, block, (size_t)len);
	if (len < 0) {
		warn_errno("read error");
		s.status = 1;
	}
	for (size_t i = 1; i < s.count; i++)
		if (s.list[i].fd >= 0 && close_file(s.list[i].fd) < 0)
			report(&s, s.list[i].name);
	if (fcntl(STDIN_FILENO, F_GETFD) < 0)
		die_errno("standard input");
	return s.status;
}
