/* builtins_misc.c - directories, commands by name, limits
 *
 * POSIX.1-2024 cd, pwd, command, type, hash, ulimit, umask; the Bash manual for
 * pushd, enable, help and the like.
 */
#include "sh.h"
#include <sys/resource.h>

/* ---- directories ---- */

/* An absolute name with . and .. taken out by the letter. NULL if a directory
 * on the way is not there. */
char *sh_logical_path(struct shell *sh, const char *path)
{
	const char *pwd = sh_var_text(sh, sh->v_pwd);
	struct sbuf b = { 0 };
	char *result;

	if (*path != '/')
		sh_sbuf_str(&b, pwd && *pwd == '/' ? pwd : "/");
	while (b.len && b.p[b.len - 1] == '/')
		b.len--;
	while (*path) {
		size_t n = strcspn(path, "/");

		if (n == 2 && path[0] == '.' && path[1] == '.') {
			struct stat st;

			if (b.len && (stat(sh_sbuf_text(&b), &st) < 0 || !S_ISDIR(st.st_mode))) {
				free(b.p);
				return NULL;
			}
			while (b.len && b.p[b.len - 1] != '/')
				b.len--;
			if (b.len)
				b.len--;
		} else if (n && !(n == 1 && *path == '.')) {
			sh_sbuf_char(&b, '/');
			sh_sbuf_mem(&b, path, n);
		}
		path += n;
		path += *path == '/';
	}
	if (!b.len)
		sh_sbuf_char(&b, '/');
	result = sh_stack_text(sh, b.p, b.len);
	free(b.p);
	return result;
}

/* Changes to a directory and sets PWD and OLDPWD. Returns false with errno set.
 */
static bool change_dir(struct shell *sh, const char *path, bool physical)
{
	char *logical = physical ? NULL : sh_logical_path(sh, path);
	const char *old = sh_var_text(sh, sh->v_pwd);
	char *now = NULL;

	if (!*path) {
		errno = ENOENT;
		return false;
	}
	if (logical && (chdir(logical) == 0 || (errno == ENAMETOOLONG && chdir(path) == 0))) {
		now = logical;
	} else if (!physical && logical && errno != ENOENT) {
		return false;
	} else {
		char *cwd;

		if (!physical && !logical) {
			errno = ENOENT;
			return false;
		}
		if (chdir(path) < 0)
			return false;
		cwd = getcwd(NULL, 0);
		if (cwd)
			now = sh_stack_text(sh, cwd, strlen(cwd));
		free(cwd);
	}
	if (old) {
		old = sh_stack_text(sh, old, strlen(old));
		sh_var_set(sh, sh->v_oldpwd, old, strlen(old));
		sh->v_oldpwd->flags |= VAR_EXPORT;
	}
	if (now)
		sh_var_set(sh, sh->v_pwd, now, strlen(now));
	sh->v_pwd->flags |= VAR_EXPORT;
	sh->env_stale = true;
	return true;
}

/* Tries the directories of CDPATH. Returns the one that it went to, NULL if
 * none. */
static const char *try_cdpath(struct shell *sh, const char *dir, bool physical, bool *show)
{
	const char *path = sh_var_get(sh, "CDPATH");

	if (!path || *dir == '/' ||
	    (dir[0] == '.' && (!dir[1] || dir[1] == '/' || (dir[1] == '.' && (!dir[2] || dir[2] == '/')))))
		return NULL;
	for (;;) {
		size_t n = strcspn(path, ":");
		char *full = n == 0 || (n == 1 && *path == '.')
				     ? sh_stack_printf(sh, "./%s", dir)
				     : sh_stack_printf(sh, "%.*s%s%s", (int)n, path,
						       path[n - 1] == '/' ? "" : "/", dir);
		struct stat st;

		if (stat(full, &st) == 0 && S_ISDIR(st.st_mode) && change_dir(sh, full, physical)) {
			*show = n > 0;
			return full;
		}
		path += n;
		if (!*path++)
			return NULL;
	}
}

int builtin_cd(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	bool physical = sh->opt[O_PHYSICAL], show = false;
	const char *dir;
	int letter;

	while (l.index < argc && strcmp(argv[l.index], "-") != 0 &&
	       (letter = sh_next_letter(sh, &l, "LPe@"))) {
		if (letter == '?')
			return 2;
		if (letter == 'L' || letter == 'P')
			physical = letter == 'P';
	}
	if (argc - l.index > 1) {
		sh_warn(sh, "cd: too many arguments");
		return sh->opt[O_POSIX] ? 2 : 1;
	}
	dir = argv[l.index];
	if (!dir) {
		dir = sh_var_text(sh, sh->v_home);
		if (!dir) {
			sh_warn(sh, "cd: HOME not set");
			return 1;
		}
	} else if (strcmp(dir, "-") == 0) {
		dir = sh_var_text(sh, sh->v_oldpwd);
		if (!dir) {
			sh_warn(sh, "cd: OLDPWD not set");
			return 1;
		}
		show = true;
	}
	dir = sh_stack_text(sh, dir, strlen(dir));
	if (!try_cdpath(sh, dir, physical, &show) && !change_dir(sh, dir, physical)) {
		struct var *v = sh->shopt[S_CDABLE_VARS] ? sh_var_known(sh, dir) : NULL;

		if (!v || !sh_var_text(sh, v) || !change_dir(sh, sh_var_text(sh, v), physical)) {
			sh_warn_errno(sh, "cd: %s", dir);
			return sh->opt[O_POSIX] ? 2 : 1;
		}
		show = true;
	}
	if (show && sh_var_text(sh, sh->v_pwd))
		out_line(sh_var_text(sh, sh->v_pwd));
	return 0;
}

int builtin_pwd(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	bool physical = sh->opt[O_PHYSICAL];
	const char *pwd = sh_var_text(sh, sh->v_pwd);
	struct stat here, there;
	char *cwd;
	int letter;

	while ((letter = sh_next_letter(sh, &l, "LP"))) {
		if (letter == '?')
			return 2;
		physical = letter == 'P';
	}
	if (!physical && pwd && *pwd == '/' && stat(pwd, &there) == 0 && stat(".", &here) == 0 &&
	    here.st_ino == there.st_ino && here.st_dev == there.st_dev) {
		out_line(pwd);
		return 0;
	}
	cwd = getcwd(NULL, 0);
	if (!cwd) {
		sh_warn_errno(sh, "pwd: error retrieving current directory");
		return 1;
	}
	out_line(cwd);
	free(cwd);
	return 0;
}

/* A directory as `dirs` shows it. */
static void out_dir(struct shell *sh, const char *dir, bool full)
{
	const char *home = sh_var_text(sh, sh->v_home);
	size_t n = home ? strlen(home) : 0;

	if (!full && n > 1 && strncmp(dir, home, n) == 0 && (!dir[n] || dir[n] == '/')) {
		out_char('~');
		dir += n;
	}
	out_str(dir);
}

/* The i-th directory of the stack; 0 is the current one. */
static const char *dir_at(struct shell *sh, size_t i)
{
	const char *pwd = sh_var_text(sh, sh->v_pwd);

	return i == 0 ? (pwd ? pwd : "") : sh->dirs[sh->dirs_count - i];
}

static void show_dirs(struct shell *sh, bool full, bool lines, bool numbers)
{
	for (size_t i = 0; i <= sh->dirs_count; i++) {
		if (numbers)
			out_fmt("%2zu  ", i);
		out_dir(sh, dir_at(sh, i), full);
		if (i < sh->dirs_count)
			out_char(lines || numbers ? '\n' : ' ');
	}
	out_char('\n');
}

/* Reads +N or -N: a place in the stack; -1 after a message. */
static ptrdiff_t dir_operand(struct shell *sh, const char *name, const char *arg)
{
	intmax_t n;

	if (parse_int(arg + 1, NULL, &n) != NUM_OK || n < 0) {
		sh_warn(sh, "%s: %s: invalid number", name, arg);
		return -1;
	}
	if (n > (intmax_t)sh->dirs_count) {
		sh_warn(sh, "%s: %s: directory stack index out of range", name, arg);
		return -1;
	}
	return *arg == '+' ? (ptrdiff_t)n : (ptrdiff_t)sh->dirs_count - (ptrdiff_t)n;
}

int builtin_dirs(struct shell *sh, int argc, char **argv)
{
	bool full = false, lines = false, numbers = false;

	for (int i = 1; i < argc; i++) {
		if ((argv[i][0] == '+' || argv[i][0] == '-') && argv[i][1] >= '0' && argv[i][1] <= '9') {
			ptrdiff_t at = dir_operand(sh, "dirs", argv[i]);

			if (at < 0)
				return 1;
			out_dir(sh, dir_at(sh, (size_t)at), full);
			out_char('\n');
			return 0;
		}
		for (const char *c = argv[i] + 1; argv[i][0] == '-' && *c; c++) {
			if (*c == 'c') {
				while (sh->dirs_count)
					free(sh->dirs[--sh->dirs_count]);
				return 0;
			}
			full |= *c == 'l';
			lines |= *c == 'p';
			numbers |= *c == 'v';
			if (!strchr("lpv", *c)) {
				sh_warn(sh, "dirs: -%c: invalid option", *c);
				return 2;
			}
		}
	}
	show_dirs(sh, full, lines, numbers);
	return 0;
}

static bool go_to(struct shell *sh, const char *name, const char *dir)
{
	if (change_dir(sh, dir, sh->opt[O_PHYSICAL]))
		return true;
	sh_warn_errno(sh, "%s: %s", name, dir);
	return false;
}

/* Puts a directory on the stack, above the others that are not the current one.
 */
static void push_dir(struct shell *sh, const char *dir)
{
	sh->dirs = sh_xrealloc(sh->dirs, (sh->dirs_count + 1) * sizeof(*sh->dirs));
	sh->dirs[sh->dirs_count++] = sh_xstrdup(dir);
}

/* Turns the stack so that the i-th comes first, and goes there. */
static int rotate_dirs(struct shell *sh, size_t n)
{
	size_t count = sh->dirs_count + 1;
	char **all = sh_stack_alloc(sh, count * sizeof(*all));

	for (size_t i = 0; i < count; i++)
		all[i] = sh_stack_text(sh, dir_at(sh, i), strlen(dir_at(sh, i)));
	if (!go_to(sh, "pushd", all[n]))
		return 1;
	for (size_t i = 1; i < count; i++) {
		free(sh->dirs[sh->dirs_count - i]);
		sh->dirs[sh->dirs_count - i] = sh_xstrdup(all[(n + i) % count]);
	}
	return 0;
}

int builtin_pushd(struct shell *sh, int argc, char **argv)
{
	bool stay = argc > 1 && strcmp(argv[1], "-n") == 0;
	const char *arg = argv[1 + stay], *old;
	int status = 0;

	if (arg && strcmp(arg, "--") == 0)
		arg = argv[2 + stay];
	if (!arg || ((arg[0] == '+' || arg[0] == '-') && arg[1] >= '0' && arg[1] <= '9')) {
		ptrdiff_t at = arg ? dir_operand(sh, "pushd", arg) : 1;

		if (!sh->dirs_count) {
			sh_warn(sh, "pushd: no other directory");
			return 1;
		}
		if (at < 0)
			return 1;
		if (!stay)
			status = rotate_dirs(sh, (size_t)at);
	} else if (stay) {
		push_dir(sh, arg);
	} else {
		if (strcmp(arg, "-") == 0)
			arg = sh_var_text(sh, sh->v_oldpwd);
		old = dir_at(sh, 0);
		old = sh_stack_text(sh, old, strlen(old));
		if (!arg || !go_to(sh, "pushd", sh_stack_text(sh, arg, strlen(arg))))
			return 1;
		push_dir(sh, old);
	}
	if (status == 0)
		show_dirs(sh, false, false, false);
	return status;
}

int builtin_popd(struct shell *sh, int argc, char **argv)
{
	bool stay = argc > 1 && strcmp(argv[1], "-n") == 0;
	const char *arg = argv[1 + stay];
	ptrdiff_t at = 0;
	size_t place;

	if (arg && (arg[0] == '+' || arg[0] == '-') && arg[1] >= '0' && arg[1] <= '9') {
		at = dir_operand(sh, "popd", arg);
		if (at < 0)
			return 1;
	} else if (arg) {
		sh_warn(sh, "popd: %s: invalid argument", arg);
		return 2;
	}
	if (!sh->dirs_count) {
		sh_warn(sh, "popd: directory stack empty");
		return 1;
	}
	if (at == 0 && !stay && !go_to(sh, "popd", sh_stack_text(sh, dir_at(sh, 1), strlen(dir_at(sh, 1)))))
		return 1;
	place = sh->dirs_count - (at == 0 ? 1 : (size_t)at);
	free(sh->dirs[place]);
	sh->dirs_count--;
	memmove(sh->dirs + place, sh->dirs + place + 1, (sh->dirs_count - place) * sizeof(*sh->dirs));
	show_dirs(sh, false, false, false);
	return 0;
}

/* ---- commands by name ---- */

enum { DESCRIBE_PATH, DESCRIBE_SENTENCE, DESCRIBE_KIND };

/* What type and command -v say about a name. */
struct describing {
	bool all, no_functions, only_path, force_path, default_path;
	int how;
};

static void out_path_description(const struct describing *d, const char *name, const char *path, bool hashed)
{
	if (d->how == DESCRIBE_KIND)
		out_line("file");
	else if (d->how == DESCRIBE_PATH)
		out_line(path);
	else if (hashed)
		out_fmt("%s is hashed (%s)\n", name, path);
	else
		out_fmt("%s is %s\n", name, path);
}

/* Describes the files of that name on PATH. Returns whether there are any. */
static bool describe_files(struct shell *sh, const struct describing *d, const char *name)
{
	const char *path = d->default_path ? "/bin:/usr/bin:/sbin:/usr/sbin" : sh_var_text(sh, sh->v_path);
	struct command *c;
	bool found = false;
	struct stat st;

	if (strchr(name, '/')) {
		if (stat(name, &st) < 0 || S_ISDIR(st.st_mode) || access(name, X_OK) < 0)
			return false;
		out_path_description(d, name, name, false);
		return true;
	}
	c = sh_command_named(sh, name, strlen(name));
	if (c->hashed && c->path && !d->all && !d->default_path) {
		out_path_description(d, name, c->path, true);
		return true;
	}
	while (path) {
		size_t n = strcspn(path, ":");
		char *one = sh_stack_text(sh, path, n), *file = sh_find_in_path(sh, name, one, true);

		if (file && access(file, X_OK) == 0) {
			bool hashed = c->path && c->path_made == sh->path_made && c->hits > 0 &&
				      strcmp(c->path, file) == 0;

			out_path_description(d, name, file, hashed && !d->all);
			found = true;
			if (!d->all)
				return true;
		}
		path = path[n] ? path + n + 1 : NULL;
	}
	if (!found && find_applet(name)) {
		/* with nothing on PATH the applets are still there */
		out_path_description(d, name, name, false);
		return true;
	}
	return found;
}

static bool describe_alias(struct shell *sh, const struct describing *d, const struct command *c)
{
	struct sbuf b = { 0 };

	if (!c->alias || (!sh->shopt[S_EXPAND_ALIASES] && !sh->opt[O_POSIX]))
		return false;
	if (d->how == DESCRIBE_KIND) {
		out_line("alias");
	} else if (d->how == DESCRIBE_PATH) {
		sh_sbuf_fmt(&b, "alias %s=", c->name);
		sh_quote_single(&b, c->alias);
		out_fmt("%s\n", sh_sbuf_text(&b));
	} else {
		out_fmt("%s is aliased to `%s'\n", c->name, c->alias);
	}
	free(b.p);
	return true;
}

static bool describe(struct shell *sh, const struct describing *d, const char *name)
{
	struct command *c = sh_command_named(sh, name, strlen(name));
	static const char *const kinds[] = { "keyword", "function", "builtin" };
	bool found = false;

	if (!d->force_path && !d->only_path) {
		bool special_first = sh->opt[O_POSIX] && c->builtin && c->builtin->flags & BUILTIN_SPECIAL;

		found = describe_alias(sh, d, c);
		if (found && !d->all)
			return true;
		for (int i = 0; i < 3; i++) {
			int kind = special_first && i ? 3 - i : i;
			bool is = kind == 0   ? c->keyword
				  : kind == 1 ? c->function && !d->no_functions
					      : c->builtin && !c->disabled;

			if (!is)
				continue;
			found = true;
			if (d->how == DESCRIBE_KIND)
				out_line(kinds[kind]);
			else if (d->how == DESCRIBE_PATH)
				out_line(name);
			else if (kind == 0)
				out_fmt("%s is a shell keyword\n", name);
			else if (kind == 2)
				out_fmt("%s is a %sshell builtin\n", name,
					sh->opt[O_POSIX] && c->builtin->flags & BUILTIN_SPECIAL ? "special "
												: "");
			else {
				struct sbuf b = { 0 };

				out_fmt("%s is a function\n", name);
				sh_show_function(sh, &b, name, c->function);
				out_mem(b.p, b.len);
				free(b.p);
			}
			if (!d->all)
				return true;
		}
	} else if (d->only_path && !d->force_path &&
		   (c->keyword || c->alias || c->function || (c->builtin && !c->disabled))) {
		/* type -p says nothing about what is no file */
		return true;
	}
	return describe_files(sh, d, name) || found;
}

int builtin_type(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	struct describing d = { .how = DESCRIBE_SENTENCE };
	int letter, status = 0;

	while ((letter = sh_next_letter(sh, &l, "afptP"))) {
		if (letter == '?')
			return 2;
		d.all |= letter == 'a';
		d.no_functions |= letter == 'f';
		d.only_path |= letter == 'p';
		d.force_path |= letter == 'P';
		if (letter == 'p' || letter == 'P')
			d.how = DESCRIBE_PATH;
		if (letter == 't')
			d.how = DESCRIBE_KIND;
	}
	for (int i = l.index; i < argc; i++)
		if (!describe(sh, &d, argv[i])) {
			if (d.how == DESCRIBE_SENTENCE)
				sh_warn(sh, "type: %s: not found", argv[i]);
			status = 1;
		}
	return status;
}

int builtin_command(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	struct describing d = { .how = -1 };
	int letter, status = 0;

	while ((letter = sh_next_letter(sh, &l, "pvV"))) {
		if (letter == '?')
			return 2;
		if (letter == 'p')
			d.default_path = true;
		else
			d.how = letter == 'v' ? DESCRIBE_PATH : DESCRIBE_SENTENCE;
	}
	if (l.index >= argc)
		return 0;
	if (d.how < 0) {
		if (sh->declare_assigns)
			sh->declare_assigns += l.index;
		status = sh_run_words(sh, argv + l.index, argc - l.index,
				      HOW_NO_FUNCTION | (d.default_path ? (unsigned)HOW_DEFAULT_PATH : 0u) |
					      HOW_COMMAND);
		sh->redirects_stay = argc == l.index + 1 && strcmp(argv[l.index], "exec") == 0;
		return status;
	}
	for (int i = l.index; i < argc; i++)
		if (!describe(sh, &d, argv[i])) {
			if (d.how == DESCRIBE_SENTENCE)
				sh_warn(sh, "command: %s: not found", argv[i]);
			status = sh->opt[O_POSIX] ? 127 : 1;
		}
	return status;
}

int builtin_builtin(struct shell *sh, int argc, char **argv)
{
	int i = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;

	if (i >= argc)
		return 0;
	if (sh->declare_assigns)
		sh->declare_assigns += i;
	return sh_run_words(sh, argv + i, argc - i, HOW_NO_FUNCTION | HOW_ONLY_BUILTIN);
}

static bool is_hashed(const struct command *c)
{
	return c->path && (c->hits || c->hashed);
}

int builtin_hash(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	bool reset = false, forget = false, tell = false, list = false;
	const char *path = NULL;
	int letter, status = 0;

	while ((letter = sh_next_letter(sh, &l, "rdtlp:"))) {
		if (letter == '?')
			return 2;
		reset |= letter == 'r';
		forget |= letter == 'd';
		tell |= letter == 't';
		list |= letter == 'l';
		if (letter == 'p')
			path = l.arg;
	}
	if (reset) {
		sh->path_made++;
		for (struct command **c = sh_commands_sorted(sh, is_hashed); *c; c++) {
			(*c)->hashed = false;
			(*c)->hits = 0;
		}
	}
	if (l.index >= argc && !reset) {
		struct command **c = sh_commands_sorted(sh, is_hashed);
		bool any = false;

		for (; *c; c++) {
			if ((*c)->path_made != sh->path_made && !(*c)->hashed)
				continue;
			if (list)
				out_fmt("builtin hash -p %s %s\n", (*c)->path, (*c)->name);
			else if (sh->opt[O_POSIX])
				out_line((*c)->path);
			else
				out_fmt("%s%4u\t%s\n", any ? "" : "hits\tcommand\n", (*c)->hits, (*c)->path);
			any = true;
		}
		if (!any && !sh->opt[O_POSIX])
			out_line("hash: hash table empty");
		return 0;
	}
	for (int i = l.index; i < argc; i++) {
		struct command *c = sh_command_named(sh, argv[i], strlen(argv[i]));

		if (strchr(argv[i], '/') || (c->builtin && !path))
			continue;
		if (path) {
			free(c->path);
			c->path = sh_xstrdup(path);
			c->hashed = true;
			c->applet = NULL;
			c->path_made = sh->path_made;
		} else if (forget || tell) {
			if (!is_hashed(c)) {
				sh_warn(sh, "hash: %s: not found", argv[i]);
				status = 1;
			} else if (tell) {
				out_line(c->path);
			} else {
				c->hits = 0;
				c->hashed = false;
				c->path_made = 0;
			}
		} else {
			c->hashed = false;
			c->path_made = 0;
			sh_command_locate(sh, c);
			if (!c->path) {
				if (!c->applet) {
					sh_warn(sh, "hash: %s: not found", argv[i]);
					status = 1;
				}
			} else {
				c->hits = 1;
				c->hits = 0;
				c->hashed = true;
			}
		}
	}
	return status;
}

int builtin_enable(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	bool off = false, all = false, special = false;
	int letter, status = 0;

	while ((letter = sh_next_letter(sh, &l, "anps"))) {
		if (letter == '?')
			return 2;
		off |= letter == 'n';
		all |= letter == 'a';
		special |= letter == 's';
	}
	if (l.index >= argc)
		for (size_t i = 0; i < sh_builtins_count; i++) {
			struct command *c = sh_command_named(sh, sh_builtins[i].name,
							     strlen(sh_builtins[i].name));

			if (special && !(sh_builtins[i].flags & BUILTIN_SPECIAL))
				continue;
			if (all || c->disabled == off)
				out_fmt("enable %s%s\n", c->disabled ? "-n " : "", c->name);
		}
	for (int i = l.index; i < argc; i++) {
		struct command *c = sh_command_named(sh, argv[i], strlen(argv[i]));

		if (!c->builtin) {
			sh_warn(sh, "enable: %s: not a shell builtin", argv[i]);
			status = 1;
		}
		c->disabled = off;
	}
	return status;
}

int builtin_help(struct shell *sh, int argc, char **argv)
{
	bool any = argc < 2;

	for (size_t i = 0; i < sh_builtins_count; i++) {
		bool wanted = argc < 2;

		for (int k = 1; k < argc; k++)
			wanted |= sh_pattern_match(sh, argv[k], sh_builtins[i].name, false);
		if (!wanted)
			continue;
		out_fmt(argc < 2 ? "%s %s\n" : "%s: %s %s\n", sh_builtins[i].name,
			argc < 2 ? sh_builtins[i].help : sh_builtins[i].name, sh_builtins[i].help);
		any = true;
	}
	if (any)
		return 0;
	sh_warn(sh, "help: no help topics match `%s'", argv[1]);
	return 1;
}

/* ---- umask, ulimit ---- */

/* The mask in symbols: what it lets through. */
static void out_symbolic(mode_t mask)
{
	static const char who[] = "ugo";

	for (int i = 0; i < 3; i++) {
		mode_t allowed = ~(mask >> (6 - 3 * i)) & 7;

		out_fmt("%s%c=%s%s%s", i ? "," : "", who[i], allowed & 4 ? "r" : "", allowed & 2 ? "w" : "",
			allowed & 1 ? "x" : "");
	}
	out_char('\n');
}

int builtin_umask(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	bool symbolic = false, print = false;
	struct mode_change change;
	mode_t mask;
	int letter;

	while (l.index < argc && argv[l.index][0] == '-' && strchr("pS-", argv[l.index][1]) &&
	       (letter = sh_next_letter(sh, &l, "pS"))) {
		if (letter == '?')
			return 2;
		symbolic |= letter == 'S';
		print |= letter == 'p';
	}
	mask = umask(0);
	umask(mask);
	if (l.index >= argc) {
		if (print)
			out_str(symbolic ? "umask -S " : "umask ");
		if (symbolic)
			out_symbolic(mask);
		else
			out_fmt("%04o\n", (unsigned)mask);
		return 0;
	}
	if (!mode_compile(argv[l.index], &change)) {
		sh_warn(sh,
			argv[l.index][0] >= '0' && argv[l.index][0] <= '9'
				? "umask: %s: octal number out of range"
				: "umask: `%s': invalid symbolic mode operator",
			argv[l.index]);
		return 1;
	}
	if (!change.spec)
		mask = change.value & 0777;
	else
		mask = ~mode_apply(&change, ~mask & 0777, false, 0, NULL) & 0777;
	umask(mask);
	if (symbolic)
		out_symbolic(mask);
	return 0;
}

static const struct {
	char letter;
	int resource;
	unsigned unit;
	const char *text, *unit_text;
} limits[] = {
	{ 'R', RLIMIT_RTTIME, 1, "real-time non-blocking time", "microseconds, " },
	{ 'c', RLIMIT_CORE, 512, "core file size", "blocks, " },
	{ 'd', RLIMIT_DATA, 1024, "data seg size", "kbytes, " },
	{ 'e', RLIMIT_NICE, 1, "scheduling priority", "" },
	{ 'f', RLIMIT_FSIZE, 512, "file size", "blocks, " },
	{ 'i', RLIMIT_SIGPENDING, 1, "pending signals", "" },
	{ 'l', RLIMIT_MEMLOCK, 1024, "max locked memory", "kbytes, " },
	{ 'm', RLIMIT_RSS, 1024, "max memory size", "kbytes, " },
	{ 'n', RLIMIT_NOFILE, 1, "open files", "" },
	{ 'q', RLIMIT_MSGQUEUE, 1, "POSIX message queues", "bytes, " },
	{ 'r', RLIMIT_RTPRIO, 1, "real-time priority", "" },
	{ 's', RLIMIT_STACK, 1024, "stack size", "kbytes, " },
	{ 't', RLIMIT_CPU, 1, "cpu time", "seconds, " },
	{ 'u', RLIMIT_NPROC, 1, "max user processes", "" },
	{ 'v', RLIMIT_AS, 1024, "virtual memory", "kbytes, " },
	{ 'x', RLIMIT_LOCKS, 1, "file locks", "" },
};
enum { LIMITS = sizeof(limits) / sizeof(limits[0]) };

/* Blocks are 1024 bytes where POSIX does not want 512. */
static unsigned unit_of(const struct shell *sh, size_t i)
{
	return limits[i].unit == 512 && !sh->opt[O_POSIX] ? 1024 : limits[i].unit;
}

static void out_limit(const struct shell *sh, size_t i, bool hard, bool named)
{
	struct rlimit limit;
	rlim_t value;

	if (getrlimit(limits[i].resource, &limit) < 0)
		return;
	value = hard ? limit.rlim_max : limit.rlim_cur;
	if (named) {
		char unit[48];

		snprintf(unit, sizeof(unit), "(%s-%c)", limits[i].unit_text, limits[i].letter);
		out_fmt("%-27s %20s ", limits[i].text, unit);
	}
	if (value == RLIM_INFINITY)
		out_line("unlimited");
	else
		out_fmt("%ju\n", (uintmax_t)value / unit_of(sh, i));
}

static int set_limit(struct shell *sh, size_t i, const char *arg, bool hard, bool soft)
{
	struct rlimit limit;
	rlim_t value;
	uintmax_t n;

	if (getrlimit(limits[i].resource, &limit) < 0) {
		sh_warn_errno(sh, "ulimit");
		return 1;
	}
	if (strcmp(arg, "unlimited") == 0) {
		value = RLIM_INFINITY;
	} else if (strcmp(arg, "hard") == 0) {
		value = limit.rlim_max;
	} else if (strcmp(arg, "soft") == 0) {
		value = limit.rlim_cur;
	} else {
		if (*arg < '0' || *arg > '9' || parse_uint(arg, NULL, &n) != NUM_OK) {
			sh_warn(sh, "ulimit: %s: invalid number", arg);
			return 1;
		}
		value = n * unit_of(sh, i);
	}
	if (soft || !hard)
		limit.rlim_cur = value;
	if (hard || !soft)
		limit.rlim_max = value;
	if (setrlimit(limits[i].resource, &limit) < 0) {
		sh_warn_errno(sh, "ulimit: %s: cannot modify limit", limits[i].text);
		return 1;
	}
	return 0;
}

int builtin_ulimit(struct shell *sh, int argc, char **argv)
{
	bool hard = false, soft = false, all = false;
	char wanted[LIMITS + 1];
	size_t count = 0;
	int status = 0, i = 1;

	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		for (const char *c = argv[i] + 1; *c; c++) {
			bool known = *c == 'H' || *c == 'S' || *c == 'a';

			hard |= *c == 'H';
			soft |= *c == 'S';
			all |= *c == 'a';
			for (size_t k = 0; k < LIMITS && !known; k++)
				if (limits[k].letter == *c && count < LIMITS) {
					wanted[count++] = (char)k;
					known = true;
				}
			if (!known) {
				sh_warn(sh, "ulimit: -%c: invalid option", *c);
				return 2;
			}
		}
	}
	if (all) {
		for (size_t k = 0; k < LIMITS; k++)
			out_limit(sh, k, hard && !soft, true);
		return 0;
	}
	if (count == 0)
		for (size_t k = 0; k < LIMITS; k++)
			if (limits[k].letter == 'f')
				wanted[count++] = (char)k;
	for (size_t k = 0; k < count; k++)
		if (i < argc)
			status |= set_limit(sh, (size_t)wanted[k], argv[i], hard, soft);
		else
			out_limit(sh, (size_t)wanted[k], hard && !soft, count > 1);
	return status;
}
