/* exec.c - -exec and its like */
#include <sys/wait.h>
#include "find.h"
#include "path.h"

/* Says why a command could not be started; a fault that is not the command's ends everything. */
static void cannot_run(const struct find_exec *x, bool forked)
{
	if (!forked)
		die_errno("cannot fork");
	warn_errno("%s", quote(x->argv[0]));
}

/* Runs a command in the open directory `dir`, or here for -1. Returns whether it succeeded. */
static bool run(struct find *f, struct find_exec *x, int dir)
{
	struct spawn how = { .input = x->ask ? f->null : -1, .dir = dir };
	struct program *p = &x->program, other;
	bool forked;
	int status;
	pid_t pid;

	if (strcmp(x->argv[0], p->name) != 0) {
		program_find(&other, x->argv[0]);
		other.applet = strchr(x->argv[0], '/') ? NULL : other.applet;
		p = &other;
	}
	for (struct find_sink *s = f->sinks; s; s = s->next)
		writer_flush(s->out);
	if (program_is_pure(p) && dir < 0) {
		status = program_run(p, x->argv);
	} else {
		pid = program_start(p, x->argv, &how, &forked);
		if (pid < 0) {
			cannot_run(x, forked);
			return false;
		}
		status = program_wait(pid);
	}
	if (WIFSIGNALED(status))
		warn("%s terminated by signal %d", quote(x->argv[0]), WTERMSIG(status));
	return status == 0;
}

/* Where the name of the file in its directory begins in its path. */
static size_t name_at(const struct walk_entry *e)
{
	size_t len = e->path_len;

	if (e->level > 0)
		return e->path_len - strlen(e->name);
	while (len > 1 && e->path[len - 1] == '/')
		len--;
	while (len > 0 && e->path[len - 1] != '/')
		len--;
	return len;
}

/* The name that the command gets for the file. */
static const char *name_for(const struct walk_entry *e, const struct find_exec *x)
{
	const char *name = e->path + name_at(e);

	if (!x->in_dir)
		return e->path;
	return e->path[strspn(e->path, "/")] ? arena_printf("./%s", name) : "/";
}

/* Opens the directory that the file is in. */
static int open_dir_of(const struct walk_entry *e)
{
	size_t len = name_at(e);

	if (e->level > 0)
		return fcntl(e->dir, F_DUPFD_CLOEXEC, 3);
	return open_file(len               ? arena_memdup(e->path, len)
			 : *e->path == '/' ? "/"
					   : ".",
			 O_RDONLY | O_DIRECTORY, 0);
}

/* Returns `word` with the name in place of each {}. */
static char *replaced(const char *word, const char *name)
{
	struct buf b = { 0 };
	const char *at;

	buf_str(&b, "");
	for (; (at = strstr(word, "{}")); word = at + 2) {
		buf_mem(&b, word, (size_t)(at - word));
		buf_str(&b, name);
	}
	buf_str(&b, word);
	return b.data;
}

/* Asks whether to run the command. */
static bool confirmed(const struct find_exec *x, const char *path)
{
	char *question = arena_printf("< %s ... %s > ? ", x->argv[0], path);

	out_flush();
	write_all(STDERR_FILENO, question, strlen(question));
	return read_yes(STDIN_FILENO);
}

/* Runs a command for the file alone. */
static bool run_one(struct find *f, struct find_exec *x)
{
	const char *name = name_for(f->e, x);
	int dir = -1;
	bool success;

	x->argv = arena_array(char *, x->count + 1);
	for (size_t i = 0; i < x->count; i++)
		x->argv[i] = replaced(x->words[i], name);
	if (x->ask && !confirmed(x, f->e->path))
		return false;
	if (x->in_dir) {
		dir = open_dir_of(f->e);
		if (dir < 0) {
			find_trouble(f, errno);
			return false;
		}
	}
	success = run(f, x, dir);
	if (dir >= 0)
		close(dir);
	return success;
}

/* Runs a command for what was gathered. */
static void run_gathered(struct find *f, struct find_exec *x)
{
	if (x->argc == x->count)
		return;
	x->argv[x->argc] = NULL;
	if (!run(f, x, x->dir))
		f->status = 1;
	x->argc = x->count;
	x->text_len = 0;
	if (x->dir >= 0)
		close(x->dir);
	x->dir = -1;
}

/* Adds the file to what is gathered. */
static void gather(struct find *f, struct find_exec *x)
{
	const char *name = name_for(f->e, x);
	size_t size = strlen(name) + 1;

	if (x->argc > x->count && x->text_len + size > x->room)
		run_gathered(f, x);
	if (x->argc == x->count && x->in_dir) {
		size_t len = name_at(f->e);

		x->dir = open_dir_of(f->e);
		if (x->dir < 0) {
			find_trouble(f, errno);
			return;
		}
		free(x->dir_path);
		x->dir_path = strndup(f->e->path, len);
		if (!x->dir_path)
			arena_exhausted();
		x->dir_len = len;
	}
	if (size > x->room)
		die("argument list too long");
	x->argv[x->argc++] = memcpy(x->text + x->text_len, name, size);
	x->text_len += size;
}

bool find_exec(struct find *f, struct find_exec *x)
{
	if (!x->gather)
		return run_one(f, x);
	gather(f, x);
	return true;
}

void find_exec_flush(struct find *f, bool all)
{
	for (struct find_node *n = f->gathering; n; n = n->exec->next) {
		struct find_exec *x = n->exec;

		if (all || (x->dir >= 0 && (f->e->level == 0 || name_at(f->e) != x->dir_len ||
					    memcmp(f->e->path, x->dir_path, x->dir_len) != 0)))
			run_gathered(f, x);
		if (all)
			free(x->dir_path);
	}
}
