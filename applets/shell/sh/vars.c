/* vars.c - variables, arrays, and what functions hide
 *
 * A name, once seen, has a place for good, so that the tree can point to it.
 * `local` and assignments before a command put the value away and back again.
 */
#include "sh.h"
#include <sys/random.h>
#include <sys/time.h>

extern char **environ;

/* Variables that are computed, or whose setting has an effect. */
enum special {
	V_NONE,
	V_RANDOM,
	V_SRANDOM,
	V_SECONDS,
	V_EPOCHSECONDS,
	V_EPOCHREALTIME,
	V_LINENO,
	V_BASHPID,
	V_SUBSHELL,
	V_COMMAND,
	V_FUNCNAME,
	V_SOURCE,
	V_BASH_LINENO,
	V_PIPESTATUS,
	V_DIRSTACK,
	V_GROUPS,
	V_SHELLOPTS,
	V_BASHOPTS,
	V_PATH,
	V_IFS,
	V_LOCALE,
	V_OPTIND,
	V_POSIX,
	V_UNDERSCORE,
};

static const struct {
	const char *name;
	uint8_t special;
	uint16_t flags;
} specials[] = {
	{ "RANDOM", V_RANDOM, VAR_DYNAMIC | VAR_HOOK },
	{ "SRANDOM", V_SRANDOM, VAR_DYNAMIC },
	{ "SECONDS", V_SECONDS, VAR_DYNAMIC | VAR_HOOK },
	{ "EPOCHSECONDS", V_EPOCHSECONDS, VAR_DYNAMIC },
	{ "EPOCHREALTIME", V_EPOCHREALTIME, VAR_DYNAMIC },
	{ "LINENO", V_LINENO, VAR_DYNAMIC },
	{ "BASHPID", V_BASHPID, VAR_DYNAMIC | VAR_READONLY },
	{ "BASH_SUBSHELL", V_SUBSHELL, VAR_DYNAMIC },
	{ "BASH_COMMAND", V_COMMAND, VAR_DYNAMIC },
	{ "FUNCNAME", V_FUNCNAME, VAR_DYNAMIC | VAR_ARRAY },
	{ "BASH_SOURCE", V_SOURCE, VAR_DYNAMIC | VAR_ARRAY },
	{ "BASH_LINENO", V_BASH_LINENO, VAR_DYNAMIC | VAR_ARRAY },
	{ "PIPESTATUS", V_PIPESTATUS, VAR_DYNAMIC | VAR_ARRAY },
	{ "DIRSTACK", V_DIRSTACK, VAR_DYNAMIC | VAR_ARRAY },
	{ "GROUPS", V_GROUPS, VAR_DYNAMIC | VAR_ARRAY },
	{ "SHELLOPTS", V_SHELLOPTS, VAR_DYNAMIC | VAR_READONLY },
	{ "BASHOPTS", V_BASHOPTS, VAR_DYNAMIC | VAR_READONLY },
	{ "PATH", V_PATH, VAR_HOOK },
	{ "IFS", V_IFS, VAR_HOOK },
	{ "LC_ALL", V_LOCALE, VAR_HOOK },
	{ "LC_CTYPE", V_LOCALE, VAR_HOOK },
	{ "LANG", V_LOCALE, VAR_HOOK },
	{ "OPTIND", V_OPTIND, VAR_HOOK },
	{ "POSIXLY_CORRECT", V_POSIX, VAR_HOOK },
};

enum { STRUCTURE = VAR_ARRAY | VAR_ASSOC | VAR_NAMEREF | VAR_DYNAMIC };

size_t sh_name_length(const char *s)
{
	const char *p = s;

	if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_'))
		return 0;
	while ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_' || (*p >= '0' && *p <= '9'))
		p++;
	return (size_t)(p - s);
}

bool sh_is_name(const char *s)
{
	size_t n = sh_name_length(s);

	return n > 0 && !s[n];
}

static uint32_t hash_of(const char *s, size_t len)
{
	uint32_t h = 2166136261u;

	while (len-- > 0)
		h = (h ^ (unsigned char)*s++) * 16777619u;
	return h ^ h >> 15;
}

static void grow_table(struct shell *sh)
{
	size_t size = sh->vars_size ? 2 * sh->vars_size : 256;
	struct var **table = sh_xmalloc(size * sizeof(*table));

	memset(table, 0, size * sizeof(*table));
	for (size_t i = 0; i < sh->vars_size; i++)
		for (struct var *v = sh->vars[i], *next; v; v = next) {
			next = v->next;
			v->next = table[v->hash & (size - 1)];
			table[v->hash & (size - 1)] = v;
		}
	free(sh->vars);
	sh->vars = table;
	sh->vars_size = size;
}

static struct var *lookup(struct shell *sh, const char *name, size_t len, uint32_t hash)
{
	if (!sh->vars_size)
		return NULL;
	for (struct var *v = sh->vars[hash & (sh->vars_size - 1)]; v; v = v->next)
		if (v->hash == hash && strncmp(v->name, name, len) == 0 && !v->name[len])
			return v;
	return NULL;
}

struct var *sh_var_named(struct shell *sh, const char *name, size_t len)
{
	uint32_t hash = hash_of(name, len);
	struct var *v = lookup(sh, name, len, hash);
	char *copy;

	if (v)
		return v;
	if (sh->vars_count >= sh->vars_size)
		grow_table(sh);
	v = sh_xmalloc(sizeof(*v) + len + 1);
	*v = (struct var){ .hash = hash };
	copy = (char *)(v + 1);
	memcpy(copy, name, len);
	copy[len] = 0;
	v->name = copy;
	v->next = sh->vars[hash & (sh->vars_size - 1)];
	sh->vars[hash & (sh->vars_size - 1)] = v;
	sh->vars_count++;
	return v;
}

struct var *sh_var_known(struct shell *sh, const char *name)
{
	size_t len = strlen(name);

	return lookup(sh, name, len, hash_of(name, len));
}

/* ---- storing text ---- */

/* Puts a text in place, room to grow behind it if it is expected to. */
static void store(struct var *v, const char *s, size_t len)
{
	if (len + 1 > v->cap) {
		size_t cap = (len + 16) & ~(size_t)15;
		char *p;

		if (v->cap && cap < v->cap * 2 && cap > 256)
			cap = v->cap * 2;
		p = sh_xmalloc(cap);
		memcpy(p, s, len);
		free(v->text);
		v->text = p;
		v->cap = cap;
	} else {
		memmove(v->text, s, len);
	}
	v->text[len] = 0;
	v->len = len;
	v->flags = (v->flags & ~(uint32_t)(VAR_NUMBER | VAR_NO_TEXT)) | VAR_SET;
}

static void free_array(struct array *a)
{
	if (!a)
		return;
	sh_array_clear(a);
	free(a->items);
	free(a->slots);
	free(a);
}

void sh_var_clear(struct var *v)
{
	free(v->text);
	free_array(v->array);
	v->text = NULL;
	v->array = NULL;
	v->len = v->cap = 0;
	v->flags &= VAR_DYNAMIC | VAR_HOOK;
	if (v->flags & VAR_DYNAMIC && v->special >= V_FUNCNAME && v->special <= V_GROUPS)
		v->flags |= VAR_ARRAY;
}

/* ---- computed variables ---- */

static uint32_t next_random(struct shell *sh)
{
	uint32_t r = sh->random;

	r ^= r << 13;
	r ^= r >> 17;
	r ^= r << 5;
	return sh->random = r ? r : 1;
}

static void store_number(struct var *v, intmax_t n)
{
	char digits[NUM_SIZE];
	char *s = num_to_str_signed(n, digits);

	store(v, s, strlen(s));
}

static void refresh_array(struct shell *sh, struct var *v)
{
	struct array *a;
	intmax_t i = 0;
	char digits[NUM_SIZE];

	if (!v->array) {
		v->array = sh_xmalloc(sizeof(*v->array));
		*v->array = (struct array){ 0 };
	}
	a = v->array;
	sh_array_clear(a);
	v->flags |= VAR_SET;
	switch (v->special) {
	case V_FUNCNAME:
		for (struct call *c = sh->call; c; c = c->outer)
			sh_array_put(a, i++, c->function, strlen(c->function));
		if (sh->functions_deep && sh->script)
			sh_array_put(a, i, "main", 4);
		break;
	case V_SOURCE:
		for (struct call *c = sh->call; c; c = c->outer)
			sh_array_put(a, i++, c->file ? c->file : "", c->file ? strlen(c->file) : 0);
		if (sh->script)
			sh_array_put(a, i, sh->script, strlen(sh->script));
		break;
	case V_BASH_LINENO:
		for (struct call *c = sh->call; c; c = c->outer) {
			const char *s = num_to_str(c->line, digits);

			sh_array_put(a, i++, s, strlen(s));
		}
		if (sh->script)
			sh_array_put(a, i, "0", 1);
		break;
	case V_PIPESTATUS:
		for (; i < sh->pipestatus_count; i++) {
			const char *s = num_to_str_signed(sh->pipestatus_many ? sh->pipestatus_many[i]
									      : sh->pipestatus_small[i],
							  digits);

			sh_array_put(a, i, s, strlen(s));
		}
		break;
	case V_DIRSTACK: {
		const char *pwd = sh_var_text(sh, sh->v_pwd);

		sh_array_put(a, i++, pwd ? pwd : "", pwd ? strlen(pwd) : 0);
		for (size_t d = sh->dirs_count; d-- > 0;)
			sh_array_put(a, i++, sh->dirs[d], strlen(sh->dirs[d]));
		break;
	}
	case V_GROUPS: {
		gid_t groups[256];
		int n = getgroups(256, groups);
		const char *s = num_to_str(getgid(), digits);

		sh_array_put(a, i++, s, strlen(s));
		for (int g = 0; g < n; g++)
			if (groups[g] != getgid()) {
				s = num_to_str(groups[g], digits);
				sh_array_put(a, i++, s, strlen(s));
			}
		break;
	}
	}
	if (a->count == 0 && v->special == V_FUNCNAME)
		v->flags &= ~(uint32_t)VAR_SET;
}

static void refresh_text(struct shell *sh, struct var *v)
{
	struct timeval now;
	struct sbuf b = { 0 };
	uint32_t random;

	switch (v->special) {
	case V_RANDOM:
		store_number(v, next_random(sh) >> 3 & 32767);
		break;
	case V_SRANDOM:
		if (getrandom(&random, sizeof(random), 0) == (ssize_t)sizeof(random))
			store_number(v, random);
		break;
	case V_SECONDS:
		store_number(v, time(NULL) - sh->seconds_base + sh->seconds_offset);
		break;
	case V_EPOCHSECONDS:
		store_number(v, time(NULL));
		break;
	case V_EPOCHREALTIME:
		gettimeofday(&now, NULL);
		sh_sbuf_fmt(&b, "%lld.%06ld", (long long)now.tv_sec, (long)now.tv_usec);
		break;
	case V_LINENO:
		store_number(v, sh->line);
		break;
	case V_BASHPID:
		store_number(v, sh->own_pid);
		break;
	case V_SUBSHELL:
		store_number(v, sh->subshells);
		break;
	case V_COMMAND:
		if (sh->command)
			sh_show_node(&b, sh->command, 0);
		sh_sbuf_text(&b);
		break;
	case V_SHELLOPTS:
		for (int i = 0; i < O_COUNT; i++)
			if (sh->opt[i] && sh_option_names[i].name)
				sh_sbuf_fmt(&b, "%s%s", b.len ? ":" : "", sh_option_names[i].name);
		sh_sbuf_text(&b);
		break;
	case V_BASHOPTS:
		for (int i = 0; i < S_COUNT; i++)
			if (sh->shopt[i])
				sh_sbuf_fmt(&b, "%s%s", b.len ? ":" : "", sh_shopt_names[i]);
		sh_sbuf_text(&b);
		break;
	}
	if (b.p) {
		store(v, b.p, b.len);
		free(b.p);
	}
}

void sh_var_refresh(struct shell *sh, struct var *v)
{
	if (!(v->flags & VAR_DYNAMIC))
		return;
	if (v->flags & VAR_ARRAY)
		refresh_array(sh, v);
	else
		refresh_text(sh, v);
}

/* ---- effects of setting ---- */

static void set_ifs(struct shell *sh, const char *ifs)
{
	memset(sh->ifs, 0, sizeof(sh->ifs));
	memset(sh->odd, 0, sizeof(sh->odd));
	for (const char *p = ifs; *p; p++) {
		sh->ifs[(unsigned char)*p] = *p == ' ' || *p == '\t' || *p == '\n' ? 1 : 2;
		sh->odd[(unsigned char)*p] = 1;
	}
	for (const char *p = "*?[\\\001+@!"; *p; p++)
		sh->odd[(unsigned char)*p] = 1;
	sh->ifs_first = *ifs;
	sh->ifs_none = !*ifs;
}

/* Does what the change of a variable entails. */
static void changed(struct shell *sh, struct var *v)
{
	const char *s = v->flags & VAR_SET ? v->text : NULL;
	intmax_t n;

	switch (v->special) {
	case V_PATH:
		sh->path_made++;
		break;
	case V_IFS:
		set_ifs(sh, s ? s : " \t\n");
		break;
	case V_LOCALE: {
		static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
		const char *locale = NULL;

		for (int i = 0; i < 3 && (!locale || !*locale); i++)
			locale = sh_var_get(sh, names[i]);
		sh->utf8 = !locale || !*locale || (strcmp(locale, "C") != 0 && strcmp(locale, "POSIX") != 0);
		break;
	}
	case V_OPTIND:
		sh->getopts_index = s && parse_int(s, NULL, &n) == NUM_OK && n > 0 && n < INT_MAX ? (int)n
												  : 1;
		sh->getopts_at = 0;
		break;
	case V_POSIX:
		if (s)
			sh->opt[O_POSIX] = true;
		break;
	case V_RANDOM:
		if (s)
			sh->random = (uint32_t)strtol(s, NULL, 10) * 2654435761u + 1;
		break;
	case V_SECONDS:
		sh->seconds_base = time(NULL);
		sh->seconds_offset = s ? strtol(s, NULL, 10) : 0;
		break;
	}
}

/* ---- values ---- */

struct var *sh_var_target(struct shell *sh, struct var *v, char **sub)
{
	if (sub)
		*sub = NULL;
	for (int hops = 0; v->flags & VAR_NAMEREF && v->flags & VAR_SET; hops++) {
		size_t n = sh_name_length(v->text), len = strlen(v->text);
		struct var *next;

		if (n == 0)
			break;
		next = sh_var_named(sh, v->text, n);
		if (next == v || hops > 8) {
			if (next != v)
				sh_warn(sh, "warning: %s: circular name reference", v->name);
			break;
		}
		if (v->text[n] == '[' && v->text[len - 1] == ']') {
			if (sub)
				*sub = sh_stack_text(sh, v->text + n + 1, len - n - 2);
			return next;
		}
		v = next;
	}
	return v;
}

static const char *text_slowly(struct shell *sh, struct var *v)
{
	char *sub;

	if (v->flags & VAR_NAMEREF) {
		struct var *target = sh_var_target(sh, v, &sub);

		if (sub)
			return sh_element_get(sh, target, sub);
		if (target == v)
			return NULL;
		return sh_var_text(sh, target);
	}
	if (v->flags & VAR_DYNAMIC)
		sh_var_refresh(sh, v);
	if (v->flags & VAR_ASSOC)
		return v->array ? sh_assoc_get(v->array, "0") : NULL;
	if (v->flags & VAR_ARRAY)
		return v->array ? sh_array_at(v->array, 0) : NULL;
	if (!(v->flags & VAR_SET))
		return NULL;
	if (v->flags & VAR_NO_TEXT) {
		char digits[NUM_SIZE];
		char *s = num_to_str_signed(v->number, digits);
		intmax_t n = v->number;

		store(v, s, (size_t)(digits + NUM_SIZE - 1 - s));
		v->number = n;
		v->flags |= VAR_NUMBER;
	}
	return v->text;
}

const char *sh_var_text(struct shell *sh, struct var *v)
{
	if ((v->flags & (VAR_SET | VAR_NO_TEXT | VAR_NAMEREF | VAR_ARRAY | VAR_ASSOC | VAR_DYNAMIC)) ==
	    VAR_SET)
		return v->text;
	return text_slowly(sh, v);
}

const char *sh_var_get(struct shell *sh, const char *name)
{
	struct var *v = sh_var_known(sh, name);

	return v ? sh_var_text(sh, v) : NULL;
}

bool sh_var_is_set(struct shell *sh, struct var *v)
{
	v = sh_var_target(sh, v, NULL);
	sh_var_refresh(sh, v);
	if (v->flags & (VAR_ARRAY | VAR_ASSOC))
		return v->array && v->array->count > 0;
	return v->flags & VAR_SET;
}

void sh_var_check(struct shell *sh, const struct var *v)
{
	if (v->flags & VAR_READONLY)
		sh_discard(sh, "%s: readonly variable", v->name);
}

/* The text in capitals, or in small letters, on the stack. */
static char *change_case(struct shell *sh, const char *s, size_t len, bool upper, size_t *out_len)
{
	char *out = sh_stack_alloc(sh, len * 2 + 8);
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		uint32_t c;
		int size = sh->utf8 ? utf8_decode(s + i, len - i, &c) : -1;

		if (size <= 0) {
			out[n++] = s[i++];
			continue;
		}
		i += (size_t)size;
		n += (size_t)utf8_encode(upper ? char_upper(c) : char_lower(c), out + n);
	}
	*out_len = n;
	return out;
}

/* The value that assigning `s` to v gives, by its attributes. */
static const char *by_attributes(struct shell *sh, const struct var *v, const char *s, size_t *len)
{
	if (v->flags & VAR_INTEGER) {
		char *digits = sh_stack_alloc(sh, NUM_SIZE);

		s = num_to_str_signed(sh_arith_text(sh, sh_stack_text(sh, s, *len)), digits);
		*len = strlen(s);
	}
	if (v->flags & (VAR_LOWER | VAR_UPPER))
		s = change_case(sh, s, *len, v->flags & VAR_UPPER, len);
	return s;
}

static void after_set(struct shell *sh, struct var *v)
{
	if (sh->opt[O_ALLEXPORT])
		v->flags |= VAR_EXPORT;
	if (v->flags & VAR_EXPORT)
		sh->env_stale = true;
	if (v->flags & VAR_HOOK)
		changed(sh, v);
}

void sh_var_set(struct shell *sh, struct var *v, const char *value, size_t len)
{
	char *sub;

	if (v->flags & (VAR_READONLY | VAR_INTEGER | VAR_LOWER | VAR_UPPER | STRUCTURE)) {
		if (v->flags & VAR_NAMEREF) {
			struct var *target = sh_var_target(sh, v, &sub);

			if (sub) {
				sh_element_set(sh, target, sub, sh_stack_text(sh, value, len), false);
				return;
			}
			if (target != v) {
				sh_var_set(sh, target, value, len);
				return;
			}
		}
		sh_var_check(sh, v);
		value = by_attributes(sh, v, value, &len);
		if (v->flags & (VAR_ARRAY | VAR_ASSOC)) {
			if (v->flags & VAR_DYNAMIC)
				return;
			sh_element_set(sh, v, "0", sh_stack_text(sh, value, len), false);
			return;
		}
	}
	store(v, value, len);
	after_set(sh, v);
}

void sh_var_append(struct shell *sh, struct var *v, const char *value, size_t len)
{
	const char *old;
	size_t old_len;
	char *sub;

	if (v->flags & VAR_NAMEREF && (v = sh_var_target(sh, v, &sub)) && sub) {
		sh_element_set(sh, v, sub, sh_stack_text(sh, value, len), true);
		return;
	}
	sh_var_check(sh, v);
	if (v->flags & (VAR_ARRAY | VAR_ASSOC)) {
		sh_element_set(sh, v, "0", sh_stack_text(sh, value, len), true);
		return;
	}
	old = sh_var_text(sh, v);
	if (v->flags & VAR_INTEGER) {
		intmax_t n = old ? sh_arith_text(sh, old) : 0;

		sh_var_set_number(sh, v,
				  (intmax_t)((uintmax_t)n +
					     (uintmax_t)sh_arith_text(sh, sh_stack_text(sh, value, len))));
		return;
	}
	if (v->flags & (VAR_LOWER | VAR_UPPER))
		value = change_case(sh, value, len, v->flags & VAR_UPPER, &len);
	if (!old) {
		store(v, value, len);
		after_set(sh, v);
		return;
	}
	old_len = v->len;
	if (old_len + len + 1 > v->cap) {
		size_t cap = (old_len + len + 32) * 2;
		char *p = sh_xmalloc(cap);

		memcpy(p, v->text, old_len);
		memcpy(p + old_len, value, len);
		free(v->text);
		v->text = p;
		v->cap = cap;
	} else {
		memmove(v->text + old_len, value, len);
	}
	v->len = old_len + len;
	v->text[v->len] = 0;
	v->flags &= ~(uint32_t)VAR_NUMBER;
	after_set(sh, v);
}

void sh_var_set_number(struct shell *sh, struct var *v, intmax_t n)
{
	if (v->flags & (VAR_READONLY | VAR_LOWER | VAR_UPPER | VAR_HOOK | STRUCTURE | VAR_EXPORT) ||
	    sh->opt[O_ALLEXPORT]) {
		char digits[NUM_SIZE];
		const char *s = num_to_str_signed(n, digits);

		sh_var_set(sh, v, s, strlen(s));
		return;
	}
	v->number = n;
	v->flags |= VAR_SET | VAR_NUMBER | VAR_NO_TEXT;
}

void sh_var_set_name(struct shell *sh, const char *name, const char *value)
{
	sh_var_set(sh, sh_var_named(sh, name, strlen(name)), value, strlen(value));
}

void sh_var_put(struct shell *sh, const char *name, const char *value, unsigned flags)
{
	struct var *v = sh_var_named(sh, name, strlen(name));

	store(v, value, strlen(value));
	v->flags |= flags;
	after_set(sh, v);
}

bool sh_var_unset(struct shell *sh, struct var *v)
{
	bool exported = v->flags & VAR_EXPORT;

	if (v->flags & VAR_READONLY) {
		sh_warn(sh, "unset: %s: cannot unset: readonly variable", v->name);
		return false;
	}
	if (v->flags & VAR_DYNAMIC)
		v->flags &= ~(uint32_t)(VAR_DYNAMIC | VAR_ARRAY |
					(v->special == V_RANDOM || v->special == V_SECONDS ? VAR_HOOK : 0));
	sh_var_clear(v);
	if (exported)
		sh->env_stale = true;
	if (v->flags & VAR_HOOK)
		changed(sh, v);
	return true;
}

static int by_var_name(const void *a, const void *b)
{
	return strcmp((*(struct var *const *)a)->name, (*(struct var *const *)b)->name);
}

struct var **sh_vars_sorted(struct shell *sh, unsigned want)
{
	struct var **list = sh_stack_alloc(sh, (sh->vars_count + 1) * sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < sh->vars_size; i++)
		for (struct var *v = sh->vars[i]; v; v = v->next)
			if (sh_is_name(v->name) &&
			    (want ? (v->flags & want) != 0
				  : v->flags & (VAR_SET | VAR_ARRAY | VAR_ASSOC | VAR_DYNAMIC)))
				list[n++] = v;
	qsort(list, n, sizeof(*list), by_var_name);
	list[n] = NULL;
	return list;
}

/* ---- the environment ---- */

char **sh_var_environment(struct shell *sh)
{
	size_t n = 0, cap = 64;

	if (sh->env && !sh->env_stale)
		return sh->env;
	for (size_t i = 0; i < sh->env_count; i++)
		free(sh->env[i]);
	sh->env = sh_xrealloc(sh->env, cap * sizeof(*sh->env));
	for (size_t i = 0; i < sh->vars_size; i++)
		for (struct var *v = sh->vars[i]; v; v = v->next) {
			const char *s;
			size_t name_len, len;

			if (!(v->flags & VAR_EXPORT) || v->flags & (VAR_ARRAY | VAR_ASSOC) ||
			    !(s = sh_var_text(sh, v)))
				continue;
			if (n + 1 >= cap)
				sh->env = sh_xrealloc(sh->env, (cap *= 2) * sizeof(*sh->env));
			name_len = strlen(v->name);
			len = strlen(s);
			sh->env[n] = sh_xmalloc(name_len + len + 2);
			memcpy(sh->env[n], v->name, name_len);
			sh->env[n][name_len] = '=';
			memcpy(sh->env[n] + name_len + 1, s, len + 1);
			n++;
		}
	for (size_t i = 0; i < sh->commands_size; i++)
		for (struct command *c = sh->commands[i]; c; c = c->next)
			if (c->function && c->function->exported) {
				struct sbuf b = { 0 };

				sh_sbuf_fmt(&b, "BASH_FUNC_%s%%%%=", c->name);
				sh_show_function(sh, &b, "", c->function);
				if (n + 1 >= cap)
					sh->env = sh_xrealloc(sh->env, (cap *= 2) * sizeof(*sh->env));
				while (b.len && b.p[b.len - 1] == '\n')
					b.len--;
				sh->env[n++] = sh_sbuf_text(&b);
			}
	sh->env[n] = NULL;
	sh->env_count = n;
	sh->env_stale = false;
	return sh->env;
}

void sh_vars_init(struct shell *sh)
{
	for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++) {
		struct var *v = sh_var_named(sh, specials[i].name, strlen(specials[i].name));

		v->special = specials[i].special;
		v->flags |= specials[i].flags;
	}
	sh->v_path = sh_var_named(sh, "PATH", 4);
	sh->v_home = sh_var_named(sh, "HOME", 4);
	sh->v_pwd = sh_var_named(sh, "PWD", 3);
	sh->v_oldpwd = sh_var_named(sh, "OLDPWD", 6);
	sh->v_optind = sh_var_named(sh, "OPTIND", 6);
	sh->v_optarg = sh_var_named(sh, "OPTARG", 6);
	sh->v_posix = sh_var_named(sh, "POSIXLY_CORRECT", 15);
	sh->v_underscore = sh_var_named(sh, "_", 1);
	sh->env_stale = true;
	set_ifs(sh, " \t\n");
	sh->utf8 = true;
	sh->random = (uint32_t)getpid() * 2654435761u ^ (uint32_t)time(NULL);
	sh->seconds_base = time(NULL);
}

void sh_vars_import(struct shell *sh)
{
	for (char **e = environ; *e; e++) {
		const char *equals = strchr(*e, '=');
		struct var *v;

		if (!equals || equals == *e)
			continue;
		if (strncmp(*e, "IFS=", 4) == 0 || strncmp(*e, "SHELLOPTS=", 10) == 0 ||
		    strncmp(*e, "BASHOPTS=", 9) == 0)
			continue;
		v = sh_var_named(sh, *e, (size_t)(equals - *e));
		if (v->flags & VAR_DYNAMIC && v->special != V_RANDOM && v->special != V_SECONDS)
			continue;
		store(v, equals + 1, strlen(equals + 1));
		v->flags |= VAR_EXPORT;
		if (v->flags & VAR_HOOK)
			changed(sh, v);
	}
}

/* ---- arrays ---- */

void sh_array_clear(struct array *a)
{
	for (size_t i = 0; i < a->count; i++) {
		free(a->items[i].key);
		free(a->items[i].value);
	}
	a->count = 0;
	free(a->slots);
	a->slots = NULL;
	a->slots_size = 0;
}

/* Where an index is or would be put. */
static size_t array_place(const struct array *a, intmax_t index)
{
	size_t low = 0, high = a->count;

	if (high == 0 || a->items[high - 1].index < index)
		return high;
	if ((uintmax_t)index < high && a->items[index].index == index)
		return (size_t)index;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (a->items[mid].index < index)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const char *sh_array_at(const struct array *a, intmax_t index)
{
	size_t i = array_place(a, index);

	return i < a->count && a->items[i].index == index ? a->items[i].value : NULL;
}

static struct element *insert(struct array *a, size_t at)
{
	if (a->count == a->cap) {
		a->cap = a->cap ? 2 * a->cap : 8;
		a->items = sh_xrealloc(a->items, a->cap * sizeof(*a->items));
	}
	memmove(a->items + at + 1, a->items + at, (a->count - at) * sizeof(*a->items));
	a->count++;
	a->items[at] = (struct element){ 0 };
	return &a->items[at];
}

void sh_array_put(struct array *a, intmax_t index, const char *value, size_t len)
{
	size_t i = array_place(a, index);
	char *copy = sh_xmemdup(value, len);

	if (i < a->count && a->items[i].index == index) {
		free(a->items[i].value);
		a->items[i].value = copy;
		return;
	}
	*insert(a, i) = (struct element){ .index = index, .value = copy };
}

static void rehash(struct array *a)
{
	size_t size = 16;

	while (size < a->count * 2 + 2)
		size *= 2;
	free(a->slots);
	a->slots = sh_xmalloc(size * sizeof(*a->slots));
	memset(a->slots, 0, size * sizeof(*a->slots));
	a->slots_size = size;
	for (size_t i = 0; i < a->count; i++) {
		size_t at = hash_of(a->items[i].key, strlen(a->items[i].key)) & (size - 1);

		while (a->slots[at])
			at = (at + 1) & (size - 1);
		a->slots[at] = (uint32_t)i + 1;
	}
}

/* The position of a key, or -1. */
static ptrdiff_t assoc_place(const struct array *a, const char *key)
{
	size_t at;

	if (!a->slots)
		return -1;
	at = hash_of(key, strlen(key)) & (a->slots_size - 1);
	for (; a->slots[at]; at = (at + 1) & (a->slots_size - 1))
		if (strcmp(a->items[a->slots[at] - 1].key, key) == 0)
			return (ptrdiff_t)a->slots[at] - 1;
	return -1;
}

const char *sh_assoc_get(const struct array *a, const char *key)
{
	ptrdiff_t i = assoc_place(a, key);

	return i < 0 ? NULL : a->items[i].value;
}

void sh_assoc_put(struct array *a, const char *key, const char *value)
{
	ptrdiff_t i = assoc_place(a, key);
	char *copy = sh_xstrdup(value);
	size_t at;

	if (i >= 0) {
		free(a->items[i].value);
		a->items[i].value = copy;
		return;
	}
	*insert(a, a->count) = (struct element){ .key = sh_xstrdup(key), .value = copy };
	if (a->count * 2 >= a->slots_size) {
		rehash(a);
		return;
	}
	at = hash_of(key, strlen(key)) & (a->slots_size - 1);
	while (a->slots[at])
		at = (at + 1) & (a->slots_size - 1);
	a->slots[at] = (uint32_t)a->count;
}

void sh_array_make(struct shell *sh, struct var *v, bool assoc)
{
	uint32_t kind = assoc ? VAR_ASSOC : VAR_ARRAY;

	if (v->flags & kind) {
		if (!v->array) {
			v->array = sh_xmalloc(sizeof(*v->array));
			*v->array = (struct array){ 0 };
		}
		return;
	}
	if (v->flags & (VAR_ARRAY | VAR_ASSOC))
		sh_discard(sh, "%s: cannot convert %s array", v->name,
			   assoc ? "indexed to associative" : "associative to indexed");
	if (v->flags & VAR_NO_TEXT)
		sh_var_text(sh, v);
	v->array = sh_xmalloc(sizeof(*v->array));
	*v->array = (struct array){ 0 };
	if (v->flags & VAR_SET) {
		if (assoc)
			sh_assoc_put(v->array, "0", v->text);
		else
			sh_array_put(v->array, 0, v->text, strlen(v->text));
		free(v->text);
		v->text = NULL;
		v->len = v->cap = 0;
	}
	v->flags = (v->flags & ~(uint32_t)(VAR_NUMBER | VAR_NO_TEXT)) | kind;
}

/* An index as an expression; negative ones count from the end. */
static intmax_t index_of(struct shell *sh, struct var *v, const char *sub, bool for_set)
{
	intmax_t i = sh_arith_text(sh, sub);

	if (i < 0) {
		intmax_t top = v->array && v->array->count && v->flags & VAR_ARRAY
				       ? v->array->items[v->array->count - 1].index + 1
			       : v->flags & VAR_SET && !(v->flags & (VAR_ARRAY | VAR_ASSOC)) ? 1
											     : 0;

		i += top;
		if (i < 0) {
			if (for_set)
				sh_discard(sh, "%s[%s]: bad array subscript", v->name, sub);
			return -1;
		}
	}
	return i;
}

const char *sh_element_get(struct shell *sh, struct var *v, const char *sub)
{
	intmax_t i;

	v = sh_var_target(sh, v, NULL);
	sh_var_refresh(sh, v);
	if (v->flags & VAR_ASSOC)
		return v->array ? sh_assoc_get(v->array, sub) : NULL;
	i = index_of(sh, v, sub, false);
	if (i < 0) {
		sh_warn(sh, "%s: bad array subscript", v->name);
		return NULL;
	}
	if (v->flags & VAR_ARRAY)
		return v->array ? sh_array_at(v->array, i) : NULL;
	return i == 0 ? sh_var_text(sh, v) : NULL;
}

void sh_element_set(struct shell *sh, struct var *v, const char *sub, const char *value, bool append)
{
	const char *old;
	size_t len = strlen(value);
	intmax_t i = 0;

	v = sh_var_target(sh, v, NULL);
	sh_var_check(sh, v);
	if (v->flags & VAR_DYNAMIC && v->flags & VAR_ARRAY)
		return;
	sh_array_make(sh, v, v->flags & VAR_ASSOC);
	if (v->flags & VAR_ASSOC) {
		if (!*sub)
			sh_discard(sh, "%s[%s]: bad array subscript", v->name, sub);
		old = append ? sh_assoc_get(v->array, sub) : NULL;
	} else {
		i = index_of(sh, v, sub, true);
		old = append ? sh_array_at(v->array, i) : NULL;
	}
	if (v->flags & VAR_INTEGER && append && old)
		value = sh_stack_printf(sh, "%jd", sh_arith_text(sh, old) + sh_arith_text(sh, value));
	else if (old)
		value = sh_stack_printf(sh, "%s%s", old, value);
	len = strlen(value);
	value = by_attributes(sh, v, value, &len);
	if (v->flags & VAR_ASSOC)
		sh_assoc_put(v->array, sub, sh_stack_text(sh, value, len));
	else
		sh_array_put(v->array, i, value, len);
	v->flags |= VAR_SET;
	if (sh->opt[O_ALLEXPORT])
		v->flags |= VAR_EXPORT;
}

bool sh_element_unset(struct shell *sh, struct var *v, const char *sub)
{
	struct array *a;
	size_t at;

	v = sh_var_target(sh, v, NULL);
	if (v->flags & VAR_READONLY) {
		sh_warn(sh, "unset: %s: cannot unset: readonly variable", v->name);
		return false;
	}
	a = v->array;
	if (!(v->flags & (VAR_ARRAY | VAR_ASSOC))) {
		if (index_of(sh, v, sub, false) == 0)
			return sh_var_unset(sh, v);
		sh_warn(sh, "unset: %s: not an array variable", v->name);
		return false;
	}
	if (!a)
		return true;
	if (v->flags & VAR_ASSOC) {
		ptrdiff_t i = assoc_place(a, sub);

		if (i < 0)
			return true;
		at = (size_t)i;
	} else {
		intmax_t i = index_of(sh, v, sub, false);

		if (i < 0) {
			sh_warn(sh, "unset: [%s]: bad array subscript", sub);
			return false;
		}
		at = array_place(a, i);
		if (at >= a->count || a->items[at].index != i)
			return true;
	}
	free(a->items[at].key);
	free(a->items[at].value);
	a->count--;
	memmove(a->items + at, a->items + at + 1, (a->count - at) * sizeof(*a->items));
	if (v->flags & VAR_ASSOC)
		rehash(a);
	return true;
}

void sh_array_set_list(struct shell *sh, struct var *v, char **values, size_t count)
{
	v = sh_var_target(sh, v, NULL);
	sh_var_check(sh, v);
	if (v->flags & VAR_ASSOC)
		sh_discard(sh, "%s: cannot convert associative to indexed array", v->name);
	if (v->flags & VAR_ARRAY && v->array) {
		sh_array_clear(v->array);
	} else {
		free(v->text);
		v->text = NULL;
		v->len = v->cap = 0;
		v->flags &= ~(uint32_t)(VAR_SET | VAR_NUMBER | VAR_NO_TEXT);
		sh_array_make(sh, v, false);
	}
	for (size_t i = 0; i < count; i++)
		sh_array_put(v->array, (intmax_t)i, values[i], strlen(values[i]));
	v->flags |= VAR_SET;
}

/* ---- scopes ---- */

struct scope *sh_function_scope(struct shell *sh)
{
	struct scope *s = sh->scope;

	while (s && !s->function)
		s = s->outer;
	return s;
}

void sh_scope_hide(struct shell *sh, struct scope *s, struct var *v, bool inherit)
{
	struct saved_var *saved;

	for (saved = s->saved; saved; saved = saved->next)
		if (saved->var == v)
			return;
	if (v->flags & VAR_NO_TEXT)
		sh_var_text(sh, v);
	saved = sh_xmalloc(sizeof(*saved));
	saved->next = s->saved;
	saved->var = v;
	saved->was = *v;
	s->saved = saved;
	v->text = NULL;
	v->array = NULL;
	v->len = v->cap = 0;
	if (!inherit) {
		v->flags &= VAR_EXPORT | VAR_HOOK | VAR_DYNAMIC | (v->flags & VAR_DYNAMIC ? VAR_ARRAY : 0);
		v->flags |= VAR_LOCAL;
		if (v->flags & VAR_EXPORT)
			sh->env_stale = true;
		return;
	}
	if (saved->was.text)
		store(v, saved->was.text, saved->was.len);
	v->flags = saved->was.flags | VAR_LOCAL;
	if (saved->was.array) {
		v->array = sh_xmalloc(sizeof(*v->array));
		*v->array = (struct array){ 0 };
		for (size_t i = 0; i < saved->was.array->count; i++) {
			const struct element *e = &saved->was.array->items[i];

			if (v->flags & VAR_ASSOC)
				sh_assoc_put(v->array, e->key, e->value);
			else
				sh_array_put(v->array, e->index, e->value, strlen(e->value));
		}
	}
}

void sh_scope_end(struct shell *sh, struct scope *s)
{
	while (s->saved) {
		struct saved_var *saved = s->saved;
		struct var *v = saved->var;

		s->saved = saved->next;
		if ((v->flags | saved->was.flags) & VAR_EXPORT)
			sh->env_stale = true;
		free(v->text);
		free_array(v->array);
		v->flags = saved->was.flags;
		v->text = saved->was.text;
		v->len = saved->was.len;
		v->cap = saved->was.cap;
		v->number = saved->was.number;
		v->array = saved->was.array;
		if (v->flags & VAR_HOOK)
			changed(sh, v);
		free(saved);
	}
}

bool sh_var_posixly(struct shell *sh)
{
	return sh->v_posix->flags & VAR_SET;
}
