/* exec.c - running the tree
 *
 * What needs no process gets none: sh_builtins and pure applets run here, a
 * substitution or subshell that can change nothing of the shell is imitated,
 * other applets are forked without exec, the last command of a process takes
 * its place. POSIX.1-2024 XCU 2.9; the Bash manual, "Executing Commands".
 */
#include "sh.h"
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

extern char **environ;

/* ---- commands by name ---- */

static uint32_t hash_of(const char *s, size_t len)
{
	uint32_t h = 5381;

	while (len-- > 0)
		h = h * 33 ^ (unsigned char)*s++;
	return h ^ h >> 15;
}

static void grow_commands(struct shell *sh)
{
	size_t size = sh->commands_size ? 2 * sh->commands_size : 256;
	struct command **table = sh_xmalloc(size * sizeof(*table));

	memset(table, 0, size * sizeof(*table));
	for (size_t i = 0; i < sh->commands_size; i++)
		for (struct command *c = sh->commands[i], *next; c; c = next) {
			next = c->next;
			c->next = table[c->hash & (size - 1)];
			table[c->hash & (size - 1)] = c;
		}
	free(sh->commands);
	sh->commands = table;
	sh->commands_size = size;
}

struct command *sh_command_named(struct shell *sh, const char *name, size_t len)
{
	uint32_t hash = hash_of(name, len);
	struct command *c;
	char *copy;

	if (sh->commands_size)
		for (c = sh->commands[hash & (sh->commands_size - 1)]; c; c = c->next)
			if (c->hash == hash && strncmp(c->name, name, len) == 0 && !c->name[len])
				return c;
	if (sh->commands_count >= sh->commands_size)
		grow_commands(sh);
	c = sh_xmalloc(sizeof(*c) + len + 1);
	*c = (struct command){ .hash = hash };
	copy = (char *)(c + 1);
	memcpy(copy, name, len);
	copy[len] = 0;
	c->name = copy;
	c->builtin = sh_find_builtin(copy);
	c->keyword = sh_is_keyword(copy);
	c->next = sh->commands[hash & (sh->commands_size - 1)];
	sh->commands[hash & (sh->commands_size - 1)] = c;
	sh->commands_count++;
	return c;
}

static int by_command_name(const void *a, const void *b)
{
	return strcmp((*(struct command *const *)a)->name, (*(struct command *const *)b)->name);
}

struct command **sh_commands_sorted(struct shell *sh, bool (*want)(const struct command *))
{
	struct command **list = sh_stack_alloc(sh, (sh->commands_count + 1) * sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < sh->commands_size; i++)
		for (struct command *c = sh->commands[i]; c; c = c->next)
			if (want(c))
				list[n++] = c;
	qsort(list, n, sizeof(*list), by_command_name);
	list[n] = NULL;
	return list;
}

char *sh_find_in_path(struct shell *sh, const char *name, const char *path, bool executable)
{
	char *other = NULL;
	size_t name_len = strlen(name);

	if (!path)
		return NULL;
	for (;;) {
		size_t n = strcspn(path, ":");
		char *file = sh_stack_alloc(sh, n + name_len + 2);
		struct stat st;

		memcpy(file, path, n);
		if (n)
			file[n++] = '/';
		memcpy(file + n, name, name_len + 1);
		if (stat(file, &st) == 0 && S_ISREG(st.st_mode)) {
			if (!executable || access(file, X_OK) == 0)
				return file;
			if (!other)
				other = file;
		}
		path += strcspn(path, ":");
		if (!*path++)
			return other;
	}
}

/* Whether the file is this very binary. */
static bool is_self(struct shell *sh, const char *path)
{
	struct stat st;

	if (!sh->self_ino && stat("/proc/self/exe", &st) == 0) {
		sh->self_dev = st.st_dev;
		sh->self_ino = st.st_ino;
	}
	return sh->self_ino && stat(path, &st) == 0 && st.st_ino == sh->self_ino && st.st_dev == sh->self_dev;
}

void sh_command_locate(struct shell *sh, struct command *c)
{
	struct mark mark;
	char *path;

	if (c->path_made == sh->path_made && (c->path || c->applet))
		return;
	if (c->hashed && c->path)
		return;
	mark = stack_mark(sh);
	path = sh_find_in_path(sh, c->name, sh_var_text(sh, sh->v_path), true);
	free(c->path);
	c->path = path ? sh_xstrdup(path) : NULL;
	c->self = path && is_self(sh, path);
	c->applet = !path || c->self ? find_applet(c->name) : NULL;
	c->path_made = sh->path_made;
	c->hits = 0;
	sh_stack_release(sh, mark);
}

const struct applet *sh_command_applet(struct shell *sh, struct command *c)
{
	const char *base;

	if (strchr(c->name, '/')) {
		base = strrchr(c->name, '/') + 1;
		return is_self(sh, c->name) ? find_applet(base) : NULL;
	}
	sh_command_locate(sh, c);
	return c->applet;
}

/* ---- tracing ---- */

static void trace_line(struct shell *sh, struct sbuf *b)
{
	static const char plain[] = "+ ";
	const char *ps4 = sh_var_get(sh, "PS4");
	struct sbuf line = { 0 };
	bool xtrace = sh->opt[O_XTRACE];
	int status = sh->status;

	sh->opt[O_XTRACE] = false;
	ps4 = ps4 ? sh_expand_text(sh, ps4) : sh->opt[O_POSIX] ? "" : plain;
	sh->status = status;
	sh->opt[O_XTRACE] = xtrace;
	for (int i = 0; i < sh->evals_deep + sh->subshells && *ps4; i++)
		sh_sbuf_char(&line, *ps4);
	sh_sbuf_str(&line, ps4);
	sh_sbuf_mem(&line, b->p, b->len);
	sh_sbuf_char(&line, '\n');
	if (!sh->capturing)
		out_flush();
	write_all(STDERR_FILENO, line.p, line.len);
	free(line.p);
}

void sh_xtrace_words(struct shell *sh, char **words)
{
	struct sbuf *b = sh_buffer_take(sh);

	for (char **w = words; *w; w++) {
		if (w > words)
			sh_sbuf_char(b, ' ');
		sh_quote_word(b, *w);
	}
	sh_sbuf_text(b);
	trace_line(sh, b);
	buffer_drop(sh);
}

void sh_xtrace_text(struct shell *sh, const char *text)
{
	struct sbuf *b = sh_buffer_take(sh);

	sh_sbuf_str(b, text);
	trace_line(sh, b);
	buffer_drop(sh);
}

static void trace_assignment(struct shell *sh, const char *name, bool append, const char *value)
{
	struct sbuf *b = sh_buffer_take(sh);

	sh_sbuf_fmt(b, "%s%s=", name, append ? "+" : "");
	if (*value)
		sh_quote_word(b, value);
	trace_line(sh, b);
	buffer_drop(sh);
}

/* ---- assignments ---- */

/* name=( ... ) */
static void assign_compound(struct shell *sh, struct assign *a)
{
	struct var *v = sh_var_target(sh, a->var, NULL);
	struct array *fresh = sh_xmalloc(sizeof(*fresh)), *old;
	bool assoc = v->flags & VAR_ASSOC;
	intmax_t next = 0;
	struct fields pairs = { 0 };

	*fresh = (struct array){ 0 };
	sh_var_check(sh, v);
	if (a->append) {
		sh_array_make(sh, v, assoc);
		next = v->array && v->array->count && !assoc ? v->array->items[v->array->count - 1].index + 1
							     : 0;
	}
	/* all is expanded before anything is assigned: the values may use the old
	 * ones */
	for (struct assign *item = a->items; item; item = item->next) {
		if (item->sub && (assoc || item->sub_arith)) {
			const char *sub = assoc ? sh_expand_string(sh, item->sub, NULL)
						: sh_stack_printf(sh, "%jd",
								  sh_arith_value(sh, item->sub_arith));
			size_t len;
			char *value = sh_expand_string(sh, item->value, &len);

			sh_fields_add(sh, &pairs, sh_stack_text(sh, sub, strlen(sub)));
			sh_fields_add(sh, &pairs, sh_stack_text(sh, value, len));
			sh_fields_add(sh, &pairs, item->append ? sh_stack_text(sh, "+", 1) : NULL);
		} else {
			struct fields f = { 0 };

			sh_expand_word(sh, item->value, &f);
			for (size_t i = 0; i < f.count; i++) {
				sh_fields_add(sh, &pairs, NULL);
				sh_fields_add(sh, &pairs, f.v[i]);
				sh_fields_add(sh, &pairs, NULL);
			}
		}
	}
	if (!a->append) {
		old = v->array;
		if (!(v->flags & (VAR_ARRAY | VAR_ASSOC))) {
			free(v->text);
			v->text = NULL;
			v->len = v->cap = 0;
			v->flags = (v->flags & ~(uint32_t)(VAR_NUMBER | VAR_NO_TEXT)) | VAR_ARRAY;
		}
		v->array = fresh;
		if (old) {
			sh_array_clear(old);
			free(old->items);
			free(old);
		}
		v->flags |= VAR_SET;
	} else {
		free(fresh);
	}
	for (size_t i = 0; i < pairs.count; i += 3) {
		char *sub = pairs.v[i], *value = pairs.v[i + 1];
		bool append = pairs.v[i + 2];

		if (!sub && assoc) {
			/* key value key value */
			sh_element_set(sh, v, value,
				       i + 3 < pairs.count && !pairs.v[i + 3] ? pairs.v[i + 4] : "", false);
			i += i + 3 < pairs.count && !pairs.v[i + 3] ? 3 : 0;
			continue;
		}
		if (!sub)
			sub = sh_stack_printf(sh, "%jd", next++);
		else if (!assoc)
			next = strtoimax(sub, NULL, 10) + 1;
		sh_element_set(sh, v, sub, value, append);
	}
}

void sh_assign_run(struct shell *sh, struct assign *a)
{
	struct word *w = a->value;
	const char *s;
	size_t len;

	if (a->compound) {
		assign_compound(sh, a);
		if (sh->opt[O_XTRACE])
			sh_xtrace_text(sh, w->raw ? w->raw : a->var->name);
		return;
	}
	if (!a->sub && w->parts && !w->parts->next && w->parts->kind == PART_ARITH && !a->append) {
		intmax_t n = sh_arith_value(sh, w->parts->arith);

		if (sh->opt[O_XTRACE])
			trace_assignment(sh, a->var->name, false, sh_stack_printf(sh, "%jd", n));
		sh_var_set_number(sh, a->var, n);
		return;
	}
	if (a->rest &&
	    (a->var->flags & (VAR_SET | VAR_INTEGER | VAR_ARRAY | VAR_ASSOC | VAR_NAMEREF | VAR_DYNAMIC)) ==
		    VAR_SET &&
	    !sh->opt[O_XTRACE]) {
		struct sbuf *b = sh_buffer_take(sh);

		sh_expand_append(sh, a->rest, b);
		sh_var_append(sh, a->var, b->len ? b->p : "", b->len);
		buffer_drop(sh);
		return;
	}
	s = sh_expand_string(sh, w, &len);
	if (sh->opt[O_XTRACE])
		trace_assignment(sh,
				 a->sub ? sh_stack_printf(sh, "%s[%s]", a->var->name,
							  sh_expand_string(sh, a->sub, NULL))
					: a->var->name,
				 a->append, s);
	if (a->sub) {
		struct var *v = sh_var_target(sh, a->var, NULL);
		const char *sub = v->flags & VAR_ASSOC || !a->sub_arith
					  ? sh_expand_string(sh, a->sub, NULL)
					  : sh_stack_printf(sh, "%jd", sh_arith_value(sh, a->sub_arith));

		sh_element_set(sh, v, sub, s, a->append);
	} else if (a->append) {
		sh_var_append(sh, a->var, s, len);
	} else {
		sh_var_set(sh, a->var, s, len);
	}
}

/* Assignments that hold for one command. */
struct temporary {
	struct undo undo;
	struct scope scope;
};

static void end_temporary(struct shell *sh, struct undo *self)
{
	struct temporary *t = (struct temporary *)self;

	sh->scope = t->scope.outer;
	sh_scope_end(sh, &t->scope);
}

static void assign_temporarily(struct shell *sh, struct assign *assigns, struct temporary *t)
{
	*t = (struct temporary){ 0 };
	t->scope.outer = sh->scope;
	undo_push(sh, &t->undo, end_temporary);
	for (struct assign *a = assigns; a; a = a->next) {
		struct var *v = sh_var_target(sh, a->var, NULL);
		size_t len;
		char *s;

		if (a->compound || a->sub) {
			sh_assign_run(sh, a);
			continue;
		}
		sh_var_check(sh, v);
		s = sh_expand_string(sh, a->value, &len);
		if (sh->opt[O_XTRACE])
			trace_assignment(sh, v->name, a->append, s);
		sh_scope_hide(sh, &t->scope, v,
			      a->append || v->flags & (VAR_INTEGER | VAR_LOWER | VAR_UPPER));
		v->flags = (v->flags | VAR_EXPORT) & ~(uint32_t)VAR_LOCAL;
		if (a->append)
			sh_var_append(sh, v, s, len);
		else
			sh_var_set(sh, v, s, len);
	}
	sh->scope = &t->scope;
}

/* ---- functions ---- */

void sh_function_drop(struct shell *sh, struct function *f)
{
	if (--f->uses > 0)
		return;
	sh_pool_drop(sh, f->pool);
	free(f->file);
	free(f);
}

struct node *sh_function_body(struct shell *sh, struct function *f)
{
	struct input in;
	struct node *n;
	bool extglob = sh->shopt[S_EXTGLOB], posix = sh->opt[O_POSIX], aliases = sh->no_aliases;
	bool verbose = sh->opt[O_VERBOSE];

	if (f->body)
		return f->body;
	sh_input_text(&in, f->text, strlen(f->text), f->line);
	in.file = f->file;
	sh->shopt[S_EXTGLOB] = f->extglob;
	sh->opt[O_POSIX] = f->posix;
	sh->opt[O_VERBOSE] = false;
	sh->no_aliases = true;
	if (sh_parse_next(sh, &in, &f->pool, &n) == PARSED_COMMAND && n->kind == NODE_FUNCTION)
		f->body = n->function.body;
	sh->shopt[S_EXTGLOB] = extglob;
	sh->opt[O_POSIX] = posix;
	sh->opt[O_VERBOSE] = verbose;
	sh->no_aliases = aliases;
	if (!f->body)
		sh_error(sh, 2, "function definition lost");
	return f->body;
}

static int define_function(struct shell *sh, struct node *n)
{
	struct command *c = sh_command_named(sh, n->function.name, strlen(n->function.name));
	struct function *f;
	const char *file = NULL;

	if (c->builtin && c->builtin->flags & BUILTIN_SPECIAL && sh->opt[O_POSIX])
		sh_error(sh, 2, "`%s': is a special builtin", c->name);
	if (c->function && c->function->readonly) {
		sh_warn(sh, "%s: readonly function", c->name);
		return 1;
	}
	f = sh_xmalloc(sizeof(*f) + (n->function.text ? n->function.text_len + 1 : 0));
	*f = (struct function){ .uses = 1, .line = n->line };
	if (n->function.text) {
		f->text = (char *)(f + 1);
		memcpy(f->text, n->function.text, n->function.text_len);
		f->text[n->function.text_len] = 0;
		f->extglob = sh->shopt[S_EXTGLOB];
		f->posix = sh->opt[O_POSIX];
	} else {
		f->pool = n->function.pool;
		f->body = n->function.body;
		f->pool->uses++;
	}
	for (struct input *in = sh->input; in && !file; in = in->outer)
		file = in->file;
	if (!file)
		file = sh->interactive || sh->from_stdin ? "main" : "environment";
	f->file = sh_xstrdup(file);
	if (c->function) {
		f->exported = c->function->exported;
		sh->env_stale |= f->exported;
		sh_function_drop(sh, c->function);
	}
	c->function = f;
	return 0;
}

/* What a call replaces. */
struct frame {
	struct undo undo;
	struct scope scope;
	struct call call;
	struct function *function;
	char **args, **args_block;
	int args_count, loops;
	char *debug, *returns, *err;
};

static void end_frame(struct shell *sh, struct undo *self)
{
	struct frame *f = (struct frame *)self;

	if (sh->args_block)
		free(sh->args_block);
	sh->args = f->args;
	sh->args_count = f->args_count;
	sh->args_block = f->args_block;
	sh->loops = f->loops;
	sh->scope = f->scope.outer;
	if (f->scope.options) {
		memcpy(sh->opt, f->scope.options, sizeof(sh->opt));
		free(f->scope.options);
	}
	sh_scope_end(sh, &f->scope);
	sh->call = f->call.outer;
	sh->functions_deep--;
	sh_function_drop(sh, f->function);
}

/* The end of a function or a sourced file: its status, and the trap for it. */
static int returned(struct shell *sh, int status)
{
	if (sh->flow == FLOW_RETURN) {
		sh->flow = FLOW_NONE;
		status = sh->status;
	}
	if (sh->traps[TRAP_RETURN]) {
		sh->status = status;
		sh_trap_run(sh, TRAP_RETURN);
	}
	return status;
}

int sh_run_function(struct shell *sh, struct command *c, int argc, char **argv)
{
	struct frame f = { .function = c->function,
			   .args = sh->args,
			   .args_block = sh->args_block,
			   .args_count = sh->args_count,
			   .loops = sh->loops };
	int status;
	struct node *body;
	bool traced = sh->opt[O_FUNCTRACE] || c->function->traced;
	char *debug = sh->traps[TRAP_DEBUG], *returns = sh->traps[TRAP_RETURN], *err = sh->traps[TRAP_ERR];

	sh_check_depth(sh);
	body = sh_function_body(sh, c->function);
	c->function->uses++;
	f.call = (struct call){ sh->call, c->name, c->function->file, sh->line };
	f.scope.outer = sh->scope;
	f.scope.function = true;
	undo_push(sh, &f.undo, end_frame);
	sh->call = &f.call;
	sh->scope = &f.scope;
	sh->args = argv + 1;
	sh->args_count = argc - 1;
	sh->args_block = NULL;
	sh->loops = 0;
	sh->functions_deep++;
	if (!traced)
		sh->traps[TRAP_DEBUG] = sh->traps[TRAP_RETURN] = NULL;
	if (!sh->opt[O_ERRTRACE])
		sh->traps[TRAP_ERR] = NULL;
	status = sh_run_node(sh, body, 0);
	status = returned(sh, status);
	/* a trap that the function set stays */
	if (!traced && !sh->traps[TRAP_DEBUG])
		sh->traps[TRAP_DEBUG] = debug;
	if (!traced && !sh->traps[TRAP_RETURN])
		sh->traps[TRAP_RETURN] = returns;
	if (!sh->opt[O_ERRTRACE] && !sh->traps[TRAP_ERR])
		sh->traps[TRAP_ERR] = err;
	undo_pop(sh);
	return status;
}

void sh_set_args(struct shell *sh, int argc, char **argv)
{
	size_t size = ((size_t)argc + 1) * sizeof(char *);
	char **block, *at;

	for (int i = 0; i < argc; i++)
		size += strlen(argv[i]) + 1;
	block = sh_xmalloc(size);
	at = (char *)(block + argc + 1);
	for (int i = 0; i < argc; i++) {
		block[i] = at;
		at = stpcpy(at, argv[i]) + 1;
	}
	block[argc] = NULL;
	free(sh->args_block);
	sh->args = sh->args_block = block;
	sh->args_count = argc;
}

/* ---- running one command ---- */

/* Reports what could not be written, after a builtin. Returns the status. */
static int finish_output(struct shell *sh, const char *name, int status)
{
	if (sh->capturing)
		return status;
	if (out_flush() < 0) {
		sh_warn(sh, "%s: write error: %s", name, strerror(std_out.error));
		std_out.error = 0;
		std_out.len = 0;
		return status ? status : 1;
	}
	return status;
}

/* The words in memory of their own, for an applet may write to them. */
static char **copied_words(struct shell *sh, int argc, char **argv)
{
	char **copy = sh_stack_alloc(sh, ((size_t)argc + 1) * sizeof(char *));

	for (int i = 0; i < argc; i++)
		copy[i] = sh_stack_text(sh, argv[i], strlen(argv[i]));
	copy[argc] = NULL;
	return copy;
}

int sh_run_applet_caught(struct shell *sh, const struct applet *a, int argc, char **argv)
{
	char *text;
	size_t len;
	int status;

	environ = sh_var_environment(sh);
	status = run_applet_captured(a, copied_words(sh, argc, argv), &text, &len);
	if (text)
		out_mem(text, len);
	free(text);
	return status;
}

int sh_run_applet_inside(struct shell *sh, const struct applet *a, int argc, char **argv)
{
	if (sh->capturing)
		return sh_run_applet_caught(sh, a, argc, argv);
	environ = sh_var_environment(sh);
	return run_applet(a, copied_words(sh, argc, argv));
}

/* Runs an applet as the last thing of this process. */
_Noreturn void sh_run_applet_and_exit(struct shell *sh, const struct applet *a, char **argv)
{
	int status, argc = 0;

	while (argv[argc])
		argc++;
	sh_close_own_fds(sh);
	environ = sh_var_environment(sh);
	sh->capturing = false;
	if (std_out.fd < 0)
		std_out = (struct writer){ .fd = STDOUT_FILENO };
	for (int i = 0; i < argc; i++)
		argv[i] = sh_stack_text(sh, argv[i], strlen(argv[i]));
	status = run_applet(a, argv);
	_exit(status);
}

static int not_found(struct shell *sh, const char *name)
{
	sh_warn(sh, "%s: command not found", name);
	return 127;
}

/* Tells why a program could not be run; returns the status. */
static int exec_failed(struct shell *sh, const char *name, const char *path, int code)
{
	struct stat st;

	if (code == ENOENT && strchr(name, '/') && lstat(path, &st) == 0)
		sh_warn(sh, "%s: cannot execute: required file not found", name);
	else if (code == EACCES && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		sh_warn(sh, "%s: Is a directory", name);
	else if (code == ENOEXEC)
		sh_warn(sh, "%s: cannot execute binary file: %s", name, strerror(code));
	else
		sh_warn(sh, "%s: %s", name, strerror(code));
	return code == ENOENT || code == ENOTDIR ? 127 : 126;
}

_Noreturn void sh_exec_program(struct shell *sh, char **argv, const char *path, char **env)
{
	int code;

	execve(path, argv, env);
	code = errno;
	if (code == ENOEXEC && sh_may_be_script(path))
		execve("/proc/self/exe", sh_script_words(sh, path, argv), env);
	_exit(exec_failed(sh, argv[0], path, code));
}

/* A job whose text is that of the node. */
static struct job *node_job(struct shell *sh, const struct node *n)
{
	struct sbuf text = { 0 };
	struct job *job;

	sh_show_node(&text, n, 0);
	job = sh_job_new(sh, sh_sbuf_text_of(&text), text.len);
	free(text.p);
	return job;
}

/* What is to be returned where no process could be made. */
static int no_process(struct shell *sh, struct job *job)
{
	if (job)
		sh_job_free(sh, job);
	return 254;
}

/* Runs a program, or an applet that is not pure, in a process of its own or, if
 * it is the last thing, of this one. */
static int run_program(struct shell *sh, struct command *c, char **argv, int flags, const char *path,
		       struct node *n)
{
	const struct applet *a = NULL;
	struct job *job = NULL;
	bool slash = strchr(argv[0], '/');
	pid_t pid;
	int status;

	if (!path) {
		a = sh_command_applet(sh, c);
		path = slash ? argv[0] : c->path;
		if (sh->no_shortcuts && path)
			a = NULL;
		c->hits++;
	} else if (is_self(sh, path)) {
		a = find_applet(argv[0]);
	}
	if (!path && !a) {
		struct command *handler = sh_command_named(sh, "command_not_found_handle", 24);

		if (handler->function && !sh->opt[O_POSIX]) {
			int argc = 0;
			char **args;

			while (argv[argc])
				argc++;
			args = sh_stack_alloc(sh, ((size_t)argc + 2) * sizeof(char *));
			memcpy(args + 1, argv, ((size_t)argc + 1) * sizeof(char *));
			args[0] = sh_stack_text(sh, handler->name, strlen(handler->name));
			return sh_run_function(sh, handler, argc + 1, args);
		}
		return not_found(sh, argv[0]);
	}
	if (sh->dirty_stdin)
		sh_input_sync(sh);
	sh_read_sync(sh);
	if (flags & RUN_LAST && !sh->job_control) {
		sh_signals_for_child(sh);
		if (a)
			sh_run_applet_and_exit(sh, a, argv);
		sh_exec_program(sh, argv, path, sh_var_environment(sh));
	}
	if (sh->job_control) {
		struct sbuf text = { 0 };

		sh_show_node(&text, n, 0);
		job = sh_job_new(sh, text.len ? text.p : argv[0], text.len ? text.len : strlen(argv[0]));
		free(text.p);
	}
	if (a) {
		pid = sh_fork_shell(sh, job, FORK_FOREGROUND);
		if (pid == 0)
			sh_run_applet_and_exit(sh, a, argv);
	} else {
		int code;

		pid = sh_start_program(sh, path, argv, sh_var_environment(sh), job);
		code = errno;
		if (pid < 0 && code == ENOENT && !slash && c->path == path) {
			/* it has gone from where it was */
			c->path_made = 0;
			c->hashed = false;
			sh_command_locate(sh, c);
			if (c->path)
				return run_program(sh, c, argv, flags, NULL, n);
		}
		if (pid < 0) {
			if (job)
				sh_job_free(sh, job);
			if (code == EAGAIN || code == ENOMEM) {
				sh_warn(sh, "fork: %s", strerror(code));
				return 254;
			}
			return exec_failed(sh, argv[0], path, code);
		}
	}
	if (pid < 0)
		return no_process(sh, job);
	status = job ? sh_job_wait(sh, job) : sh_wait_pid(sh, pid);
	return status;
}

/* What is to be run for a name, by the rules of which comes first. */
enum what { WHAT_FUNCTION, WHAT_BUILTIN, WHAT_APPLET, WHAT_PROGRAM };

static enum what find_what(struct shell *sh, struct command *c, unsigned how)
{
	const struct applet *a;
	bool builtin = c->builtin && !c->disabled;

	if (builtin && c->builtin->flags & BUILTIN_SPECIAL && sh->opt[O_POSIX])
		return WHAT_BUILTIN;
	if (c->function && !(how & HOW_NO_FUNCTION))
		return WHAT_FUNCTION;
	if (builtin)
		return WHAT_BUILTIN;
	if (sh->no_shortcuts)
		return WHAT_PROGRAM;
	a = sh_command_applet(sh, c);
	return a && a->flags & APPLET_PURE ? WHAT_APPLET : WHAT_PROGRAM;
}

static int run_builtin(struct shell *sh, struct command *c, int argc, char **argv)
{
	int status;

	if (argv[0][0] == '[' || argv[0][0] == 't') {
		status = c->builtin->run == builtin_test ? sh_test_quickly(sh, argc, argv) : -1;
		if (status >= 0)
			return status;
	}
	status = c->builtin->run(sh, argc, argv);
	return std_out.len || std_out.error ? finish_output(sh, argv[0], status) : status;
}

/* A special builtin behind `command`: its errors do not end the shell. */
static int run_tamed(struct shell *sh, struct command *c, int argc, char **argv)
{
	struct catcher catcher;
	int status;

	sh_catch_begin(sh, &catcher);
	if (setjmp(catcher.env) == 0) {
		status = run_builtin(sh, c, argc, argv);
		sh_catch_end(sh, &catcher);
		return status;
	}
	sh_catch_unwind(sh, &catcher);
	if (sh->thrown != THROW_ERROR && sh->thrown != THROW_DISCARD)
		sh_throw(sh, sh->thrown);
	return sh->status;
}

int sh_run_words(struct shell *sh, char **argv, int argc, unsigned how)
{
	struct command *c = sh_command_named(sh, argv[0], strlen(argv[0]));

	switch (find_what(sh, c, how)) {
	case WHAT_FUNCTION:
		return sh_run_function(sh, c, argc, argv);
	case WHAT_BUILTIN:
		if (how & HOW_COMMAND && c->builtin->flags & BUILTIN_SPECIAL &&
		    c->builtin->run != builtin_eval && c->builtin->run != builtin_exec)
			return run_tamed(sh, c, argc, argv);
		return run_builtin(sh, c, argc, argv);
	case WHAT_APPLET:
		if (!(how & HOW_ONLY_BUILTIN))
			return sh_run_applet_inside(sh, c->applet ? c->applet : sh_command_applet(sh, c),
						    argc, argv);
		break;
	default:
		break;
	}
	if (how & HOW_ONLY_BUILTIN) {
		sh_warn(sh, "builtin: %s: not a shell builtin", argv[0]);
		return 1;
	}
	if (how & HOW_DEFAULT_PATH) {
		char *path = sh_find_in_path(sh, argv[0], "/bin:/usr/bin:/sbin:/usr/sbin", true);

		if (path && !strchr(argv[0], '/'))
			return run_program(sh, c, argv, 0, path, NULL);
	}
	return run_program(sh, c, argv, 0, NULL, NULL);
}

/* Expands the words of export, local and the like: arguments may be
 * assignments. */
static void expand_declaration(struct shell *sh, struct node *n, struct fields *f)
{
	struct fields list = { 0 };

	for (unsigned i = 0; i < n->simple.count; i++) {
		struct word *w = n->simple.words[i];
		struct assign *a = w->assign;
		size_t before = f->count, len;
		char *s;

		if (!a) {
			sh_expand_word(sh, w, f);
		} else if (a->compound) {
			sh_fields_add(sh, f,
				      sh_stack_printf(sh, "%s%s=()", a->var->name, a->append ? "+" : ""));
		} else {
			s = sh_expand_string(sh, w, &len);
			if (a->sub)
				s = sh_stack_printf(sh, "%s[%s]%s=%s", a->var->name,
						    a->sub->raw ? a->sub->raw
								: sh_expand_string(sh, a->sub, NULL),
						    a->append ? "+" : "", s);
			else
				s = sh_stack_printf(sh, "%s%s=%s", a->var->name, a->append ? "+" : "", s);
			sh_fields_add(sh, f, s);
		}
		while (before++ < f->count)
			sh_fields_add(sh, &list, a && a->compound ? (char *)a : NULL);
	}
	sh->declare_assigns = (struct assign **)list.v;
}

/* A redirection of a special builtin that fails ends a POSIX script. */
static int redirect_failed(struct shell *sh, bool special)
{
	if (special && sh->opt[O_POSIX] && !sh->interactive)
		sh_error(sh, 2, NULL);
	return sh->opt[O_POSIX] ? 2 : 1;
}

/* Redirections, assignments and status of a command without a name. */
static int run_nameless(struct shell *sh, struct node *n)
{
	struct redirected saved;
	int status = 0;

	if (n->redirects) {
		sh_redirect_begin(sh, &saved);
		if (!sh_redirect(sh, n->redirects, &saved))
			status = redirect_failed(sh, false);
		undo_pop(sh);
		if (status)
			return status;
	}
	for (struct assign *a = n->simple.assigns; a; a = a->next)
		sh_assign_run(sh, a);
	return sh->substitution_status >= 0 ? sh->substitution_status : 0;
}

static int run_found(struct shell *sh, struct node *n, struct command *c, enum what what, struct fields *f,
		     int flags)
{
	switch (what) {
	case WHAT_FUNCTION:
		return sh_run_function(sh, c, (int)f->count, f->v);
	case WHAT_BUILTIN:
		return run_builtin(sh, c, (int)f->count, f->v);
	case WHAT_APPLET:
		return sh_run_applet_inside(sh, sh_command_applet(sh, c), (int)f->count, f->v);
	default:
		return run_program(sh, c, f->v, flags, NULL, n);
	}
}

/* Runs a command that has redirections or assignments. */
static int run_dressed(struct shell *sh, struct node *n, struct command *c, enum what what, struct fields *f,
		       int flags)
{
	struct redirected saved;
	struct temporary temporary;
	struct undo *before = sh->undo;
	bool special = what == WHAT_BUILTIN && c->builtin->flags & BUILTIN_SPECIAL;
	bool is_exec = what == WHAT_BUILTIN && c->builtin->run == builtin_exec;
	int status;

	if (n->redirects) {
		sh_redirect_begin(sh, &saved);
		if (!sh_redirect(sh, n->redirects, &saved)) {
			sh_undo_to(sh, before);
			return redirect_failed(sh, special);
		}
		saved.keep = is_exec;
	}
	if (n->simple.assigns) {
		if (special && sh->opt[O_POSIX])
			for (struct assign *a = n->simple.assigns; a; a = a->next)
				sh_assign_run(sh, a);
		else
			assign_temporarily(sh, n->simple.assigns, &temporary);
	}
	sh->redirects_stay = false;
	status = run_found(sh, n, c, what, f, flags);
	if (n->redirects && what == WHAT_BUILTIN && c->builtin->run == builtin_command)
		saved.keep = sh->redirects_stay;
	sh_undo_to(sh, before);
	return status;
}

static int run_simple(struct shell *sh, struct node *n, int flags)
{
	struct mark mark = stack_mark(sh);
	struct fields f = { 0 };
	struct command *c;
	enum what what;
	struct process_fd *process_fds = sh->process_fds;
	int status;

	if (sh->opt[O_NOEXEC] && !sh->interactive)
		return 0;
	sh->line = n->line;
	if (!sh->trap_running)
		sh->command = n;
	if (sh->traps[TRAP_DEBUG] && !sh->in_debug) {
		sh_trap_run(sh, TRAP_DEBUG);
		if (sh->flow)
			return sh->status;
	}
	sh->substitution_status = -1;
	if (n->simple.count) {
		if (n->simple.declares)
			expand_declaration(sh, n, &f);
		else
			sh_expand_words(sh, n->simple.words, &f);
	}
	if (!f.count) {
		status = run_nameless(sh, n);
		goto done;
	}
	if (sh->opt[O_XTRACE] && !n->simple.assigns)
		sh_xtrace_words(sh, f.v);
	c = n->simple.command;
	if (!c || f.v[0] != n->simple.words[0]->plain)
		c = sh_command_named(sh, f.v[0], strlen(f.v[0]));
	what = find_what(sh, c, 0);
	status = n->redirects || n->simple.assigns ? run_dressed(sh, n, c, what, &f, flags)
						   : run_found(sh, n, c, what, &f, flags);
	if (!sh->opt[O_POSIX]) {
		const char *last = f.v[f.count - 1];

		sh_var_set(sh, sh->v_underscore, last, strlen(last));
	}
done:
	if (sh->process_fds != process_fds)
		sh_close_process_fds(sh, process_fds);
	sh_stack_release(sh, mark);
	return status;
}

/* ---- without a process ---- */

static bool parts_harmless(const struct part *p);

static bool word_harmless(const struct word *w)
{
	return !w || parts_harmless(w->parts);
}

static bool parts_harmless(const struct part *p)
{
	for (; p; p = p->next) {
		const struct param *q = p->param;

		switch (p->kind) {
		case PART_PARAM:
			if (q->op == OP_ASSIGN || !word_harmless(q->word) || !word_harmless(q->word2) ||
			    (q->sub_arith && sh_arith_changes(q->sub_arith)) ||
			    (q->offset && sh_arith_changes(q->offset)) ||
			    (q->length && sh_arith_changes(q->length)))
				return false;
			break;
		case PART_ARITH:
			if (sh_arith_changes(p->arith))
				return false;
			break;
		case PART_PROCESS:
			return false;
		}
	}
	return true;
}

/* Whether the words and redirections of a simple command change nothing,
 * whatever the command does. */
static bool simple_harmless(const struct node *n)
{
	if (n->simple.assigns || !n->simple.count || !n->simple.command || n->simple.declares)
		return false;
	for (const struct redirect *r = n->redirects; r; r = r->next)
		if (r->var || r->fd == 1 || r->fd == 0 || r->op == REDIR_ALL || r->op == REDIR_ALL_APPEND ||
		    r->op == REDIR_DUP_OUT || r->op == REDIR_DUP_IN || !word_harmless(r->word))
			return false;
	for (struct word **w = n->simple.words; *w; w++)
		if (!word_harmless(*w) || ((*w)->plain && strcmp((*w)->plain, "-t") == 0))
			return false;
	return true;
}

bool sh_node_harmless(struct shell *sh, struct node *n)
{
	struct command *c;
	const struct builtin *b;
	const struct applet *a;

	if (!n)
		return true;
	if (sh->no_shortcuts || sh->traps_any || sh->traps[TRAP_DEBUG] || sh->traps[TRAP_ERR])
		return false;
	switch (n->kind) {
	case NODE_LIST:
		for (unsigned i = 0; i < n->list.count; i++)
			if (!sh_node_harmless(sh, n->list.items[i]))
				return false;
		return true;
	case NODE_AND:
	case NODE_OR:
		return sh_node_harmless(sh, n->a) && sh_node_harmless(sh, n->b);
	case NODE_NOT:
		return sh_node_harmless(sh, n->a);
	case NODE_GROUP:
	case NODE_SUBSHELL:
		return !n->redirects && sh_node_harmless(sh, n->a);
	case NODE_IF:
		return !n->redirects && sh_node_harmless(sh, n->a) && sh_node_harmless(sh, n->b) &&
		       sh_node_harmless(sh, n->c);
	case NODE_SIMPLE:
		break;
	default:
		return false;
	}
	if (!n->harmless)
		n->harmless = simple_harmless(n) ? 1 : 2;
	if (n->harmless == 2)
		return false;
	c = n->simple.command;
	if (c->function)
		return false;
	b = c->disabled ? NULL : c->builtin;
	if (b && b->run == builtin_printf)
		return n->simple.count > 1 && n->simple.words[1]->plain &&
		       n->simple.words[1]->plain[0] != '-';
	if (b && b->run == builtin_command)
		return n->simple.count > 2 && n->simple.words[1]->plain &&
		       (strcmp(n->simple.words[1]->plain, "-v") == 0 ||
			strcmp(n->simple.words[1]->plain, "-V") == 0);
	if (b)
		return b->flags & BUILTIN_HARMLESS;
	a = sh_command_applet(sh, c);
	return a && a->flags & APPLET_PURE;
}

/* Runs a harmless node in the manner of a subshell. */
static int imitate_subshell(struct shell *sh, struct node *n, bool substitution)
{
	struct catcher catcher;
	bool errexit = sh->opt[O_ERREXIT];
	unsigned line = sh->line;
	int status, untested = sh->untested, substitution_status = sh->substitution_status;

	if (!n)
		return 0;
	if (substitution && !sh->opt[O_POSIX] && !sh->shopt[S_INHERIT_ERREXIT])
		sh->opt[O_ERREXIT] = false;
	sh->subshells++;
	sh_catch_begin(sh, &catcher);
	if (setjmp(catcher.env) == 0) {
		status = sh_run_node(sh, n, 0);
		sh_catch_end(sh, &catcher);
	} else {
		enum throw thrown = sh->thrown;

		sh_catch_unwind(sh, &catcher);
		if (thrown == THROW_INTERRUPT) {
			sh->subshells--;
			sh->opt[O_ERREXIT] = errexit;
			sh_throw(sh, thrown);
		}
		status = sh->status;
	}
	sh->subshells--;
	sh->untested = untested;
	sh->opt[O_ERREXIT] = errexit;
	sh->line = line;
	sh->substitution_status = substitution_status;
	return status;
}

/* The same with the output caught, which goes to `out`. */
static int imitate_captured(struct shell *sh, struct node *n, struct sbuf *out)
{
	struct arena_mark mark;
	struct writer outer = std_out;
	bool capturing = sh->capturing;
	int status;

	if (!capturing) {
		out_flush();
		outer = std_out;
	}
	mark = arena_mark();
	std_out = (struct writer){ .fd = -1 };
	sh->capturing = true;
	status = imitate_subshell(sh, n, true);
	sh->capturing = capturing;
	sh_sbuf_mem(out, std_out.len ? std_out.buf : "", std_out.len);
	free(std_out.buf);
	std_out = outer;
	arena_release(mark);
	return status;
}

/* Runs a node as the whole of this process, which is a new one. */
static _Noreturn void run_child(struct shell *sh, struct node *n)
{
	struct catcher catcher;

	sh_close_own_fds(sh);
	sh->undo = NULL;
	sh->catcher = NULL;
	sh_catch_begin(sh, &catcher);
	if (setjmp(catcher.env) == 0)
		sh->status = n ? sh_run_node(sh, n, RUN_LAST) : 0;
	else
		sh_catch_unwind(sh, &catcher);
	sh_trap_exit(sh);
	sh_read_sync(sh);
	out_flush();
	_exit(sh->status);
}

/* Takes NULs out and newlines off the end. */
static void trim_output(struct sbuf *out, size_t from)
{
	char *nul = out->len > from ? memchr(out->p + from, 0, out->len - from) : NULL;

	if (nul) {
		char *to = nul;

		for (char *p = nul; p < out->p + out->len; p++)
			if (*p)
				*to++ = *p;
		out->len = (size_t)(to - out->p);
	}
	while (out->len > from && out->p[out->len - 1] == '\n')
		out->len--;
}

static int read_file_into(struct shell *sh, struct word *w, struct sbuf *out)
{
	char *name = sh_expand_string(sh, w, NULL);
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0) {
		sh_warn_errno(sh, "%s", name);
		return 1;
	}
	do {
		sh_sbuf_room(out, 65536);
		n = read_some(fd, out->p + out->len, 65536);
		out->len += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	close(fd);
	return n < 0;
}

void sh_command_output(struct shell *sh, struct substitution *s, struct sbuf *out)
{
	size_t from = out->len;
	int ends[2], status;
	pid_t pid;
	ssize_t n;

	sh_check_depth(sh);
	if (s->file) {
		status = read_file_into(sh, s->file, out);
	} else if (!s->body) {
		status = 0;
	} else if (sh_node_harmless(sh, s->body)) {
		status = imitate_captured(sh, s->body, out);
	} else {
		unsigned line = sh->line;

		if (sh->dirty_stdin)
			sh_input_sync(sh);
		if (pipe2(ends, O_CLOEXEC) < 0)
			sh_error(sh, 2, "cannot make pipe for command substitution: %s", strerror(errno));
		pid = sh_fork_shell(sh, NULL, FORK_QUIET);
		if (pid == 0) {
			if (!sh->opt[O_POSIX] && !sh->shopt[S_INHERIT_ERREXIT])
				sh->opt[O_ERREXIT] = false;
			dup2(ends[1], STDOUT_FILENO);
			if (ends[1] != STDOUT_FILENO)
				close(ends[1]);
			else
				fcntl(STDOUT_FILENO, F_SETFD, 0);
			close(ends[0]);
			run_child(sh, s->body);
		}
		close(ends[1]);
		if (pid < 0) {
			close(ends[0]);
			sh_error(sh, 2, NULL);
		}
		do {
			sh_sbuf_room(out, 4096);
			n = read_some(ends[0], out->p + out->len, out->cap - out->len - 1);
			out->len += n > 0 ? (size_t)n : 0;
		} while (n > 0);
		close(ends[0]);
		status = sh_wait_pid(sh, pid);
		sh->line = line;
	}
	trim_output(out, from);
	sh->status = sh->substitution_status = status;
}

/* ---- process substitution ---- */

struct process_fd {
	struct process_fd *next;
	int fd;
	pid_t pid;
};

char *sh_process_substitution(struct shell *sh, struct part *p)
{
	bool output = p->glob;
	int ends[2], kept, given;
	struct process_fd *record;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		sh_error(sh, 2, "cannot make pipe for process substitution: %s", strerror(errno));
	kept = ends[output];
	given = ends[!output];
	pid = sh_fork_shell(sh, NULL, FORK_QUIET);
	if (pid == 0) {
		dup2(given, output ? STDIN_FILENO : STDOUT_FILENO);
		close(kept);
		close(given);
		run_child(sh, p->command->body);
	}
	close(given);
	if (pid < 0) {
		close(kept);
		sh_error(sh, 2, NULL);
	}
	{
		int high = fcntl(kept, F_DUPFD, 63);

		if (high < 0)
			high = fcntl(kept, F_DUPFD, 10);
		close(kept);
		kept = high;
	}
	record = sh_xmalloc(sizeof(*record));
	*record = (struct process_fd){ sh->process_fds, kept, pid };
	sh->process_fds = record;
	sh->last_process = pid;
	return sh_stack_printf(sh, "/dev/fd/%d", kept);
}

void sh_close_process_fds(struct shell *sh, struct process_fd *until)
{
	while (sh->process_fds && sh->process_fds != until) {
		struct process_fd *p = sh->process_fds;

		sh->process_fds = p->next;
		close(p->fd);
		free(p);
	}
}

/* What follows a command that failed: the ERR trap, errexit. */
static void command_failed(struct shell *sh, int status)
{
	if (sh->untested || sh->flow)
		return;
	sh->status = status;
	if (sh->traps[TRAP_ERR] && !sh->in_err)
		sh_trap_run(sh, TRAP_ERR);
	if (sh->opt[O_ERREXIT])
		sh_exit(sh, status);
}

/* ---- pipelines ---- */

static void set_pipestatus(struct shell *sh, const int *statuses, unsigned count)
{
	free(sh->pipestatus_many);
	sh->pipestatus_many = NULL;
	sh->pipestatus_count = (int)count;
	if (count > 8) {
		sh->pipestatus_many = sh_xmalloc(count * sizeof(int));
		memcpy(sh->pipestatus_many, statuses, count * sizeof(int));
	} else {
		memcpy(sh->pipestatus_small, statuses, count * sizeof(int));
	}
}

/* The same of what was no pipeline; what follows if it failed. */
static void finish_alone(struct shell *sh, int status)
{
	sh->pipestatus_count = 1;
	sh->pipestatus_small[0] = status;
	if (status)
		command_failed(sh, status);
}

/* Tries to put a text in a pipe without waiting for its reader. Returns how
 * much went in. */
static size_t fill_pipe(int fd, const char *text, size_t len)
{
	size_t done = 0;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (done < len) {
		ssize_t n = write(fd, text + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		done += (size_t)n;
	}
	fcntl(fd, F_SETFL, 0);
	return done;
}

/* The output of a harmless first command, as a pipe's reading end; a process
 * writes what does not fit. */
static int pipe_from_memory(struct shell *sh, struct node *n, struct job *job, int *status)
{
	struct sbuf *text = sh_buffer_take(sh);
	int ends[2];
	size_t done;

	*status = imitate_captured(sh, n, text);
	if (pipe2(ends, O_CLOEXEC) < 0) {
		buffer_drop(sh);
		return -1;
	}
	done = text->len ? fill_pipe(ends[1], text->p, text->len) : 0;
	if (done < text->len) {
		pid_t pid = sh_fork_shell(sh, job, FORK_FOREGROUND);

		if (pid == 0) {
			close(ends[0]);
			_exit(write_all(ends[1], text->p + done, text->len - done) < 0);
		}
	}
	close(ends[1]);
	buffer_drop(sh);
	return ends[0];
}

/* Runs the last command of a pipeline here, with the pipe as its standard
 * input. */
static int run_last_here(struct shell *sh, struct node *n, int in)
{
	struct redirected saved;
	int status;

	sh_redirect_begin(sh, &saved);
	saved.saved = sh_stack_alloc(sh, sizeof(*saved.saved));
	saved.saved[0] = (struct saved_fd){ STDIN_FILENO, fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10) };
	saved.count = saved.cap = 1;
	dup2(in, STDIN_FILENO);
	close(in);
	status = sh_run_node(sh, n, 0);
	undo_pop(sh);
	return status;
}

static int run_pipe(struct shell *sh, struct node *n)
{
	unsigned count = n->list.count, first = 0;
	int *statuses = sh_stack_alloc(sh, count * sizeof(int));
	struct job *job;
	bool last_here = sh->shopt[S_LASTPIPE] && !sh->job_control;
	int in = -1, status = 0, offset = 0;
	unsigned made = 0;

	if (sh->dirty_stdin)
		sh_input_sync(sh);
	job = sh->job_control || sh->interactive ? node_job(sh, n) : sh_job_new(sh, "", 0);
	memset(statuses, 0, count * sizeof(int));
	if (sh_node_harmless(sh, n->list.items[0])) {
		in = pipe_from_memory(sh, n->list.items[0], job, &statuses[0]);
		offset = (int)job->count;
		made = first = in >= 0;
	}
	for (unsigned i = first; i < count; i++) {
		bool last = i + 1 == count;
		int ends[2] = { -1, -1 };
		pid_t pid;

		if (last && last_here)
			break;
		if (!last && pipe2(ends, O_CLOEXEC) < 0) {
			sh_warn_errno(sh, "pipe");
			break;
		}
		pid = sh_fork_shell(sh, job, FORK_FOREGROUND);
		if (pid == 0) {
			if (in >= 0) {
				dup2(in, STDIN_FILENO);
				close(in);
			}
			if (!last) {
				dup2(ends[1], STDOUT_FILENO);
				if (ends[1] != STDOUT_FILENO)
					close(ends[1]);
				if (ends[0] != STDIN_FILENO)
					close(ends[0]);
			}
			run_child(sh, n->list.items[i]);
		}
		if (in >= 0)
			close(in);
		if (!last)
			close(ends[1]);
		in = ends[0];
		if (pid < 0)
			break;
		made = i + 1;
	}
	if (last_here && made + 1 >= count && in >= 0) {
		statuses[count - 1] = run_last_here(sh, n->list.items[count - 1], in);
		in = -1;
	} else if (made < count && !(last_here)) {
		statuses[count - 1] = 254;
	}
	if (in >= 0)
		close(in);
	if (job->count) {
		status = sh_job_wait_all(sh, job, statuses + first, offset, made - first);
		if (status < 0) {
			/* stopped: the job stays */
			return -status;
		}
	}
	status = 0;
	for (unsigned i = 0; i < count; i++)
		if (sh->opt[O_PIPEFAIL] ? statuses[i] != 0 : i + 1 == count)
			status = statuses[i];
	set_pipestatus(sh, statuses, count);
	sh_job_free(sh, job);
	return status;
}

/* ---- background, coprocesses, subshells ---- */

static int run_async(struct shell *sh, struct node *n)
{
	struct job *job;
	pid_t pid;

	if (sh->dirty_stdin)
		sh_input_sync(sh);
	job = node_job(sh, n->a);
	sh_jobs_poll(sh);
	pid = sh_fork_shell(sh, job, FORK_BACKGROUND);
	if (pid == 0)
		run_child(sh, n->a);
	if (pid < 0)
		return no_process(sh, job);
	sh->background = pid;
	sh_job_background(sh, job);
	return 0;
}

static int run_coproc(struct shell *sh, struct node *n)
{
	int to[2], from[2];
	struct job *job;
	struct var *v = sh_var_named(sh, n->name, strlen(n->name));
	char digits[2][16], *values[2] = { digits[0], digits[1] };
	pid_t pid;

	if (pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0) {
		sh_warn_errno(sh, "coproc");
		return 1;
	}
	job = sh_job_new(sh, n->name, strlen(n->name));
	pid = sh_fork_shell(sh, job, FORK_BACKGROUND);
	if (pid == 0) {
		dup2(to[0], STDIN_FILENO);
		dup2(from[1], STDOUT_FILENO);
		close(to[0]);
		close(to[1]);
		close(from[0]);
		close(from[1]);
		run_child(sh, n->a);
	}
	close(to[0]);
	close(from[1]);
	if (pid < 0) {
		close(to[1]);
		close(from[0]);
		return no_process(sh, job);
	}
	/* the user may give these to redirections, so they must not look like the
	 * shell's own */
	from[0] = sh_move_low(from[0]);
	to[1] = sh_move_low(to[1]);
	sh->background = pid;
	sh_job_background(sh, job);
	snprintf(digits[0], sizeof(digits[0]), "%d", from[0]);
	snprintf(digits[1], sizeof(digits[1]), "%d", to[1]);
	sh_array_set_list(sh, v, values, 2);
	sh_var_set_number(sh, sh_var_named(sh, sh_stack_printf(sh, "%s_PID", n->name), strlen(n->name) + 4),
			  pid);
	return 0;
}

static int run_subshell(struct shell *sh, struct node *n, int flags)
{
	struct job *job = NULL;
	pid_t pid;

	if (!n->redirects && sh_node_harmless(sh, n->a))
		return imitate_subshell(sh, n->a, false);
	if (flags & RUN_LAST && !sh->job_control && !sh->traps[0] && !n->redirects) {
		sh_become_subshell(sh, NULL, FORK_QUIET);
		return sh_run_node(sh, n->a, RUN_LAST);
	}
	if (sh->dirty_stdin)
		sh_input_sync(sh);
	if (sh->job_control)
		job = node_job(sh, n);
	pid = sh_fork_shell(sh, job, FORK_FOREGROUND);
	if (pid == 0) {
		if (n->redirects && !sh_redirect(sh, n->redirects, NULL))
			_exit(1);
		run_child(sh, n->a);
	}
	if (pid < 0)
		return no_process(sh, job);
	return job ? sh_job_wait(sh, job) : sh_wait_pid(sh, pid);
}

/* ---- compound commands ---- */

/* Whether a loop goes on; takes a break or continue that is meant for it. */
static bool loop_goes_on(struct shell *sh)
{
	if (sh->flow == FLOW_RETURN || sh->flow == FLOW_NONE)
		return sh->flow == FLOW_NONE;
	if (--sh->levels > 0)
		return false;
	if (sh->flow == FLOW_BREAK) {
		sh->flow = FLOW_NONE;
		return false;
	}
	sh->flow = FLOW_NONE;
	return true;
}

static int run_tested(struct shell *sh, struct node *n)
{
	int status;

	sh->untested++;
	status = sh_run_node(sh, n, 0);
	sh->untested--;
	return status;
}

static int run_while(struct shell *sh, struct node *n)
{
	int status = 0;
	bool until = n->kind == NODE_UNTIL;

	sh->loops++;
	for (;;) {
		int test = run_tested(sh, n->a);

		if (sh->flow) {
			status = sh->status;
			if (loop_goes_on(sh))
				continue;
			break;
		}
		if ((test != 0) != until)
			break;
		status = sh_run_node(sh, n->b, 0);
		if (sh->flow && !loop_goes_on(sh)) {
			status = sh->status;
			break;
		}
	}
	sh->loops--;
	return status;
}

static void trace_for(struct shell *sh, struct node *n)
{
	struct sbuf *b = sh_buffer_take(sh);

	sh_sbuf_fmt(b, "for %s in", n->name);
	if (n->flag)
		sh_sbuf_str(b, " \"$@\"");
	for (struct word **w = n->words; !n->flag && *w; w++) {
		sh_sbuf_char(b, ' ');
		if ((*w)->raw)
			sh_sbuf_mem(b, (*w)->raw, (*w)->raw_len);
		else
			sh_sbuf_str(b, (*w)->plain ? (*w)->plain : "");
	}
	trace_line(sh, b);
	buffer_drop(sh);
}

/* The words that a loop goes through. */
static void loop_words(struct shell *sh, const struct node *n, struct fields *f)
{
	if (!n->flag)
		sh_expand_words(sh, n->words, f);
	else
		for (int i = 0; i < sh->args_count; i++)
			sh_fields_add(sh, f, sh_stack_text(sh, sh->args[i], strlen(sh->args[i])));
}

/* Runs the body of a loop. Returns whether the loop goes on. */
static bool run_body(struct shell *sh, struct node *body, int *status)
{
	*status = sh_run_node(sh, body, 0);
	if (!sh->flow || loop_goes_on(sh))
		return true;
	*status = sh->status;
	return false;
}

static int run_for(struct shell *sh, struct node *n)
{
	struct mark mark = stack_mark(sh);
	struct fields f = { 0 };
	int status = 0;

	sh->line = n->line;
	loop_words(sh, n, &f);
	sh->loops++;
	for (size_t i = 0; i < f.count; i++) {
		if (sh->opt[O_XTRACE])
			trace_for(sh, n);
		if (sh->traps[TRAP_DEBUG])
			sh_trap_run(sh, TRAP_DEBUG);
		if (n->var->flags & VAR_NAMEREF && n->var->flags & VAR_READONLY)
			sh_var_check(sh, n->var);
		sh_var_set(sh, n->var, f.v[i], strlen(f.v[i]));
		if (!run_body(sh, n->a, &status))
			break;
	}
	sh->loops--;
	sh_stack_release(sh, mark);
	return status;
}

static intmax_t arith_or(struct shell *sh, struct arith *a, intmax_t otherwise)
{
	return a ? sh_arith_value(sh, a) : otherwise;
}

static int run_for3(struct shell *sh, struct node *n)
{
	int status = 0;

	sh->line = n->line;
	arith_or(sh, n->for3.arith[0], 0);
	sh->loops++;
	while (arith_or(sh, n->for3.arith[1], 1) && run_body(sh, n->for3.body, &status))
		arith_or(sh, n->for3.arith[2], 0);
	sh->loops--;
	return status;
}

/* Prints the choices of select in columns. */
static void show_choices(const struct fields *f)
{
	size_t widest = 0;
	struct sbuf b = { 0 };
	int digits = snprintf(NULL, 0, "%zu", f->count);
	size_t columns, rows;

	for (size_t i = 0; i < f->count; i++) {
		size_t w = str_width(f->v[i], strlen(f->v[i]));

		widest = w > widest ? w : widest;
	}
	columns = 80 / (widest + (size_t)digits + 4);
	columns = columns ? columns : 1;
	rows = (f->count + columns - 1) / columns;
	if (rows < 9 && f->count < 9)
		rows = f->count;
	for (size_t r = 0; r < rows; r++) {
		for (size_t i = r; i < f->count; i += rows) {
			sh_sbuf_fmt(&b, "%*zu) %s", digits, i + 1, f->v[i]);
			if (i + rows < f->count)
				sh_sbuf_fmt(&b, "%*s",
					    (int)(widest - str_width(f->v[i], strlen(f->v[i]))) + 2, "");
		}
		sh_sbuf_char(&b, '\n');
	}
	out_flush();
	if (b.p)
		write_all(STDERR_FILENO, b.p, b.len);
	free(b.p);
}

static int run_select(struct shell *sh, struct node *n)
{
	struct mark mark = stack_mark(sh);
	struct fields f = { 0 };
	int status = 0;
	bool show = true;

	loop_words(sh, n, &f);
	if (!f.count)
		return 0;
	sh->loops++;
	for (;;) {
		char *read_argv[] = { sh_stack_text(sh, "read", 4), sh_stack_text(sh, "REPLY", 5), NULL };
		const char *ps3, *reply;
		uintmax_t choice = 0;

		if (show)
			show_choices(&f);
		ps3 = sh_var_get(sh, "PS3");
		ps3 = ps3 ? ps3 : "#? ";
		write_all(STDERR_FILENO, ps3, strlen(ps3));
		if (builtin_read(sh, 2, read_argv) != 0) {
			write_all(STDERR_FILENO, "\n", 1);
			status = 1;
			break;
		}
		reply = sh_var_get(sh, "REPLY");
		show = !*reply;
		if (show)
			continue;
		if (parse_uint(reply, NULL, &choice) == NUM_OK && choice > 0 && choice <= f.count)
			sh_var_set(sh, n->var, f.v[choice - 1], strlen(f.v[choice - 1]));
		else
			sh_var_set(sh, n->var, "", 0);
		if (!run_body(sh, n->a, &status))
			break;
		reply = sh_var_get(sh, "REPLY");
		show = reply && !*reply;
	}
	sh->loops--;
	sh_stack_release(sh, mark);
	return status;
}

static int run_case(struct shell *sh, struct node *n, int flags)
{
	struct mark mark = stack_mark(sh);
	const char *word = sh_expand_string(sh, n->select.word, NULL);
	int status = 0;
	bool through = false;

	sh->line = n->line;
	if (sh->opt[O_XTRACE])
		sh_xtrace_text(sh, sh_stack_printf(sh, "case %s in", word));
	for (struct case_item *item = n->select.items; item; item = item->next) {
		bool match = through;

		for (struct word **p = item->patterns; !match && *p; p++)
			match = sh_pattern_match(sh, sh_expand_pattern(sh, *p), word,
						 sh->shopt[S_NOCASEMATCH]);
		if (!match)
			continue;
		if (item->end == ';')
			sh_stack_release(sh, mark);
		status = item->body ? sh_run_node(sh, item->body, item->end == ';' ? flags : 0) : 0;
		if (item->end == ';' || sh->flow)
			break;
		through = item->end == '&';
	}
	sh_stack_release(sh, mark);
	return status;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* Writes one figure of `time`: %R, %U and %S of TIMEFORMAT. */
static void show_time(struct sbuf *b, double t, int digits, bool minutes)
{
	if (minutes)
		sh_sbuf_fmt(b, "%dm%.*fs", (int)(t / 60), digits, t - 60 * (int)(t / 60));
	else
		sh_sbuf_fmt(b, "%.*f", digits, t);
}

static void show_times(const char *format, double real, double user, double sys)
{
	struct sbuf b = { 0 };

	for (const char *p = format; *p; p++) {
		int digits = 3;
		bool minutes = false;

		if (*p != '%' || !p[1]) {
			sh_sbuf_char(&b, *p);
			continue;
		}
		p++;
		if (*p >= '0' && *p <= '9') {
			digits = *p++ - '0';
			digits = digits > 3 ? 3 : digits;
		}
		if (*p == 'l') {
			minutes = true;
			p++;
		}
		switch (*p) {
		case 'R':
			show_time(&b, real, digits, minutes);
			break;
		case 'U':
			show_time(&b, user, digits, minutes);
			break;
		case 'S':
			show_time(&b, sys, digits, minutes);
			break;
		case 'P':
			sh_sbuf_fmt(&b, "%.2f", real > 0 ? 100 * (user + sys) / real : 0);
			break;
		default:
			sh_sbuf_char(&b, *p);
		}
	}
	sh_sbuf_char(&b, '\n');
	out_flush();
	write_all(STDERR_FILENO, b.p, b.len);
	free(b.p);
}

static int run_time(struct shell *sh, struct node *n)
{
	struct rusage self[2], children[2];
	struct timeval real[2];
	const char *format;
	int status = 0;

	gettimeofday(&real[0], NULL);
	getrusage(RUSAGE_SELF, &self[0]);
	getrusage(RUSAGE_CHILDREN, &children[0]);
	if (n->a)
		status = sh_run_node(sh, n->a, 0);
	gettimeofday(&real[1], NULL);
	getrusage(RUSAGE_SELF, &self[1]);
	getrusage(RUSAGE_CHILDREN, &children[1]);
	format = n->flag ? "real %2R\nuser %2U\nsys %2S" : sh_var_get(sh, "TIMEFORMAT");
	if (!format)
		format = "\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS";
	if (*format)
		show_times(format, seconds(real[1]) - seconds(real[0]),
			   seconds(self[1].ru_utime) - seconds(self[0].ru_utime) +
				   seconds(children[1].ru_utime) - seconds(children[0].ru_utime),
			   seconds(self[1].ru_stime) - seconds(self[0].ru_stime) +
				   seconds(children[1].ru_stime) - seconds(children[0].ru_stime));
	return status;
}

static void trace_arith(struct shell *sh, const struct arith *a)
{
	struct sbuf *b = sh_buffer_take(sh);

	sh_sbuf_str(b, "(( ");
	sh_arith_show(a, b);
	sh_sbuf_str(b, " ))");
	trace_line(sh, b);
	buffer_drop(sh);
}

static int run_compound(struct shell *sh, struct node *n, int flags)
{
	int status;

	switch (n->kind) {
	case NODE_GROUP:
		return sh_run_node(sh, n->a, flags);
	case NODE_IF:
		status = run_tested(sh, n->a);
		if (sh->flow)
			return status;
		if (status == 0)
			return sh_run_node(sh, n->b, flags);
		return n->c ? sh_run_node(sh, n->c, flags) : 0;
	case NODE_WHILE:
	case NODE_UNTIL:
		return run_while(sh, n);
	case NODE_FOR:
		return run_for(sh, n);
	case NODE_FOR3:
		return run_for3(sh, n);
	case NODE_SELECT:
		return run_select(sh, n);
	case NODE_CASE:
		return run_case(sh, n, flags);
	case NODE_ARITH:
		sh->line = n->line;
		if (sh->traps[TRAP_DEBUG])
			sh_trap_run(sh, TRAP_DEBUG);
		{
			struct mark mark = stack_mark(sh);
			intmax_t value;

			if (sh->opt[O_XTRACE])
				trace_arith(sh, n->arith);
			value = sh_arith_value(sh, n->arith);

			sh_stack_release(sh, mark);
			return value == 0;
		}
	case NODE_COND:
		sh->line = n->line;
		if (sh->traps[TRAP_DEBUG])
			sh_trap_run(sh, TRAP_DEBUG);
		return sh_cond_run(sh, n->cond);
	case NODE_FUNCTION:
		return define_function(sh, n);
	default:
		return run_coproc(sh, n);
	}
}

static int run_redirected(struct shell *sh, struct node *n, int flags)
{
	struct redirected saved;
	struct mark mark = stack_mark(sh);
	struct process_fd *process_fds = sh->process_fds;
	int status = sh->opt[O_POSIX] ? 2 : 1;

	sh->line = n->line;
	sh_redirect_begin(sh, &saved);
	if (sh_redirect(sh, n->redirects, &saved))
		status = run_compound(sh, n, flags);
	undo_pop(sh);
	if (sh->process_fds != process_fds)
		sh_close_process_fds(sh, process_fds);
	sh_stack_release(sh, mark);
	return status;
}

int sh_run_node(struct shell *sh, struct node *n, int flags)
{
	int status;

	switch (n->kind) {
	case NODE_SIMPLE:
		status = run_simple(sh, n, flags);
		finish_alone(sh, status);
		break;
	case NODE_LIST:
		status = 0;
		for (unsigned i = 0; i < n->list.count; i++) {
			status = sh_run_node(sh, n->list.items[i], i + 1 == n->list.count ? flags : 0);
			if (sh->flow)
				break;
		}
		return status;
	case NODE_AND:
	case NODE_OR:
		status = run_tested(sh, n->a);
		if (!sh->flow && (status == 0) == (n->kind == NODE_AND))
			return sh_run_node(sh, n->b, flags);
		return status;
	case NODE_NOT:
		status = run_tested(sh, n->a);
		if (!sh->flow)
			status = !status;
		break;
	case NODE_PIPE: {
		struct mark mark = stack_mark(sh);

		sh->line = n->line;
		status = run_pipe(sh, n);
		sh_stack_release(sh, mark);
		if (status)
			command_failed(sh, status);
		break;
	}
	case NODE_ASYNC:
		status = run_async(sh, n);
		break;
	case NODE_TIME:
		status = run_time(sh, n);
		break;
	case NODE_SUBSHELL:
		sh->line = n->line;
		status = run_subshell(sh, n, flags);
		finish_alone(sh, status);
		break;
	default:
		sh_check_depth(sh);
		status = n->redirects ? run_redirected(sh, n, flags) : run_compound(sh, n, flags);
		if (n->kind == NODE_ARITH || n->kind == NODE_COND)
			finish_alone(sh, status);
		else if (status && n->redirects)
			command_failed(sh, status);
	}
	if (!sh->flow)
		sh->status = status;
	if (sh->traps_any)
		sh_traps_run(sh);
	return sh->flow ? sh->status : status;
}

/* ---- inputs ---- */

/* An input being run. */
struct running {
	struct undo undo;
	struct input *in;
	struct pool *pool;
	int *deep;    /* a count to put back */
	size_t begin; /* of the command in the input's text */
	bool close;
};

static void end_running(struct shell *sh, struct undo *self)
{
	struct running *r = (struct running *)self;

	sh->input = r->in->outer;
	sh_pool_drop(sh, r->pool);
	if (r->close)
		sh_input_close(r->in);
	if (r->deep)
		--*r->deep;
}

/* Whether nothing but blanks is left. */
static bool at_end(const struct input *in)
{
	if (in->fd >= 0 && !in->eof)
		return false;
	for (size_t i = in->at; i < in->len; i++)
		if (in->text[i] != '\n' && in->text[i] != ' ' && in->text[i] != '\t')
			return false;
	return true;
}

static int run_commands(struct shell *sh, struct running *r, bool last)
{
	int status = r->deep ? 0 : sh->status;
	struct node *n;

	for (;;) {
		enum parsed parsed;
		unsigned line;

		if (r->in->terminal) {
			sh_jobs_notify(sh);
			sh->line = 1;
			r->in->line = 1;
		}
		sh_input_trim(r->in);
		r->begin = r->in->at;
		line = r->in->line;
		parsed = sh_parse_next(sh, r->in, &r->pool, &n);
		if (r->in->terminal && r->in->at > r->begin)
			sh_history_add(sh, sh_stack_text(sh, r->in->text + r->begin, r->in->at - r->begin));
		if (parsed == PARSED_END)
			break;
		if (parsed == PARSED_ERROR) {
			sh->status = 2;
			if (r->in->terminal && sh->interactive)
				continue;
			sh_error(sh, 2, NULL);
		}
		if (parsed == PARSED_EMPTY)
			continue;
		if (sh->opt[O_NOEXEC] && !sh->interactive) {
			sh_pool_drop(sh, r->pool);
			r->pool = NULL;
			continue;
		}
		if (n->kind == NODE_FUNCTION && !r->in->aliased && r->in->at - r->begin > 128) {
			/* a long function that may never be called: its text is less than its tree */
			n->function.text = r->in->text + r->begin;
			n->function.text_len = r->in->at - r->begin;
			n->line = line;
		}
		status = sh_run_node(
			sh, n, last && !sh->traps[0] && at_end(r->in) && !sh->interactive ? RUN_LAST : 0);
		sh_pool_drop(sh, r->pool);
		r->pool = NULL;
		if (sh->flow)
			break;
		if (sh->opt[O_ONECMD] && r->in->fd >= 0)
			break;
	}
	return sh->flow ? sh->status : status;
}

int sh_run_input(struct shell *sh, struct input *in, bool last)
{
	struct running r = { .in = in };
	int status;

	in->outer = sh->input;
	sh->input = in;
	undo_push(sh, &r.undo, end_running);
	status = run_commands(sh, &r, last);
	undo_pop(sh);
	return status;
}

int sh_run_text(struct shell *sh, const char *text, const char *file, unsigned line)
{
	struct input in;
	struct running r = { .in = &in, .deep = &sh->evals_deep };
	int status;

	sh_check_depth(sh);
	sh_input_text(&in, text, strlen(text), line);
	in.file = file;
	in.outer = sh->input;
	sh->input = &in;
	sh->evals_deep++;
	undo_push(sh, &r.undo, end_running);
	status = run_commands(sh, &r, false);
	undo_pop(sh);
	return status;
}

/* The positional parameters of a sourced file. */
struct sourced {
	struct undo undo;
	struct call call;
	char **args, **block;
	int count, loops;
	bool own;
};

static void end_sourced(struct shell *sh, struct undo *self)
{
	struct sourced *s = (struct sourced *)self;

	sh->call = s->call.outer;
	sh->loops = s->loops;
	if (!s->own)
		return;
	free(sh->args_block);
	sh->args = s->args;
	sh->args_block = s->block;
	sh->args_count = s->count;
}

int sh_run_file(struct shell *sh, const char *path, int argc, char **argv)
{
	struct input in = { .line = 1 };
	struct running r = { .in = &in, .deep = &sh->sources_deep, .close = true };
	struct sourced s = { .args = sh->args,
			     .block = sh->args_block,
			     .count = sh->args_count,
			     .loops = sh->loops,
			     .own = argc > 0 };
	struct stat st;
	int status, fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		errno = EISDIR;
		return -1;
	}
	in.fd = sh_move_fd(fd);
	in.file = path;
	in.outer = sh->input;
	s.call = (struct call){ sh->call, "source", path, sh->line };
	undo_push(sh, &s.undo, end_sourced);
	sh->call = &s.call;
	if (argc > 0) {
		sh->args_block = NULL;
		sh_set_args(sh, argc, argv);
	}
	sh->input = &in;
	sh->sources_deep++;
	undo_push(sh, &r.undo, end_running);
	status = run_commands(sh, &r, false);
	status = returned(sh, status);
	undo_pop(sh);
	undo_pop(sh);
	return status;
}
