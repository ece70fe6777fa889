/* sh_vars.c - the shell's variables */
#include "sh.h"

size_t name_length(const char *s)
{
	size_t n = 0;

	if (*s >= '0' && *s <= '9')
		return 0;
	while (s[n] == '_' || (s[n] >= '0' && s[n] <= '9') || ((s[n] | 32) >= 'a' && (s[n] | 32) <= 'z'))
		n++;
	return n;
}

static unsigned bucket(const char *name)
{
	unsigned h = 5381;

	for (; *name; name++)
		h = h * 33 + (unsigned char)*name;
	return h % VARIABLE_BUCKETS;
}

struct variable *var_find(const struct shell *sh, const char *name)
{
	for (struct variable *v = sh->variables[bucket(name)]; v; v = v->next)
		if (strcmp(v->name, name) == 0)
			return v;
	return NULL;
}

const char *var_get(const struct shell *sh, const char *name)
{
	const struct variable *v = var_find(sh, name);

	return v ? v->value : NULL;
}

/* Variables outlive the commands that set them, so they are not the arena's. */
static char *keep(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		arena_exhausted();
	return copy;
}

bool var_set(struct shell *sh, const char *name, const char *value, unsigned flags)
{
	struct variable *v = var_find(sh, name);

	if (!v) {
		unsigned b = bucket(name);

		v = calloc(1, sizeof(*v));
		if (!v)
			arena_exhausted();
		v->name = keep(name);
		v->next = sh->variables[b];
		sh->variables[b] = v;
	}
	if (value && v->flags & VAR_READONLY) {
		shell_error(sh, "%s: is read only", name);
		return false;
	}
	if (value) {
		char *old = v->value;

		v->value = keep(value);
		free(old);
	}
	v->flags |= flags | (sh->allexport && value ? VAR_EXPORT : 0);
	return true;
}

bool var_unset(struct shell *sh, const char *name)
{
	for (struct variable **at = &sh->variables[bucket(name)]; *at; at = &(*at)->next) {
		struct variable *v = *at;

		if (strcmp(v->name, name) != 0)
			continue;
		if (v->flags & VAR_READONLY) {
			shell_error(sh, "unset: %s: is read only", name);
			return false;
		}
		*at = v->next;
		free(v->name);
		free(v->value);
		free(v);
		break;
	}
	return true;
}

char **var_environment(const struct shell *sh)
{
	struct words env = { 0 };

	words_add(&env, NULL);
	env.count = 0;
	for (size_t i = 0; i < VARIABLE_BUCKETS; i++)
		for (const struct variable *v = sh->variables[i]; v; v = v->next)
			if (v->value && v->flags & VAR_EXPORT)
				words_add(&env, arena_printf("%s=%s", v->name, v->value));
	return env.list;
}

void restore_locals(struct shell *sh)
{
	while (sh->locals && sh->locals->depth == sh->functions_deep) {
		struct local *l = sh->locals;
		struct variable *v = var_find(sh, l->name);

		sh->locals = l->next;
		if (v)
			v->flags &= (unsigned)~VAR_READONLY;
		var_unset(sh, l->name);
		if (l->value || l->flags) {
			var_set(sh, l->name, l->value, 0);
			v = var_find(sh, l->name);
			v->flags = l->flags;
		}
		free(l->name);
		free(l->value);
		free(l);
	}
}
