/* dc - calculate on a stack, with numbers of any length
 *
 * usage: dc [OPTION]... [FILE]...
 *
 *   -e, --expression=EXPR...   run the commands in EXPR
 *   -f, --file=FILE...         run the commands in FILE
 *   -h                         show this help
 *   -V                         show the version
 *
 * Runs the expressions and files, then each FILE, - for standard input; standard input if there is nothing else.
 * DC_LINE_LENGTH has the columns of a line, after which numbers are continued; 70 if it is not set, 0 for no end.
 *
 *   p n f    print the top with a newline; print and pop it; print all
 *   P        print and pop: a string, or a number as bytes
 *   + - * /  % ~ ^ | v          arithmetic; ~ quotient and remainder, | power modulo, v root
 *   c d r R  clear, copy the top, swap, rotate as many as the top says
 *   sX lX    set register X, copy from it; SX LX push to it and pop from it
 *   i o k    set input base, output base, scale; I O K push them
 *   [...]    a string; x runs it; >X <X =X !>X !<X !=X run register X if the comparison holds
 *   a Z X z  to a character; digits or length; scale; depth of the stack
 *   :X ;X    set and get an element of array X
 *   ? ! #    run a line of input; run a system command; comment
 *   q Q      leave two macros; leave as many as the top says
 *
 * install: /usr/bin
 * follows: GNU dc 1.4.1
 */
#include <sys/wait.h>
#include "libbb.h"
#include "command.h"
#include "decimal.h"
#include "dc.gen.h"

/* A number, or a string in a block of which `scale` is the length. */
struct value {
	struct dec *d; /* NULL: nothing */
	bool string;
};

struct element {
	struct element *next;
	intmax_t index;
	struct value value;
};

/* One level of a register's stack. */
struct level {
	struct level *below;
	struct value value;
	struct element *elements;
};

/* Commands that are being run: a macro, or a line of input. */
struct frame {
	struct dec *text; /* kept until it ends; NULL for a line */
	const char *at, *end;
	size_t levels; /* calls that it stands for: one that ends with a call is replaced by what it calls */
};

struct dc {
	struct dec_pool pool;
	struct value *stack;
	size_t depth, stack_size;
	struct level *registers[256];
	size_t scale;
	unsigned ibase;
	intmax_t obase;
	struct frame *frames;
	size_t frames_count, frames_size;
	struct reader input;
	struct buf text, string; /* of what is read or printed; of a string that is read */
	struct level *spare;     /* to be used again */
	size_t width;
	bool quit;
};

/* --- values ------------------------------------------------------------------------------------------------------------ */

static void drop(struct dc *dc, struct value v)
{
	dec_drop(&dc->pool, v.d);
}

static struct value keep(struct value v)
{
	dec_keep(v.d);
	return v;
}

static const char *text_of(struct value v)
{
	return (const char *)v.d->limb;
}

static struct value string(struct dc *dc, const char *s, size_t len)
{
	struct value v = { dec_block(&dc->pool, len + 1), true };

	memcpy(v.d->limb, s, len);
	v.d->scale = len;
	return v;
}

static void push(struct dc *dc, struct value v)
{
	dc->stack = arena_reserve(dc->stack, dc->depth, &dc->stack_size, sizeof(*dc->stack));
	dc->stack[dc->depth++] = v;
}

static void push_number(struct dc *dc, struct dec *d)
{
	push(dc, (struct value){ d, false });
}

static void push_int(struct dc *dc, intmax_t n)
{
	push_number(dc, dec_from(&dc->pool, n));
}

/* Says that something is wrong, as dc goes on. */
static bool complain(const char *message)
{
	out_flush();
	warn("%s", message);
	return false;
}

static bool has(size_t count, const struct dc *dc)
{
	return dc->depth >= count || complain("stack empty");
}

static struct value *top(const struct dc *dc, size_t from_top)
{
	return &dc->stack[dc->depth - 1 - from_top];
}

/* Takes the top off; false if there is none. */
static bool pop(struct dc *dc, struct value *v)
{
	if (!has(1, dc))
		return false;
	*v = dc->stack[--dc->depth];
	return true;
}

/* Whether the top `count` values are there and numbers. */
static bool has_numbers(struct dc *dc, size_t count)
{
	if (!has(count, dc))
		return false;
	for (size_t i = 0; i < count; i++)
		if (top(dc, i)->string)
			return complain("non-numeric value");
	return true;
}

/* --- output ------------------------------------------------------------------------------------------------------------- */

static void print(struct dc *dc, struct value v)
{
	if (v.string) {
		out_mem(text_of(v), v.d->scale);
		return;
	}
	buf_cut(&dc->text, 0);
	if (dec_is_zero(v.d))
		buf_char(&dc->text, '0');
	else
		dec_put(&dc->pool, &dc->text, v.d, dc->obase, false);
	for (size_t i = 0; i < dc->text.len; i += dc->width) {
		size_t left = dc->text.len - i;

		if (i)
			out_str("\\\n");
		out_mem(dc->text.data + i, left < dc->width ? left : dc->width);
	}
}

/* The digits of a number to the base of 256. */
static void print_bytes(struct dc *dc, const struct dec *d)
{
	struct dec *left = dec_rescale(&dc->pool, d, 0), *base = dec_from(&dc->pool, 256), *rest, *quotient;
	intmax_t n;

	buf_cut(&dc->text, 0);
	while (!dec_is_zero(left)) {
		rest = dec_modulo(&dc->pool, left, base, 0, &quotient);
		dec_to_int(rest, &n);
		buf_char(&dc->text, (char)(n < 0 ? -n : n));
		dec_drop(&dc->pool, rest);
		dec_drop(&dc->pool, left);
		left = quotient;
	}
	for (size_t i = dc->text.len; i-- > 0;)
		out_char(dc->text.data[i]);
	dec_drop(&dc->pool, left);
	dec_drop(&dc->pool, base);
}

/* --- arithmetic ---------------------------------------------------------------------------------------------------------- */

/* Puts results in the place of the top `count` values. */
static void replace(struct dc *dc, size_t count, struct dec *first, struct dec *second)
{
	while (count-- > 0)
		drop(dc, dc->stack[--dc->depth]);
	push_number(dc, first);
	if (second)
		push_number(dc, second);
}

static struct dec *power(struct dc *dc, const struct dec *a, const struct dec *b)
{
	struct dec *d;
	intmax_t n;

	if (b->scale) {
		out_flush();
		dprintf(STDERR_FILENO, "Runtime warning: non-zero scale in exponent\n");
	}
	if (!dec_to_int(b, &n) || n > LONG_MAX / 2) {
		out_flush();
		dprintf(STDERR_FILENO, "Runtime error: exponent too large in raise\n");
		return dec_from(&dc->pool, 1);
	}
	d = dec_power(&dc->pool, a, n, dc->scale);
	if (!d)
		complain("divide by zero");
	return d;
}

static void binary(struct dc *dc, char op)
{
	const struct dec *a, *b;
	struct dec *d, *quotient = NULL;

	if (!has_numbers(dc, 2))
		return;
	a = top(dc, 1)->d;
	b = top(dc, 0)->d;
	switch (op) {
	case '+':
		d = dec_add(&dc->pool, a, b);
		break;
	case '-':
		d = dec_subtract(&dc->pool, a, b);
		break;
	case '*':
		d = dec_multiply(&dc->pool, a, b, dc->scale);
		break;
	case '/':
		d = dec_divide(&dc->pool, a, b, dc->scale);
		break;
	case '%':
	case '~':
		d = dec_modulo(&dc->pool, a, b, dc->scale, op == '~' ? &quotient : NULL);
		break;
	default:
		d = power(dc, a, b);
		if (!d)
			return;
	}
	if (!d)
		complain(op == '%' ? "remainder by zero" : "divide by zero");
	else if (quotient)
		replace(dc, 2, quotient, d);
	else
		replace(dc, 2, d, NULL);
}

static void power_modulo(struct dc *dc)
{
	if (!has_numbers(dc, 3))
		return;
	if (dec_is_zero(top(dc, 0)->d))
		complain("remainder by zero");
	else if (top(dc, 1)->d->negative)
		complain("negative exponent");
	else
		replace(dc, 3, dec_power_modulo(&dc->pool, top(dc, 2)->d, top(dc, 1)->d, top(dc, 0)->d),
			NULL);
}

static void root(struct dc *dc)
{
	struct dec *d;

	if (!has(1, dc))
		return;
	if (top(dc, 0)->string) {
		complain("square root of nonnumeric attempted");
		return;
	}
	d = dec_root(&dc->pool, top(dc, 0)->d, dc->scale);
	if (d)
		replace(dc, 1, d, NULL);
	else
		complain("square root of negative number");
}

/* --- registers ------------------------------------------------------------------------------------------------------------ */

static struct level *push_level(struct dc *dc, unsigned char name)
{
	struct level *l = dc->spare;

	if (l)
		dc->spare = l->below;
	else
		l = arena_new(struct level);
	*l = (struct level){ .below = dc->registers[name] };
	return dc->registers[name] = l;
}

static struct level *level_of(struct dc *dc, unsigned char name)
{
	struct level *l = dc->registers[name];

	return l ? l : push_level(dc, name);
}

static void set_register(struct dc *dc, unsigned char name, bool deeper)
{
	struct level *l;
	struct value v;

	if (!pop(dc, &v))
		return;
	l = deeper ? push_level(dc, name) : level_of(dc, name);
	drop(dc, l->value);
	l->value = v;
}

static void get_register(struct dc *dc, unsigned char name)
{
	const struct level *l = dc->registers[name];

	if (l && l->value.d)
		push(dc, keep(l->value));
	else
		push_int(dc, 0);
}

static void pop_register(struct dc *dc, unsigned char name)
{
	struct level *l = dc->registers[name];

	if (!l || !l->value.d) {
		complain(arena_printf("stack register '%c' (0%o) is empty", name, name));
		return;
	}
	push(dc, l->value);
	for (struct element *e = l->elements; e; e = e->next)
		drop(dc, e->value);
	dc->registers[name] = l->below;
	l->below = dc->spare;
	dc->spare = l;
}

/* Pops the index of an array's element, which must not be negative. */
static bool pop_index(struct dc *dc, intmax_t *index)
{
	struct value v;
	bool good;

	if (!pop(dc, &v))
		return false;
	good = !v.string && !v.d->negative && dec_to_int(v.d, index);
	drop(dc, v);
	return good || complain("array index must be a nonnegative integer");
}

static struct element *find_element(const struct level *l, intmax_t index)
{
	struct element *e = l ? l->elements : NULL;

	while (e && e->index != index)
		e = e->next;
	return e;
}

static void set_element(struct dc *dc, unsigned char name)
{
	struct element *e;
	struct level *l;
	struct value v;
	intmax_t index;

	if (!has(2, dc) || !pop_index(dc, &index) || !pop(dc, &v))
		return;
	l = level_of(dc, name);
	e = find_element(l, index);
	if (!e) {
		e = arena_new(struct element);
		*e = (struct element){ .next = l->elements, .index = index };
		l->elements = e;
	}
	drop(dc, e->value);
	e->value = v;
}

static void get_element(struct dc *dc, unsigned char name)
{
	const struct element *e;
	intmax_t index;

	if (!pop_index(dc, &index))
		return;
	e = find_element(dc->registers[name], index);
	if (e)
		push(dc, keep(e->value));
	else
		push_int(dc, 0);
}

/* --- the stack -------------------------------------------------------------------------------------------------------------- */

/* Pops a whole number. */
static bool pop_int(struct dc *dc, intmax_t *n)
{
	struct value v;
	bool fits;

	if (!has_numbers(dc, 1) || !pop(dc, &v))
		return false;
	fits = dec_to_int(v.d, n) && *n <= INT_MAX && *n >= -INT_MAX;
	drop(dc, v);
	return fits || complain("value overflows simple integer; punting...");
}

/* Rotates the top n values: upwards, the n-th comes to the top, or with a negative n the top goes there. */
static void rotate(struct dc *dc)
{
	struct value *from, moved;
	size_t count;
	intmax_t n;

	if (!pop_int(dc, &n))
		return;
	count = (size_t)(n < 0 ? -n : n);
	count = count < dc->depth ? count : dc->depth;
	if (count < 2)
		return;
	from = dc->stack + dc->depth - count;
	moved = n > 0 ? from[0] : from[count - 1];
	memmove(n > 0 ? from : from + 1, n > 0 ? from + 1 : from, (count - 1) * sizeof(*from));
	from[n > 0 ? count - 1 : 0] = moved;
}

static void set_parameter(struct dc *dc, char command)
{
	struct value v;
	intmax_t n = -1;

	if (!pop(dc, &v))
		return;
	if (!v.string && !dec_to_int(v.d, &n))
		n = -1;
	drop(dc, v);
	if (command == 'k' && n >= 0)
		dc->scale = (size_t)n;
	else if (command == 'k')
		complain("scale must be a nonnegative number");
	else if (command == 'i' && n >= 2 && n <= 16)
		dc->ibase = (unsigned)n;
	else if (command == 'i')
		complain("input base must be a number between 2 and 16 (inclusive)");
	else if (n >= 2)
		dc->obase = n;
	else
		complain("output base must be a number greater than 1");
}

/* Z and X: what a value has of digits, and of those behind the point. */
static void measure(struct dc *dc, char command)
{
	struct value v;
	size_t n;

	if (!pop(dc, &v))
		return;
	if (command == 'X')
		n = v.string ? 0 : v.d->scale;
	else
		n = v.string ? v.d->scale : dec_is_zero(v.d) ? 1 : dec_length(v.d);
	drop(dc, v);
	push_int(dc, (intmax_t)n);
}

static void to_character(struct dc *dc)
{
	struct value v;
	intmax_t n = 0;
	char c;

	if (!pop(dc, &v))
		return;
	if (v.string) {
		push(dc, string(dc, text_of(v), v.d->scale ? 1 : 0));
	} else {
		dec_to_int(v.d, &n);
		c = (char)n;
		push(dc, string(dc, &c, 1));
	}
	drop(dc, v);
}

/* --- macros ------------------------------------------------------------------------------------------------------------------ */

static struct frame *frame(const struct dc *dc)
{
	return &dc->frames[dc->frames_count - 1];
}

static void end_frame(struct dc *dc)
{
	dec_drop(&dc->pool, frame(dc)->text);
	dc->frames_count--;
}

/* Runs a string, or puts a number back. */
static void run_value(struct dc *dc, struct value v)
{
	size_t levels = 1;

	if (!v.string) {
		push(dc, v);
		return;
	}
	if (dc->frames_count > 1 && frame(dc)->at == frame(dc)->end) {
		levels += frame(dc)->levels;
		end_frame(dc);
	}
	dc->frames = arena_reserve(dc->frames, dc->frames_count, &dc->frames_size, sizeof(*dc->frames));
	dc->frames[dc->frames_count++] = (struct frame){ v.d, text_of(v), text_of(v) + v.d->scale, levels };
}

static void run_register(struct dc *dc, unsigned char name)
{
	const struct level *l = dc->registers[name];

	if (l && l->value.d)
		run_value(dc, keep(l->value));
}

/* >X and the like, negated by a ! before. */
static void run_if(struct dc *dc, char command, bool negated, unsigned char name)
{
	int order;
	bool holds;

	if (!has_numbers(dc, 2))
		return;
	order = dec_compare(top(dc, 0)->d, top(dc, 1)->d);
	drop(dc, dc->stack[--dc->depth]);
	drop(dc, dc->stack[--dc->depth]);
	holds = command == '>' ? order > 0 : command == '<' ? order < 0 : order == 0;
	if (holds != negated)
		run_register(dc, name);
}

/* Leaves so many macros; what is left over of a line goes on. Returns whether there were as many. */
static bool leave_macros(struct dc *dc, size_t levels)
{
	while (levels > 0 && dc->frames_count > 1) {
		size_t here = frame(dc)->levels;

		end_frame(dc);
		levels -= here < levels ? here : levels;
	}
	return levels == 0;
}

static void quit(struct dc *dc)
{
	size_t depth = 0;

	for (size_t i = 1; i < dc->frames_count; i++)
		depth += dc->frames[i].levels;
	if (depth < 2)
		dc->quit = true;
	else
		leave_macros(dc, 2);
}

static void quit_levels(struct dc *dc)
{
	intmax_t n;

	if (!pop_int(dc, &n))
		return;
	if (n < 1)
		complain("Q command requires a number >= 1");
	else if (!leave_macros(dc, (size_t)n))
		complain("Q command argument exceeded string execution depth");
}

/* --- commands ------------------------------------------------------------------------------------------------------------------ */

/* The next character of the frame, or -1. */
static int next(struct dc *dc)
{
	struct frame *f = frame(dc);

	return f->at < f->end ? (unsigned char)*f->at++ : -1;
}

static bool is_digit(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
}

static void read_number(struct dc *dc)
{
	struct frame *f = frame(dc);
	bool point = false;

	buf_cut(&dc->text, 0);
	if (f->at[-1] == '_')
		buf_char(&dc->text, '-');
	else
		f->at--;
	while (f->at < f->end && (is_digit((unsigned char)*f->at) || (*f->at == '.' && !point))) {
		point |= *f->at == '.';
		buf_char(&dc->text, *f->at++);
	}
	push_number(dc, dec_read(&dc->pool, dc->text.data, dc->text.len, dc->ibase, false));
}

/* Reads the next line of input into dc->text, without its newline. Returns false at the end. */
static bool read_line(struct dc *dc)
{
	size_t len;
	char *line;

	out_flush();
	line = reader_line(&dc->input, &len, '\n');
	if (!line)
		return false;
	buf_cut(&dc->text, 0);
	buf_mem(&dc->text, line, len);
	return true;
}

/* A string up to its bracket; on a line of input it may go on in the lines that follow. */
static void read_string(struct dc *dc)
{
	struct frame *f = frame(dc);
	size_t depth = 1;
	int c;

	buf_cut(&dc->string, 0);
	for (;;) {
		c = next(dc);
		if (c < 0) {
			if (dc->frames_count > 1 || !read_line(dc))
				break;
			f->text = string(dc, dc->text.data, dc->text.len).d;
			f->at = (const char *)f->text->limb;
			f->end = f->at + dc->text.len;
			continue;
		}
		depth += c == '[' ? 1 : c == ']' ? (size_t)-1 : 0;
		if (depth == 0)
			break;
		buf_char(&dc->string, (char)c);
	}
	push(dc, string(dc, dc->string.data, dc->string.len));
}

static void skip_to_newline(struct dc *dc)
{
	int c;

	do
		c = next(dc);
	while (c >= 0 && c != '\n');
}

/* ! at the beginning of a comparison, or of a system command. */
static void run_system(struct dc *dc)
{
	struct frame *f = frame(dc);
	const char *end;
	char *command, *argv[4] = { arena_strdup("sh"), arena_strdup("-c") };
	int c = f->at < f->end ? *f->at : 0;
	pid_t child;

	if (c == '<' || c == '>' || c == '=') {
		f->at++;
		run_if(dc, (char)c, true, (unsigned char)next(dc));
		return;
	}
	end = memchr(f->at, '\n', (size_t)(f->end - f->at));
	end = end ? end : f->end;
	command = arena_memdup(f->at, (size_t)(end - f->at));
	f->at = end;
	argv[2] = command;
	out_flush();
	child = fork();
	if (child == 0) {
		exec_command(argv, NULL);
		_exit(127);
	}
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

static void run_line_of_input(struct dc *dc)
{
	if (read_line(dc))
		run_value(dc, string(dc, dc->text.data, dc->text.len));
}

static void print_top(struct dc *dc, char command)
{
	struct value v;

	if (command == 'p') {
		if (has(1, dc)) {
			print(dc, *top(dc, 0));
			out_char('\n');
		}
		return;
	}
	if (!pop(dc, &v))
		return;
	if (command == 'P' && !v.string)
		print_bytes(dc, v.d);
	else
		print(dc, v);
	drop(dc, v);
}

static void swap(struct dc *dc)
{
	struct value v;

	if (!has(2, dc))
		return;
	v = *top(dc, 0);
	*top(dc, 0) = *top(dc, 1);
	*top(dc, 1) = v;
}

/* A command that the name of a register follows. */
static void run_with_register(struct dc *dc, char command, int name)
{
	unsigned char r = (unsigned char)name;

	if (name < 0)
		return;
	switch (command) {
	case 's':
	case 'S':
		set_register(dc, r, command == 'S');
		break;
	case 'l':
		get_register(dc, r);
		break;
	case 'L':
		pop_register(dc, r);
		break;
	case ':':
		set_element(dc, r);
		break;
	case ';':
		get_element(dc, r);
		break;
	default:
		run_if(dc, command, false, r);
	}
}

static void run_command_letter(struct dc *dc, int c)
{
	struct value v;

	switch (c) {
	case ' ':
	case '\t':
	case '\n':
	case '\r':
	case '\f':
	case '\v':
		break;
	case 'p':
	case 'n':
	case 'P':
		print_top(dc, (char)c);
		break;
	case 'f':
		for (size_t i = 0; i < dc->depth; i++) {
			print(dc, *top(dc, i));
			out_char('\n');
		}
		break;
	case '+':
	case '-':
	case '*':
	case '/':
	case '%':
	case '~':
	case '^':
		binary(dc, (char)c);
		break;
	case '|':
		power_modulo(dc);
		break;
	case 'v':
		root(dc);
		break;
	case 'c':
		while (dc->depth)
			drop(dc, dc->stack[--dc->depth]);
		break;
	case 'd':
		if (has(1, dc))
			push(dc, keep(*top(dc, 0)));
		break;
	case 'r':
		swap(dc);
		break;
	case 'R':
		rotate(dc);
		break;
	case 's':
	case 'S':
	case 'l':
	case 'L':
	case ':':
	case ';':
	case '<':
	case '>':
	case '=':
		run_with_register(dc, (char)c, next(dc));
		break;
	case 'i':
	case 'o':
	case 'k':
		set_parameter(dc, (char)c);
		break;
	case 'I':
		push_int(dc, dc->ibase);
		break;
	case 'O':
		push_int(dc, dc->obase);
		break;
	case 'K':
		push_int(dc, (intmax_t)dc->scale);
		break;
	case '[':
		read_string(dc);
		break;
	case 'x':
		if (pop(dc, &v))
			run_value(dc, v);
		break;
	case 'a':
		to_character(dc);
		break;
	case 'Z':
	case 'X':
		measure(dc, (char)c);
		break;
	case 'z':
		push_int(dc, (intmax_t)dc->depth);
		break;
	case '?':
		run_line_of_input(dc);
		break;
	case '!':
		run_system(dc);
		break;
	case '#':
		skip_to_newline(dc);
		break;
	case 'q':
		quit(dc);
		break;
	case 'Q':
		quit_levels(dc);
		break;
	default:
		if (is_digit(c) || c == '.' || c == '_')
			read_number(dc);
		else if (c > ' ' && c < 127)
			complain(arena_printf("'%c' (0%o) unimplemented", c, (unsigned)c));
		else
			complain(arena_printf("'\\%03o' unimplemented", (unsigned)c));
	}
}

/* Runs a text, and all macros that it calls. */
static void run_text(struct dc *dc, const char *text, size_t len)
{
	int c;

	run_value(dc, string(dc, text, len));
	while (dc->frames_count && !dc->quit && !out_failed()) {
		c = next(dc);
		if (c < 0)
			end_frame(dc);
		else
			run_command_letter(dc, c);
	}
	while (dc->frames_count)
		end_frame(dc);
}

/* Returns false if it cannot be read, or left by q. */
static bool run_file(struct dc *dc, const char *name)
{
	int fd = open_input(name);

	if (fd < 0)
		return complain(arena_printf("Could not open file %s", name));
	reader_open(&dc->input, fd);
	while (!dc->quit && read_line(dc))
		run_text(dc, dc->text.data, dc->text.len);
	close_file(fd);
	return !dc->quit;
}

static size_t line_width(void)
{
	const char *text = getenv("DC_LINE_LENGTH");
	long n = text ? strtol(text, NULL, 10) : 70;

	if (text && n == 0)
		return SIZE_MAX;
	return n < 2 ? 69 : (size_t)n - 1;
}

int dc_main(struct dc_options *opt, char **files)
{
	struct dc *dc = arena_new(struct dc);
	size_t e = 0, f = 0;

	if (opt->h || opt->V) {
		if (opt->h)
			print_help(this_applet());
		else
			print_version();
		return 0;
	}
	dc->ibase = 10;
	dc->obase = 10;
	dc->width = line_width();
	buf_room(&dc->text, 64);
	buf_room(&dc->string, 64);
	/* in the order in which they were given */
	while (e < opt->expression.count || f < opt->file.count) {
		bool is_file = e == opt->expression.count ||
			       (f < opt->file.count && opt->file.items[f].at < opt->expression.items[e].at);
		const char *s = is_file ? opt->file.items[f++].value : opt->expression.items[e++].value;

		if (is_file && !run_file(dc, s) && dc->quit)
			return 1;
		if (!is_file) {
			reader_open(&dc->input, STDIN_FILENO);
			run_text(dc, s, strlen(s));
		}
		dc->quit = false;
	}
	for (char **name = files; *name; name++)
		if (!run_file(dc, *name) && dc->quit)
			return 1;
	if (!*files && !e && !f)
		run_file(dc, "-");
	return dc->quit;
}
