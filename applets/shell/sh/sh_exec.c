/* sh_exec.c - running the tree of commands */
#include <fnmatch.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "signals.h"
#include "sh.h"

enum { SAVED_FDS = 10 };

/* ---- processes ---- */

/* Makes a child that is a shell of its own: traps are reset, and it ends at the end of what it does. */
static pid_t fork_shell(struct shell *sh)
{
	pid_t pid;

	out_flush();
	pid = fork();
	if (pid < 0) {
		shell_error(sh, "Cannot fork");
		return -1;
	}
	if (pid > 0)
		return pid;
	sh->subshell = true;
	sh->interactive = false;
	sh->loops = 0;
	for (int i = 0; i < SIGNALS; i++) {
		char *action = sh->traps[i];

		if (!action || !*action)
			continue;
		sh->traps[i] = NULL;
		if (i > 0)
			signal_default(i);
	}
	return 0;
}

static int status_of(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return 128 + WTERMSIG(wait_status);
	return WEXITSTATUS(wait_status);
}

/* Waits for a child, running no traps meanwhile. */
static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 127;
	return status_of(status);
}

void run_traps(struct shell *sh)
{
	if (!signal_waiting())
		return;
	for (int i = 1; i < SIGNALS; i++) {
		if (sh->traps[i] && *sh->traps[i] && signal_take(i)) {
			int status = sh->status;

			run_string(sh, arena_strdup(sh->traps[i]));
			if (sh->flow == FLOW_NONE)
				sh->status = status;
		}
	}
}

void end_shell(struct shell *sh)
{
	char *action = sh->traps[0];
	int status = sh->status;

	sh->traps[0] = NULL;
	if (action && *action) {
		sh->flow = FLOW_NONE;
		run_string(sh, arena_strdup(action));
		if (sh->flow == FLOW_EXIT)
			status = sh->status;
	}
	leave(status);
}

char *command_output(struct shell *sh, const char *text)
{
	struct buf out = { 0 };
	int ends[2];
	pid_t pid;
	ssize_t n;

	buf_str(&out, "");
	if (pipe2(ends, O_CLOEXEC) < 0 || (pid = fork_shell(sh)) < 0) {
		shell_error(sh, "Cannot make a pipe");
		return out.data;
	}
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		run_string(sh, arena_strdup(text));
		end_shell(sh);
	}
	close(ends[1]);
	while ((n = read_some(ends[0], buf_room(&out, 4096), 4096)) > 0)
		buf_cut(&out, out.len + (size_t)n);
	close(ends[0]);
	sh->status = sh->substitution_status = wait_for(pid);
	/* a variable cannot hold NUL bytes: they are dropped, as the other shells do */
	n = 0;
	for (size_t i = 0; i < out.len; i++)
		if (out.data[i])
			out.data[n++] = out.data[i];
	while (n > 0 && out.data[n - 1] == '\n')
		n--;
	buf_cut(&out, (size_t)n);
	return out.data;
}

/* ---- redirections ---- */

static int open_redirect(struct shell *sh, const struct redirect *r, const char *target)
{
	static const int modes[] = {
		[REDIRECT_IN] = O_RDONLY,
		[REDIRECT_OUT] = O_WRONLY | O_CREAT | O_TRUNC,
		[REDIRECT_CLOBBER] = O_WRONLY | O_CREAT | O_TRUNC,
		[REDIRECT_APPEND] = O_WRONLY | O_CREAT | O_APPEND,
		[REDIRECT_BOTH] = O_RDWR | O_CREAT,
	};
	int flags = modes[r->op];
	struct stat st;
	int fd;

	if (r->op == REDIRECT_OUT && sh->noclobber && (stat(target, &st) < 0 || S_ISREG(st.st_mode)))
		flags = (flags & ~O_TRUNC) | O_EXCL;
	do
		fd = open(target, flags | O_CLOEXEC, 0666);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		warn("%u: cannot %s %s: %s", sh->line, flags & O_CREAT ? "create" : "open", target,
		     strerror(errno));
	return fd;
}

/* A here-document as a file that is read from its beginning and has no name. */
static int open_heredoc(struct shell *sh, const struct redirect *r)
{
	const char *text = r->literal ? r->target : expand_heredoc(sh, r->target);
	int fd = memfd_create("here-document", MFD_CLOEXEC);

	if (fd < 0 || write_all(fd, text, strlen(text)) < 0 || lseek(fd, 0, SEEK_SET) < 0) {
		warn_errno("%u: here-document", sh->line);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

/* Puts `from` in the place of `to`, and remembers in `saved` what was there. */
static bool redirect_fd(int from, int to, struct buf *saved)
{
	if (saved) {
		int pair[2] = { to, fcntl(to, F_DUPFD_CLOEXEC, SAVED_FDS) };

		buf_mem(saved, pair, sizeof(pair));
	}
	if (from < 0)
		close(to);
	else if (from == to)
		return fcntl(to, F_SETFD, 0) == 0;
	else if (dup2(from, to) < 0)
		return false;
	return true;
}

/* Does the redirections in order; false after a message if one failed. */
bool apply_redirects(struct shell *sh, const struct redirect *r, struct buf *saved)
{
	if (r)
		out_flush();
	for (; r; r = r->next) {
		const char *target = r->op == REDIRECT_TEXT ? "" : expand_string(sh, r->target);
		int fd;

		if (sh->flow != FLOW_NONE)
			return false;
		if (r->op == REDIRECT_DUP) {
			fd = strcmp(target, "-") == 0 ? -1 : atoi(target);
			if ((fd >= 0 && (!*target || target[strspn(target, "0123456789")])) ||
			    (fd >= 0 && fcntl(fd, F_GETFD) < 0)) {
				warn("%u: %s: bad file descriptor", sh->line, target);
				return false;
			}
			if (!redirect_fd(fd, r->fd, saved))
				return false;
			continue;
		}
		fd = r->op == REDIRECT_TEXT ? open_heredoc(sh, r) : open_redirect(sh, r, target);
		if (fd < 0 || !redirect_fd(fd, r->fd, saved))
			return false;
		if (fd != r->fd)
			close(fd);
	}
	return true;
}

/* Undoes redirections, the last one first. */
void restore_redirects(struct buf *saved)
{
	if (saved->len)
		out_flush();
	while (saved->len) {
		int pair[2];

		saved->len -= sizeof(pair);
		memcpy(pair, saved->data + saved->len, sizeof(pair));
		if (pair[1] < 0) {
			close(pair[0]);
		} else {
			dup2(pair[1], pair[0]);
			close(pair[1]);
		}
	}
}

/* ---- simple commands ---- */

static void trace(struct shell *sh, char **assigns, char **words)
{
	struct buf line = { 0 };
	const char *ps4 = var_get(sh, "PS4");

	buf_str(&line, ps4 ? ps4 : "+ ");
	for (; assigns && *assigns; assigns++)
		buf_fmt(&line, "%s ", *assigns);
	for (; *words; words++)
		buf_fmt(&line, "%s ", quote_style(*words, strlen(*words), QUOTE_SHELL, NULL, NULL));
	line.data[line.len - 1] = '\n';
	write_all(STDERR_FILENO, line.data, line.len);
}

/* A variable's state before an assignment that holds for one command only. */
struct saved_variable {
	char *name, *value;
	unsigned flags;
	bool existed;
};

/* Makes the assignments; remembers the old values in `saved` (as many as there are) if it is not NULL. */
static bool assign(struct shell *sh, char **assigns, unsigned flags, struct saved_variable *saved)
{
	for (size_t i = 0; assigns && assigns[i]; i++) {
		size_t n = name_length(assigns[i]);
		char *name = arena_memdup(assigns[i], n), *value = assigns[i] + n + 1;

		if (saved) {
			const struct variable *v = var_find(sh, name);

			saved[i] = (struct saved_variable){ name,
							    v && v->value ? arena_strdup(v->value) : NULL,
							    v ? v->flags : 0, v != NULL };
		}
		if (!var_set(sh, name, value, flags))
			return false;
	}
	return true;
}

static void unassign(struct shell *sh, char **assigns, const struct saved_variable *saved)
{
	for (size_t i = 0; assigns && assigns[i]; i++) {
		struct variable *v;

		var_unset(sh, saved[i].name);
		if (!saved[i].existed)
			continue;
		var_set(sh, saved[i].name, saved[i].value, saved[i].flags);
		v = var_find(sh, saved[i].name);
		v->flags = saved[i].flags;
	}
}

/* Expands `name=value` words, tildes behind colons included. */
static char **expand_assigns(struct shell *sh, const struct words *assigns)
{
	struct words out = { 0 };

	for (size_t i = 0; i < assigns->count && sh->flow == FLOW_NONE; i++) {
		const char *word = assigns->list[i];
		size_t n = name_length(word) + 1;

		words_add(&out, arena_printf("%.*s%s", (int)n, word, expand_string(sh, word + n)));
	}
	return out.list;
}

/* Makes assignments that no command follows: each sees those before it. */
static bool assign_one_by_one(struct shell *sh, const struct words *assigns)
{
	for (size_t i = 0; i < assigns->count; i++) {
		char *word[] = { assigns->list[i], NULL };
		struct words one = { word, 1, 1 };
		char **expanded = expand_assigns(sh, &one), *nothing[] = { NULL };

		if (sh->flow != FLOW_NONE)
			return false;
		if (sh->xtrace)
			trace(sh, expanded, nothing);
		if (!assign(sh, expanded, 0, NULL))
			return false;
	}
	return true;
}

/* Whether the file is this very binary, so that its applets need no exec. */
static bool is_self(struct shell *sh, const char *path)
{
	struct stat st;

	if (!sh->self_inode && stat("/proc/self/exe", &st) == 0) {
		sh->self_device = st.st_dev;
		sh->self_inode = st.st_ino;
	}
	return stat(path, &st) == 0 && st.st_ino == sh->self_inode && st.st_dev == sh->self_device;
}

char *find_command(struct shell *sh, const char *name)
{
	const char *path = var_get(sh, "PATH");

	if (strchr(name, '/'))
		return access(name, F_OK) == 0 ? arena_strdup(name) : NULL;
	if (!path)
		return NULL;
	for (;;) {
		size_t n = strcspn(path, ":");
		char *file = arena_printf("%.*s%s%s", (int)n, path, n ? "/" : "", name);
		struct stat st;

		if (stat(file, &st) == 0 && S_ISREG(st.st_mode) && access(file, X_OK) == 0)
			return file;
		path += n;
		if (!*path++)
			return NULL;
	}
}

/* The applet that `name`, found by PATH as `file` (or NULL), stands for; NULL if it is another program. */
static const struct applet *applet_of(struct shell *sh, const char *name, const char *file)
{
	const char *base = strrchr(name, '/');

	base = base ? base + 1 : name;
	if (file ? !is_self(sh, file) : strchr(name, '/') != NULL)
		return NULL;
	return find_applet(base);
}

/* Becomes the program `file`. */
static _Noreturn void exec_file(struct shell *sh, const char *name, const char *file, char **argv)
{
	const struct applet *a = applet_of(sh, name, file);

	if (a) {
		/* what an exec would do for it: nothing of the shell is left open */
		clearenv();
		for (char **e = var_environment(sh); *e; e++)
			putenv(*e);
		leave(run_applet(a, argv));
	}
	if (file)
		execve(file, argv, var_environment(sh));
	else
		errno = ENOENT;
	if (errno == ENOEXEC) {
		struct source src = { .fd = -1, .line = 1 };
		int fd = open_file(file, O_RDONLY, 0);

		src.text = fd < 0 ? NULL : read_file(fd, &src.len);
		if (src.text && !memchr(src.text, 0, src.len < 80 ? src.len : 80)) {
			sh->name = argv[0];
			sh->args = argv + 1;
			run_source(sh, &src);
			end_shell(sh);
		}
		errno = ENOEXEC;
	}
	if (errno == ENOENT && !file)
		warn("%u: %s: not found", sh->line, name);
	else
		warn_errno("%u: %s", sh->line, name);
	leave(errno == ENOENT ? 127 : 126);
}

static int run_external(struct shell *sh, struct node *n, char **assigns, char **argv)
{
	char *file = find_command(sh, argv[0]);
	pid_t pid;

	if (!file && !applet_of(sh, argv[0], NULL) && !n->redirects) {
		warn("%u: %s: not found", sh->line, argv[0]);
		return 127;
	}
	pid = fork_shell(sh);
	if (pid < 0)
		return 2;
	if (pid == 0) {
		if (!apply_redirects(sh, n->redirects, NULL) || !assign(sh, assigns, VAR_EXPORT, NULL))
			leave(2);
		exec_file(sh, argv[0], file, argv);
	}
	return wait_for(pid);
}

static int run_function(struct shell *sh, const struct function *f, char **argv)
{
	char **args = sh->args;
	bool owned = sh->args_owned;
	int status, loops = sh->loops;

	sh->args = argv + 1;
	sh->args_owned = false;
	sh->functions_deep++;
	sh->loops = 0;
	status = run_node(sh, f->body);
	if (sh->flow == FLOW_RETURN) {
		sh->flow = FLOW_NONE;
		status = sh->status;
	}
	sh->loops = loops;
	restore_locals(sh);
	sh->functions_deep--;
	if (sh->args_owned)
		free(sh->args);
	sh->args = args;
	sh->args_owned = owned;
	return status;
}

/* `exec` leaves its redirections, and with a command does not come back. */
static int run_exec(struct shell *sh, struct node *n, char **argv)
{
	if (!apply_redirects(sh, n->redirects, NULL)) {
		shell_error(sh, "exec: redirection failed");
		return 2;
	}
	if (!argv[1])
		return 0;
	exec_file(sh, argv[1], find_command(sh, argv[1]), argv + 1);
}

/* Runs an applet in this process, with the environment that another would get. */
static int run_pure(struct shell *sh, const struct applet *a, char **argv)
{
	char **outer = environ;
	int status;

	environ = var_environment(sh);
	status = run_applet(a, argv);
	environ = outer;
	return status;
}

/* Runs what needs no process of its own: a function, a built-in, an applet that is pure. */
static int run_inside(struct shell *sh, struct node *n, char **assigns, char **argv, const struct function *f,
		      const struct builtin *b, const struct applet *a)
{
	bool special = b && b->special;
	struct saved_variable *saved = arena_array(struct saved_variable, n->assigns.count + 1);
	struct buf fds = { 0 };
	int status = 2;

	if (!assign(sh, assigns, special ? 0 : VAR_EXPORT, special ? NULL : saved))
		return 2;
	if (apply_redirects(sh, n->redirects, &fds)) {
		if (f)
			status = run_function(sh, f, argv);
		else if (b)
			status = b->run(sh, argv);
		else
			status = run_pure(sh, a, argv);
		out_flush();
	} else if (special && !sh->interactive && sh->flow == FLOW_NONE) {
		sh->flow = FLOW_EXIT;
		sh->status = status;
	}
	restore_redirects(&fds);
	if (!special)
		unassign(sh, assigns, saved);
	return status;
}

static const struct function *find_function(const struct shell *sh, const char *name)
{
	for (const struct function *f = sh->functions; f; f = f->next)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

const struct applet *built_in_applet(const char *name)
{
	static const char *const names[] = { "[", "echo", "false", "printf", "pwd", "test", "true", NULL };

	for (size_t i = 0; names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return find_applet(name);
	return NULL;
}

static int run_words(struct shell *sh, struct node *n, char **assigns, char **argv)
{
	const struct builtin *b;
	const struct function *f = NULL;
	const struct applet *a;
	bool plain = false; /* behind `command`, which passes functions by */

	while (strcmp(argv[0], "command") == 0 && argv[1] && argv[1][0] != '-') {
		plain = true;
		argv++;
	}
	b = find_builtin(argv[0]);
	if (!plain && !(b && b->special))
		f = find_function(sh, argv[0]);
	a = b || f ? NULL : built_in_applet(argv[0]);
	if (b && !f && strcmp(argv[0], "exec") == 0)
		return run_exec(sh, n, argv);
	if (!b && !f && !a) {
		a = applet_of(sh, argv[0], find_command(sh, argv[0]));
		if (!a || !(a->flags & APPLET_PURE))
			return run_external(sh, n, assigns, argv);
	}
	return run_inside(sh, n, assigns, argv, f, f ? NULL : b, a);
}

static int run_simple(struct shell *sh, struct node *n)
{
	struct arena_mark mark = arena_mark();
	unsigned definitions = sh->definitions;
	struct words words = { 0 };
	int status = 2;

	if (sh->noexec)
		return 0;
	sh->line = n->line;
	sh->substitution_status = -1;
	expand_words(sh, n->words.list, &words);
	if (sh->flow == FLOW_NONE) {
		if (words.count == 0) {
			struct buf fds = { 0 };

			if (!apply_redirects(sh, n->redirects, &fds) || !assign_one_by_one(sh, &n->assigns))
				status = 2;
			else
				status = sh->substitution_status >= 0 ? sh->substitution_status : 0;
			restore_redirects(&fds);
		} else {
			char **assigns = expand_assigns(sh, &n->assigns);

			if (sh->xtrace)
				trace(sh, assigns, words.list);
			status = sh->flow == FLOW_NONE ? run_words(sh, n, assigns, words.list) : sh->status;
		}
	} else {
		status = sh->status;
	}
	if (sh->definitions == definitions)
		arena_release(mark);
	return status;
}

/* ---- compound commands ---- */

static int run_pipe(struct shell *sh, struct node *n)
{
	int in = -1, status = 0, failed = 0;
	size_t count = 0, capacity = 0;
	pid_t *pids = NULL;

	for (struct node *part = n; part; part = part->kind == NODE_PIPE ? part->b : NULL) {
		bool last = part->kind != NODE_PIPE;
		int ends[2] = { -1, -1 };
		pid_t pid;

		if (!last && pipe2(ends, O_CLOEXEC) < 0) {
			shell_error(sh, "Cannot make a pipe");
			break;
		}
		pid = fork_shell(sh);
		if (pid < 0)
			break;
		if (pid == 0) {
			if (in >= 0)
				dup2(in, STDIN_FILENO);
			if (!last)
				dup2(ends[1], STDOUT_FILENO);
			sh->status = run_node(sh, last ? part : part->a);
			end_shell(sh);
		}
		if (in >= 0)
			close(in);
		if (!last)
			close(ends[1]);
		in = ends[0];
		pids = arena_reserve(pids, count, &capacity, sizeof(*pids));
		pids[count++] = pid;
	}
	for (size_t i = 0; i < count; i++) {
		status = wait_for(pids[i]);
		failed = status ? status : failed;
	}
	return sh->pipefail ? failed : status;
}

static int run_background(struct shell *sh, struct node *n)
{
	pid_t pid = fork_shell(sh);

	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);

		signal_ignore(SIGINT);
		signal_ignore(SIGQUIT);
		if (null >= 0) {
			dup2(null, STDIN_FILENO);
			close(null);
		}
		sh->status = run_node(sh, n->a);
		end_shell(sh);
	}
	if (pid > 0)
		sh->background = pid;
	return pid < 0 ? 2 : 0;
}

static int run_subshell(struct shell *sh, struct node *n)
{
	pid_t pid = fork_shell(sh);

	if (pid == 0) {
		sh->status = run_node(sh, n->a);
		end_shell(sh);
	}
	return pid < 0 ? 2 : wait_for(pid);
}

/* Whether a loop goes on after its body; takes a break or continue that is meant for it. */
static bool loop_goes_on(struct shell *sh)
{
	if (sh->flow == FLOW_NONE)
		return true;
	if (sh->flow != FLOW_BREAK && sh->flow != FLOW_CONTINUE)
		return false;
	if (--sh->levels > 0)
		return false;
	if (sh->flow == FLOW_BREAK) {
		sh->flow = FLOW_NONE;
		return false;
	}
	sh->flow = FLOW_NONE;
	return true;
}

/* Runs a condition, whose failure is no reason for errexit. */
static int run_tested(struct shell *sh, struct node *n)
{
	bool before = sh->unconditional;
	int status;

	sh->unconditional = false;
	status = run_node(sh, n);
	sh->unconditional = before;
	return status;
}

static int run_while(struct shell *sh, struct node *n)
{
	int status = 0;

	sh->loops++;
	for (;;) {
		int test = run_tested(sh, n->a);

		if (sh->flow != FLOW_NONE) {
			if (!loop_goes_on(sh))
				break;
			continue;
		}
		if ((test == 0) != (n->kind == NODE_WHILE))
			break;
		status = run_node(sh, n->b);
		if (!loop_goes_on(sh))
			break;
	}
	sh->loops--;
	return sh->flow == FLOW_NONE ? status : sh->status;
}

static int run_for(struct shell *sh, struct node *n)
{
	struct words words = { 0 };
	int status = 0;

	if (n->in_args) {
		for (char **arg = sh->args; *arg; arg++)
			words_add(&words, arena_strdup(*arg));
	} else {
		expand_words(sh, n->words.list, &words);
	}
	sh->loops++;
	for (size_t i = 0; i < words.count && sh->flow == FLOW_NONE; i++) {
		if (!var_set(sh, n->name, words.list[i], 0))
			break;
		status = run_node(sh, n->a);
		if (!loop_goes_on(sh))
			break;
	}
	sh->loops--;
	return sh->flow == FLOW_NONE ? status : sh->status;
}

static int run_case(struct shell *sh, struct node *n)
{
	const char *word = expand_string(sh, n->name);

	for (const struct case_item *item = n->items; item; item = item->next)
		for (size_t i = 0; i < item->patterns.count && sh->flow == FLOW_NONE; i++)
			if (fnmatch(expand_pattern(sh, item->patterns.list[i]), word, 0) == 0)
				return item->body ? run_node(sh, item->body) : 0;
	return sh->flow == FLOW_NONE ? 0 : sh->status;
}

static int define_function(struct shell *sh, struct node *n)
{
	struct function *f;

	for (f = sh->functions; f; f = f->next)
		if (strcmp(f->name, n->name) == 0)
			break;
	if (!f) {
		f = calloc(1, sizeof(*f));
		if (!f)
			arena_exhausted();
		f->name = strdup(n->name);
		f->next = sh->functions;
		sh->functions = f;
	}
	f->body = n->a;
	sh->definitions++;
	return 0;
}

static int run_compound(struct shell *sh, struct node *n)
{
	int status;

	switch (n->kind) {
	case NODE_GROUP:
		return run_node(sh, n->a);
	case NODE_SUBSHELL:
		return run_subshell(sh, n);
	case NODE_IF:
		status = run_tested(sh, n->a);
		if (sh->flow != FLOW_NONE)
			return status;
		if (status == 0)
			return run_node(sh, n->b);
		return n->c ? run_node(sh, n->c) : 0;
	case NODE_WHILE:
	case NODE_UNTIL:
		return run_while(sh, n);
	case NODE_FOR:
		return run_for(sh, n);
	case NODE_CASE:
		return run_case(sh, n);
	default:
		return define_function(sh, n);
	}
}

/* Runs one node, without what comes with its end. */
static int dispatch(struct shell *sh, struct node *n)
{
	struct buf fds = { 0 };
	int status;

	switch (n->kind) {
	case NODE_SIMPLE:
		return run_simple(sh, n);
	case NODE_PIPE:
		return run_pipe(sh, n);
	case NODE_NOT:
		status = run_tested(sh, n->a);
		return sh->flow == FLOW_NONE ? !status : status;
	case NODE_BACKGROUND:
		return run_background(sh, n);
	case NODE_AND:
	case NODE_OR:
		status = run_tested(sh, n->a);
		if (sh->flow != FLOW_NONE || (status == 0) != (n->kind == NODE_AND))
			return status;
		sh->status = status;
		return run_node(sh, n->b);
	case NODE_SEQUENCE:
		status = run_node(sh, n->a);
		return sh->flow == FLOW_NONE ? run_node(sh, n->b) : status;
	default:
		sh->line = n->line;
		status = 2;
		if (apply_redirects(sh, n->redirects, &fds))
			status = run_compound(sh, n);
		restore_redirects(&fds);
		return status;
	}
}

int run_node(struct shell *sh, struct node *n)
{
	int status = dispatch(sh, n);
	bool checked = n->kind == NODE_SIMPLE || n->kind == NODE_PIPE || n->kind == NODE_SUBSHELL;

	if (sh->flow == FLOW_NONE) {
		sh->status = status;
		run_traps(sh);
		if (sh->flow == FLOW_NONE && status != 0 && checked && sh->errexit && sh->unconditional)
			sh->flow = FLOW_EXIT;
	}
	return sh->status;
}

int run_source(struct shell *sh, struct source *src)
{
	char nothing[] = "";
	int status = 0;

	while (sh->flow == FLOW_NONE) {
		struct arena_mark mark = arena_mark();
		unsigned definitions = sh->definitions;
		bool failed = false;
		struct node *n = parse_command(sh, src, &failed);

		if (failed) {
			status = sh->status = 2;
			if (!src->interactive)
				sh->flow = FLOW_EXIT;
		} else if (!n) {
			break;
		} else if (!sh->noexec) {
			status = run_node(sh, n);
		}
		if (sh->flow == FLOW_ABORT && src->interactive)
			sh->flow = FLOW_NONE;
		if (src->fd >= 0) {
			src->text = nothing;
			src->at = src->len = 0;
		}
		if (sh->definitions == definitions)
			arena_release(mark);
	}
	return status;
}

int run_string(struct shell *sh, char *text)
{
	struct source src = { .text = text, .len = strlen(text), .line = sh->line ? sh->line : 1, .fd = -1 };

	return run_source(sh, &src);
}
