/* history.c - the lines that were typed: the list, its file, fc, history, and what ! stands for
 *
 * POSIX.1-2024 fc; the Bash manual, "Bash History Facilities".
 */
#include "sh.h"

struct history {
	char **lines;
	size_t count, cap;
	size_t dropped; /* entries that went before the first */
	size_t saved;   /* so many of all have been written to the file */
};

static struct history *list_of(struct shell *sh)
{
	if (!sh->history) {
		sh->history = sh_xmalloc(sizeof(*sh->history));
		*sh->history = (struct history){ 0 };
	}
	return sh->history;
}

size_t sh_history_count(const struct shell *sh)
{
	return sh->history ? sh->history->count : 0;
}

size_t sh_history_number(const struct shell *sh)
{
	return sh->history ? sh->history->dropped + sh->history->count + 1 : 1;
}

const char *sh_history_get(const struct shell *sh, size_t at)
{
	return sh->history->lines[at];
}

static void drop_entry(struct history *h, size_t at)
{
	free(h->lines[at]);
	h->count--;
	memmove(h->lines + at, h->lines + at + 1, (h->count - at) * sizeof(*h->lines));
}

static size_t size_limit(struct shell *sh, const char *name, size_t otherwise)
{
	const char *s = sh_var_get(sh, name);
	intmax_t n;

	if (!s || parse_int(s, NULL, &n) != NUM_OK)
		return otherwise;
	return n < 0 ? SIZE_MAX : (size_t)n;
}

static void append(struct shell *sh, const char *line, size_t len)
{
	struct history *h = list_of(sh);
	size_t most = size_limit(sh, "HISTSIZE", 500);

	if (h->count == h->cap) {
		h->cap = h->cap ? 2 * h->cap : 64;
		h->lines = sh_xrealloc(h->lines, h->cap * sizeof(*h->lines));
	}
	h->lines[h->count++] = sh_xmemdup(line, len);
	while (h->count > most) {
		drop_entry(h, 0);
		h->dropped++;
	}
}

/* Whether HISTCONTROL or HISTIGNORE leave a line out. */
static bool is_ignored(struct shell *sh, const char *line)
{
	const char *control = sh_var_get(sh, "HISTCONTROL"), *ignore = sh_var_get(sh, "HISTIGNORE");
	struct history *h = list_of(sh);

	if (control) {
		bool both = strstr(control, "ignoreboth");

		if ((both || strstr(control, "ignorespace")) && *line == ' ')
			return true;
		if ((both || strstr(control, "ignoredups")) && h->count &&
		    strcmp(h->lines[h->count - 1], line) == 0)
			return true;
		if (strstr(control, "erasedups"))
			for (size_t i = h->count; i-- > 0;)
				if (strcmp(h->lines[i], line) == 0)
					drop_entry(h, i);
	}
	while (ignore && *ignore) {
		size_t n = strcspn(ignore, ":");

		if (n && sh_pattern_match(sh, sh_stack_text(sh, ignore, n), line, false))
			return true;
		ignore += n + (ignore[n] == ':');
	}
	return false;
}

void sh_history_add(struct shell *sh, const char *line)
{
	size_t len = strlen(line);
	char *copy;

	while (len && line[len - 1] == '\n')
		len--;
	if (!len || !sh->opt[O_HISTORY])
		return;
	copy = sh_stack_text(sh, line, len);
	if (!is_ignored(sh, copy))
		append(sh, copy, len);
}

/* ---- the file ---- */

static const char *history_file(struct shell *sh)
{
	const char *file = sh_var_get(sh, "HISTFILE");

	return file && *file ? file : NULL;
}

static void read_history(struct shell *sh, const char *name)
{
	struct history *h = list_of(sh);
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	struct sbuf b = { 0 };

	if (fd < 0)
		return;
	sh_sbuf_read(&b, fd);
	for (char *p = sh_sbuf_text(&b); *p;) {
		size_t len = strcspn(p, "\n");

		if (len && !(*p == '#' && strspn(p + 1, "0123456789") == len - 1))
			append(sh, p, len);
		p += len + (p[len] == '\n');
	}
	free(b.p);
	h->saved = h->dropped + h->count;
}

/* Writes the entries from `from` on, counted from the first ever. */
static int write_history(struct shell *sh, const char *name, size_t from, bool append_to)
{
	struct history *h = list_of(sh);
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | (append_to ? O_APPEND : O_TRUNC), 0600);
	struct sbuf b = { 0 };
	int status;

	if (fd < 0) {
		sh_warn_errno(sh, "history: %s", name);
		return 1;
	}
	for (size_t i = from > h->dropped ? from - h->dropped : 0; i < h->count; i++)
		sh_sbuf_fmt(&b, "%s\n", h->lines[i]);
	status = b.len && write_all(fd, b.p, b.len) < 0;
	status |= close(fd) < 0;
	free(b.p);
	h->saved = h->dropped + h->count;
	return status;
}

/* Cuts the file to HISTFILESIZE lines. */
static void trim_file(struct shell *sh, const char *name)
{
	size_t most = size_limit(sh, "HISTFILESIZE", size_limit(sh, "HISTSIZE", 500)), lines = 0, at;
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	struct sbuf b = { 0 };

	if (fd < 0)
		return;
	sh_sbuf_read(&b, fd);
	for (at = b.len; at > 0; at--)
		if (b.p[at - 1] == '\n' && lines++ == most)
			break;
	if (at > 0 && (fd = open(name, O_WRONLY | O_TRUNC | O_CLOEXEC)) >= 0) {
		write_all(fd, b.p + at, b.len - at);
		close(fd);
	}
	free(b.p);
}

void sh_history_start(struct shell *sh)
{
	const char *home = sh_var_text(sh, sh->v_home);

	sh->opt[O_HISTORY] = true;
	sh->opt[O_HISTEXPAND] = !sh->opt[O_POSIX];
	if (!sh_var_get(sh, "HISTFILE") && home)
		sh_var_put(sh, "HISTFILE",
			   sh_stack_printf(sh, "%s/.%s_history", home, sh->opt[O_POSIX] ? "sh" : "bash"), 0);
	if (!sh_var_get(sh, "HISTSIZE"))
		sh_var_put(sh, "HISTSIZE", "500", 0);
	if (history_file(sh))
		read_history(sh, history_file(sh));
}

void sh_history_save(struct shell *sh)
{
	const char *file = history_file(sh);
	struct history *h = list_of(sh);

	if (!file || !sh->opt[O_HISTORY] || sh->subshell || h->saved >= h->dropped + h->count)
		return;
	write_history(sh, file, h->saved, true);
	trim_file(sh, file);
}

/* ---- history ---- */

int builtin_history(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	struct history *h = list_of(sh);
	const char *file = history_file(sh);
	int letter;
	intmax_t n;

	while ((letter = sh_next_letter(sh, &l, "cd:anrwps"))) {
		const char *name = l.index < argc ? argv[l.index] : file;

		switch (letter) {
		case '?':
			return 2;
		case 'c':
			while (h->count)
				drop_entry(h, h->count - 1);
			return 0;
		case 'd':
			if (parse_int(l.arg, NULL, &n) != NUM_OK || n == 0) {
				sh_warn(sh, "history: %s: history position out of range", l.arg);
				return 1;
			}
			n = n < 0 ? (intmax_t)h->count + n : n - 1 - (intmax_t)h->dropped;
			if (n < 0 || (size_t)n >= h->count) {
				sh_warn(sh, "history: %s: history position out of range", l.arg);
				return 1;
			}
			drop_entry(h, (size_t)n);
			return 0;
		case 's':
		case 'p': {
			struct sbuf b = { 0 };

			for (int i = l.index; i < argc; i++)
				sh_sbuf_fmt(&b, "%s%s", i > l.index ? " " : "", argv[i]);
			if (letter == 's')
				append(sh, sh_sbuf_text(&b), b.len);
			else
				out_fmt("%s\n", sh_sbuf_text(&b));
			free(b.p);
			return 0;
		}
		default:
			if (!name)
				return 1;
			if (letter == 'a')
				return write_history(sh, name, h->saved, true);
			if (letter == 'w')
				return write_history(sh, name, 0, false);
			read_history(sh, name);
			return 0;
		}
	}
	n = (intmax_t)h->count;
	if (l.index < argc && (parse_int(argv[l.index], NULL, &n) != NUM_OK || n < 0)) {
		sh_warn(sh, "history: %s: numeric argument required", argv[l.index]);
		return 1;
	}
	for (size_t i = (size_t)n < h->count ? h->count - (size_t)n : 0; i < h->count; i++)
		out_fmt("%5zu  %s\n", h->dropped + i + 1, h->lines[i]);
	return 0;
}

/* ---- fc ---- */

/* The entry that an operand of fc means: a number, one from the end, or how it begins. SIZE_MAX if there is none. */
static size_t find_entry(const struct history *h, const char *s, size_t otherwise, size_t count)
{
	intmax_t n;

	if (!s)
		return otherwise;
	if (parse_int(s, NULL, &n) == NUM_OK) {
		if (n < 0)
			n += (intmax_t)count;
		else if (n == 0)
			n = (intmax_t)count - 1;
		else
			n -= 1 + (intmax_t)h->dropped;
		return n < 0 ? 0 : (size_t)n >= count ? count - 1 : (size_t)n;
	}
	for (size_t i = count; i-- > 0;)
		if (strncmp(h->lines[i], s, strlen(s)) == 0)
			return i;
	return SIZE_MAX;
}

/* fc -s: runs an entry again, with old=new replaced. */
static int fc_again(struct shell *sh, struct history *h, int argc, char **argv, int i, size_t count)
{
	struct sbuf b = { 0 };
	const char *old = NULL, *new = NULL, *line, *at;
	size_t entry;
	char *text;

	for (; i < argc && strchr(argv[i], '='); i++) {
		new = strchr(argv[i], '=') + 1;
		old = sh_stack_text(sh, argv[i], (size_t)(new - 1 - argv[i]));
	}
	entry = find_entry(h, argv[i], count - 1, count);
	if (entry == SIZE_MAX || count == 0) {
		sh_warn(sh, "fc: no command found");
		return 1;
	}
	line = h->lines[entry];
	at = old ? strstr(line, old) : NULL;
	if (at)
		sh_sbuf_fmt(&b, "%.*s%s%s", (int)(at - line), line, new, at + strlen(old));
	else
		sh_sbuf_str(&b, line);
	text = sh_stack_text(sh, sh_sbuf_text(&b), b.len);
	free(b.p);
	if (h->count > count)
		drop_entry(h, h->count - 1);
	append(sh, text, strlen(text));
	write_all(STDERR_FILENO, text, strlen(text));
	write_all(STDERR_FILENO, "\n", 1);
	return sh_run_text(sh, text, NULL, 1);
}

char *sh_temporary_file(struct shell *sh, const char *text, size_t len)
{
	const char *dir = sh_var_get(sh, "TMPDIR");
	char *name = sh_stack_printf(sh, "%s/sh.XXXXXX", dir && *dir ? dir : "/tmp");
	int fd = mkstemp(name), failed, code;

	if (fd < 0)
		return NULL;
	failed = write_all(fd, text, len) < 0;
	code = errno;
	failed |= close(fd) < 0;
	if (failed)
		unlink(name);
	errno = code;
	return failed ? NULL : name;
}

int builtin_fc(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	struct history *h = list_of(sh);
	bool list = false, bare = false, reverse = false, again = false;
	const char *editor = NULL;
	size_t count = h->count, first, last;
	struct sbuf b = { 0 };
	int letter, status;
	char *name;

	while (l.index < argc &&
	       !(argv[l.index][0] == '-' && argv[l.index][1] >= '0' && argv[l.index][1] <= '9') &&
	       (letter = sh_next_letter(sh, &l, "e:lnrs"))) {
		if (letter == '?')
			return 2;
		list |= letter == 'l';
		bare |= letter == 'n';
		reverse |= letter == 'r';
		again |= letter == 's';
		if (letter == 'e')
			editor = l.arg;
	}
	/* the fc itself is in the list already */
	if (count && sh->interactive && !list)
		count--;
	if (again || (editor && strcmp(editor, "-") == 0))
		return fc_again(sh, h, argc, argv, l.index, count);
	if (!count) {
		sh_warn(sh, "fc: history specification out of range");
		return 1;
	}
	first = find_entry(h, l.index < argc ? argv[l.index] : NULL,
			   list ? (count > 16 ? count - 16 : 0) : count - 1, count);
	last = find_entry(h, l.index + 1 < argc ? argv[l.index + 1] : NULL, list ? count - 1 : first, count);
	if (first == SIZE_MAX || last == SIZE_MAX) {
		sh_warn(sh, "fc: no command found");
		return 1;
	}
	if (first > last) {
		size_t swap = first;

		first = last;
		last = swap;
		reverse = !reverse;
	}
	for (size_t k = 0; k <= last - first; k++) {
		size_t i = reverse ? last - k : first + k;

		if (list)
			out_fmt(bare ? "%.0zu\t %s\n" : "%zu\t %s\n", bare ? (size_t)0 : h->dropped + i + 1,
				h->lines[i]);
		else
			sh_sbuf_fmt(&b, "%s\n", h->lines[i]);
	}
	if (list)
		return 0;
	name = sh_temporary_file(sh, b.p, b.len);
	if (!name) {
		free(b.p);
		sh_warn_errno(sh, "fc: temporary file");
		return 1;
	}
	b.len = 0;
	editor = editor ? editor : sh_var_get(sh, "FCEDIT");
	editor = editor ? editor : sh_var_get(sh, "EDITOR");
	sh_sbuf_fmt(&b, "%s %s", editor ? editor : sh->opt[O_POSIX] ? "ed" : "vi", name);
	status = sh_run_text(sh, sh_stack_text(sh, sh_sbuf_text(&b), b.len), NULL, 1);
	free(b.p);
	if (status == 0)
		status = sh_run_file(sh, name, 0, NULL);
	unlink(name);
	return status;
}

/* ---- ! ---- */

/* The words of a line, roughly as the shell would take them. */
static void split_words(struct shell *sh, const char *line, struct fields *f)
{
	while (*line) {
		const char *start;
		char quote = 0;

		line += strspn(line, " \t\n");
		start = line;
		for (; *line && (quote || !strchr(" \t\n", *line)); line++) {
			if (*line == '\\' && line[1] && quote != '\'')
				line++;
			else if (quote ? *line == quote : *line == '\'' || *line == '"')
				quote = quote ? 0 : *line;
		}
		if (line > start)
			sh_fields_add(sh, f, sh_stack_text(sh, start, (size_t)(line - start)));
	}
}

/* Appends the words of an event that :n, ^, $, * ask for; the whole event if none. */
static const char *put_designated(struct shell *sh, struct sbuf *b, const char *event, const char *p)
{
	struct fields f = { 0 };
	size_t from, to;

	if (*p == ':' && p[1] && strchr("0123456789^$*-", p[1]))
		p++;
	else if (!*p || !strchr("^$*", *p)) {
		sh_sbuf_str(b, event);
		return p;
	}
	split_words(sh, event, &f);
	if (!f.count)
		return p + 1;
	from = to = 0;
	if (*p == '^') {
		from = to = 1;
		p++;
	} else if (*p == '$') {
		from = to = f.count - 1;
		p++;
	} else if (*p == '*') {
		from = 1;
		to = f.count - 1;
		p++;
	} else {
		if (*p >= '0' && *p <= '9')
			from = to = strtoul(p, (char **)(uintptr_t)&p, 10);
		if (*p == '-') {
			p++;
			to = *p >= '0' && *p <= '9' ? strtoul(p, (char **)(uintptr_t)&p, 10)
						    : f.count - 1 - (*p != '$');
			p += *p == '$';
		} else if (*p == '*') {
			to = f.count - 1;
			p++;
		}
	}
	for (size_t i = from; i <= to && i < f.count; i++)
		sh_sbuf_fmt(b, "%s%s", i > from ? " " : "", f.v[i]);
	return p;
}

/* The event that `!...` names, or NULL; *end gets what is behind it. */
static const char *find_event(struct shell *sh, const char *p, const char **end)
{
	struct history *h = list_of(sh);
	size_t n;
	char *text;

	if (*p == '!') {
		*end = p + 1;
		return h->count ? h->lines[h->count - 1] : NULL;
	}
	if (strchr("$^*:", *p)) {
		*end = p;
		return h->count ? h->lines[h->count - 1] : NULL;
	}
	if ((*p >= '0' && *p <= '9') || (*p == '-' && p[1] >= '0' && p[1] <= '9')) {
		long number = strtol(p, (char **)(uintptr_t)end, 10);

		number = number < 0 ? (long)h->count + number : number - 1 - (long)h->dropped;
		return number >= 0 && (size_t)number < h->count ? h->lines[number] : NULL;
	}
	if (*p == '?') {
		n = strcspn(p + 1, "?\n");
		text = sh_stack_text(sh, p + 1, n);
		*end = p + 1 + n + (p[1 + n] == '?');
		for (size_t i = h->count; i-- > 0;)
			if (strstr(h->lines[i], text))
				return h->lines[i];
		return NULL;
	}
	n = strcspn(p, " \t\n:;&|()<>$^*\"'");
	*end = p + n;
	for (size_t i = h->count; i-- > 0;)
		if (strncmp(h->lines[i], p, n) == 0)
			return h->lines[i];
	return NULL;
}

char *sh_history_expand(struct shell *sh, const char *line)
{
	struct sbuf b = { 0 };
	bool changed = false, single = false, in_double = false;
	struct history *h = list_of(sh);

	if (*line == '^' && h->count) {
		/* ^old^new^ */
		size_t n = strcspn(line + 1, "^");
		const char *new = line + 1 + n + (line[1 + n] == '^'), *event = h->lines[h->count - 1];
		char *old = sh_stack_text(sh, line + 1, n);
		const char *at = strstr(event, old);
		size_t new_len = strcspn(new, "^");

		if (!at || !n) {
			sh_warn(sh, "%s: substitution failed", line);
			return sh_xstrdup("");
		}
		sh_sbuf_fmt(&b, "%.*s%.*s%s", (int)(at - event), event, (int)new_len, new, at + n);
		return sh_sbuf_text(&b);
	}
	for (const char *p = line; *p;) {
		if (*p == '\\' && p[1] && !single) {
			sh_sbuf_mem(&b, p, 2);
			p += 2;
			continue;
		}
		if (*p == '\'' && !in_double)
			single = !single;
		if (*p == '"' && !single)
			in_double = !in_double;
		if (*p == '!' && !single && p[1] && !strchr(" \t\n=(", p[1]) && !(in_double && p[1] == '"') &&
		    !(p > line && p[-1] == '$') && !(p > line && p[-1] == '[')) {
			const char *end, *event = find_event(sh, p + 1, &end);

			if (!event) {
				sh_warn(sh, "%.*s: event not found", (int)(end - p), p);
				free(b.p);
				return sh_xstrdup("");
			}
			p = put_designated(sh, &b, event, end);
			changed = true;
			continue;
		}
		sh_sbuf_char(&b, *p++);
	}
	if (changed)
		return sh_sbuf_text(&b);
	free(b.p);
	return NULL;
}
