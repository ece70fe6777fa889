/* utf8_tables.h - reading the tables that scripts/unicode-tables.c makes */
#ifndef UTF8_TABLES_H
#define UTF8_TABLES_H

#include <stdint.h>

/* Returns the class 0..3 of a code point in a table of runs; 0 above 0x10FFFF. */
unsigned unicode_class(const uint16_t *index, const uint8_t *runs, uint32_t cp);

#endif
