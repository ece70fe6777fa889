/* fuzz_sh_parse.c - the shell's parser, and showing what it has read, without running it */
#include "libbb.h"
#include "../../applets/shell/sh/sh.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *text;
static size_t text_size;

/* Parses all commands of the text. */
static void parse_all(struct shell *sh)
{
	struct input in;
	char *copy = arena_memdup(text, text_size);
	struct pool *pool;
	struct node *n;
	enum parsed parsed;
	struct sbuf shown = { 0 };

	sh_input_text(&in, copy, text_size, 1);
	while ((parsed = sh_parse_next(sh, &in, &pool, &n)) != PARSED_END && parsed != PARSED_ERROR)
		if (parsed == PARSED_COMMAND) {
			sh_show_node(&shown, n, 1);
			sh_pool_drop(sh, pool);
		}
	free(shown.p);
}

/* Gives back what a shell keeps. */
static void shell_free(struct shell *sh)
{
	for (size_t i = 0; i < sh->vars_size; i++)
		for (struct var *v = sh->vars[i], *next; v; v = next) {
			next = v->next;
			sh_var_clear(v);
			free(v);
		}
	for (size_t i = 0; i < sh->commands_size; i++)
		for (struct command *c = sh->commands[i], *next; c; c = next) {
			next = c->next;
			free(c);
		}
	for (unsigned i = 0; i < sh->buffers_made; i++) {
		free(sh->buffers[i]->p);
		free(sh->buffers[i]);
	}
	for (struct pool_chunk *c = sh->chunks, *next; c; c = next) {
		next = c->next;
		free(c);
	}
	sh_stack_release(sh, (struct mark){ 0 });
	free(sh->stack_spare);
	free(sh->buffers);
	free(sh->vars);
	free(sh->commands);
}

static int parse_main(void *options, char **argv)
{
	struct shell *sh = sh_shell_new(text_size & 1 ? "sh" : "bash");
	struct catcher catcher;

	(void)options;
	(void)argv;
	sh->shopt[S_EXTGLOB] = text_size & 2;
	sh_catch_begin(sh, &catcher);
	if (setjmp(catcher.env) == 0) {
		parse_all(sh);
		sh_catch_end(sh, &catcher);
	} else {
		sh_catch_unwind(sh, &catcher);
	}
	shell_free(sh);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct applet a = { .name = "sh", .main = parse_main, .long_names = "help\0version" };
	char name[] = "sh", *words[] = { name, NULL };

	text = data;
	text_size = size;
	run_applet(&a, words);
	return 0;
}
