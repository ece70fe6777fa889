/* lineedit.h - the keys of the line editor */
#ifndef LINEEDIT_H
#define LINEEDIT_H

/* Keys beyond the characters. */
enum key {
	KEY_NONE = 0x200000,
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_DELETE,
	KEY_WORD_LEFT,
	KEY_WORD_RIGHT,
	KEY_PASTE,
	KEY_SEARCH_UP, /* history-search-backward */
	KEY_SEARCH_DOWN,
	KEY_RESIZE,
	KEY_EOF,
	KEY_INTERRUPT,
	KEY_META = 0x400000, /* Alt with the character */
};

/* What a key has been bound to do, as the key that does it by itself. */
int sh_bound_key(const struct shell *sh, int key);

#endif
