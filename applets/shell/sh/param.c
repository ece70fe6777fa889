/* param.c - parameters: their values and the operators of ${...}; and quoting
 * for output
 *
 * POSIX.1-2024 XCU 2.6.2; the Bash manual, "Shell Parameter Expansion".
 */
#include "sh.h"

size_t sh_text_length(const struct shell *sh, const char *s, size_t len)
{
	size_t n = 0;

	if (!sh->utf8)
		return len;
	for (size_t i = 0; i < len; n++) {
		uint32_t c;
		int size = (unsigned char)s[i] < 0x80 ? 1 : utf8_decode(s + i, len - i, &c);

		i += size > 0 ? (size_t)size : 1;
	}
	return n;
}

/* The byte where the n-th character begins. */
static size_t byte_of(const struct shell *sh, const char *s, size_t len, size_t n)
{
	size_t i = 0;

	if (!sh->utf8)
		return n < len ? n : len;
	for (; i < len && n > 0; n--) {
		uint32_t c;
		int size = (unsigned char)s[i] < 0x80 ? 1 : utf8_decode(s + i, len - i, &c);

		i += size > 0 ? (size_t)size : 1;
	}
	return i;
}

/* ---- quoting ---- */

static bool has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 32 || *s == 127)
			return true;
	return false;
}

static bool valid_text(const char *s)
{
	size_t len = strlen(s);

	for (size_t i = 0; i < len;) {
		uint32_t c;
		int n = utf8_decode(s + i, len - i, &c);

		if (n <= 0)
			return false;
		i += (size_t)n;
	}
	return true;
}

void sh_quote_single(struct sbuf *b, const char *s)
{
	sh_sbuf_char(b, '\'');
	for (; *s; s++)
		if (*s == '\'')
			sh_sbuf_str(b, "'\\''");
		else
			sh_sbuf_char(b, *s);
	sh_sbuf_char(b, '\'');
}

static void quote_dollar(struct sbuf *b, const char *s)
{
	static const char letters[] = "\a\b\033\f\n\r\t\v\\'", names[] = "abEfnrtv\\'";

	sh_sbuf_str(b, "$'");
	for (; *s; s++) {
		const char *known = strchr(letters, *s);
		uint32_t c;
		int n = utf8_decode(s, strlen(s), &c);

		if (known) {
			sh_sbuf_char(b, '\\');
			sh_sbuf_char(b, names[known - letters]);
		} else if (n <= 0 || (unsigned char)*s < 32 || *s == 127) {
			sh_sbuf_fmt(b, "\\%03o", (unsigned char)*s);
		} else {
			sh_sbuf_mem(b, s, (size_t)n);
			s += n - 1;
		}
	}
	sh_sbuf_char(b, '\'');
}

void sh_quote_word(struct sbuf *b, const char *s)
{
	if (has_control(s) || !valid_text(s))
		quote_dollar(b, s);
	else if (!*s || strpbrk(s, " '\"\\$`*?[]{}()<>|&;!#^") || *s == '~')
		sh_quote_single(b, s);
	else
		sh_sbuf_str(b, s);
}

void sh_quote_backslash(struct sbuf *b, const char *s)
{
	if (!*s) {
		sh_sbuf_str(b, "''");
		return;
	}
	if (has_control(s) || !valid_text(s)) {
		quote_dollar(b, s);
		return;
	}
	for (const char *p = s; *p; p++) {
		if (strchr(" '\"\\$`*?[]{}()<>|&;!^,", *p) || ((*p == '#' || *p == '~') && p == s))
			sh_sbuf_char(b, '\\');
		sh_sbuf_char(b, *p);
	}
}

void sh_quote_double(struct sbuf *b, const char *s)
{
	if (has_control(s) || !valid_text(s)) {
		quote_dollar(b, s);
		return;
	}
	sh_sbuf_char(b, '"');
	for (; *s; s++) {
		if (strchr("\"\\$`", *s))
			sh_sbuf_char(b, '\\');
		sh_sbuf_char(b, *s);
	}
	sh_sbuf_char(b, '"');
}

/* ---- values ---- */

static void set_text(struct value *v, const char *s)
{
	v->text = s;
	v->len = s ? strlen(s) : 0;
}

static void set_number(struct value *v, intmax_t n)
{
	set_text(v, num_to_str_signed(n, v->digits));
}

static void special_value(struct shell *sh, char letter, struct value *v)
{
	char flags[64];

	switch (letter) {
	case '#':
		set_number(v, sh->args_count);
		break;
	case '?':
		set_number(v, sh->status);
		break;
	case '$':
		set_number(v, sh->pid);
		break;
	case '!':
		if (sh->background)
			set_number(v, sh->background);
		break;
	case '-':
		sh_options_flags(sh, flags);
		set_text(v, sh_stack_text(sh, flags, strlen(flags)));
		break;
	case '0':
		set_text(v, sh->name);
		break;
	default:
		v->list = true;
		v->items = sh->args;
		v->count = (size_t)sh->args_count;
	}
}

/* All elements of an array (or the one value of another variable), or its keys.
 */
static void array_values(struct shell *sh, struct var *var, struct value *v, bool keys)
{
	char *sub;

	var = sh_var_target(sh, var, &sub);
	sh_var_refresh(sh, var);
	v->list = true;
	if (sub) {
		const char *s = sh_element_get(sh, var, sub);

		v->items = sh_stack_alloc(sh, 2 * sizeof(char *));
		if (s)
			v->items[v->count++] = sh_stack_text(sh, s, strlen(s));
		return;
	}
	if (!(var->flags & (VAR_ARRAY | VAR_ASSOC))) {
		const char *s = sh_var_text(sh, var);

		v->items = sh_stack_alloc(sh, 2 * sizeof(char *));
		if (s)
			v->items[v->count++] = keys ? sh_stack_text(sh, "0", 1)
						    : sh_stack_text(sh, s, strlen(s));
		return;
	}
	if (!var->array)
		return;
	v->items = sh_stack_alloc(sh, (var->array->count + 1) * sizeof(char *));
	for (size_t i = 0; i < var->array->count; i++) {
		struct element *e = &var->array->items[i];

		v->items[v->count++] = !keys    ? e->value
				       : e->key ? e->key
						: sh_stack_printf(sh, "%jd", e->index);
	}
}

/* An element by the subscript that the tree has. */
static const char *element_value(struct shell *sh, struct param *p)
{
	struct var *var = sh_var_target(sh, p->var, NULL);
	intmax_t i;

	if (var->flags & VAR_ASSOC)
		return sh_element_get(sh, var, sh_expand_string(sh, p->sub, NULL));
	i = sh_arith_value(sh, p->sub_arith);
	if (i >= 0 && var->flags & VAR_ARRAY && !(var->flags & VAR_DYNAMIC))
		return var->array ? sh_array_at(var->array, i) : NULL;
	return sh_element_get(sh, var, sh_stack_printf(sh, "%jd", i));
}

void sh_param_value(struct shell *sh, struct param *p, struct value *v)
{
	const char *s;

	v->text = NULL;
	v->len = 0;
	v->list = false;
	v->items = NULL;
	v->count = 0;
	switch (p->kind) {
	case PARAM_NUMBER:
		if (p->number <= sh->args_count)
			set_text(v, sh->args[p->number - 1]);
		break;
	case PARAM_SPECIAL:
		special_value(sh, p->letter, v);
		break;
	default:
		if (p->list) {
			array_values(sh, p->var, v, false);
		} else if (p->sub) {
			set_text(v, element_value(sh, p));
		} else {
			s = sh_var_text(sh, p->var);
			v->text = s;
			v->len = !s ? 0 : s == p->var->text ? p->var->len : strlen(s);
		}
	}
}

/* ---- operators ---- */

/* Makes the parameter that ${!x} leads to. */
static struct param *reference(struct shell *sh, const struct param *p, const char *name)
{
	struct param *to = sh_stack_alloc(sh, sizeof(*to));
	size_t n = sh_name_length(name), len = strlen(name);

	*to = *p;
	to->indirect = false;
	to->sub = NULL;
	to->list = 0;
	if (n == len && n > 0) {
		to->kind = PARAM_VAR;
		to->var = sh_var_named(sh, name, n);
		return to;
	}
	if (n > 0 && name[n] == '[' && name[len - 1] == ']') {
		to->kind = PARAM_VAR;
		to->var = sh_var_named(sh, name, n);
		if (len - n == 3 && (name[n + 1] == '@' || name[n + 1] == '*')) {
			to->list = name[n + 1];
		} else {
			char *sub = sh_stack_text(sh, name + n + 1, len - n - 2);
			struct word *w = sh_stack_alloc(sh, sizeof(*w));

			*w = (struct word){ .plain = sh_expand_text(sh, sub) };
			w->plain_len = strlen(w->plain);
			to->sub = w;
			to->sub_arith = NULL;
		}
		return to;
	}
	if (len && strspn(name, "0123456789") == len) {
		to->kind = PARAM_NUMBER;
		to->number = (int)strtol(name, NULL, 10);
		if (to->number == 0) {
			to->kind = PARAM_SPECIAL;
			to->letter = '0';
		}
		return to;
	}
	if (len == 1 && strchr("@*#?-$!", *name)) {
		to->kind = PARAM_SPECIAL;
		to->letter = *name;
		to->list = *name == '@' || *name == '*' ? *name : 0;
		return to;
	}
	sh_discard(sh, "%s: invalid variable name", name);
}

/* The parameter as it is written, for messages. */
static const char *param_name(struct shell *sh, const struct param *p)
{
	if (p->kind == PARAM_NUMBER)
		return sh_stack_printf(sh, "%d", p->number);
	if (p->kind == PARAM_SPECIAL)
		return sh_stack_printf(sh, "%c", p->letter);
	if (p->list)
		return sh_stack_printf(sh, "%s[%c]", p->var->name, p->list);
	if (p->sub)
		return sh_stack_printf(sh, "%s[%s]", p->var->name, p->sub->plain ? p->sub->plain : "...");
	return p->var->name;
}

static void assign_default(struct shell *sh, struct param *p, struct value *v)
{
	size_t len;
	char *s = sh_expand_string(sh, p->word, &len);

	if (p->kind != PARAM_VAR || p->list)
		sh_discard(sh, "$%s: cannot assign in this way", param_name(sh, p));
	s = sh_stack_text(sh, s, len);
	if (p->sub) {
		struct var *var = sh_var_target(sh, p->var, NULL);
		const char *sub = var->flags & VAR_ASSOC || !p->sub_arith
					  ? sh_expand_string(sh, p->sub, NULL)
					  : sh_stack_printf(sh, "%jd", sh_arith_value(sh, p->sub_arith));

		sh_element_set(sh, var, sub, s, false);
		set_text(v, sh_element_get(sh, var, sub));
	} else {
		sh_var_set(sh, p->var, s, len);
		set_text(v, sh_var_text(sh, p->var));
	}
}

/* What the shell ends with where a parameter must be set and is not. */
static int unset_status(const struct shell *sh)
{
	if (sh->opt[O_POSIX])
		return 2;
	return sh->command_string && !sh->subshells ? 127 : 1;
}

static _Noreturn void error_if_unset(struct shell *sh, struct param *p)
{
	const char *message = p->word->parts ? sh_expand_string(sh, p->word, NULL) : NULL;

	if (!message || !*message)
		message = p->colon ? "parameter null or not set" : "parameter not set";
	sh_error(sh, unset_status(sh), "%s: %s", param_name(sh, p), message);
}

/* One of # ## % %% on a text. */
static void cut(struct shell *sh, uint8_t op, const char *pattern, struct value *v)
{
	bool longest = op == OP_CUT_FRONT_LONG || op == OP_CUT_END_LONG;
	ptrdiff_t n;

	if (op == OP_CUT_FRONT || op == OP_CUT_FRONT_LONG) {
		n = sh_pattern_prefix(sh, pattern, v->text, v->len, longest);
		if (n > 0) {
			v->text += n;
			v->len -= (size_t)n;
		}
		return;
	}
	n = sh_pattern_suffix(sh, pattern, v->text, v->len, longest);
	if (n > 0)
		v->text = sh_stack_text(sh, v->text, v->len -= (size_t)n);
}

/* Appends the replacement for a match: & in it stands for the match. */
static void append_replacement(struct shell *sh, struct sbuf *b, const char *r, const char *match, size_t len)
{
	for (; *r; r++) {
		if (*r == ESC && r[1]) {
			sh_sbuf_char(b, *++r);
		} else if (*r == '\\' && r[1] == '&' && sh->shopt[S_PATSUB_REPLACEMENT]) {
			sh_sbuf_char(b, *++r);
		} else if (*r == '&' && sh->shopt[S_PATSUB_REPLACEMENT]) {
			sh_sbuf_mem(b, match, len);
		} else {
			sh_sbuf_char(b, *r);
		}
	}
}

static void replace(struct shell *sh, uint8_t op, const char *pattern, const char *by, struct value *v)
{
	struct sbuf *b;
	const char *s = v->text;
	size_t len = v->len, from = 0, end;
	ptrdiff_t at;

	if (!*pattern && op != OP_REPLACE_FRONT && op != OP_REPLACE_END)
		return;
	b = sh_buffer_take(sh);
	if (op == OP_REPLACE_FRONT || op == OP_REPLACE_END) {
		at = op == OP_REPLACE_FRONT ? sh_pattern_prefix(sh, pattern, s, len, true)
					    : sh_pattern_suffix(sh, pattern, s, len, true);
		if (at < 0) {
			buffer_drop(sh);
			return;
		}
		if (op == OP_REPLACE_END)
			sh_sbuf_mem(b, s, len - (size_t)at);
		append_replacement(sh, b, by, op == OP_REPLACE_END ? s + len - at : s, (size_t)at);
		if (op == OP_REPLACE_FRONT)
			sh_sbuf_mem(b, s + at, len - (size_t)at);
		from = len;
	}
	while (from < len && (at = sh_pattern_search(sh, pattern, s, len, from, &end)) >= 0) {
		sh_sbuf_mem(b, s + from, (size_t)at - from);
		append_replacement(sh, b, by, s + at, end - (size_t)at);
		from = end;
		if (end == (size_t)at) {
			/* an empty match: go on behind the next character */
			if (from < len)
				sh_sbuf_char(b, s[from]);
			from++;
		}
		if (op == OP_REPLACE)
			break;
	}
	if (from < len)
		sh_sbuf_mem(b, s + from, len - from);
	v->len = b->len;
	v->text = sh_stack_text(sh, b->len ? b->p : "", b->len);
	buffer_drop(sh);
}

/* ^ ^^ , ,, ~ ~~ */
static void change_case(struct shell *sh, const struct param *p, const char *pattern, struct value *v)
{
	struct sbuf *b = sh_buffer_take(sh);

	for (size_t i = 0; i < v->len;) {
		uint32_t c = (unsigned char)v->text[i];
		int n = sh->utf8 ? utf8_decode(v->text + i, v->len - i, &c) : 1;
		char bytes[4];

		if (n <= 0) {
			sh_sbuf_char(b, v->text[i++]);
			continue;
		}
		if ((i == 0 || p->twice) &&
		    (!*pattern || sh_pattern_match_range(sh, pattern, v->text + i, v->text + i + n, false))) {
			uint32_t to = p->transform == '^'   ? char_upper(c)
				      : p->transform == ',' ? char_lower(c)
				      : char_is_upper(c)    ? char_lower(c)
							    : char_upper(c);

			sh_sbuf_mem(b, bytes, (size_t)utf8_encode(to, bytes));
		} else {
			sh_sbuf_mem(b, v->text + i, (size_t)n);
		}
		i += (size_t)n;
	}
	v->len = b->len;
	v->text = sh_stack_text(sh, b->len ? b->p : "", b->len);
	buffer_drop(sh);
}

/* ${x:offset:length} on a text, or a list. */
static void slice(struct shell *sh, struct param *p, struct value *v)
{
	intmax_t offset = sh_arith_value(sh, p->offset), length = 0, total;

	if (p->length)
		length = sh_arith_value(sh, p->length);
	if (v->list) {
		size_t skip = 0;

		if (p->kind == PARAM_SPECIAL) {
			/* $0 is counted too */
			char **all = sh_stack_alloc(sh, (v->count + 2) * sizeof(char *));

			all[0] = sh_stack_text(sh, sh->name, strlen(sh->name));
			if (v->count)
				memcpy(all + 1, v->items, v->count * sizeof(char *));
			total = (intmax_t)v->count + 1;
			if (offset < 0)
				offset += total;
			if (offset < 0 || offset > total) {
				v->count = 0;
				return;
			}
			v->items = all + offset;
			v->count = (size_t)(total - offset);
		} else {
			struct var *var = sh_var_target(sh, p->var, NULL);
			const struct array *a = var->flags & VAR_ARRAY ? var->array : NULL;

			total = a && a->count ? a->items[a->count - 1].index + 1 : (intmax_t)v->count;
			if (offset < 0)
				offset += total;
			if (offset < 0) {
				v->count = 0;
				return;
			}
			if (a)
				while (skip < a->count && a->items[skip].index < offset)
					skip++;
			else
				skip = (uintmax_t)offset < v->count ? (size_t)offset : v->count;
			v->items += skip;
			v->count -= skip;
		}
		if (p->length) {
			if (length < 0)
				sh_discard(sh, "%jd: substring expression < 0", length);
			if ((uintmax_t)length < v->count)
				v->count = (size_t)length;
		}
		return;
	}
	if (!v->text)
		return;
	total = (intmax_t)sh_text_length(sh, v->text, v->len);
	if (offset < 0)
		offset += total;
	if (offset < 0 || offset > total) {
		set_text(v, "");
		return;
	}
	if (!p->length)
		length = total - offset;
	else if (length < 0) {
		length += total - offset;
		if (length < 0)
			sh_discard(sh, "%jd: substring expression < 0", length - (total - offset));
	} else if (length > total - offset) {
		length = total - offset;
	}
	{
		size_t start = byte_of(sh, v->text, v->len, (size_t)offset);
		size_t size = byte_of(sh, v->text + start, v->len - start, (size_t)length);

		v->text = sh_stack_text(sh, v->text + start, size);
		v->len = size;
	}
}

static void attribute_letters(const struct var *v, char *out)
{
	static const struct {
		uint32_t flag;
		char letter;
	} letters[] = {
		{ VAR_ARRAY, 'a' },   { VAR_ASSOC, 'A' },    { VAR_INTEGER, 'i' }, { VAR_LOWER, 'l' },
		{ VAR_NAMEREF, 'n' }, { VAR_READONLY, 'r' }, { VAR_UPPER, 'u' },   { VAR_EXPORT, 'x' }
	};

	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
		if (v->flags & letters[i].flag)
			*out++ = letters[i].letter;
	*out = 0;
}

/* ${x@X} on one value. */
static void transform(struct shell *sh, struct param *p, struct value *v)
{
	struct sbuf *b = sh_buffer_take(sh);
	struct var *var = p->kind == PARAM_VAR ? sh_var_target(sh, p->var, NULL) : NULL;
	struct param how = *p;
	char letters[16] = "";

	if (var)
		attribute_letters(var, letters);
	switch (p->transform) {
	case 'Q':
	case 'K':
	case 'k':
		if (!v->text)
			break;
		if (has_control(v->text))
			quote_dollar(b, v->text);
		else
			sh_quote_single(b, v->text);
		break;
	case 'E':
		if (v->text)
			sh_dollar_quote(v->text, v->text + v->len, b, false);
		break;
	case 'P':
		if (v->text)
			sh_sbuf_str(b, v->text);
		break;
	case 'A':
		if (!var)
			break;
		if (*letters)
			sh_sbuf_fmt(b, "declare -%s ", letters);
		if (!v->text && !*letters)
			break;
		sh_sbuf_str(b, var->name);
		if (v->text) {
			sh_sbuf_char(b, '=');
			sh_quote_single(b, v->text);
		}
		break;
	case 'a':
		if (var && (v->text || *letters))
			sh_sbuf_str(b, letters);
		break;
	default:
		buffer_drop(sh);
		if (!v->text)
			return;
		how.twice = p->transform != 'u';
		how.transform = p->transform == 'L' ? ',' : '^';
		change_case(sh, &how, "", v);
		return;
	}
	v->len = b->len;
	v->text = v->text || b->len ? sh_stack_text(sh, b->len ? b->p : "", b->len) : NULL;
	buffer_drop(sh);
}

/* ${a[@]@K} and ${a[@]@A} */
static void transform_list(struct shell *sh, struct param *p, struct value *v)
{
	struct sbuf *b = sh_buffer_take(sh);

	if (p->kind == PARAM_VAR && p->transform == 'A') {
		struct var *var = sh_var_target(sh, p->var, NULL);

		sh_show_declaration(sh, b, var);
		while (b->len && b->p[b->len - 1] == '\n')
			b->len--;
		v->items = sh_stack_alloc(sh, sizeof(char *));
		v->items[0] = sh_stack_text(sh, b->len ? b->p : "", b->len);
		v->count = 1;
	} else {
		struct value keys = { 0 };

		array_values(sh, p->var, &keys, true);
		if (p->transform == 'k') {
			char **both = sh_stack_alloc(sh, (2 * v->count + 1) * sizeof(char *));

			for (size_t i = 0; i < v->count; i++) {
				both[2 * i] = keys.items[i];
				both[2 * i + 1] = v->items[i];
			}
			v->items = both;
			v->count *= 2;
		} else {
			for (size_t i = 0; i < v->count; i++) {
				sh_sbuf_fmt(b, "%s%s ", i ? " " : "", keys.items[i]);
				sh_quote_double(b, v->items[i]);
			}
			v->items = sh_stack_alloc(sh, sizeof(char *));
			v->items[0] = sh_stack_text(sh, b->len ? b->p : "", b->len);
			v->count = 1;
		}
	}
	buffer_drop(sh);
}

/* Applies an operator that works on each text by itself. */
static void apply(struct shell *sh, struct param *p, const char *pattern, const char *by, struct value *v)
{
	switch (p->op) {
	case OP_CUT_FRONT:
	case OP_CUT_FRONT_LONG:
	case OP_CUT_END:
	case OP_CUT_END_LONG:
		cut(sh, p->op, pattern, v);
		break;
	case OP_REPLACE:
	case OP_REPLACE_ALL:
	case OP_REPLACE_FRONT:
	case OP_REPLACE_END:
		replace(sh, p->op, pattern, by, v);
		break;
	case OP_CASE:
		change_case(sh, p, pattern, v);
		break;
	default:
		transform(sh, p, v);
	}
}

static void names_with_prefix(struct shell *sh, const char *prefix, struct value *v)
{
	struct var **all = sh_vars_sorted(sh, 0);
	size_t n = 0;

	for (struct var **p = all; *p; p++)
		n++;
	v->list = true;
	v->items = sh_stack_alloc(sh, (n + 1) * sizeof(char *));
	for (struct var **p = all; *p; p++)
		if (strncmp((*p)->name, prefix, strlen(prefix)) == 0 && sh_var_is_set(sh, *p))
			v->items[v->count++] = sh_stack_text(sh, (*p)->name, strlen((*p)->name));
}

static void unbound(struct shell *sh, struct param *p)
{
	if (sh->opt[O_NOUNSET] && !(p->kind == PARAM_SPECIAL && p->list) && !(p->list))
		sh_error(sh, unset_status(sh), "%s: unbound variable", param_name(sh, p));
}

/* Whether the value is missing for - = ? +. */
static bool is_missing(const struct param *p, const struct value *v)
{
	if (v->list)
		return v->count == 0 || (p->colon && v->count == 1 && !*v->items[0]);
	return !v->text || (p->colon && v->len == 0);
}

bool sh_param_expand(struct shell *sh, struct param *p, struct value *v, struct word **operand)
{
	const char *pattern = "", *by = "";

	v->text = NULL;
	v->list = false;
	v->items = NULL;
	v->len = v->count = 0;
	if (p->op == OP_NAMES) {
		names_with_prefix(sh, p->var->name, v);
		return true;
	}
	if (p->op == OP_KEYS) {
		array_values(sh, p->var, v, true);
		return true;
	}
	if (p->indirect) {
		struct param plain = *p;

		if (p->kind == PARAM_VAR && p->var->flags & VAR_NAMEREF && !p->sub) {
			if (p->op == OP_NONE) {
				set_text(v, p->var->text ? p->var->text : "");
				return true;
			}
		}
		plain.indirect = false;
		sh_param_value(sh, &plain, v);
		if (!v->text || !*v->text) {
			if (p->op == OP_DEFAULT || p->op == OP_OTHER) {
				if (p->op == OP_OTHER)
					return true;
				*operand = p->word;
				return false;
			}
			unbound(sh, p);
			if (p->kind != PARAM_VAR && !v->text)
				return true;
			if (v->text || !sh->opt[O_POSIX])
				sh_discard(sh, "%s: %s", param_name(sh, p),
					   v->text ? ": invalid variable name"
						   : "invalid indirect expansion");
			return true;
		}
		p = reference(sh, p, v->text);
		sh_param_value(sh, p, v);
		if (p->sub && !p->sub_arith)
			set_text(v, sh_element_get(sh, p->var, p->sub->plain));
	} else {
		sh_param_value(sh, p, v);
	}
	switch (p->op) {
	case OP_DEFAULT:
		if (!is_missing(p, v))
			return true;
		*operand = p->word;
		return false;
	case OP_OTHER:
		if (is_missing(p, v)) {
			v->text = NULL;
			v->list = v->list && v->count == 0;
			v->count = 0;
			if (!v->list)
				set_text(v, "");
			return true;
		}
		*operand = p->word;
		return false;
	case OP_ASSIGN:
		if (is_missing(p, v)) {
			v->list = false;
			assign_default(sh, p, v);
		}
		return true;
	case OP_ERROR:
		if (is_missing(p, v))
			error_if_unset(sh, p);
		return true;
	case OP_LENGTH:
		if (v->list) {
			set_number(v, (intmax_t)v->count);
			v->list = false;
			return true;
		}
		if (!v->text)
			unbound(sh, p);
		set_number(v, (intmax_t)sh_text_length(sh, v->text ? v->text : "", v->len));
		return true;
	case OP_NONE:
		if (!v->text && !v->list)
			unbound(sh, p);
		return true;
	case OP_SLICE:
		if (!v->text && !v->list)
			unbound(sh, p);
		slice(sh, p, v);
		return true;
	}
	if (!v->text && !v->list) {
		if (p->op != OP_TRANSFORM || (p->transform != 'a' && p->transform != 'A'))
			unbound(sh, p);
		if (p->op != OP_TRANSFORM)
			return true;
	}
	if (p->word)
		pattern = sh_expand_pattern(sh, p->word);
	if (p->word2)
		by = sh_expand_pattern(sh, p->word2);
	if (!v->list) {
		if (p->op == OP_REPLACE_ALL + 0 && !v->text)
			return true;
		apply(sh, p, pattern, by, v);
		return true;
	}
	if (p->op == OP_TRANSFORM && strchr("AKk", p->transform) && p->kind == PARAM_VAR) {
		transform_list(sh, p, v);
		return true;
	}
	{
		char **items = sh_stack_alloc(sh, (v->count + 1) * sizeof(char *));

		for (size_t i = 0; i < v->count; i++) {
			struct value one = { .text = v->items[i], .len = strlen(v->items[i]) };

			apply(sh, p, pattern, by, &one);
			items[i] = sh_stack_text(sh, one.text ? one.text : "", one.len);
		}
		v->items = items;
	}
	return true;
}
