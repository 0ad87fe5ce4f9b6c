/* Proves that every slot with an address is found, lowest first, in whatever order slots come and
 * go.
 */
#include "bridge/vm_finder.h"
#include "check.h"

#include <string.h>

enum { SLOTS = 1000 };

static struct dimp_mac address_of(unsigned number)
{
	return (struct dimp_mac){{2, 0, 0, 0, (uint8_t)(number >> 8), (uint8_t)number}};
}

/* How many slots of the chain are below |slot|'s, and whether it is met after them alone. */
static bool is_found(const struct vm_finder *finder, unsigned slot, const struct dimp_mac *mac)
{
	unsigned each = vm_finder_next(finder, mac, VM_FINDER_NONE);

	while (each < slot)
		each = vm_finder_next(finder, mac, each);
	return each == slot;
}

static void test_vm_finder_finds_all(void)
{
	struct vm_finder *const finder = vm_finder_create(SLOTS);

	REQUIRE(finder != NULL);
	for (unsigned slot = SLOTS; slot-- > 0;) {
		const struct dimp_mac mac = address_of(slot / 2);
		vm_finder_add(finder, slot, &mac);
	}
	for (unsigned slot = 0; slot < SLOTS; slot++) {
		const struct dimp_mac mac = address_of(slot / 2);
		CHECK(is_found(finder, slot, &mac));
	}
	vm_finder_destroy(finder);
}

static void test_vm_finder_forgets_who_is_gone(void)
{
	struct vm_finder *const finder = vm_finder_create(SLOTS);
	const struct dimp_mac mac = address_of(7);

	REQUIRE(finder != NULL);
	CHECK_EQ(vm_finder_next(finder, &mac, VM_FINDER_NONE), VM_FINDER_NONE);
	vm_finder_add(finder, 3, &mac);
	vm_finder_add(finder, 900, &mac);
	vm_finder_add(finder, 40, &mac);
	vm_finder_remove(finder, 40, &mac);
	vm_finder_remove(finder, 40, &mac);
	CHECK_EQ(vm_finder_next(finder, &mac, VM_FINDER_NONE), 3);
	CHECK_EQ(vm_finder_next(finder, &mac, 3), 900);
	CHECK_EQ(vm_finder_next(finder, &mac, 900), VM_FINDER_NONE);
	vm_finder_remove(finder, 3, &mac);
	CHECK_EQ(vm_finder_next(finder, &mac, VM_FINDER_NONE), 900);
	vm_finder_destroy(finder);
}

static const struct test_case tests[] = {
	TEST(test_vm_finder_finds_all),
	TEST(test_vm_finder_forgets_who_is_gone),
	TEST_END,
};

const struct test_suite suite_vm_finder = {"vm_finder", tests};
