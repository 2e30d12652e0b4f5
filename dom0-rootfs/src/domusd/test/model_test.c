/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dispatch.h"
#include "relation.h"
#include "type.h"

/* The tables agree with each other, and types with what clients send. */

static void
every_field_has_a_default_of_its_own_type(void **state)
{
	struct value *v, *again;
	struct err e;

	(void)state;
	for (int f = 0; f < FIELDS; f++) {
		if (strcmp(model_fields[f].type, "*") == 0 ||
		    *model_fields[f].type == '*')
			continue;
		v = type_default(&model_fields[f]);
		assert_non_null(v);
		again = type_take(model_fields[f].type, v, &e);
		if (again == NULL)
			fail_msg("%s: %s", model_fields[f].name, e.text);
		assert_true(value_equal(v, again));
		value_free(again);
		value_free(v);
	}
}

static void
every_enum_has_values(void **state)
{
	const char *type, *enum_name;

	(void)state;
	for (int f = 0; f < FIELDS; f++) {
		type = model_fields[f].type;
		enum_name = strchr(type, '=');
		if (enum_name == NULL)
			continue;
		enum_name++;
		assert_non_null(model_enum(enum_name,
		    strcspn(enum_name, " ]}:")));
	}
}

static void
classes_come_in_one_piece(void **state)
{
	(void)state;
	for (int f = 0; f < FIELDS; f++) {
		assert_true(f >= model_classes[model_fields[f].cls].first);
		assert_true(f < model_classes[model_fields[f].cls + 1].first);
	}
	assert_int_equal(model_class("VM", 2), CLASS_VM);
	assert_int_equal(model_class("VM_metrics", 10), CLASS_VM_metrics);
	assert_int_equal(model_class("vm", 2), CLASSES);
	assert_int_equal(model_class_any("vm", 2), CLASS_VM);
	assert_int_equal(model_field(CLASS_host, "address"), host_address);
	assert_int_equal(model_field(CLASS_host, "adress"), FIELDS);
}

static void
relations_lead_from_references_to_sets(void **state)
{
	const struct model_field *many, *one;
	char want[64];

	(void)state;
	for (size_t i = 0; i < nrelations; i++) {
		many = &model_fields[relations[i].many];
		one = &model_fields[relations[i].one];
		snprintf(want, sizeof(want), "@%s",
		    model_classes[many->cls].name);
		assert_string_equal(one->type, want);
		snprintf(want, sizeof(want), "[@%s]",
		    model_classes[one->cls].name);
		assert_string_equal(many->type, want);
	}
}

static void
every_method_with_a_body_is_found(void **state)
{
	struct method m;

	(void)state;
	for (size_t i = 0; i < nmethod_rows; i++) {
		if (dispatch_find(method_rows[i].name, &m) == -1)
			fail_msg("%s", method_rows[i].name);
		assert_string_equal(m.name, method_rows[i].name);
		assert_ptr_equal(m.run, method_rows[i].run);
		assert_int_not_equal(m.role, ROLE_NONE);
	}
}

static void
names_are_found_in_both_spellings(void **state)
{
	static const struct {
		const char *name;
		int found;
		enum role role;
	} cases[] = {
		{ "VM.get_name_label", 0, ROLE_READ_ONLY },
		{ "VM_get_name_label", 0, ROLE_READ_ONLY },
		{ "host_metrics.get_live", 0, ROLE_READ_ONLY },
		{ "host_metrics_get_live", 0, ROLE_READ_ONLY },
		{ "event_from", 0, ROLE_READ_ONLY },
		{ "pool.set_name_label", 0, ROLE_POOL_OPERATOR },
		{ "pool.add_to_other_config", 0, ROLE_POOL_OPERATOR },
		{ "VM.set_uuid", -1, ROLE_NONE },
		{ "VM.add_to_name_label", -1, ROLE_NONE },
		{ "session.get_all", -1, ROLE_NONE },
		{ "VM.start", 0, ROLE_VM_OPERATOR },
		{ "nothing", -1, ROLE_NONE },
		{ "", -1, ROLE_NONE },
		{ ".", -1, ROLE_NONE },
		{ "VM.", -1, ROLE_NONE },
	};
	struct method m;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(dispatch_find(cases[i].name, &m),
		    cases[i].found);
		if (cases[i].found == 0)
			assert_int_equal(m.role, cases[i].role);
	}
}

static void
listed_methods_exist_and_name_the_classes_to_watch(void **state)
{
	struct value *list = dispatch_list();
	struct method m;

	(void)state;
	for (size_t i = 0; i < value_len(list); i++)
		if (dispatch_find(value_str(value_at(list, i)), &m) == -1)
			fail_msg("%s", value_str(value_at(list, i)));
	assert_int_not_equal(value_find_str(list, "pool.get_all_records"), -1);
	assert_int_not_equal(value_find_str(list, "message.get_all_records"),
	    -1);
	assert_int_equal(value_find_str(list, "session.get_all_records"), -1);
	assert_int_not_equal(value_find_str(list, "VM.start"), -1);
	assert_int_equal(value_find_str(list, "VM.migrate_send"), -1);
	value_free(list);
}

static void
types_take_what_clients_send(void **state)
{
	static const struct {
		const char *type, *text;	/* a string is sent */
		const char *want;		/* text again, NULL: refused */
	} cases[] = {
		{ "int", "12", "12" }, { "int", "12x", NULL },
		{ "bool", "true", "true" }, { "bool", "maybe", NULL },
		{ "string", "x", "x" }, { "@VM", "", NULL_REF },
		{ "=on_boot", "persist", "persist" },
		{ "=on_boot", "never", NULL }, { "=on_boot", "", NULL },
		{ "[string]", "x", NULL }, { "{string:string}", "x", NULL },
		{ "datetime", "20260319T04:16:24Z", "20260319T04:16:24Z" },
	};
	struct value *in, *out;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		in = value_new_str(cases[i].text);
		out = type_take(cases[i].type, in, &e);
		if ((out == NULL) != (cases[i].want == NULL))
			fail_msg("%s %s", cases[i].type, cases[i].text);
		if (value_str(out) != NULL)
			assert_string_equal(value_str(out), cases[i].want);
		value_free(in);
		value_free(out);
	}
	assert_string_equal(type_end("{@VM:[string]} to:int"), " to:int");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_has_a_default_of_its_own_type),
		cmocka_unit_test(every_enum_has_values),
		cmocka_unit_test(classes_come_in_one_piece),
		cmocka_unit_test(relations_lead_from_references_to_sets),
		cmocka_unit_test(every_method_with_a_body_is_found),
		cmocka_unit_test(names_are_found_in_both_spellings),
		cmocka_unit_test(
		    listed_methods_exist_and_name_the_classes_to_watch),
		cmocka_unit_test(types_take_what_clients_send),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
