/* vars.c - the variables of awk: names, special ones, and what their changes mean */
#include <sys/socket.h>
#include "tree.h"

/* In the order of enum special. */
static const char special_names[] =
	"ARGC\0ARGIND\0ARGV\0BINMODE\0CONVFMT\0ENVIRON\0ERRNO\0FIELDWIDTHS\0FILENAME\0FNR\0FPAT\0FS\0"
	"FUNCTAB\0IGNORECASE\0LINT\0NF\0NR\0OFMT\0OFS\0ORS\0PROCINFO\0RLENGTH\0RS\0RSTART\0RT\0SUBSEP\0"
	"SYMTAB\0TEXTDOMAIN\0";

int32_t awk_new_global(struct awk *a, const char *name, size_t len)
{
	size_t i = a->globals_count;

	a->globals = arena_reserve(a->globals, i, &a->globals_size, sizeof(*a->globals));
	a->symbols = arena_reserve(a->symbols, i, &a->symbols_size, sizeof(*a->symbols));
	a->globals[i] = (struct value){ .type = UNINIT };
	a->symbols[i] = (struct symbol){ .name = name ? arena_memdup(name, len) : NULL, .len = len };
	a->globals_count++;
	return (int32_t)i;
}

int32_t awk_find_global(struct awk *a, const char *name, size_t len)
{
	struct value *v;
	struct key key;

	awk_text_key(&key, name, len);
	v = awk_table_find(a->names, &key);
	return v ? (int32_t)v->num : -1;
}

int32_t awk_global_slot(struct awk *a, const char *name, size_t len)
{
	int32_t i = awk_find_global(a, name, len);
	struct key key;

	if (i >= 0)
		return i;
	i = awk_new_global(a, name, len);
	awk_text_key(&key, name, len);
	awk_set_num(a, awk_table_get(a, a->names, &key), i);
	return i;
}

static void set_text(struct awk *a, enum special v, const char *text)
{
	awk_set_str(a, &a->globals[v], awk_str_const(a, text));
}

void awk_make_specials(struct awk *a)
{
	a->names = awk_table_new(a);
	a->empty = awk_str_make(a, "", 0);
	a->newline = awk_str_make(a, "\n", 1);
	a->missing = awk_str_make(a, "", 0);
	for (const char *s = special_names; *s; s += strlen(s) + 1)
		awk_global_slot(a, s, strlen(s));
	set_text(a, V_CONVFMT, "%.6g");
	set_text(a, V_OFMT, "%.6g");
	set_text(a, V_FS, " ");
	set_text(a, V_OFS, " ");
	set_text(a, V_RS, "\n");
	set_text(a, V_ORS, "\n");
	set_text(a, V_SUBSEP, "\034");
	set_text(a, V_FPAT, "[^[:space:]]+");
	set_text(a, V_TEXTDOMAIN, "messages");
	for (int i = 0; i < SPECIALS; i++)
		if (i == V_ARGC || i == V_ARGIND || i == V_BINMODE || i == V_FNR || i == V_IGNORECASE ||
		    i == V_LINT || i == V_NF || i == V_NR || i == V_RSTART)
			awk_set_num(a, &a->globals[i], 0);
		else if (i == V_ERRNO || i == V_FIELDWIDTHS || i == V_FILENAME || i == V_RT)
			set_text(a, (enum special)i, "");
	awk_set_num(a, &a->globals[V_RLENGTH], 0);
	for (int i = V_CONVFMT; i <= V_SUBSEP; i++)
		if (i == V_CONVFMT || i == V_OFMT || i == V_OFS || i == V_ORS || i == V_SUBSEP)
			awk_variable_changed(a, i);
	a->rs_mode = '\n';
	a->fs.mode = SPLIT_BLANKS;
	awk_set_record_str(a, awk_str_make(a, "", 0));
}

static void keep_text(struct awk *a, struct str **s, struct value *v)
{
	struct str *new = awk_to_str(a, v);

	if (*s)
		awk_str_release(a, *s);
	*s = new;
}

static bool is_plain(const struct str *s)
{
	return s->len == 4 && memcmp(s->data, "%.6g", 4) == 0;
}

void awk_variable_changed(struct awk *a, int32_t index)
{
	struct value *v = &a->globals[index];

	switch (index) {
	case V_NF:
		awk_set_nf(a, awk_to_num(a, v));
		break;
	case V_OFS:
		/* (the record is made with what was OFS when its fields changed) */
		if (a->rec_stale)
			awk_rebuild_record(a);
		keep_text(a, &a->ofs, v);
		break;
	case V_ORS:
		keep_text(a, &a->ors, v);
		break;
	case V_SUBSEP:
		keep_text(a, &a->subsep, v);
		break;
	case V_CONVFMT:
		keep_text(a, &a->convfmt, v);
		a->convfmt_plain = is_plain(a->convfmt);
		break;
	case V_OFMT:
		keep_text(a, &a->ofmt, v);
		a->ofmt_plain = is_plain(a->ofmt);
		break;
	case V_FS:
	case V_FPAT:
	case V_FIELDWIDTHS:
		awk_split_all(a);
		awk_read_fs(a, (enum special)index);
		break;
	case V_RS:
		awk_read_rs(a);
		break;
	case V_IGNORECASE:
		awk_split_all(a);
		a->ignore_case = !a->posix && !a->traditional && awk_truth(a, v);
		awk_read_fs(a, V_RS);
		awk_read_rs(a);
		break;
	default:
		break;
	}
}

static bool is_name(const char *p, const char *end)
{
	if (p == end || (*p >= '0' && *p <= '9'))
		return false;
	for (; p < end; p++)
		if (*p != '_' && !(*p >= '0' && *p <= '9') && !((*p | 32) >= 'a' && (*p | 32) <= 'z') &&
		    *p != ':')
			return false;
	return true;
}

bool awk_assign_argument(struct awk *a, const char *text, bool option)
{
	const char *equals = strchr(text, '=');
	int32_t i;
	size_t len;
	struct str *s;

	if (!equals && option)
		die_usage("`%s' argument to `-v' not in `var=value' form", text);
	if (!equals || !is_name(text, equals)) {
		if (option)
			awk_fatal(a, "`%.*s' is not a legal variable name", (int)(equals - text), text);
		return false;
	}
	len = (size_t)(equals - text);
	if (awk_find_builtin(text, len))
		awk_fatal(a, "cannot use gawk builtin `%.*s' as variable name", (int)len, text);
	if (awk_find_function(a, text, len))
		awk_fatal(a, "cannot use function `%.*s' as variable name", (int)len, text);
	i = option ? awk_global_slot(a, text, len) : awk_find_global(a, text, len);
	if (i < 0)
		return true; /* nobody will read it */
	if (a->globals[i].type == ARRAY || a->symbols[i].is_array)
		awk_fatal(a, "attempt to use array `%.*s' in a scalar context", (int)len, text);
	equals++;
	s = awk_str_new(a, strlen(equals));
	s->len = awk_unescape(a, s->data, equals, strlen(equals));
	s->data[s->len] = 0;
	awk_set_str(a, &a->globals[i], s);
	a->globals[i].type = STRNUM;
	awk_variable_changed(a, i);
	return true;
}

void awk_fill_procinfo(struct awk *a)
{
	struct table *t = awk_to_table(a, &a->globals[V_PROCINFO]), *argv;
	struct value index = { .type = STRING, .str = awk_str_const(a, "argv") };
	gid_t groups[256];
	int n = getgroups(256, groups);
	char buf[NUM_SIZE + 8];

	(void)index;
	(void)argv;
	awk_table_set_text(a, t, "version", "5.2.1", STRING);
	awk_table_set_text(a, t, "platform", "posix", STRING);
	awk_table_set_text(a, t, "strftime", "%a %b %e %H:%M:%S %Z %Y", STRING);
	awk_table_set_text(a, t, "FS",
			   a->csv                       ? "CSV"
			   : a->fs.mode == SPLIT_WIDTHS ? "FIELDWIDTHS"
			   : a->fs.mode == SPLIT_FPAT   ? "FPAT"
							: "FS",
			   STRING);
	awk_table_set_num(a, t, "pid", getpid());
	awk_table_set_num(a, t, "ppid", getppid());
	awk_table_set_num(a, t, "pgrpid", getpgrp());
	awk_table_set_num(a, t, "uid", getuid());
	awk_table_set_num(a, t, "euid", geteuid());
	awk_table_set_num(a, t, "gid", getgid());
	awk_table_set_num(a, t, "egid", getegid());
	awk_table_set_num(a, t, "errno", 0);
	for (int i = 0; i < n; i++) {
		snprintf(buf, sizeof(buf), "group%d", i + 1);
		awk_table_set_num(a, t, buf, groups[i]);
	}
}

void awk_fill_specials(struct awk *a, char **args, const char *program_name)
{
	struct table *argv = awk_to_table(a, &a->globals[V_ARGV]), *env;
	char digits[NUM_SIZE];
	size_t n = 0;

	awk_table_set_text(a, argv, "0", program_name, STRNUM);
	for (; *args; args++)
		awk_table_set_text(a, argv, num_to_str(++n, digits), *args, STRNUM);
	awk_set_num(a, &a->globals[V_ARGC], count_num(n) + 1);
	if (a->used[V_ENVIRON] || a->used[V_SYMTAB]) {
		env = awk_to_table(a, &a->globals[V_ENVIRON]);
		for (char **e = environ; *e; e++) {
			const char *equals = strchr(*e, '=');

			if (equals && equals > *e)
				awk_table_set_text(a, env, arena_printf("%.*s", (int)(equals - *e), *e),
						   equals + 1, STRNUM);
		}
	}
	if (a->used[V_PROCINFO] || a->used[V_SYMTAB])
		awk_fill_procinfo(a);
	if (a->used[V_SYMTAB] || a->used[V_FUNCTAB])
		awk_fill_symbols(a);
}

void awk_fill_symbols(struct awk *a)
{
	struct table *t = awk_to_table(a, &a->globals[V_SYMTAB]),
		     *funcs = awk_to_table(a, &a->globals[V_FUNCTAB]);

	t->symbols = 1;
	for (size_t i = 0; i < a->globals_count; i++) {
		struct key key;
		struct value *v;

		if (!a->symbols[i].name)
			continue;
		awk_text_key(&key, a->symbols[i].name, a->symbols[i].len);
		if (a->symbols[i].is_array)
			awk_to_table(a, &a->globals[i]);
		v = awk_table_get(a, t, &key);
		v->type = REF;
		v->ref = &a->globals[i];
	}
	for (size_t i = 0; i < a->funcs_count; i++)
		awk_table_set_text(a, funcs, a->funcs[i]->name, a->funcs[i]->name, STRING);
	a->used[V_RT] = true;
}

char **awk_make_environment(struct awk *a)
{
	struct table *t;
	char **env;
	size_t n = 0;

	if (!a->used[V_ENVIRON] && !a->used[V_SYMTAB])
		return environ;
	t = awk_to_table(a, &a->globals[V_ENVIRON]);
	env = arena_array(char *, t->count + 1);
	for (uint32_t i = 0; i < t->used; i++) {
		struct entry *e = &t->entries[i];
		struct str *name;

		if (e->kind == GONE || e->value.type == ARRAY)
			continue;
		name = awk_entry_key(a, e);
		env[n++] = arena_printf("%s=%s", name->data, awk_to_name(a, &e->value));
		awk_str_release(a, name);
	}
	return env;
}

const char *awk_variable_name(struct awk *a, const struct value *v)
{
	if (v >= a->globals && v < a->globals + a->globals_count && a->symbols[v - a->globals].name)
		return a->symbols[v - a->globals].name;
	if (a->calls_count > 0 && v >= a->frame) {
		const struct func *f = a->calls[a->calls_count - 1].func;

		if (v - a->frame >= f->params_count)
			return "(unknown)";
		for (size_t i = 0; v->type == ARRAY && i < a->globals_count; i++)
			if (a->globals[i].type == ARRAY && a->globals[i].table == v->table)
				return arena_printf("%s (from %s)", f->params[v - a->frame],
						    a->symbols[i].name);
		return f->params[v - a->frame];
	}
	return "(unknown)";
}

static int by_name(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* Writes a string as it would stand in a program. */
static void dump_text(struct writer *w, const char *p, size_t len)
{
	static const char letters[] = "\a\b\f\n\r\t\v\"\\", names[] = "abfnrtv\"\\";

	writer_char(w, '"');
	for (; len > 0; len--, p++) {
		const char *l = *p ? strchr(letters, *p) : NULL;

		if (l) {
			writer_char(w, '\\');
			writer_char(w, names[l - letters]);
		} else if ((unsigned char)*p < ' ' || *p == 127) {
			writer_fmt(w, "\\%03o", (unsigned char)*p);
		} else {
			writer_char(w, *p);
		}
	}
	writer_char(w, '"');
}

void awk_dump_variables(struct awk *a, const char *file)
{
	const char **names = arena_array(const char *, a->globals_count + 1);
	struct writer own, *w = &std_out;
	size_t n = 0;
	int fd;

	for (size_t i = 0; i < a->globals_count; i++)
		if (a->symbols[i].name)
			names[n++] = a->symbols[i].name;
	qsort(names, n, sizeof(*names), by_name);
	if (strcmp(file, "-") != 0) {
		fd = open_file(file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
		if (fd < 0) {
			warn("warning: could not open `%s' for writing: %s", file, strerror(errno));
			return;
		}
		writer_open(&own, fd);
		w = &own;
	}
	awk_split_all(a);
	for (size_t i = 0; i < n; i++) {
		struct value *v = &a->globals[awk_find_global(a, names[i], strlen(names[i]))];
		const char *p;
		size_t len;

		writer_fmt(w, "%s: ", names[i]);
		if (v->type == ARRAY)
			writer_fmt(w, "array, %u elements\n", v->table->count);
		else if (v->type == UNINIT)
			writer_str(w, "untyped variable\n");
		else if (v->type == NUMBER)
			p = text_of(a, v, &len), writer_mem(w, p, len), writer_char(w, '\n');
		else
			p = text_of(a, v, &len), dump_text(w, p, len), writer_char(w, '\n');
	}
	if (w == &own && writer_close(w) < 0)
		warn("warning: close of `%s' failed: %s", file, strerror(errno));
}
