/* io.c - the files, pipes and coprocesses of awk, and system() */
#include <spawn.h>
#include <sys/wait.h>
#include "awk.h"
#include "signals.h"

static uint32_t hash_name(const char *p, size_t len)
{
	uint32_t h = (uint32_t)len;

	while (len-- > 0)
		h = h * 31 + (unsigned char)*p++;
	return h % STREAMS;
}

void awk_set_errno(struct awk *a, int code)
{
	awk_set_str(a, &a->globals[V_ERRNO], awk_str_const(a, code ? strerror(code) : ""));
	if (a->used[V_PROCINFO])
		awk_table_set_num(a, awk_to_table(a, &a->globals[V_PROCINFO]), "errno", code);
}

/* Runs `sh -c command` with its standard input and output at these files (-1: ours). Returns -1 with errno set on error. */
static pid_t spawn_shell(struct awk *a, const char *command, int in, int out)
{
	struct arena_mark mark = arena_mark();
	char name[] = "sh", option[] = "-c";
	char *argv[] = { name, option, arena_strdup(command), NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t signals;
	int code;
	pid_t pid;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	if (in >= 0)
		posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	sigemptyset(&signals);
	sigaddset(&signals, SIGPIPE);
	posix_spawnattr_setsigdefault(&attr, &signals);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	code = posix_spawn(&pid, "/bin/sh", &files, &attr, argv, awk_make_environment(a));
	if (code == ENOENT && find_applet("sh")) /* nothing is installed, but we are a shell too */
		code = posix_spawn(&pid, "/proc/self/exe", &files, &attr, argv, awk_make_environment(a));
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	arena_release(mark);
	errno = code;
	return code ? -1 : pid;
}

/* Waits for a command. Returns its status as gawk has it: 256 and the number of the signal that ended it. */
static double wait_for(pid_t pid)
{
	int status;
	pid_t got;

	do
		got = waitpid(pid, &status, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -1;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) + (WCOREDUMP(status) ? 512 : 256);
	return WEXITSTATUS(status);
}

double awk_run_system(struct awk *a, const char *command)
{
	pid_t pid;

	if (a->sandbox)
		awk_fatal(a, "'system' function not allowed in sandbox mode");
	awk_flush_all(a);
	if (!*command)
		return 0;
	pid = spawn_shell(a, command, -1, -1);
	return pid < 0 ? -1 : wait_for(pid);
}

/* What a full disk or a reader that left does to awk. */
void awk_output_failed(struct awk *a, struct stream *s, const char *what)
{
	struct writer *w = s ? s->out : &std_out;
	int code = w->error;
	bool std = w == &std_out;

	w->error = 0;
	w->len = 0;
	if (std && code == EPIPE) { /* end as if nobody had ignored the signal */
		signal_default(SIGPIPE);
		raise(SIGPIPE);
	}
	awk_fatal(a, "%s to \"%s\" failed: %s", what, std ? "standard output" : s->name->data,
		  strerror(code));
}

void awk_flush_one(struct awk *a, struct stream *s)
{
	if (s->out && !s->parked && writer_flush(s->out) < 0)
		awk_output_failed(a, s, "flush");
}

void awk_flush_all(struct awk *a)
{
	if (out_flush() < 0) {
		int code = std_out.error;

		if (code == EPIPE)
			awk_output_failed(a, NULL, "print");
		std_out.error = 0;
		std_out.len = 0;
		awk_fatal(a, "fflush: cannot flush standard output: %s", strerror(code));
	}
	for (size_t i = 0; i < STREAMS; i++)
		for (struct stream *s = a->streams[i]; s; s = s->next)
			awk_flush_one(a, s);
}

/* The stream of that name for output or for input. */
struct stream *awk_find_stream(struct awk *a, const char *name, size_t len, bool output,
			       enum stream_kind kind)
{
	struct stream *s = a->last_stream;

	if (s && s->name->len == len && s->kind == kind && memcmp(s->name->data, name, len) == 0)
		return s;
	for (s = a->streams[hash_name(name, len)]; s; s = s->next)
		if (s->name->len == len && memcmp(s->name->data, name, len) == 0 &&
		    (s->kind == kind || (output && s->kind <= OUT_APPEND && kind <= OUT_APPEND))) {
			a->last_stream = s;
			return s;
		}
	return NULL;
}

struct stream *awk_new_stream(struct awk *a, const char *name, size_t len, enum stream_kind kind)
{
	struct stream *s = awk_heap_alloc(a, sizeof(*s)), **list = &a->streams[hash_name(name, len)];

	*s = (struct stream){
		.next = *list, .name = awk_str_make(a, name, len), .kind = kind, .in = { .fd = -1 }
	};
	*list = s;
	a->last_stream = s;
	return s;
}

void awk_drop_stream(struct awk *a, struct stream *s)
{
	struct stream **at = &a->streams[hash_name(s->name->data, s->name->len)];

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	awk_str_release(a, s->name);
	awk_heap_free(a, s, sizeof(*s));
	a->last_stream = NULL;
}

/* A writer with a buffer that another one has left, if there is one. */
static void open_writer(struct awk *a, struct stream *s, int fd)
{
	writer_open(&s->own, fd);
	if (a->spare_writers_count > 0) {
		struct writer *w = &a->spare_writers[--a->spare_writers_count];

		s->own.buf = w->buf;
		s->own.size = w->size;
	}
	s->out = &s->own;
}

static void keep_writer(struct awk *a, struct writer *w)
{
	if (w->size == 0)
		return;
	a->spare_writers = arena_reserve(a->spare_writers, a->spare_writers_count, &a->spare_writers_size,
					 sizeof(*w));
	a->spare_writers[a->spare_writers_count++] = *w;
	w->size = 0;
}

/* Closes the output file that was written to longest ago, for a while. Returns false if there is none. */
static bool park_stream(struct awk *a)
{
	struct stream *oldest = NULL;

	for (size_t i = 0; i < STREAMS; i++)
		for (struct stream *s = a->streams[i]; s; s = s->next)
			if (s->kind <= OUT_APPEND && s->out == &s->own && !s->parked &&
			    (!oldest || s->used < oldest->used))
				oldest = s;
	if (!oldest)
		return false;
	awk_flush_one(a, oldest);
	close_file(oldest->own.fd);
	keep_writer(a, &oldest->own);
	oldest->parked = true;
	return true;
}

/* open(2) and pipe(2) that make room when there are too many files. */
int awk_open_more(struct awk *a, const char *name, int flags)
{
	int fd;

	do
		fd = open_file(name, flags, 0666);
	while (fd < 0 && (errno == EMFILE || errno == ENFILE) && park_stream(a));
	return fd;
}

static int pipe_more(struct awk *a, int fds[2])
{
	int r;

	do
		r = pipe2(fds, O_CLOEXEC);
	while (r < 0 && (errno == EMFILE || errno == ENFILE) && park_stream(a));
	if (r == 0) {
		own_file(fds[0]);
		own_file(fds[1]);
	}
	return r;
}

/* The descriptor that /dev/stdin, /dev/fd/3 and such stand for, or -1. */
int awk_special_file(const char *name)
{
	char *end;
	long fd;

	if (strncmp(name, "/dev/", 5) != 0)
		return -1;
	name += 5;
	if (strcmp(name, "stdin") == 0)
		return STDIN_FILENO;
	if (strcmp(name, "stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(name, "stderr") == 0)
		return STDERR_FILENO;
	if (strncmp(name, "fd/", 3) != 0 || name[3] < '0' || name[3] > '9')
		return -1;
	fd = strtol(name + 3, &end, 10);
	return *end || fd > INT_MAX ? -1 : (int)fd;
}

/* Starts the command of an output pipe or a coprocess. */
bool awk_open_command(struct awk *a, struct stream *s)
{
	int to[2] = { -1, -1 }, from[2] = { -1, -1 };

	awk_flush_all(a);
	signal_ignore(SIGPIPE);
	if (s->kind != IN_PIPE && pipe_more(a, to) < 0)
		return false;
	if (s->kind != OUT_PIPE && pipe_more(a, from) < 0)
		return false;
	s->pid = spawn_shell(a, s->name->data, to[0], from[1]);
	if (to[0] >= 0)
		close_file(to[0]);
	if (from[1] >= 0)
		close_file(from[1]);
	if (to[1] >= 0)
		open_writer(a, s, to[1]);
	if (from[0] >= 0) {
		s->in.fd = from[0];
		s->in_open = true;
	}
	return s->pid > 0;
}

static bool open_output(struct awk *a, struct stream *s)
{
	const char *name = s->name->data;
	int fd = awk_special_file(name);

	if (s->kind == OUT_PIPE || s->kind == BOTH_PIPE)
		return awk_open_command(a, s);
	if (strcmp(name, "-") == 0 || fd == STDOUT_FILENO) {
		s->out = &std_out;
		return true;
	}
	if (fd < 0)
		fd = awk_open_more(a, name,
				   O_WRONLY | O_CREAT | (s->kind == OUT_APPEND ? O_APPEND : O_TRUNC));
	else if (fd > STDERR_FILENO && fcntl(fd, F_GETFD) < 0)
		return false;
	if (fd < 0)
		return false;
	open_writer(a, s, fd);
	s->unbuffered = fd == STDERR_FILENO || (fd > STDERR_FILENO && isatty(fd));
	return true;
}

struct stream *awk_output(struct awk *a, int kind, struct value *name)
{
	size_t len;
	const char *p = text_of(a, name, &len);
	struct stream *s = awk_find_stream(a, p, len, true, (enum stream_kind)kind);

	if (a->sandbox)
		awk_fatal(a, "redirection not allowed in sandbox mode");
	if (!s) {
		if (len == 0)
			awk_fatal(a, "expression for `%s' redirection has null string value",
				  kind == OUT_FILE     ? ">"
				  : kind == OUT_APPEND ? ">>"
				  : kind == OUT_PIPE   ? "|"
						       : "|&");
		s = awk_new_stream(a, p, len, (enum stream_kind)kind);
		if (!open_output(a, s)) {
			int code = errno;

			awk_fatal(a,
				  kind == OUT_PIPE || kind == BOTH_PIPE
					  ? "cannot open pipe `%s' for output: %s"
					  : "cannot redirect to `%s': %s",
				  s->name->data, strerror(code));
		}
	}
	s->used = ++a->clock;
	if (s->parked) {
		int fd = awk_open_more(a, s->name->data, O_WRONLY | O_APPEND);

		if (fd < 0)
			awk_fatal(a, "cannot redirect to `%s': %s", s->name->data, strerror(errno));
		open_writer(a, s, fd);
		s->parked = false;
	}
	if (!s->out)
		awk_fatal(a, "attempt to write to closed write end of two-way pipe");
	return s;
}

bool awk_flush_stream(struct awk *a, struct value *name)
{
	size_t len;
	const char *p = text_of(a, name, &len);
	bool found = false;

	for (struct stream *s = a->streams[hash_name(p, len)]; s; s = s->next)
		if (s->name->len == len && memcmp(s->name->data, p, len) == 0 && s->out) {
			awk_flush_one(a, s);
			found = true;
		}
	if (!found && len == 11 && memcmp(p, "/dev/stdout", len) == 0) {
		awk_flush_all(a);
		return true;
	}
	if (!found)
		awk_warning(a, "fflush: `%.*s' is not an open file, pipe or co-process", (int)len, p);
	return found;
}

static void close_reader(struct awk *a, struct stream *s)
{
	if (!s->in_open)
		return;
	awk_own_record(a, &s->in);
	if (s->in.fd > STDERR_FILENO)
		close_file(s->in.fd);
	s->in_open = false;
	if (s->in.buf) {
		a->spare_readers = arena_reserve(a->spare_readers, a->spare_readers_count,
						 &a->spare_readers_size, sizeof(s->in));
		a->spare_readers[a->spare_readers_count++] = s->in;
	}
	s->in.buf = NULL;
}

static void close_writer(struct awk *a, struct stream *s)
{
	if (!s->out || s->parked)
		return;
	awk_flush_one(a, s);
	if (s->out == &s->own) {
		if (s->own.fd > STDERR_FILENO)
			close_file(s->own.fd);
		keep_writer(a, &s->own);
	}
	s->out = NULL;
}

/* Closes a stream, or an end of a coprocess. Returns the status of its command. */
static double close_one(struct awk *a, struct stream *s, const char *how)
{
	double status = 0;

	if (!how || strcmp(how, "to") == 0)
		close_writer(a, s);
	if (!how || strcmp(how, "from") == 0)
		close_reader(a, s);
	if (how && (s->out || s->in_open))
		return 0;
	if (s->pid > 0)
		status = wait_for(s->pid);
	awk_drop_stream(a, s);
	return status;
}

double awk_close_stream(struct awk *a, const char *name, size_t len, const char *how)
{
	struct stream *next;
	double status = -1;

	for (struct stream *s = a->streams[hash_name(name, len)]; s; s = next) {
		next = s->next;
		if (s->name->len == len && memcmp(s->name->data, name, len) == 0)
			status = close_one(a, s, how);
	}
	if (status == -1)
		awk_set_str(a, &a->globals[V_ERRNO],
			    awk_str_const(a, "close of redirection that was never opened"));
	return status;
}

void awk_close_all(struct awk *a)
{
	for (size_t i = 0; i < STREAMS; i++)
		while (a->streams[i])
			close_one(a, a->streams[i], NULL);
	if (out_flush() < 0) {
		int code = std_out.error;

		if (code == EPIPE)
			awk_output_failed(a, NULL, "print");
		std_out.error = 0;
		std_out.len = 0;
		awk_warning(a, "error writing standard output: %s", strerror(code));
		if (a->status == 0)
			a->status = 1;
	}
}
