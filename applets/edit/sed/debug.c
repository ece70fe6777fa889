/* debug.c - sed --debug: the program in its canonical form, and what it does */
#include "sed.h"

static void print_address(const struct address *a)
{
	switch (a->kind) {
	case LINE:
		out_fmt("%" PRIuMAX, a->line);
		break;
	case STEP:
		out_fmt("%" PRIuMAX "~%" PRIuMAX, a->line, a->step);
		break;
	case LAST:
		out_char('$');
		break;
	case REGEX:
		out_fmt("/%s/", a->text);
		break;
	case LINES_MORE:
		out_fmt("+%" PRIuMAX, a->line);
		break;
	case MULTIPLE:
		out_fmt("~%" PRIuMAX, a->line);
		break;
	case NO_ADDRESS:
		break;
	}
}

static void print_s(const struct substitution *sub)
{
	out_fmt("/%s/%s/", sub->text, sub->replacement);
	if (sub->global)
		out_char('g');
	if (sub->print)
		out_char('p');
	if (sub->eval)
		out_char('e');
	if (sub->number)
		out_num(sub->number, 0);
	if (sub->file)
		out_fmt("w %s", sub->file->name);
}

static void print_text(const struct command *c)
{
	out_str("\\\n");
	out_mem(c->text, c->len);
}

static void print_one(const struct command *c)
{
	print_address(&c->from);
	if (c->to.kind != NO_ADDRESS)
		out_char(',');
	print_address(&c->to);
	if (c->negate)
		out_char('!');
	if (c->from.kind != NO_ADDRESS)
		out_char(' ');
	out_char(c->name);
	if (c->s)
		print_s(c->s);
	else if (strchr("aic", c->name))
		print_text(c);
	else if (c->text && *c->text)
		out_fmt(c->name == ':' ? "%s" : " %s", c->text);
	else if (strchr("lqQL", c->name) && c->number >= 0)
		out_fmt(" %jd", c->number);
	if (!strchr("aic", c->name))
		out_char('\n');
}

void print_command(const struct sed *s, const struct command *c)
{
	(void)s;
	out_str("COMMAND: ");
	print_one(c);
}

void print_program(struct sed *s)
{
	int depth = 1;

	out_str("SED PROGRAM:\n");
	for (size_t i = 0; i < s->count; i++) {
		const struct command *c = &s->commands[i];

		depth -= c->name == '}';
		out_fill(' ', (size_t)depth * 2);
		print_one(c);
		depth += c->name == '{';
	}
}
