/* cond.c - [[ ]], and the common cases of test
 *
 * The Bash manual, "Conditional Constructs" and "Bash Conditional Expressions".
 */
#include "filetest.h"
#include "regex.h"
#include "sh.h"

bool sh_cond_binary_operator(const char *s)
{
	static const char *const operators[] = { "=",   "==",  "!=",  "=~",  "-eq", "-ne", "-lt",
						 "-le", "-gt", "-ge", "-nt", "-ot", "-ef", NULL };

	for (int i = 0; operators[i]; i++)
		if (strcmp(operators[i], s) == 0)
			return true;
	return false;
}

/* Reads a plain decimal number. */
static bool plain_number(const char *s, intmax_t *out)
{
	bool negative = *s == '-';
	const char *start;
	intmax_t n = 0;

	s += negative;
	for (start = s; *s >= '0' && *s <= '9' && s - start < 18; s++)
		n = n * 10 + (*s - '0');
	*out = negative ? -n : n;
	return !*s && s > start;
}

/* -eq and the like: the two letters. */
static int compare_numbers(const char *op, intmax_t a, intmax_t b)
{
	switch (op[0] << 8 | op[1]) {
	case 'e' << 8 | 'q':
		return a == b;
	case 'n' << 8 | 'e':
		return a != b;
	case 'l' << 8 | 't':
		return a < b;
	case 'l' << 8 | 'e':
		return a <= b;
	case 'g' << 8 | 't':
		return a > b;
	case 'g' << 8 | 'e':
		return a >= b;
	}
	return -1;
}

static int test_binary(const char *left, const char *op, const char *right)
{
	intmax_t a, b;
	int result;

	if (op[0] == '=' && (!op[1] || (op[1] == '=' && !op[2])))
		return strcmp(left, right) != 0;
	if (op[0] == '!' && op[1] == '=' && !op[2])
		return strcmp(left, right) == 0;
	if ((op[0] == '<' || op[0] == '>') && !op[1])
		return op[0] == '<' ? strcmp(left, right) >= 0 : strcmp(left, right) <= 0;
	if (op[0] != '-' || !op[1] || !op[2] || op[3] || !plain_number(left, &a) || !plain_number(right, &b))
		return -1;
	result = compare_numbers(op + 1, a, b);
	return result < 0 ? -1 : !result;
}

int sh_test_quickly(struct shell *sh, int argc, char **argv)
{
	(void)sh;
	if (argv[0][0] == '[') {
		if (argv[argc - 1][0] != ']' || argv[argc - 1][1])
			return -1;
		argc--;
	}
	argv++;
	argc--;
	if (argc == 3)
		return test_binary(argv[0], argv[1], argv[2]);
	if (argc == 2 && argv[0][0] == '-' && argv[0][1] && !argv[0][2]) {
		switch (argv[0][1]) {
		case 'n':
			return !*argv[1];
		case 'z':
			return *argv[1] != 0;
		case 'e':
		case 'f':
		case 'd':
		case 's':
		case 'r':
		case 'w':
		case 'x':
		case 'h':
		case 'L':
			return !file_test(argv[0][1], argv[1]);
		case 'v':
			return !sh_element_is_set(sh, argv[1]);
		case 'o':
			return !sh_option_is_set(sh, argv[1]);
		case 'R': {
			struct var *v = sh_var_known(sh, argv[1]);

			return !(v && v->flags & VAR_NAMEREF);
		}
		}
		return -1;
	}
	if (argc == 1)
		return argv[0][0] == '-' && argv[0][1] == '-' ? -1 : !*argv[0];
	if (argc == 4 && argv[0][0] == '!' && !argv[0][1]) {
		int status = test_binary(argv[1], argv[2], argv[3]);

		return status < 0 ? -1 : !status;
	}
	return -1;
}

bool sh_option_is_set(struct shell *sh, const char *name)
{
	for (int i = 0; i < O_COUNT; i++)
		if (sh_option_names[i].name && strcmp(sh_option_names[i].name, name) == 0)
			return sh->opt[i];
	return false;
}

bool sh_element_is_set(struct shell *sh, const char *name)
{
	size_t n = sh_name_length(name), len = strlen(name);
	struct var *v;

	if (n == 0)
		return false;
	v = sh_var_named(sh, name, n);
	if (n == len) {
		v = sh_var_target(sh, v, NULL);
		return v->flags & (VAR_ARRAY | VAR_ASSOC) ? sh_var_text(sh, v) != NULL : sh_var_is_set(sh, v);
	}
	if (name[n] != '[' || name[len - 1] != ']')
		return false;
	name = sh_stack_text(sh, name + n + 1, len - n - 2);
	if (strcmp(name, "@") == 0 || strcmp(name, "*") == 0)
		return sh_var_is_set(sh, v);
	return sh_element_get(sh, v, name) != NULL;
}

/* A compiled expression; the shell keeps a few. */
struct re {
	struct regex *regex;
	char *text;
	bool fold;
};

/* Returns the compiled form of a pattern, NULL if it is malformed. */
static struct regex *compiled(struct shell *sh, const char *pattern)
{
	bool fold = sh->shopt[S_NOCASEMATCH];
	const char *error;
	struct regex *regex;
	struct re *re;

	for (size_t i = 0; i < REGEXES; i++) {
		re = sh->regexes[i];
		if (re && re->fold == fold && strcmp(re->text, pattern) == 0)
			return re->regex;
	}
	regex = regex_compile(pattern, strlen(pattern), REGEX_EXTENDED,
			      (fold ? REGEX_ICASE : 0u) | (sh->utf8 ? 0u : REGEX_BYTES), &error);
	if (!regex)
		return NULL;
	re = sh->regexes[sh->regexes_next];
	if (re) {
		regex_free(re->regex);
		free(re->text);
	} else {
		re = sh_xmalloc(sizeof(*re));
	}
	*re = (struct re){ regex, sh_xstrdup(pattern), fold };
	sh->regexes[sh->regexes_next] = re;
	sh->regexes_next = (sh->regexes_next + 1) % REGEXES;
	return regex;
}

static void set_rematch(struct shell *sh, const char *text, const struct regex_span *spans, size_t count)
{
	struct var *v = sh_var_named(sh, "BASH_REMATCH", 12);
	char **groups = sh_stack_alloc(sh, (count + 1) * sizeof(*groups));
	size_t n = 0;

	for (; n < count; n++)
		groups[n] = spans[n].start < 0 ? sh_stack_text(sh, "", 0)
					       : sh_stack_text(sh, text + spans[n].start,
							       (size_t)(spans[n].end - spans[n].start));
	v->flags &= ~(uint32_t)VAR_READONLY;
	sh_array_set_list(sh, v, groups, n);
}

/* Returns the status of =~: 2 if the expression is malformed. */
static int match_regex(struct shell *sh, const char *text, struct word *w)
{
	struct regex *re = compiled(sh, sh_expand_regex(sh, w));
	struct regex_span *spans;
	size_t groups;
	bool found;

	if (!re)
		return 2;
	groups = regex_groups(re) + 1;
	spans = sh_stack_alloc(sh, groups * sizeof(*spans));
	found = regex_search(re, text, strlen(text), 0, 0, spans, groups);
	set_rematch(sh, text, spans, found ? groups : 0);
	return !found;
}

static int run_binary(struct shell *sh, struct cond *c)
{
	const char *left = sh_expand_string(sh, c->left, NULL), *right;
	intmax_t a, b;

	if (strcmp(c->op, "=~") == 0)
		return match_regex(sh, left, c->right);
	if (c->op[0] == '=' || c->op[0] == '!') {
		bool match;

		sh->cond_match = true;
		match = sh_pattern_match(sh, sh_expand_pattern(sh, c->right), left, sh->shopt[S_NOCASEMATCH]);
		sh->cond_match = false;
		return match != (c->op[0] == '=');
	}
	right = sh_expand_string(sh, c->right, NULL);
	if (c->op[0] == '<')
		return strcmp(left, right) >= 0;
	if (c->op[0] == '>')
		return strcmp(left, right) <= 0;
	if (strcmp(c->op, "-nt") == 0)
		return !file_newer(left, right);
	if (strcmp(c->op, "-ot") == 0)
		return !file_newer(right, left);
	if (strcmp(c->op, "-ef") == 0)
		return !file_same(left, right);
	if (!plain_number(left, &a) || *left == '0')
		a = sh_arith_text(sh, left);
	if (!plain_number(right, &b) || *right == '0')
		b = sh_arith_text(sh, right);
	return !compare_numbers(c->op + 1, a, b);
}

static int run_unary(struct shell *sh, struct cond *c)
{
	const char *s = sh_expand_string(sh, c->left, NULL);
	struct var *v;
	intmax_t fd;

	switch (c->op[0]) {
	case 'n':
		return !*s;
	case 'z':
		return *s != 0;
	case 'o':
		return !sh_option_is_set(sh, s);
	case 'v':
		return !sh_element_is_set(sh, s);
	case 'R':
		v = sh_var_known(sh, s);
		return !(v && v->flags & VAR_NAMEREF);
	case 't':
		return !(plain_number(s, &fd) && fd >= 0 && fd < INT_MAX && isatty((int)fd));
	case 'a':
		return !file_test('e', s);
	default:
		return !file_test(c->op[0], s);
	}
}

static int evaluate(struct shell *sh, struct cond *c)
{
	int status;

	sh_check_depth(sh);
	switch (c->kind) {
	case COND_AND:
		status = evaluate(sh, c->a);
		return status ? status : evaluate(sh, c->b);
	case COND_OR:
		status = evaluate(sh, c->a);
		return status ? evaluate(sh, c->b) : 0;
	case COND_NOT:
		status = evaluate(sh, c->a);
		return status > 1 ? status : !status;
	case COND_UNARY:
		return run_unary(sh, c);
	case COND_BINARY:
		return run_binary(sh, c);
	default:
		return !*sh_expand_string(sh, c->left, NULL);
	}
}

/* Shows an expression as it is evaluated, roughly as it was written. */
static void trace(struct shell *sh, struct cond *c)
{
	struct sbuf *b = sh_buffer_take(sh);
	const char *s;

	sh_sbuf_str(b, "[[ ");
	if (c->kind == COND_UNARY) {
		s = sh_expand_string(sh, c->left, NULL);
		sh_sbuf_fmt(b, "-%s ", c->op);
		sh_quote_word(b, s);
	} else if (c->kind == COND_BINARY) {
		s = sh_expand_string(sh, c->left, NULL);
		sh_quote_word(b, s);
		sh_sbuf_fmt(b, " %s ", c->op);
		s = sh_expand_pattern(sh, c->right);
		sh_sbuf_str(b, s);
	} else {
		s = sh_expand_string(sh, c->left, NULL);
		sh_sbuf_str(b, "-n ");
		sh_quote_word(b, s);
	}
	sh_sbuf_str(b, " ]]");
	sh_sbuf_text(b);
	sh_xtrace_text(sh, b->p);
	buffer_drop(sh);
}

int sh_cond_run(struct shell *sh, struct cond *c)
{
	struct mark mark = stack_mark(sh);
	int status;

	if (sh->opt[O_XTRACE] && c->kind >= COND_UNARY)
		trace(sh, c);
	status = evaluate(sh, c);
	sh_stack_release(sh, mark);
	return status;
}
