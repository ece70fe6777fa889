/* run.c - running what bc has read */
#include <sys/resource.h>
#include "bc.h"
#include "signals.h"

enum { PAGE = 64, MOST_ELEMENTS = 16777216, LEAST_STACK = 65536, MOST_STACK = 64 << 20 };

static const char main_name[] = "(main)";

/* --- messages ------------------------------------------------------------------------------------------------------------ */

static void tell(struct bc *bc, const char *kind, const char *fmt, va_list args)
{
	char text[256];

	vsnprintf(text, sizeof(text), fmt, args);
	out_flush();
	dprintf(STDERR_FILENO, "Runtime %s (func=%s): %s\n", kind, bc->function, text);
}

void bc_error(struct bc *bc, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tell(bc, "error", fmt, args);
	va_end(args);
	longjmp(bc->error, 1);
}

static PRINTF(2, 3) void warning(struct bc *bc, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tell(bc, "warning", fmt, args);
	va_end(args);
}

bool bc_stack_full(const struct bc *bc)
{
	char here;

	return &here < bc->stack_low;
}

static void check_interrupt(struct bc *bc)
{
	if (!bc->interactive || !signal_take(SIGINT))
		return;
	out_flush();
	dprintf(STDERR_FILENO, "\n(interrupt) use quit to exit.\n");
	longjmp(bc->error, 1);
}

/* --- output ----------------------------------------------------------------------------------------------------------------- */

void bc_put(struct bc *bc, const char *s, size_t len)
{
	for (const char *end = s + len; s < end; s++) {
		if (*s == '\n') {
			bc->column = 0;
		} else if (bc->width && ++bc->column == bc->width) {
			out_str("\\\n");
			bc->column = 1;
		}
		out_char(*s);
	}
}

static void put_number(struct bc *bc, const struct dec *d)
{
	buf_cut(&bc->number, 0);
	if (dec_is_zero(d))
		buf_str(&bc->number, "0");
	else
		dec_put(&bc->pool, &bc->number, d, bc->obase, false);
	bc_put(bc, bc->number.data, bc->number.len);
}

/* The string of a print statement, with its escapes. */
static void put_escaped(struct bc *bc, const char *s, size_t len)
{
	static const char from[] = "abfnrqt\\", to[] = "\a\b\f\n\r\"\t\\";

	for (const char *end = s + len; s < end; s++) {
		const char *which;

		if (*s != '\\' || s + 1 == end) {
			bc_put(bc, s, 1);
			continue;
		}
		which = *++s ? strchr(from, *s) : NULL;
		if (which)
			bc_put(bc, &to[which - from], 1);
	}
}

/* --- variables ----------------------------------------------------------------------------------------------------------------- */

static void set(struct bc *bc, struct dec **at, struct dec *value)
{
	struct dec *old = *at;

	*at = value;
	dec_drop(&bc->pool, old);
}

static struct array *new_array(struct bc *bc)
{
	struct dec *block = dec_block(&bc->pool, sizeof(struct array));
	struct array *a = (struct array *)(void *)block->limb;

	a->block = block;
	a->refs = 1;
	return a;
}

static struct dec **pages_of(const struct array *a)
{
	return (struct dec **)(void *)a->table->limb;
}

static struct dec **page_of(struct dec *page)
{
	return (struct dec **)(void *)page->limb;
}

static void drop_array(struct bc *bc, struct array *a)
{
	if (!a || --a->refs > 0)
		return;
	for (size_t i = 0; i < a->pages; i++) {
		struct dec *page = pages_of(a)[i];

		for (int k = 0; page && k < PAGE; k++)
			dec_drop(&bc->pool, page_of(page)[k]);
		dec_drop(&bc->pool, page);
	}
	dec_drop(&bc->pool, a->table);
	dec_drop(&bc->pool, a->block);
}

static void make_room(struct bc *bc, struct array *a, size_t pages)
{
	struct dec *table = dec_block(&bc->pool, pages * sizeof(struct dec *));

	if (a->pages)
		memcpy(table->limb, a->table->limb, a->pages * sizeof(struct dec *));
	set(bc, &a->table, table);
	a->pages = pages;
}

static struct array *copy_array(struct bc *bc, const struct array *from)
{
	struct array *a = new_array(bc);

	if (!from || !from->pages)
		return a;
	make_room(bc, a, from->pages);
	for (size_t i = 0; i < a->pages; i++) {
		struct dec *page = pages_of(from)[i], *copy;

		if (!page)
			continue;
		copy = dec_block(&bc->pool, PAGE * sizeof(struct dec *));
		for (int k = 0; k < PAGE; k++)
			page_of(copy)[k] = page_of(page)[k] ? dec_keep(page_of(page)[k]) : NULL;
		pages_of(a)[i] = copy;
	}
	return a;
}

/* The place of an element, made if need be. */
static struct dec **element(struct bc *bc, struct variable *v, size_t at)
{
	struct array *a;
	size_t page = at / PAGE;

	if (!v->array)
		v->array = new_array(bc);
	a = v->array;
	if (page >= a->pages)
		make_room(bc, a, page + 1 > 2 * a->pages ? page + 1 : 2 * a->pages);
	if (!pages_of(a)[page])
		pages_of(a)[page] = dec_block(&bc->pool, PAGE * sizeof(struct dec *));
	return &page_of(pages_of(a)[page])[at % PAGE];
}

static struct dec *eval(struct bc *bc, struct node *n);

static size_t subscript(struct bc *bc, struct node *n)
{
	struct dec *d = eval(bc, n->a);
	intmax_t at;

	dec_to_int(d, &at);
	dec_drop(&bc->pool, d);
	if (at < 0 || at >= MOST_ELEMENTS)
		bc_error(bc, "Array %s subscript out of bounds.", bc->variables[n->index].name);
	return (size_t)at;
}

static struct dec *get_place(struct bc *bc, const struct node *n, size_t at)
{
	struct variable *v = &bc->variables[n->index];
	struct dec *d;

	switch (n->kind) {
	case VARIABLE:
		d = v->value;
		break;
	case ELEMENT:
		d = v->array && at / PAGE < v->array->pages && pages_of(v->array)[at / PAGE]
			    ? page_of(pages_of(v->array)[at / PAGE])[at % PAGE]
			    : NULL;
		break;
	case SCALE:
		return dec_from(&bc->pool, (intmax_t)bc->scale);
	case IBASE:
		return dec_from(&bc->pool, bc->ibase);
	case OBASE:
		return dec_from(&bc->pool, bc->obase);
	default:
		d = bc->last;
	}
	return dec_keep(d ? d : bc->zero);
}

static intmax_t in_bounds(struct bc *bc, const char *name, intmax_t n, intmax_t least, intmax_t most)
{
	if (n < least) {
		if (least == 0)
			warning(bc, "negative %s, set to 0", name);
		else
			warning(bc, "%s too small, set to %jd", name, least);
		return least;
	}
	if (n > most) {
		warning(bc, "%s too large, set to %jd", name, most);
		return most;
	}
	return n;
}

static void set_place(struct bc *bc, const struct node *n, size_t at, const struct dec *value)
{
	struct dec *d = dec_keep((struct dec *)(uintptr_t)value);
	intmax_t i;

	switch (n->kind) {
	case VARIABLE:
		set(bc, &bc->variables[n->index].value, d);
		return;
	case ELEMENT:
		set(bc, element(bc, &bc->variables[n->index], at), d);
		return;
	case LAST:
		set(bc, &bc->last, d);
		return;
	}
	dec_to_int(d, &i);
	dec_drop(&bc->pool, d);
	if (n->kind == SCALE)
		bc->scale = (size_t)in_bounds(bc, "scale", i, 0, INT_MAX);
	else if (n->kind == IBASE)
		bc->ibase = (unsigned)in_bounds(bc, "ibase", i, 2, 36);
	else
		bc->obase = in_bounds(bc, "obase", i, 2, INT_MAX);
	/* the constants of a function keep the base that they had when it was called */
	if (bc->function == main_name)
		bc->constant_base = bc->ibase;
}

/* --- calls --------------------------------------------------------------------------------------------------------------------- */

enum { PENDING = UINT_MAX };

static struct saved *save(struct bc *bc, struct saved s)
{
	bc->saved = arena_reserve(bc->saved, bc->saved_count, &bc->saved_size, sizeof(*bc->saved));
	bc->saved[bc->saved_count] = s;
	return &bc->saved[bc->saved_count++];
}

/* Exchanges what is saved with the variable's value. */
static void exchange(struct bc *bc, struct saved *s)
{
	struct variable *v = &bc->variables[s->index];
	struct saved was = *s;

	if (s->array) {
		s->elements = v->array;
		v->array = was.elements;
	} else {
		s->value = v->value;
		v->value = was.value;
	}
}

/* Puts the saved values back down to a count of them. */
static void restore(struct bc *bc, size_t count)
{
	while (bc->saved_count > count) {
		struct saved *s = &bc->saved[--bc->saved_count];

		if (s->index != PENDING)
			exchange(bc, s);
		if (s->array)
			drop_array(bc, s->elements);
		else
			dec_drop(&bc->pool, s->value);
	}
}

void bc_unwind(struct bc *bc)
{
	restore(bc, 0);
	for (size_t i = 0; i < bc->functions_count; i++)
		bc->functions[i]->running = 0;
	bc->function = main_name;
	bc->constant_base = bc->ibase;
}

static void pass_arguments(struct bc *bc, const struct function *f, struct node *arg)
{
	const struct local *p = f->parameters;

	for (; p && arg; p = p->next, arg = arg->next) {
		struct saved s = { .index = PENDING, .array = arg->kind == ARRAY };

		if (s.array != (p->passing != BY_VALUE))
			bc_error(bc, "Parameter type mismatch parameter %s.", bc->variables[p->index].name);
		if (!s.array) {
			s.value = eval(bc, arg->a);
		} else if (p->passing == ARRAY_COPIED) {
			s.elements = copy_array(bc, bc->variables[arg->index].array);
		} else {
			if (!bc->variables[arg->index].array)
				bc->variables[arg->index].array = new_array(bc);
			s.elements = bc->variables[arg->index].array;
			s.elements->refs++;
		}
		save(bc, s);
	}
	if (p || arg)
		bc_error(bc, "Parameter number mismatch");
}

static struct dec *call_math(struct bc *bc, const struct function *f, struct node *arg)
{
	struct dec *x[2] = { NULL, NULL }, *d;
	int count = 0, wanted = 1;

	for (size_t i = 0; i < sizeof(bc_mathlib) / sizeof(*bc_mathlib); i++)
		if (bc_mathlib[i].run == f->math)
			wanted = bc_mathlib[i].arguments;
	for (const struct node *n = arg; n; n = n->next, count++)
		if (n->kind == ARRAY)
			bc_error(bc, "Parameter type mismatch parameter x.");
	if (count != wanted)
		bc_error(bc, "Parameter number mismatch");
	for (int i = 0; arg; arg = arg->next)
		x[i++] = eval(bc, arg->a);
	d = f->math(bc, x[wanted - 1], x[0]);
	dec_drop(&bc->pool, x[0]);
	dec_drop(&bc->pool, x[1]);
	return d;
}

static struct dec *call(struct bc *bc, struct node *n)
{
	struct function *f = bc->functions[n->index];
	const char *caller = bc->function;
	unsigned base = bc->constant_base;
	size_t count = bc->saved_count, i = count;
	struct dec *result;

	check_interrupt(bc);
	if (bc_stack_full(bc))
		bc_error(bc, "functions are called too deeply");
	if (!f->defined && f->math)
		return call_math(bc, f, n->a);
	if (!f->defined)
		bc_error(bc, "Function %s not defined.", f->name);
	pass_arguments(bc, f, n->a);
	for (const struct local *l = f->parameters; l; l = l->next, i++) {
		bc->saved[i].index = l->index;
		exchange(bc, &bc->saved[i]);
	}
	for (const struct local *l = f->autos; l; l = l->next)
		exchange(bc, save(bc, (struct saved){ .index = l->index, .array = l->passing != BY_VALUE }));
	bc->function = f->name;
	bc->constant_base = bc->ibase;
	f->running++;
	bc_run(bc, f->body);
	f->running--;
	result = bc->result;
	bc->result = NULL;
	bc->function = caller;
	bc->constant_base = caller == main_name ? bc->ibase : base;
	restore(bc, count);
	return result ? result : dec_keep(bc->zero);
}

/* --- expressions ---------------------------------------------------------------------------------------------------------------- */

static struct dec *power(struct bc *bc, const struct dec *a, const struct dec *b)
{
	struct dec *d;
	intmax_t n;

	if (b->scale)
		warning(bc, "non-zero scale in exponent");
	if (!dec_to_int(b, &n) || n > LONG_MAX / 2)
		bc_error(bc, "exponent too large in raise");
	d = dec_power(&bc->pool, a, n, bc->scale);
	if (!d)
		bc_error(bc, "divide by zero");
	return d;
}

static struct dec *operate(struct bc *bc, char op, const struct dec *a, const struct dec *b)
{
	struct dec *d;

	switch (op) {
	case '+':
		return dec_add(&bc->pool, a, b);
	case '-':
		return dec_subtract(&bc->pool, a, b);
	case '*':
		return dec_multiply(&bc->pool, a, b, bc->scale);
	case '/':
		d = dec_divide(&bc->pool, a, b, bc->scale);
		if (!d)
			bc_error(bc, "Divide by zero");
		return d;
	case '%':
		d = dec_modulo(&bc->pool, a, b, bc->scale, NULL);
		if (!d)
			bc_error(bc, "Modulo by zero");
		return d;
	default:
		return power(bc, a, b);
	}
}

static struct dec *truth(struct bc *bc, bool is)
{
	return dec_keep(is ? bc->one : bc->zero);
}

static bool compares(char op, int order)
{
	switch (op) {
	case EQUAL:
		return order == 0;
	case DIFFERENT:
		return order != 0;
	case LESS:
		return order < 0;
	case LESS_EQUAL:
		return order <= 0;
	case GREATER:
		return order > 0;
	default:
		return order >= 0;
	}
}

static bool is_true(struct bc *bc, struct node *n)
{
	struct dec *a, *b;
	bool is;

	if (n->kind == RELATION) {
		a = eval(bc, n->a);
		b = eval(bc, n->b);
		is = compares(n->op, dec_compare(a, b));
		dec_drop(&bc->pool, b);
	} else {
		a = eval(bc, n);
		is = !dec_is_zero(a);
	}
	dec_drop(&bc->pool, a);
	return is;
}

static struct dec *assign(struct bc *bc, struct node *n)
{
	size_t at = n->a->kind == ELEMENT ? subscript(bc, n->a) : 0;
	struct dec *value = eval(bc, n->b), *old;

	if (n->op != '=') {
		old = get_place(bc, n->a, at);
		set(bc, &value, operate(bc, n->op, old, value));
		dec_drop(&bc->pool, old);
	}
	set_place(bc, n->a, at, value);
	return value;
}

static struct dec *increment(struct bc *bc, struct node *n)
{
	size_t at = n->a->kind == ELEMENT ? subscript(bc, n->a) : 0;
	struct dec *old = get_place(bc, n->a, at), *new = operate(bc, n->op, old, bc->one);

	set_place(bc, n->a, at, new);
	dec_drop(&bc->pool, n->after ? new : old);
	return n->after ? old : new;
}

static struct dec *constant(struct bc *bc, struct node *n)
{
	if (!n->value || n->base != bc->constant_base) {
		set(bc, &n->value, dec_read(&bc->pool, n->text, n->len, bc->constant_base, true));
		n->base = bc->constant_base;
	}
	return dec_keep(n->value);
}

static struct dec *root(struct bc *bc, struct node *n)
{
	struct dec *a = eval(bc, n->a), *d = dec_root(&bc->pool, a, bc->scale);

	if (!d)
		bc_error(bc, "Square root of a negative number");
	dec_drop(&bc->pool, a);
	return d;
}

static struct dec *eval(struct bc *bc, struct node *n)
{
	struct dec *a, *b, *d;

	switch (n->kind) {
	case CONSTANT:
		return constant(bc, n);
	case VARIABLE:
	case SCALE:
	case IBASE:
	case OBASE:
	case LAST:
		return get_place(bc, n, 0);
	case ELEMENT:
		return get_place(bc, n, subscript(bc, n));
	case ASSIGN:
		return assign(bc, n);
	case INCREMENT:
		return increment(bc, n);
	case NEGATE:
		a = eval(bc, n->a);
		d = dec_negate(&bc->pool, a);
		break;
	case OPERATE:
		a = eval(bc, n->a);
		b = eval(bc, n->b);
		d = operate(bc, n->op, a, b);
		dec_drop(&bc->pool, b);
		break;
	case NOT:
		return truth(bc, !is_true(bc, n->a));
	case AND:
		return truth(bc, is_true(bc, n->a) && is_true(bc, n->b));
	case OR:
		return truth(bc, is_true(bc, n->a) || is_true(bc, n->b));
	case RELATION:
		return truth(bc, is_true(bc, n));
	case CALL:
		return call(bc, n);
	case LENGTH:
		a = eval(bc, n->a);
		d = dec_from(&bc->pool, dec_digits(a) + a->scale ? (intmax_t)(dec_digits(a) + a->scale) : 1);
		break;
	case SCALE_OF:
		a = eval(bc, n->a);
		d = dec_from(&bc->pool, (intmax_t)a->scale);
		break;
	case ROOT:
		return root(bc, n);
	case READ:
		return bc_read_number(bc);
	default: /* RANDOM: xorshift, 31 bits */
		bc->random ^= bc->random << 13;
		bc->random ^= bc->random >> 17;
		bc->random ^= bc->random << 5;
		return dec_from(&bc->pool, bc->random >> 1);
	}
	dec_drop(&bc->pool, a);
	return d;
}

/* --- statements --------------------------------------------------------------------------------------------------------------- */

/* Prints a value, and remembers it. */
static void show(struct bc *bc, struct node *n, bool line)
{
	struct dec *d = eval(bc, n);

	if (n->kind == CALL && bc->functions[n->index]->is_void) {
		dec_drop(&bc->pool, d);
		return;
	}
	put_number(bc, d);
	if (line)
		bc_put(bc, "\n", 1);
	set(bc, &bc->last, d);
}

static void run_print(struct bc *bc, struct node *list)
{
	for (struct node *n = list; n; n = n->next)
		if (n->kind == STRING)
			put_escaped(bc, n->text, n->len);
		else
			show(bc, n->a, false);
}

static enum flow run_loop(struct bc *bc, struct node *condition, struct node *body, struct node *after)
{
	while (!condition || is_true(bc, condition)) {
		enum flow flow = bc_run(bc, body);

		if (flow == FLOW_RETURN)
			return flow;
		if (flow == FLOW_BREAK)
			break;
		if (after)
			dec_drop(&bc->pool, eval(bc, after));
		check_interrupt(bc);
	}
	return FLOW_NEXT;
}

enum flow bc_run(struct bc *bc, struct node *n)
{
	enum flow flow = FLOW_NEXT;

	switch (n->kind) {
	case SHOW:
		show(bc, n->a, true);
		break;
	case DO:
		dec_drop(&bc->pool, eval(bc, n->a));
		break;
	case STRING:
		bc_put(bc, n->text, n->len);
		break;
	case PRINT:
		run_print(bc, n->a);
		break;
	case BLOCK:
		for (struct node *s = n->a; s && flow == FLOW_NEXT; s = s->next)
			flow = bc_run(bc, s);
		break;
	case IF:
		if (is_true(bc, n->a))
			flow = bc_run(bc, n->b);
		else if (n->c)
			flow = bc_run(bc, n->c);
		break;
	case WHILE:
		return run_loop(bc, n->a, n->b, NULL);
	case FOR:
		if (n->a)
			dec_drop(&bc->pool, eval(bc, n->a));
		return run_loop(bc, n->b, n->body, n->c);
	case BREAK:
		return FLOW_BREAK;
	case CONTINUE:
		return FLOW_CONTINUE;
	case RETURN:
		set(bc, &bc->result, n->a ? eval(bc, n->a) : NULL);
		return FLOW_RETURN;
	default: /* HALT */
		leave(0);
	}
	return flow;
}

void bc_init(struct bc *bc)
{
	struct rlimit limit;
	size_t stack = MOST_STACK;
	char here;

	if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < stack)
		stack = (size_t)limit.rlim_cur;
	bc->stack_low = &here - (stack > 4 * LEAST_STACK ? stack - 2 * LEAST_STACK : stack / 2);
	bc->zero = dec_from(&bc->pool, 0);
	bc->one = dec_from(&bc->pool, 1);
	bc->last = dec_keep(bc->zero);
	bc->ibase = bc->constant_base = 10;
	bc->obase = 10;
	bc->function = main_name;
	bc->random = 2463534242u;
	buf_room(&bc->number, 1);
}
