/* SPDX-License-Identifier: ISC */
#ifndef RPC_VALUE_H
#define RPC_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"

/*
 * A XenAPI value: every parameter and every result, in every process.
 *
 * Text is UTF-8 without NUL bytes, so value_str() is a C string; where text
 * comes from outside, its parser has checked it, and what else is given to
 * value_new_str() has "?" where it is not UTF-8: one such byte would make a
 * whole message unreadable.  A struct keeps its members in the order they were
 * set; names are unique.
 *
 * Memory: a container owns what is put into it.  Constructors return NULL when
 * memory is out.  Putting NULL into a container marks it failed, and so does
 * running out of memory while putting, so a whole tree may be built without
 * looking and checked once, with value_ok().
 */
enum value_type {
	VALUE_NULL,		/* void; XML-RPC and JSON say "" */
	VALUE_STRING,		/* also refs, uuids and enums */
	VALUE_INT,		/* 64 bits; XML-RPC says a decimal string */
	VALUE_INT32,		/* XML-RPC says <i4>: event.from's counts */
	VALUE_FLOAT,
	VALUE_BOOL,
	VALUE_DATETIME,		/* text "20260319T04:16:24Z" */
	VALUE_ARRAY,
	VALUE_STRUCT,
};

struct value {
	enum value_type type;
	bool failed;		/* see value_ok() */
	uint32_t len;		/* bytes of text, items, or members */
	uint32_t cap;
	union {
		char *text;
		int64_t i;
		double f;
		bool b;
		struct value **items;
		struct value_member *members;
	} u;
	uint32_t *sorted;	/* a large struct's members by name, or NULL */
};

struct value_member {
	char *name;
	struct value *value;
};

/* "set" of XenAPI is an array, "map" is a struct with its keys as text. */
struct value *value_new_null(void);
struct value *value_new_str(const char *s);
struct value *value_new_text(const char *s, size_t len);
struct value *value_new_fmt(const char *fmt, ...) PRINTF_LIKE(1, 2);
struct value *value_new_int(int64_t i);
struct value *value_new_int32(int32_t i);
struct value *value_new_float(double f);
struct value *value_new_bool(bool b);
struct value *value_new_time(int64_t unix_seconds);
struct value *value_new_datetime(const char *s);	/* as it stands */
struct value *value_new_array(void);
struct value *value_new_struct(void);
struct value *value_copy(const struct value *v);

/* v may be NULL. */
void value_free(struct value *v);

/*
 * 0 when v is a whole tree; -1 with "out of memory" when v is NULL or any
 * putting into it failed.
 */
int value_ok(const struct value *v, struct err *e);

/*
 * Same type and content; members of structs in any order.  NULL equals only
 * NULL.  VALUE_INT and VALUE_INT32 are the same type here.
 */
bool value_equal(const struct value *a, const struct value *b);

/* What a type is called in error texts: "string", "struct"... */
const char *value_type_name(enum value_type type);

/*
 * Looking.  v may be NULL everywhere; the wrong type gives NULL or 0.
 */
bool value_is(const struct value *v, enum value_type type);
const char *value_str(const struct value *v);	/* STRING or DATETIME */
size_t value_len(const struct value *v);	/* ARRAY, STRUCT, or text */
struct value *value_at(const struct value *v, size_t i); /* either container */
const char *value_name_at(const struct value *v, size_t i);
struct value *value_get(const struct value *v, const char *name);
const char *value_get_str(const struct value *v, const char *name);

/*
 * Converting as leniently as XenAPI's clients need: numbers also as text,
 * booleans also as "true", "false", 1 and 0.  -1 says what was there instead.
 */
int value_as_int(const struct value *v, int64_t *i_r, struct err *e);
int value_as_float(const struct value *v, double *f_r, struct err *e);
int value_as_bool(const struct value *v, bool *b_r, struct err *e);
/* Dates: the text of 1.4, ISO 8601 with dashes, or seconds; result is UTC. */
int value_as_time(const struct value *v, int64_t *unix_seconds_r,
    struct err *e);

/*
 * Putting.  The container owns `item' from the call on, whatever happens;
 * it is freed when it cannot be kept.  `a' and `v' may be NULL (then item is
 * freed), so that one value_ok() at the end is enough.
 */
void value_add(struct value *a, struct value *item);
void value_add_str(struct value *a, const char *s);
void value_add_int(struct value *a, int64_t i);

/* Replaces a member of that name in place. */
void value_set(struct value *v, const char *name, struct value *item);
void value_set_str(struct value *v, const char *name, const char *s);
void value_set_int(struct value *v, const char *name, int64_t i);
void value_set_bool(struct value *v, const char *name, bool b);
void value_set_float(struct value *v, const char *name, double f);
void value_set_time(struct value *v, const char *name, int64_t unix_seconds);

/*
 * The same for a name that is known to be new: no search.  A large struct
 * built so is searched from end to end until value_index().
 */
void value_append(struct value *v, const char *name, struct value *item);

/* Sort the names of a struct for searching.  false: a name stands twice. */
bool value_index(struct value *v);

/* Remove an item or a member; the rest keeps its order.  false: not there. */
bool value_remove_at(struct value *v, size_t i);
bool value_remove(struct value *v, const char *name);

/* Take a member out of a struct: it is the caller's.  NULL: not there. */
struct value *value_take(struct value *v, const char *name);

/* The index of an array's first item that is this text, or -1. */
int64_t value_find_str(const struct value *a, const char *s);

/* Whole and valid UTF-8 without NUL. */
bool value_utf8_ok(const char *s, size_t len);

/*
 * The binary form, for messages between our processes and for records kept
 * ready to send.  One byte of type, then
 *
 *	NULL			nothing
 *	STRING, DATETIME	u32 length, bytes
 *	INT, INT32, FLOAT	8 bytes
 *	BOOL			1 byte, 0 or 1
 *	ARRAY			u32 count, values
 *	STRUCT			u32 count, times: u32 length, name, value
 *
 * all little-endian.  A container carries a count and no byte length, so that
 * encoded records can be set one behind the other: value_encode_struct(),
 * then for each member value_encode_name() and its bytes.
 */
void value_encode(struct buf *to, const struct value *v);
void value_encode_array(struct buf *to, uint32_t count);
void value_encode_struct(struct buf *to, uint32_t count);
void value_encode_name(struct buf *to, const char *name);
void value_encode_str(struct buf *to, const char *s);
void value_encode_int(struct buf *to, int64_t i);

/* What a decoder or parser accepts at most. */
struct value_limits {
	unsigned int depth;	/* containers inside each other */
	uint32_t count;		/* values in all, names not counted */
	size_t bytes;		/* of the encoded or written form */
};

/* What a client may send us, and what one of our own processes may. */
extern const struct value_limits value_limits_request;
extern const struct value_limits value_limits_reply;

/*
 * The value at the start of data; *used_r (may be NULL: then all of data must
 * be used) is how many bytes it took.  NULL and e when it is not well-formed,
 * holds bad text or a name twice, or is beyond a limit.
 */
struct value *value_decode(const void *data, size_t len,
    const struct value_limits *limits, size_t *used_r, struct err *e);

#endif
